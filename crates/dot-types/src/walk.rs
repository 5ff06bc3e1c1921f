//! The direct parts of a typed expression, in the order of evaluation as written.

use crate::program::{Assert, Clause, Expr, ExprKind, MockWith, Part, Place, Statement, StatementKind, StepKind};

/// Calls `visit` with each expression that stands directly inside another one; the bodies of lambdas count.
pub fn each_child<'e>(expr: &'e Expr, visit: &mut dyn FnMut(&'e Expr)) {
    match &expr.kind {
        ExprKind::Unit
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Duration(_)
        | ExprKind::Text(_)
        | ExprKind::Local(_)
        | ExprKind::Constant(_)
        | ExprKind::CallsOf(_)
        | ExprKind::EmptySet
        | ExprKind::None
        | ExprKind::Break
        | ExprKind::Continue => {}
        ExprKind::Concat(parts) | ExprKind::List(parts) | ExprKind::Tuple(parts) | ExprKind::Parallel(parts) => {
            parts.iter().for_each(visit);
        }
        ExprKind::CallDot(call) => call.args.iter().for_each(|part| visit(&part.value)),
        ExprKind::Map(entries) => entries.iter().for_each(|(key, value)| {
            visit(key);
            visit(value);
        }),
        ExprKind::Record(parts) | ExprKind::Case { fields: parts, .. } | ExprKind::Call { args: parts, .. } => {
            parts.iter().for_each(|part| visit(&part.value));
        }
        ExprKind::Update { before, base, fields } => each_in_update(*before, base, fields, visit),
        ExprKind::Some(inner)
        | ExprKind::Widen(inner)
        | ExprKind::Refine(inner)
        | ExprKind::RefineOption(inner)
        | ExprKind::Field(inner, _)
        | ExprKind::Negate(inner)
        | ExprKind::Not(inner)
        | ExprKind::Is(inner, _)
        | ExprKind::Return(inner)
        | ExprKind::Fail(inner) => visit(inner),
        ExprKind::Index(left, right)
        | ExprKind::Binary(_, left, right)
        | ExprKind::And(left, right)
        | ExprKind::Or(left, right)
        | ExprKind::Range { start: left, end: right, .. } => {
            visit(left);
            visit(right);
        }
        ExprKind::CallValue { callee, args } => {
            visit(callee);
            args.iter().for_each(visit);
        }
        ExprKind::Lambda(lambda) => visit(&lambda.body),
        ExprKind::Block(statements, last) => {
            statements.iter().for_each(|statement| each_in_statement(statement, visit));
            last.iter().for_each(|last| visit(last));
        }
        ExprKind::If { condition, then, otherwise } => {
            [condition, then].into_iter().chain(otherwise).for_each(|part| visit(part));
        }
        ExprKind::Match { subject, arms } => {
            visit(subject);
            arms.iter().flat_map(|arm| arm.guard.iter().chain([&arm.body])).for_each(visit);
        }
        ExprKind::Comprehension { clauses, body, .. } => {
            clauses.iter().for_each(|(Clause::For(_, expr) | Clause::If(expr))| visit(expr));
            visit(body);
        }
    }
}

fn each_in_update<'e>(before: usize, base: &'e Expr, fields: &'e [Part], visit: &mut dyn FnMut(&'e Expr)) {
    let (first, rest) = fields.split_at(before);
    first.iter().for_each(|part| visit(&part.value));
    visit(base);
    rest.iter().for_each(|part| visit(&part.value));
}

fn each_in_statement<'e>(statement: &'e Statement, visit: &mut dyn FnMut(&'e Expr)) {
    match &statement.kind {
        StatementKind::Let { value, otherwise, .. } => {
            visit(value);
            otherwise.iter().for_each(visit);
        }
        StatementKind::Assign { place, value } | StatementKind::AssignOp { place, value, .. } => {
            each_in_place(place, visit);
            visit(value);
        }
        StatementKind::AssignTuple { places, value } => {
            places.iter().for_each(|place| each_in_place(place, visit));
            visit(value);
        }
        StatementKind::For { iterable: first, body, .. } | StatementKind::While { condition: first, body } => {
            visit(first);
            visit(body);
        }
        StatementKind::Assert(Assert { condition, comparison, message, .. }) => {
            match comparison {
                Some((_, left, right)) => {
                    visit(left);
                    visit(right);
                }
                None => visit(condition),
            }
            message.iter().for_each(visit);
        }
        StatementKind::Mock { with: MockWith::Dot { captures, .. }, .. } => captures.iter().for_each(visit),
        StatementKind::Mock { with: MockWith::Each(expr), .. } | StatementKind::Expr(expr) => visit(expr),
    }
}

fn each_in_place<'e>(place: &'e Place, visit: &mut dyn FnMut(&'e Expr)) {
    for step in &place.steps {
        if let StepKind::Index(index) = &step.kind {
            visit(index);
        }
    }
}
