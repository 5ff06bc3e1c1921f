//! The beginning and the end of a body: its function's parameters come into scope; at the end every type is known,
//! and the patterns are asked whether they cover everything.

use std::rc::Rc;

use dot_syntax::{Span, ast};

use super::{Body, Host, Want};
use crate::checker::{Checker, Work};
use crate::declare::TypeScope;
use crate::exhaustive;
use crate::instances::{Instance, Obligation, Owner};
use crate::messages::types;
use crate::modules::ModuleId;
use crate::program::{
    Arm, Clause, Expr, ExprKind, FunctionId, FunctionKind, MockWith, Part, Pattern, PatternKind, Place, Statement,
    StatementKind, StepKind, Type,
};
use crate::steps::{RACE, UNMADE};
use crate::types::{FIRST_VARIABLE, UNKNOWN, parts, variable};

impl Checker<'_> {
    /// Checks a body that was put off.
    pub(crate) fn check_work(&mut self, work: Work) {
        match work {
            Work::Function(index) => self.check_function(index),
            Work::Test(function, module, item) => {
                let tree = Rc::clone(&self.module(module).tree);
                if let ast::ItemKind::Test(test) = &tree.items[item].kind {
                    let want = Want::new(Type::Unit);
                    self.check_body(function, module, Host::Test, |body| body.block(&test.body, Some(&want)));
                }
            }
            Work::Expression(function, module, value) => {
                let host = if self.function(function).params.is_empty() { Host::Default } else { Host::Condition };
                let want = Want::new(self.function(function).result.clone());
                self.check_body(function, module, host, |body| body.check(&value, &want));
            }
            Work::Constant(index) => {
                let info = &self.constant_infos[index];
                let (module, item) = (info.module, info.item);
                let crate::declare::ConstantState::Typed(id, ty) = info.state.clone() else { return };
                let function = self.constants[id.0 as usize].function;
                let tree = Rc::clone(&self.module(module).tree);
                if let ast::ItemKind::Constant(decl) = &tree.items[item].kind {
                    let span = decl.ty.as_ref().map_or(decl.name.span, |written| written.span);
                    let want = Want::because(ty, span, "the type is written here");
                    self.check_body(function, module, Host::Constant, |body| body.check(&decl.value, &want));
                }
            }
        }
    }

    fn check_function(&mut self, index: usize) {
        let signature = self.reach(index);
        let tree = Rc::clone(&self.module(signature.module).tree);
        let item = self.declarations[index].item;
        let ast::ItemKind::Function(decl) = &tree.items[item].kind else { return };
        let Some(block) = &decl.body else { return };
        let host = if signature.kind == FunctionKind::Dot { Host::Dot } else { Host::Fn };
        let origin = signature.result_span.map(|span| (span, "the result's type is written here"));
        let want = Want { ty: signature.result.clone(), origin, soft: false };
        self.check_body(signature.id, signature.module, host, |body| {
            body.frames[0].result_span = signature.result_span;
            let value = body.block(block, Some(&want));
            body.coerce(value, &want)
        });
    }

    /// Checks the body of a function that exists already.
    fn check_body(
        &mut self,
        function: FunctionId,
        module: ModuleId,
        host: Host,
        check: impl FnOnce(&mut Body<'_, '_>) -> Expr,
    ) {
        let declared = self.function(function);
        let owner = Owner::Function(function);
        let scope = TypeScope { module, generics: declared.generics.clone().into(), owner };
        let (result, locals) = (declared.result.clone(), declared.locals.clone());
        let broken = self.broken_at(module, declared.span.start);
        let mut body = Body::new(self, scope, host, result);
        body.broken = broken;
        for local in locals {
            let name = local.name;
            let id = body.add_local(name, local.ty, local.mutable, local.span);
            body.bind(name, id);
        }
        let value = check(&mut body);
        body.finish(function, value);
    }

    /// Where the parser first did not understand the item that holds a place.
    fn broken_at(&self, module: ModuleId, place: u32) -> Option<u32> {
        let module = self.module(module);
        if module.broken.is_empty() {
            return None;
        }
        let holds = |span: &Span| (span.start..=span.end).contains(&place);
        let item = module.tree.items.iter().find(|item| holds(&item.span))?.span;
        module.broken.iter().copied().find(|start| (item.start..=item.end).contains(start))
    }

    /// The type of a constant that does not write it.
    pub(crate) fn infer_constant(&mut self, function: FunctionId, module: ModuleId, decl: &ast::ConstantDecl) -> Type {
        let scope = TypeScope { module, generics: Rc::from([]), owner: Owner::Function(function) };
        let mut body = Body::new(self, scope, Host::Constant, UNKNOWN);
        let value = body.infer(&decl.value);
        let ty = body.finish(function, value);
        self.functions[function.0 as usize].result = ty.clone();
        ty
    }
}

impl Body<'_, '_> {
    /// Resolves everything and hands the body over. Gives the type of its value.
    fn finish(mut self, function: FunctionId, mut value: Expr) -> Type {
        for result in std::mem::take(&mut self.never_results) {
            if variable(&self.shallow(&result)).is_some() {
                self.unify(&result, &Type::Unit);
            }
        }
        let mut locals = std::mem::take(&mut self.locals);
        for invented in [false, true] {
            for local in locals.iter_mut().filter(|local| local.name.as_str().starts_with('$') == invented) {
                self.settle(&mut local.ty, local.span);
            }
        }
        self.sound = self.checker.diagnostics.len() == self.first_diagnostic;
        self.finish_expr(&mut value);
        self.hand_over_questions(function);
        self.checker.callees.push((function, std::mem::take(&mut self.callees)));
        let ty = value.ty.clone();
        let target = &mut self.checker.functions[function.0 as usize];
        (target.locals, target.body) = (locals, Some(value));
        ty
    }

    fn hand_over_questions(&mut self, function: FunctionId) {
        let generics = self.generics();
        for (ty, bound, span, why) in std::mem::take(&mut self.bounds) {
            let ty = self.resolve(&ty);
            let generics = Rc::clone(&generics);
            self.checker.obligations.push(Obligation { ty, bound, span, generics, why });
        }
        for (target, args, span) in std::mem::take(&mut self.instances) {
            let args = args.iter().map(|arg| self.resolve(arg)).collect();
            let (owner, generics) = (Owner::Function(function), Rc::clone(&generics));
            self.checker.instances.push(Instance { target, args, span, owner, generics });
        }
    }

    /// Replaces the variables in a type. One that is still open is reported, once.
    fn settle(&mut self, ty: &mut Type, span: Span) {
        if has_variables(ty) {
            *ty = self.resolve(ty);
            if has_variables(ty) {
                self.report(types::not_known(span));
                self.sound = false;
                self.close(ty);
                *ty = self.resolve(ty);
            }
        }
        self.note_options(ty);
    }

    /// Binds what is open in a type to the type of what is wrong.
    fn close(&mut self, ty: &Type) {
        if let Some(index) = variable(ty) {
            self.variables[index] = Some(UNKNOWN);
            return;
        }
        for part in parts(ty) {
            self.close(part);
        }
    }

    /// Remembers which of the function's type parameters stand below a `?`.
    fn note_options(&mut self, ty: &Type) {
        if self.scope.generics.is_empty() {
            return;
        }
        if let Type::Option(item) = ty
            && let Type::Param(index) = **item
            && index < FIRST_VARIABLE
        {
            self.checker.below_option.insert((self.scope.owner, index));
        }
        for part in parts(ty) {
            self.note_options(part);
        }
    }

    fn finish_expr(&mut self, value: &mut Expr) {
        let span = value.span;
        self.settle(&mut value.ty, span);
        match &mut value.kind {
            ExprKind::Unit
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Decimal(_)
            | ExprKind::Duration(_)
            | ExprKind::Text(_)
            | ExprKind::Local(_)
            | ExprKind::EmptySet
            | ExprKind::None
            | ExprKind::Break
            | ExprKind::Continue => {}
            ExprKind::Constant(id) => self.callees.push(self.checker.constants[id.0 as usize].function),
            ExprKind::Concat(items) | ExprKind::List(items) | ExprKind::Tuple(items) => self.finish_all(items),
            ExprKind::Map(entries) => entries.iter_mut().for_each(|(key, value)| self.finish_pair(key, value)),
            ExprKind::Record(parts) | ExprKind::Case { fields: parts, .. } => self.finish_parts(parts),
            ExprKind::Update { base, fields, .. } => {
                self.finish_expr(base);
                self.finish_parts(fields);
            }
            ExprKind::Some(inner)
            | ExprKind::Widen(inner)
            | ExprKind::Refine(inner)
            | ExprKind::RefineOption(inner)
            | ExprKind::Field(inner, _)
            | ExprKind::Negate(inner)
            | ExprKind::Not(inner)
            | ExprKind::Return(inner)
            | ExprKind::Fail(inner)
            | ExprKind::FailRetry(inner) => self.finish_expr(inner),
            ExprKind::Index(a, b)
            | ExprKind::Binary(_, a, b)
            | ExprKind::And(a, b)
            | ExprKind::Or(a, b)
            | ExprKind::Limited(a, b)
            | ExprKind::Range { start: a, end: b, .. } => self.finish_pair(a, b),
            ExprKind::Call { function, type_args, args } => {
                self.callees.push(*function);
                type_args.iter_mut().for_each(|ty| self.settle(ty, span));
                self.finish_parts(args);
            }
            ExprKind::CallDot(call) => {
                self.callees.extend(Some(call.function).filter(|function| !matches!(*function, UNMADE | RACE)));
                self.finish_parts(&mut call.args);
            }
            ExprKind::Parallel(parts) => self.finish_all(parts),
            ExprKind::CallsOf(function) => self.callees.push(*function),
            ExprKind::CallValue { callee, args } => {
                self.finish_expr(callee);
                self.finish_all(args);
            }
            ExprKind::Lambda(lambda) => self.finish_expr(&mut lambda.body),
            ExprKind::Block(statements, last) => {
                statements.iter_mut().for_each(|statement| self.finish_statement(statement));
                last.iter_mut().for_each(|last| self.finish_expr(last));
            }
            ExprKind::If { condition, then, otherwise } => {
                self.finish_pair(condition, then);
                otherwise.iter_mut().for_each(|otherwise| self.finish_expr(otherwise));
            }
            ExprKind::Match { subject, arms } => self.finish_arms(subject, arms),
            ExprKind::Is(inner, pattern) => {
                self.finish_expr(inner);
                self.finish_pattern(pattern);
            }
            ExprKind::Comprehension { clauses, body, .. } => {
                clauses.iter_mut().for_each(|clause| self.finish_clause(clause));
                self.finish_expr(body);
            }
        }
    }

    fn finish_pair(&mut self, a: &mut Expr, b: &mut Expr) {
        self.finish_expr(a);
        self.finish_expr(b);
    }

    fn finish_parts(&mut self, parts: &mut [Part]) {
        parts.iter_mut().for_each(|part| self.finish_expr(&mut part.value));
    }

    fn finish_clause(&mut self, clause: &mut Clause) {
        match clause {
            Clause::For(pattern, iterable) => {
                self.finish_pattern(pattern);
                self.finish_expr(iterable);
            }
            Clause::If(condition) => self.finish_expr(condition),
        }
    }

    fn finish_arms(&mut self, subject: &mut Expr, arms: &mut [Arm]) {
        self.finish_expr(subject);
        for arm in arms.iter_mut() {
            self.finish_pattern(&mut arm.pattern);
            arm.guard.iter_mut().for_each(|guard| self.finish_expr(guard));
            self.finish_expr(&mut arm.body);
        }
        self.check_arms(subject, arms);
    }

    /// Whether the arms cover every value and each of them can be reached. Not asked of a body in which something is
    /// wrong: what was not understood would be missing.
    fn check_arms(&mut self, subject: &Expr, arms: &[Arm]) {
        if self.sound && subject.ty != Type::Never {
            let arms: Vec<(&Pattern, bool)> = arms.iter().map(|arm| (&arm.pattern, arm.guard.is_some())).collect();
            let found = exhaustive::diagnose(&self.checker.types, &subject.ty, subject.span, &arms);
            self.checker.diagnostics.extend(found);
        }
    }

    fn check_let(&mut self, pattern: &Pattern) {
        if self.sound && !matches!(pattern.kind, PatternKind::Bind(_) | PatternKind::Wildcard) {
            self.checker.diagnostics.extend(exhaustive::check_let(&self.checker.types, pattern));
        }
    }

    fn finish_all(&mut self, values: &mut [Expr]) {
        values.iter_mut().for_each(|value| self.finish_expr(value));
    }

    fn finish_pattern(&mut self, pattern: &mut Pattern) {
        self.settle(&mut pattern.ty, pattern.span);
        match &mut pattern.kind {
            PatternKind::Tuple(items) | PatternKind::Or(items) => {
                items.iter_mut().for_each(|item| self.finish_pattern(item));
            }
            PatternKind::Record(parts) | PatternKind::Case(_, parts) => {
                parts.iter_mut().for_each(|(_, part)| self.finish_pattern(part));
            }
            PatternKind::Some(inner) => self.finish_pattern(inner),
            _ => {}
        }
    }

    fn finish_statement(&mut self, statement: &mut Statement) {
        match &mut statement.kind {
            StatementKind::Let { pattern, value, otherwise, .. } => {
                self.finish_pattern(pattern);
                self.finish_expr(value);
                match otherwise {
                    Some(otherwise) => self.finish_expr(otherwise),
                    None => self.check_let(pattern),
                }
            }
            StatementKind::Assign { place, value } | StatementKind::AssignOp { place, value, .. } => {
                self.finish_place(place);
                self.finish_expr(value);
            }
            StatementKind::AssignTuple { places, value } => {
                places.iter_mut().for_each(|place| self.finish_place(place));
                self.finish_expr(value);
            }
            StatementKind::Mock { target, with } => {
                self.callees.push(*target);
                match with {
                    MockWith::Dot { captures, .. } => self.finish_all(captures),
                    MockWith::Each(answers) => self.finish_expr(answers),
                }
            }
            StatementKind::For { pattern, iterable, body } => {
                self.finish_pattern(pattern);
                self.finish_expr(iterable);
                self.finish_expr(body);
            }
            StatementKind::While { condition, body } => {
                self.finish_expr(condition);
                self.finish_expr(body);
            }
            StatementKind::Assert(assert) => {
                self.finish_expr(&mut assert.condition);
                if let Some((_, left, right)) = &mut assert.comparison {
                    self.finish_expr(left);
                    self.finish_expr(right);
                }
                assert.message.iter_mut().for_each(|message| self.finish_expr(message));
            }
            StatementKind::Expr(value) => self.finish_expr(value),
        }
    }

    fn finish_place(&mut self, place: &mut Place) {
        self.settle(&mut place.ty, place.span);
        for step in &mut place.steps {
            self.settle(&mut step.ty, step.span);
            if let StepKind::Index(index) = &mut step.kind {
                self.finish_expr(index);
            }
        }
    }
}

fn has_variables(ty: &Type) -> bool {
    variable(ty).is_some() || parts(ty).any(has_variables)
}
