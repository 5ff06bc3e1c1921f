//! Patterns that are written out, which are checked before anything runs.

use dot_abi::library::check_pattern;

use super::Body;
use crate::declare::Signature;
use crate::messages::calls;
use crate::program::{ExprKind, FunctionKind, Part};

impl Body<'_, '_> {
    /// Reports what is wrong with the pattern of a call, if it is a literal.
    pub(super) fn check_pattern_argument(&mut self, signature: &Signature, parts: &[Part]) {
        let FunctionKind::Native(native) = signature.kind else { return };
        let Some(index) = native.pattern_parameter() else { return };
        let Some(pattern) = parts.iter().find(|part| part.index == index) else { return };
        if let ExprKind::Text(text) = &pattern.value.kind
            && let Err(error) = check_pattern(text)
        {
            self.report(calls::no_pattern(pattern.value.span, &error.describe(text)));
        }
    }
}
