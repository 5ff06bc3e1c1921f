//! Blocks.

use dot_syntax::{Span, ast};

use super::{Body, Want, expr};
use crate::messages::{flow, types};
use crate::program::{Expr, ExprKind, StatementKind, Type};
use crate::types::UNKNOWN;

impl Body<'_, '_> {
    /// A block. Where `()` is wanted its last expression is a statement like the others.
    pub(super) fn block(&mut self, block: &ast::Block, want: Option<&Want>) -> Expr {
        self.scoped(|body| body.block_inside(block, want))
    }

    fn block_inside(&mut self, block: &ast::Block, want: Option<&Want>) -> Expr {
        let want = self.strict(want);
        let unit = want.is_some_and(|want| self.shallow(&want.ty) == Type::Unit);
        let (before, last) = match block.statements.split_last() {
            Some((ast::Statement { kind: ast::StatementKind::Expr(last), .. }, before)) if !unit => {
                (before, Some(last))
            }
            _ => (&block.statements[..], None),
        };
        let mut statements = Vec::with_capacity(before.len());
        let mut leaves = false;
        let mut dead: Option<Span> = None;
        for statement in before {
            if leaves {
                dead.get_or_insert(statement.span);
            }
            self.endless = false;
            if let Some(statement) = self.statement(statement) {
                leaves |= match &statement.kind {
                    StatementKind::Expr(value) | StatementKind::Let { value, .. } => value.ty == Type::Never,
                    StatementKind::Assign { value, .. } => value.ty == Type::Never,
                    StatementKind::While { .. } => self.endless,
                    _ => false,
                };
                statements.push(statement);
            }
        }
        if let (true, Some(last)) = (leaves, last) {
            dead.get_or_insert(last.span);
        }
        if let Some(first) = dead {
            let end = block.statements.last().map_or(first, |last| last.span);
            self.report(flow::never_reached(first.to(end)));
        }
        let Some(last) = last else {
            return self.block_without_value(block, statements, leaves, want);
        };
        let value = match want {
            Some(want) => {
                let value = self.check(last, want);
                // What was converted has the wanted type; what leaves has none.
                if value.ty == Type::Never { value } else { Expr { ty: want.ty.clone(), ..value } }
            }
            None => self.infer(last),
        };
        let ty = if leaves { Type::Never } else { value.ty.clone() };
        expr(ExprKind::Block(statements, Some(Box::new(value))), ty, block.span)
    }

    fn block_without_value(
        &mut self,
        block: &ast::Block,
        statements: Vec<crate::program::Statement>,
        leaves: bool,
        want: Option<&Want>,
    ) -> Expr {
        if leaves {
            return expr(ExprKind::Block(statements, None), Type::Never, block.span);
        }
        // A block that was not understood as a whole may have lost its value.
        let broken = block.statements.last().is_some_and(|last| matches!(last.kind, ast::StatementKind::Error));
        let ty = match want {
            Some(want) if self.shallow(&want.ty) != Type::Unit && !broken => {
                let shown = self.show(&want.ty);
                let is_assignment =
                    block.statements.last().is_some_and(|last| matches!(last.kind, ast::StatementKind::Assign { .. }));
                if self.shallow(&want.ty) != UNKNOWN {
                    self.report(types::block_without_value(block.span, &shown, want.origin, is_assignment));
                }
                UNKNOWN
            }
            _ if broken => UNKNOWN,
            _ => Type::Unit,
        };
        expr(ExprKind::Block(statements, None), ty, block.span)
    }
}
