//! Cutting anonymous dots out of a body.

use std::sync::Arc;

use dot_abi::manifest::Class;
use dot_abi::policy::Policies;
use dot_syntax::{Span, Symbol};
use rustc_hash::FxHashMap;

use super::order::{InOrder, calling_clause, has_steps, why_in_order, writing};
use super::{RACE, UNMADE, pending, variables};
use crate::checker::Checker;
use crate::class;
use crate::messages::steps;
use crate::program::{
    Bound, Clause, DotCall, Expr, ExprKind, FanOut, Field, Function, FunctionId, FunctionKind, Local, LocalId,
    MockWith, Param, Part, PatternKind, Statement, StatementKind, Type,
};
use crate::walk::{each_child_mut, each_in_statement_mut};

/// Cuts out of a body what must be an activation of its own. The anonymous dots stand behind all other functions.
pub(super) fn cut_body(checker: &mut Checker<'_>, owner: FunctionId, body: &mut Expr) {
    Cutter { checker, owner, made: 0 }.expr(body);
}

struct Cutter<'c, 's> {
    checker: &'c mut Checker<'s>,
    owner: FunctionId,
    /// How many anonymous dots the owner has by now.
    made: usize,
}

impl Cutter<'_, '_> {
    fn expr(&mut self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Lambda(_) => {}
            ExprKind::CallDot(call) if call.function == UNMADE => self.make(call),
            ExprKind::CallDot(call) if call.function == RACE => {
                let ty = expr.ty.clone();
                self.race(call, &ty, expr.span);
            }
            ExprKind::Parallel(parts) => parts.iter_mut().for_each(|part| self.as_call(part)),
            ExprKind::Comprehension { clauses, body, fan_out } => self.comprehension(clauses, body, fan_out),
            ExprKind::Block(statements, last) => {
                for index in 0..statements.len() {
                    let (before, rest) = statements.split_at_mut(index + 1);
                    if let Some(statement) = before.last_mut() {
                        self.statement(statement, rest, last.as_deref());
                    }
                }
                last.iter_mut().for_each(|last| self.expr(last));
            }
            _ => each_child_mut(expr, &mut |child| self.expr(child)),
        }
    }

    fn statement(&mut self, statement: &mut Statement, rest: &[Statement], last: Option<&Expr>) {
        match &mut statement.kind {
            StatementKind::Let { pattern, value, pending, .. } => {
                let has_methods = std::mem::replace(pending, false);
                if let (true, PatternKind::Bind(local)) = (has_methods, &pattern.kind)
                    && self.is_call_with_methods(value)
                    && pending::pays(*local, rest, last)
                    && self.may_be_cut(value)
                {
                    return self.as_call(value);
                }
            }
            StatementKind::Mock { target, with: MockWith::Dot { function, captures } } if *function == UNMADE => {
                return self.mock(*target, function, captures);
            }
            _ => {}
        }
        each_in_statement_mut(statement, &mut |child| self.expr(child));
    }

    /// Makes an expression a call, of an anonymous dot unless it is one already whose arguments call nothing.
    fn as_call(&mut self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::CallDot(call) if call.function == UNMADE && !lifts_steps(call) => self.make(call),
            ExprKind::CallDot(call) if is_direct(call) => {}
            _ => {
                let (span, ty) = (expr.span, expr.ty.clone());
                let body = std::mem::replace(expr, Expr { kind: ExprKind::Unit, ty, span });
                expr.kind = ExprKind::CallDot(Box::new(self.cut(body, false)));
            }
        }
    }

    /// Makes the anonymous dot of a call that holds its body. A call of a dot inside of nothing needs none.
    fn make(&mut self, call: &mut DotCall) {
        let mut args = std::mem::take(&mut call.args).into_iter();
        let Some(Part { value: body, .. }) = args.next() else { return };
        let is_try = call.is_try;
        *call = match body.kind {
            ExprKind::CallDot(inner) if is_direct(&inner) && !(inner.is_try && is_try) => {
                DotCall { is_try: inner.is_try || is_try, ..*inner }
            }
            kind => self.cut(Expr { kind, ..body }, is_try),
        };
        // What was taken out of the body is given to the parameter of the variable that stands for it.
        for Part { index: variable, mut value } in args {
            self.expr(&mut value);
            let mentions =
                |part: &Part| matches!(part.value.kind, ExprKind::Local(local) if local.0 as usize + 1 == variable);
            if let Some(at) = call.args.iter().position(mentions) {
                let part = call.args.remove(at);
                call.args.push(Part { value, ..part });
            }
        }
    }

    /// Makes the call of a race: each part becomes an anonymous dot, and the call gets what each of them captures.
    fn race(&mut self, call: &mut DotCall, ty: &Type, span: Span) {
        let result = match (ty, call.is_try) {
            (Type::Named(_, args), true) => args.first().cloned().unwrap_or(Type::Unit),
            _ => ty.clone(),
        };
        let mut alternatives = Vec::with_capacity(call.args.len());
        for part in &mut call.args {
            let (place, unit) = (part.value.span, Type::Unit);
            let body = std::mem::replace(&mut part.value, Expr { kind: ExprKind::Unit, ty: unit, span: place });
            let (made, captures) = self.anonymous(body, &[]);
            self.checker.functions[made.0 as usize].result = result.clone();
            self.report_writes(made, place);
            let types = captures.iter().map(|capture| capture.ty.clone()).collect();
            part.value = Expr { kind: ExprKind::Tuple(captures), ty: Type::Tuple(types), span: place };
            alternatives.push(made);
        }
        let (class, uses) = class::of_calls(&alternatives, &self.checker.functions);
        let function = Function {
            name: "race".into(),
            docs: Arc::from(""),
            kind: FunctionKind::Race,
            public: false,
            generics: Vec::new(),
            params: Vec::new(),
            result,
            class,
            uses,
            narrowed: Vec::new(),
            policies: Policies::default(),
            alternatives,
            locals: Vec::new(),
            body: None,
            span,
        };
        let module = self.checker.function_modules[self.owner.0 as usize];
        call.function = self.checker.add_function(function, module);
    }

    /// Says where a part of a race writes.
    fn report_writes(&mut self, part: FunctionId, span: Span) {
        let function = self.checker.function(part);
        let Some(body) = function.body.as_ref().filter(|_| function.class == Class::Write) else { return };
        if let Some((name, place)) = writing(body, &self.checker.functions, &self.checker.constants) {
            self.checker.diagnostics.push(steps::race_writes(span, &name, place));
        }
    }

    fn comprehension(&mut self, clauses: &mut [Clause], body: &mut Expr, fan_out: &mut FanOut) {
        if *fan_out == FanOut::InOrder && (has_steps(body) || calling_clause(clauses).is_some()) {
            let functions = &self.checker.functions;
            let why = why_in_order(clauses, body, functions, &self.checker.constants)
                .or_else(|| (!is_direct_call(body) && !self.may_be_cut(body)).then_some(InOrder::NoData(body.span)));
            match why {
                None => *fan_out = FanOut::Overlap,
                Some(_) if self.checker.function(self.owner).kind == FunctionKind::Test => {}
                Some(why) => self.checker.diagnostics.push(steps::in_order(body.span, &why)),
            }
        }
        if *fan_out == FanOut::Parallel
            && let Some(span) = calling_clause(clauses)
        {
            self.checker.diagnostics.push(steps::clause_of_parallel(span));
        }
        for Clause::For(_, expr) | Clause::If(expr) in clauses {
            self.expr(expr);
        }
        match fan_out {
            FanOut::InOrder => self.expr(body),
            FanOut::Overlap | FanOut::Parallel => self.as_call(body),
        }
    }

    /// The anonymous dot of a mock: its captures, then the parameters of the lambda, which stand in front of its body.
    fn mock(&mut self, target: FunctionId, function: &mut FunctionId, captures: &mut Vec<Expr>) {
        let Some(body) = captures.pop() else { return };
        let params = captures.drain(..).filter_map(|param| match param.kind {
            ExprKind::Local(local) => Some(local),
            _ => None,
        });
        let params: Vec<LocalId> = params.collect();
        let (made, free) = self.anonymous(body, &params);
        let result = self.checker.function(target).result.clone();
        self.checker.functions[made.0 as usize].result = result;
        *function = made;
        *captures = free;
    }

    /// The call of an anonymous dot that an expression has become.
    fn cut(&mut self, body: Expr, is_try: bool) -> DotCall {
        let (function, captures) = self.anonymous(body, &[]);
        let args = captures.into_iter().enumerate().map(|(index, value)| Part { index, value }).collect();
        DotCall { function, args, number: 0, is_try }
    }

    /// Makes an anonymous dot of an expression, with parameters for what it captures and then those that are given. Gives
    /// what is captured.
    fn anonymous(&mut self, mut body: Expr, given: &[LocalId]) -> (FunctionId, Vec<Expr>) {
        self.made += 1;
        let owner = &self.checker.functions[self.owner.0 as usize];
        let name: Arc<str> = format!("{}.{}", owner.name, self.made).into();
        let outer = owner.locals.clone();
        let mut free = variables::free(&mut body);
        free.retain(|local| !given.contains(local));
        let mut moved = Moved { outer: &outer, locals: Vec::new(), numbers: FxHashMap::default() };
        let params = moved.parameters(free.iter().chain(given));
        variables::visit(&mut body, &mut |local, _| *local = moved.local(*local));
        let locals = moved.locals;
        let (class, uses) = class::of_body(&body, &self.checker.functions, &self.checker.constants);
        let result = if body.ty == Type::Never { Type::Unit } else { body.ty.clone() };
        let span = body.span;
        let function = Function {
            name,
            docs: Arc::from(""),
            kind: FunctionKind::Anonymous,
            public: false,
            generics: Vec::new(),
            params,
            result,
            class,
            uses,
            narrowed: Vec::new(),
            policies: Policies::default(),
            alternatives: Vec::new(),
            locals,
            body: Some(body),
            span,
        };
        let module = self.checker.function_modules[self.owner.0 as usize];
        let id = self.checker.add_function(function, module);
        let capture = |local: LocalId| outer.get(local.0 as usize).map(|known| capture(local, known, span));
        (id, free.into_iter().filter_map(capture).collect())
    }

    /// Whether what an expression captures and gives can enter and leave an activation.
    fn may_be_cut(&self, expr: &Expr) -> bool {
        let locals = &self.checker.functions[self.owner.0 as usize].locals;
        let is_data = |ty: &Type| self.checker.bound_of(ty, None) >= Bound::Data;
        let free = variables::free(&mut expr.clone());
        is_data(&expr.ty)
            && free.iter().all(|local| locals.get(local.0 as usize).is_some_and(|local| is_data(&local.ty)))
    }

    /// Whether a value is a call of a dot with fields and pure functions around it.
    fn is_call_with_methods(&self, value: &Expr) -> bool {
        match &value.kind {
            ExprKind::CallDot(_) => true,
            ExprKind::Field(inner, _) | ExprKind::Some(inner) | ExprKind::Widen(inner) => {
                self.is_call_with_methods(inner)
            }
            ExprKind::Call { function, args, .. } => {
                let is_pure = self.checker.function(*function).class == Class::Pure;
                let mut args = args.iter();
                let receiver = args.next().is_some_and(|first| self.is_call_with_methods(&first.value));
                is_pure && receiver && !args.any(|part| has_steps(&part.value))
            }
            _ => false,
        }
    }
}

fn is_direct_call(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::CallDot(call) if is_direct(call))
}

/// Whether what was taken out of the body of an anonymous dot calls dots.
fn lifts_steps(call: &DotCall) -> bool {
    call.args.iter().skip(1).any(|part| has_steps(&part.value))
}

/// Whether a call needs no anonymous dot: its arguments call nothing.
fn is_direct(call: &DotCall) -> bool {
    !matches!(call.function, UNMADE | RACE) && !call.args.iter().any(|part| has_steps(&part.value))
}

fn capture(local: LocalId, known: &Local, span: Span) -> Expr {
    Expr { kind: ExprKind::Local(local), ty: known.ty.clone(), span }
}

/// The variables of a body on their way into a function of their own.
struct Moved<'l> {
    outer: &'l [Local],
    locals: Vec<Local>,
    numbers: FxHashMap<LocalId, LocalId>,
}

impl Moved<'_> {
    /// The number of a variable in the new function.
    fn local(&mut self, local: LocalId) -> LocalId {
        if let Some(&known) = self.numbers.get(&local) {
            return known;
        }
        let number = LocalId(self.locals.len() as u32);
        self.locals.extend(self.outer.get(local.0 as usize).cloned());
        self.numbers.insert(local, number);
        number
    }

    /// Parameters for variables of the body around. Two of the same name are told apart.
    fn parameters<'a>(&mut self, locals: impl Iterator<Item = &'a LocalId>) -> Vec<Param> {
        let mut params: Vec<Param> = Vec::new();
        for &outer in locals {
            let local = self.local(outer);
            let Some(known) = self.locals.get_mut(local.0 as usize) else { continue };
            known.mutable = false;
            let mut name = known.name;
            let mut next = 2;
            while params.iter().any(|param| param.field.name == name) {
                name = Symbol::new(&format!("{}_{next}", known.name));
                next += 1;
            }
            let field = Field { name, rename: None, docs: Arc::from(""), ty: known.ty.clone(), default: None };
            params.push(Param { field, local });
        }
        params
    }
}
