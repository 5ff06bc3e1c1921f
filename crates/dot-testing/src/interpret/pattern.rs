//! Patterns.

use dot_types::program::{Pattern, PatternKind};

use super::expression::field;
use super::machine::{Bug, Frame, Machine};
use super::value::Value;

impl<'p> Machine<'p, '_> {
    /// Whether a value matches; binds variables as it goes, which nobody reads if it does not match.
    pub(super) fn matches(&self, frame: &mut Frame<'p>, pattern: &'p Pattern, value: &Value<'p>) -> Result<bool, Bug> {
        Ok(match (&pattern.kind, value) {
            (PatternKind::Wildcard, _) => true,
            (PatternKind::Bind(local), _) => {
                frame.set(*local, value.clone());
                true
            }
            (PatternKind::Bool(a), Value::Bool(b)) => a == b,
            (PatternKind::Int(a), Value::Int(b)) => a == b,
            (PatternKind::Float(a), Value::Float(b)) => a == b,
            (PatternKind::Decimal(a), Value::Decimal(b)) => a == b,
            (PatternKind::Duration(a), Value::Duration(b)) => a == b,
            (PatternKind::Text(a), Value::Text(b)) => **a == **b,
            (PatternKind::Tuple(parts), Value::Unit) => parts.is_empty(),
            (PatternKind::Tuple(parts), Value::Parts(_)) => self.all_match(frame, parts.iter().enumerate(), value)?,
            (PatternKind::Record(fields), Value::Parts(_)) => {
                self.all_match(frame, fields.iter().map(|(index, pattern)| (*index, pattern)), value)?
            }
            (PatternKind::Case(case, fields), Value::Case(other, _)) => {
                case == other
                    && self.all_match(frame, fields.iter().map(|(index, pattern)| (*index, pattern)), value)?
            }
            (PatternKind::None, Value::Option(option)) => option.is_none(),
            (PatternKind::Some(inner), Value::Option(Some(value))) => self.matches(frame, inner, value)?,
            (PatternKind::Some(_), Value::Option(None)) => false,
            (PatternKind::Or(patterns), _) => {
                for pattern in patterns {
                    if self.matches(frame, pattern, value)? {
                        return Ok(true);
                    }
                }
                false
            }
            _ => return Err(Bug("a pattern is not of its value's type")),
        })
    }

    fn all_match(
        &self,
        frame: &mut Frame<'p>,
        parts: impl Iterator<Item = (usize, &'p Pattern)>,
        value: &Value<'p>,
    ) -> Result<bool, Bug> {
        for (index, pattern) in parts {
            if !self.matches(frame, pattern, &field(value, index)?)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
