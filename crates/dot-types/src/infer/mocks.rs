//! What only tests have: mocks, the calls that were made, and steps that must fail.

use std::rc::Rc;
use std::sync::Arc;

use dot_abi::fault::texts;
use dot_syntax::{Span, ast};

use super::paths::Qualifier;
use super::steps::unmade;
use super::{Body, FrameKind, Host, Want, expr, unknown};
use crate::declare::Signature;
use crate::messages::{mocks, steps};
use crate::modules::Entity;
use crate::program::{
    Arm, Assert, Bound, Clause, Expr, ExprKind, FanOut, FunctionKind, MockWith, Part, Pattern, PatternKind, Statement,
    StatementKind, Type,
};
use crate::steps::UNMADE;
use crate::types::UNKNOWN;

impl Body<'_, '_> {
    /// Whether the place is in the body of a test itself.
    fn is_in_test(&self) -> bool {
        self.host == Host::Test && self.frames.iter().all(|frame| frame.kind == FrameKind::Function)
    }

    /// The declared function that an expression names.
    pub(super) fn operation(&mut self, written: &ast::Expr) -> Option<Rc<Signature>> {
        let entity = match &written.kind {
            ast::ExprKind::Name(name) if !self.bindings.contains_key(&name.symbol) => self.lookup(name.symbol)?,
            ast::ExprKind::Field(base, name) => {
                let Some(Qualifier::Module(module)) = self.qualifier(base) else { return None };
                let named = *self.checker.module(module).names.get(&name.symbol)?;
                if !named.public && module != self.scope.module {
                    return None;
                }
                named.entity
            }
            _ => return None,
        };
        match entity {
            Entity::Function(index) => Some(self.checker.reach(index)),
            _ => None,
        }
    }

    /// The full name of a function.
    fn full_name(&self, signature: &Signature) -> Arc<str> {
        Arc::clone(&self.checker.function(signature.id).name)
    }

    /// `op.calls`, if that is what is written.
    pub(super) fn calls_of(&mut self, base: &ast::Expr, name: ast::Name, span: Span) -> Option<Expr> {
        if name.symbol != "calls" {
            return None;
        }
        let signature = self.operation(base).filter(|signature| signature.is_step())?;
        if !self.is_in_test() {
            let name = self.full_name(&signature);
            return Some(self.wrong(span, mocks::only_in_tests(&format!("`{name}.calls`"), span)));
        }
        let mut params: Vec<Type> = signature.params.iter().map(|param| param.ty.clone()).collect();
        let item = match (params.len(), params.pop()) {
            (1, Some(single)) => single,
            (0, _) | (_, None) => Type::Unit,
            (_, Some(last)) => {
                params.push(last);
                Type::Tuple(params.into())
            }
        };
        Some(expr(ExprKind::CallsOf(signature.id), Type::List(Arc::new(item)), span))
    }

    /// `mock op = …`
    pub(super) fn mock(&mut self, target: &ast::Expr, value: &ast::Expr, span: Span) -> Option<StatementKind> {
        if !self.is_in_test() {
            self.report(mocks::only_in_tests("a mock", span));
            return None;
        }
        let Some(signature) = self.operation(target) else {
            let before = self.checker.diagnostics.len();
            self.infer(target);
            if self.checker.diagnostics.len() == before {
                self.report(mocks::not_an_operation(target.span));
            }
            return None;
        };
        if !signature.is_step() {
            let name = self.full_name(&signature);
            self.report(mocks::not_a_dot(&name, signature.kind == FunctionKind::NativeDot, target.span));
            return None;
        }
        match (each_of(value), &value.kind) {
            (Some(answers), _) if !self.bindings.keys().any(|name| *name == "each") => {
                let answers = self.answers(answers, &signature)?;
                Some(StatementKind::Mock { target: signature.id, with: MockWith::Each(answers) })
            }
            (_, ast::ExprKind::Lambda { params, body }) => self.mock_lambda(&signature, params, body, value.span),
            _ => self.mock_value(&signature, value, span),
        }
    }

    /// A mock that is asked for its answer: it gets the first arguments, as many as the lambda has parameters.
    fn mock_lambda(
        &mut self,
        signature: &Rc<Signature>,
        params: &[ast::LambdaParam],
        body: &ast::Expr,
        span: Span,
    ) -> Option<StatementKind> {
        let all: Vec<Type> = signature.params.iter().map(|param| param.ty.clone()).collect();
        if params.len() > all.len() && all.len() != 1 {
            let name = self.full_name(signature);
            self.report(mocks::too_many_parameters(&name, all.len(), params.len(), span));
            return None;
        }
        let expected = &all[..params.len().min(all.len())];
        let captures = self.step("mock", span, |step| {
            step.scoped(|inner| {
                let parameters = inner.lambda_parameters(params, Some(expected), span);
                let answer = inner.expression(body, Some(&Want::soft(signature.result.clone())));
                let answer = inner.answer(answer, signature);
                let answer = match parameters.lets.is_empty() {
                    true => answer,
                    false => {
                        let ty = answer.ty.clone();
                        expr(ExprKind::Block(parameters.lets, Some(Box::new(answer))), ty, body.span)
                    }
                };
                let params = parameters.locals.iter().map(|&local| inner.read_local(local, span));
                params.chain([answer]).collect()
            })
        });
        Some(StatementKind::Mock { target: signature.id, with: MockWith::Dot { function: UNMADE, captures } })
    }

    /// A mock that always gives the same answer, which is computed where the mock stands.
    fn mock_value(&mut self, signature: &Rc<Signature>, value: &ast::Expr, span: Span) -> Option<StatementKind> {
        let answer = self.expression(value, Some(&Want::soft(signature.result.clone())));
        let place = answer.span;
        let ty = if self.is_fault(&answer.ty) { self.shallow(&answer.ty) } else { signature.result.clone() };
        let answer =
            self.coerce(answer, &Want::because(ty.clone(), signature.name.span, "the mocked dot gives this type"));
        let local = self.invent_local("$answer", ty.clone(), place);
        let pattern = Pattern { kind: PatternKind::Bind(local), ty: ty.clone(), span: place };
        let kept = StatementKind::Let { pattern, value: answer, otherwise: None, pending: false };
        let body = self.read_local(local, place);
        let body = self.answer(body, signature);
        let with = MockWith::Dot { function: UNMADE, captures: vec![body] };
        let mock = StatementKind::Mock { target: signature.id, with };
        let statements = [kept, mock].map(|kind| Statement { kind, span });
        Some(StatementKind::Expr(expr(ExprKind::Block(statements.into(), None), Type::Unit, span)))
    }

    fn is_fault(&self, ty: &Type) -> bool {
        matches!(self.shallow(ty), Type::Named(id, _) if self.checker.fault_type() == Some(id))
    }

    /// What a mock gives: a value of the target's result, or a fault that it raises.
    fn answer(&mut self, value: Expr, signature: &Signature) -> Expr {
        if self.is_fault(&value.ty) && !self.is_fault(&signature.result) {
            let span = value.span;
            return expr(ExprKind::Fail(Box::new(value)), Type::Never, span);
        }
        let want =
            Want::because(signature.result.clone(), signature.name.span, "the mocked dot gives its result's type");
        self.coerce(value, &want)
    }

    /// The answers of `each`: a list of results.
    fn answers(&mut self, written: &ast::Expr, signature: &Signature) -> Option<Expr> {
        let (result, fault) = (self.checker.prelude_type("Result")?, self.checker.fault_type()?);
        let ty = Type::Named(result, [signature.result.clone(), Type::Named(fault, [].into())].into());
        let list = Type::List(Arc::new(ty.clone()));
        let span = written.span;
        if let ast::ExprKind::List(items) = &written.kind {
            let hint = Want::soft(signature.result.clone());
            let items = items.iter().map(|item| {
                let value = self.expression(item, Some(&hint));
                self.outcome(value, signature, &ty)
            });
            let items = items.collect();
            return Some(expr(ExprKind::List(items), list, span));
        }
        let values = self.expression(written, Some(&Want::soft(Type::List(Arc::new(signature.result.clone())))));
        let Type::List(item) = self.shallow(&values.ty) else {
            return Some(self.coerce(values, &Want::new(list)));
        };
        let local = self.invent_local("$answer", (*item).clone(), span);
        let pattern = Pattern { kind: PatternKind::Bind(local), ty: (*item).clone(), span };
        let value = self.read_local(local, span);
        let body = Box::new(self.outcome(value, signature, &ty));
        let clauses = vec![Clause::For(pattern, values)];
        Some(expr(ExprKind::Comprehension { clauses, body, fan_out: FanOut::InOrder }, list, span))
    }

    /// A value or fault as a `Result`; a `Result` stays what it is.
    fn outcome(&mut self, value: Expr, signature: &Signature, ty: &Type) -> Expr {
        let span = value.span;
        let found = self.shallow(&value.ty);
        if found == UNKNOWN {
            return unknown(span);
        }
        let is_result = |one: &Type| matches!((one, ty), (Type::Named(a, _), Type::Named(b, _)) if a == b);
        if is_result(&found) && !is_result(&self.shallow(&signature.result)) {
            return self.coerce(value, &Want::new(ty.clone()));
        }
        let (case, value) = match self.is_fault(&found) && !self.is_fault(&signature.result) {
            true => (1, value),
            false => (0, self.answer(value, signature)),
        };
        expr(ExprKind::Case { case, fields: vec![Part { index: 0, value }] }, ty.clone(), span)
    }

    /// `assert e fails "text"`: `e` is a step, and the message of its fault holds the text.
    ///
    /// ```text
    /// let $expected = "text"
    /// let $problem = match try e {
    ///   Ok(_) => Some("it did not fail")
    ///   Err($fault) => if $fault.message.contains($expected) { None } else { Some("its fault is …: ${$fault.message}") }
    /// }
    /// match $problem { None => (), Some($words) => assert false, $words }
    /// ```
    pub(super) fn assert_fails(
        &mut self,
        value: &ast::Expr,
        fails: &ast::Expr,
        message: Option<&ast::Expr>,
        span: Span,
    ) -> Option<StatementKind> {
        if !self.is_in_test() {
            self.report(mocks::only_in_tests("`assert … fails`", span));
            return None;
        }
        let (result, fault) = (self.checker.prelude_type("Result")?, self.checker.fault_type()?);
        let expected = self.check(fails, &Want::new(Type::Text));
        let (keep_expected, expected) = self.kept("$expected", expected);
        let step = self.step("assert … fails", value.span, |body| body.infer(value));
        let item = if self.shallow(&step.ty) == Type::Never { Type::Unit } else { step.ty.clone() };
        self.require(&item, Bound::Data, value.span, Some(steps::RESULT));
        let fault = Type::Named(fault, [].into());
        let outcome = Type::Named(result, [item, fault.clone()].into());
        let step = expr(unmade(step, true), outcome, value.span);
        let problem = self.problem(step, fault, expected)?;
        let (keep_problem, problem) = self.kept("$problem", problem);
        let source = Arc::from(self.checker.text(value.span.to(fails.span)));
        let assertion = self.unless_none(problem, source, message, span);
        let statements = vec![keep_expected, keep_problem, assertion];
        Some(StatementKind::Expr(expr(ExprKind::Block(statements, None), Type::Unit, span)))
    }

    /// A `let` that keeps a value, and the mention of it.
    fn kept(&mut self, name: &str, value: Expr) -> (Statement, Expr) {
        let (span, ty) = (value.span, value.ty.clone());
        let local = self.invent_local(name, ty.clone(), span);
        let pattern = Pattern { kind: PatternKind::Bind(local), ty, span };
        let kind = StatementKind::Let { pattern, value, otherwise: None, pending: false };
        let mention = self.read_local(local, span);
        (Statement { kind, span }, mention)
    }

    /// What is wrong with the outcome of a step that must fail, as a text, if something is.
    fn problem(&mut self, step: Expr, fault: Type, expected: Expr) -> Option<Expr> {
        let (span, outcome) = (step.span, step.ty.clone());
        let ty = Type::Option(Arc::new(Type::Text));
        let some = |words: Expr| expr(ExprKind::Some(Box::new(words)), Type::Option(Arc::new(Type::Text)), span);
        let local = self.invent_local("$fault", fault.clone(), span);
        let (index, _) = self.find_field(&fault, dot_syntax::Symbol::new("message"))?;
        let mut said = || {
            let fault = self.read_local(local, span);
            expr(ExprKind::Field(Box::new(fault), index), Type::Text, span)
        };
        let (looked_at, shown) = (said(), said());
        let contains = self.checker.std_function("text", "contains")?;
        let condition = Box::new(self.plain_call(&contains, Vec::new(), vec![looked_at, expected], span));
        let words = expr(ExprKind::Text(texts::ASSERT_FAILS_OTHERWISE.into()), Type::Text, span);
        let otherwise = some(expr(ExprKind::Concat(vec![words, shown]), Type::Text, span));
        let then = Box::new(expr(ExprKind::None, ty.clone(), span));
        let judged = expr(ExprKind::If { condition, then, otherwise: Some(Box::new(otherwise)) }, ty.clone(), span);
        let fine = some(expr(ExprKind::Text(texts::ASSERT_FAILS_NOT.into()), Type::Text, span));
        let pattern = |kind, ty: &Type| Pattern { kind, ty: ty.clone(), span };
        let ok = pattern(PatternKind::Case(0, Vec::new()), &outcome);
        let err = pattern(PatternKind::Case(1, vec![(0, pattern(PatternKind::Bind(local), &fault))]), &outcome);
        let arms = vec![Arm { pattern: ok, guard: None, body: fine }, Arm { pattern: err, guard: None, body: judged }];
        Some(expr(ExprKind::Match { subject: Box::new(step), arms }, ty, span))
    }

    /// The assertion that there is no problem.
    fn unless_none(&mut self, problem: Expr, source: Arc<str>, message: Option<&ast::Expr>, span: Span) -> Statement {
        let ty = problem.ty.clone();
        let local = self.invent_local("$words", Type::Text, span);
        let mut words = Vec::new();
        if let Some(message) = message {
            let message = self.infer(message);
            words.push(self.text_of(message));
            words.push(expr(ExprKind::Text(texts::ASSERT_MESSAGE.into()), Type::Text, span));
        }
        words.push(self.read_local(local, span));
        let condition = expr(ExprKind::Bool(false), Type::Bool, span);
        let message = Some(expr(ExprKind::Concat(words), Type::Text, span));
        let assert = StatementKind::Assert(Assert { condition, source, comparison: None, message });
        let failed = expr(ExprKind::Block(vec![Statement { kind: assert, span }], None), Type::Unit, span);
        let bind = Pattern { kind: PatternKind::Bind(local), ty: Type::Text, span };
        let some = Pattern { kind: PatternKind::Some(Box::new(bind)), ty: ty.clone(), span };
        let none = Pattern { kind: PatternKind::None, ty, span };
        let nothing = expr(ExprKind::Unit, Type::Unit, span);
        let arms =
            vec![Arm { pattern: none, guard: None, body: nothing }, Arm { pattern: some, guard: None, body: failed }];
        let kind = StatementKind::Expr(expr(ExprKind::Match { subject: Box::new(problem), arms }, Type::Unit, span));
        Statement { kind, span }
    }
}

/// The answers of `each [a, b]`.
fn each_of(value: &ast::Expr) -> Option<&ast::Expr> {
    match &value.kind {
        ast::ExprKind::Call { callee, args, .. } => match (&callee.kind, &args[..]) {
            (ast::ExprKind::Name(name), [ast::Arg { name: None, value }]) if name.symbol == "each" => Some(value),
            _ => None,
        },
        _ => None,
    }
}
