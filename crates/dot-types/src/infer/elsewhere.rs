//! Names of other languages, where the program means something that Dot has elsewhere: `len(x)`, `console.log(x)`.

use dot_syntax::{Span, ast};

use super::paths::FoundCase;
use super::{Body, unknown};
use crate::messages::{names, unavailable};
use crate::program::Expr;
use crate::suggest;
use crate::types::{UNKNOWN, variable};

impl Body<'_, '_> {
    /// Whether nothing is named so, and nothing that the parser skipped may be.
    fn is_unknown(&mut self, name: ast::Name) -> bool {
        let words = &self.checker.words;
        !self.bindings.contains_key(&name.symbol)
            && name.symbol != words.some
            && name.symbol != words.none
            && self.lookup(name.symbol).is_none()
            && matches!(self.find_case(name.symbol, None), FoundCase::None)
            && !self.checker.module(self.scope.module).lacks_items
            && unavailable::value(name).is_none()
    }

    /// Says what Dot has in place of something in a module of another language, if that is what is written.
    pub(super) fn path_of_other_language(&mut self, base: &ast::Expr, name: ast::Name) -> bool {
        let ast::ExprKind::Name(head) = &base.kind else { return false };
        let Some(here) = suggest::path_elsewhere(head.symbol.as_str(), name.symbol.as_str()) else { return false };
        if !self.is_unknown(*head) {
            return false;
        }
        self.report(names::unknown_path(*head, name, here));
        true
    }

    /// A call of a function that is a method in Dot, or is named otherwise.
    pub(super) fn call_of_other_language(&mut self, name: ast::Name, args: &[ast::Arg], span: Span) -> Option<Expr> {
        if !self.is_unknown(name) {
            return None;
        }
        // What is inferred here is not inferred again below: with calls in calls that would double the work for each.
        let mut left = args;
        if let Some((first, rest)) = args.split_first()
            && first.name.is_none()
            && !matches!(first.value.kind, ast::ExprKind::Lambda { .. })
        {
            let value = self.infer(&first.value);
            left = rest;
            let ty = self.shallow(&value.ty);
            if ty != UNKNOWN && variable(&ty).is_none() {
                let methods = self.method_names(&ty);
                let word = name.symbol.as_str();
                let same = methods.iter().copied().find(|method| *method == word);
                if let Some(method) = same.or_else(|| suggest::method_of_other_language(word, &methods)) {
                    let call = self.as_method_call(&first.value, method, rest);
                    self.report(names::method_called_as_function(name, &call, span, is_postfix(&first.value)));
                    self.skip_call(rest, span);
                    return Some(unknown(span));
                }
            }
        }
        match suggest::call_elsewhere(name.symbol.as_str()) {
            Some(here) => self.report(names::unknown_name_elsewhere(name, here)),
            None => {
                self.named_callee(name, None);
            }
        }
        Some(self.skip_call(left, span))
    }

    /// `first.method(rest)`
    fn as_method_call(&self, first: &ast::Expr, method: &str, rest: &[ast::Arg]) -> String {
        let text = |span: Span| self.checker.text(span);
        let argument = |arg: &ast::Arg| match arg.name {
            Some(name) => format!("{}: {}", name.symbol, text(arg.value.span)),
            None => text(arg.value.span).to_owned(),
        };
        let rest: Vec<String> = rest.iter().map(argument).collect();
        let first = if is_postfix(first) { text(first.span).to_owned() } else { format!("({})", text(first.span)) };
        format!("{first}.{method}({})", rest.join(", "))
    }
}

/// Whether a dot can follow without parentheses.
fn is_postfix(expr: &ast::Expr) -> bool {
    use ast::ExprKind::{Call, Comprehension, Field, Index, List, Name, Paren, Text};
    matches!(
        &expr.kind,
        Text(_) | Name(_) | Paren(_) | List(_) | Comprehension(_) | Field(..) | Index(..) | Call { .. }
    )
}
