//! The direct parts of a typed expression, in the order of evaluation as written.

use crate::program::{Assert, Clause, Expr, ExprKind, MockWith, Part, Place, Statement, StatementKind, StepKind};

/// Writes one walk for shared and one for exclusive references, so that there is a single order.
macro_rules! walk {
    ($(#[$docs:meta])* $visibility:vis $child:ident, $update:ident, $statement:ident, $place:ident $(, $mut:tt)?) => {
        $(#[$docs])*
        $visibility fn $child<'e>(expr: &'e $($mut)? Expr, visit: &mut dyn FnMut(&'e $($mut)? Expr)) {
            match & $($mut)? expr.kind {
                ExprKind::Unit
                | ExprKind::Bool(_)
                | ExprKind::Int(_)
                | ExprKind::Float(_)
                | ExprKind::Decimal(_)
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
                    parts.into_iter().for_each(visit);
                }
                ExprKind::CallDot(call) => (& $($mut)? call.args).into_iter().for_each(|part| visit(& $($mut)? part.value)),
                ExprKind::Map(entries) => entries.into_iter().for_each(|(key, value)| {
                    visit(key);
                    visit(value);
                }),
                ExprKind::Record(parts) | ExprKind::Case { fields: parts, .. } | ExprKind::Call { args: parts, .. } => {
                    parts.into_iter().for_each(|part| visit(& $($mut)? part.value));
                }
                ExprKind::Update { before, base, fields } => $update(*before, base, fields, visit),
                ExprKind::Some(inner)
                | ExprKind::Widen(inner)
                | ExprKind::Refine(inner)
                | ExprKind::RefineOption(inner)
                | ExprKind::Field(inner, _)
                | ExprKind::Negate(inner)
                | ExprKind::Not(inner)
                | ExprKind::Is(inner, _)
                | ExprKind::Return(inner)
                | ExprKind::Fail(inner)
                | ExprKind::FailRetry(inner) => visit(inner),
                ExprKind::Index(left, right)
                | ExprKind::Binary(_, left, right)
                | ExprKind::And(left, right)
                | ExprKind::Or(left, right)
                | ExprKind::Limited(left, right)
                | ExprKind::Range { start: left, end: right, .. } => {
                    visit(left);
                    visit(right);
                }
                ExprKind::CallValue { callee, args } => {
                    visit(callee);
                    args.into_iter().for_each(visit);
                }
                ExprKind::Lambda(lambda) => visit(& $($mut)? lambda.body),
                ExprKind::Block(statements, last) => {
                    statements.into_iter().for_each(|statement| $statement(statement, visit));
                    last.into_iter().for_each(|last| visit(last));
                }
                ExprKind::If { condition, then, otherwise } => {
                    [condition, then].into_iter().chain(otherwise).for_each(|part| visit(part));
                }
                ExprKind::Match { subject, arms } => {
                    visit(subject);
                    for arm in arms {
                        (& $($mut)? arm.guard).into_iter().for_each(&mut *visit);
                        visit(& $($mut)? arm.body);
                    }
                }
                ExprKind::Comprehension { clauses, body, .. } => {
                    clauses.into_iter().for_each(|(Clause::For(_, expr) | Clause::If(expr))| visit(expr));
                    visit(body);
                }
            }
        }

        fn $update<'e>(
            before: usize,
            base: &'e $($mut)? Expr,
            fields: &'e $($mut)? [Part],
            visit: &mut dyn FnMut(&'e $($mut)? Expr),
        ) {
            let mut fields = fields.into_iter();
            fields.by_ref().take(before).for_each(|part| visit(& $($mut)? part.value));
            visit(base);
            fields.for_each(|part| visit(& $($mut)? part.value));
        }

        pub(crate) fn $statement<'e>(statement: &'e $($mut)? Statement, visit: &mut dyn FnMut(&'e $($mut)? Expr)) {
            match & $($mut)? statement.kind {
                StatementKind::Let { value, otherwise, .. } => {
                    visit(value);
                    otherwise.into_iter().for_each(visit);
                }
                StatementKind::Assign { place, value } | StatementKind::AssignOp { place, value, .. } => {
                    $place(place, visit);
                    visit(value);
                }
                StatementKind::AssignTuple { places, value } => {
                    places.into_iter().for_each(|place| $place(place, visit));
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
                    message.into_iter().for_each(visit);
                }
                StatementKind::Mock { with: MockWith::Dot { captures, .. }, .. } => captures.into_iter().for_each(visit),
                StatementKind::Mock { with: MockWith::Each(expr), .. } | StatementKind::Expr(expr) => visit(expr),
            }
        }

        fn $place<'e>(place: &'e $($mut)? Place, visit: &mut dyn FnMut(&'e $($mut)? Expr)) {
            for step in & $($mut)? place.steps {
                if let StepKind::Index(index) = & $($mut)? step.kind {
                    visit(index);
                }
            }
        }
    };
}

walk! {
    /// Calls `visit` with each expression that stands directly inside another one; the bodies of lambdas count.
    pub each_child, each_in_update, each_in_statement, each_in_place
}

walk! {
    /// As [`each_child`], to change what stands there.
    pub(crate) each_child_mut, each_in_update_mut, each_in_statement_mut, each_in_place_mut, mut
}
