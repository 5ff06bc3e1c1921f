//! Expressions of decimals.

use dot_abi::decimal::Decimal;

use super::types::Ty;
use super::{Generator, Mode};

const DECIMALS: &[&str] =
    &["0", "1", "0.1", "2.50", "19.99", "-3", "-0.005", "1e3", "100", "0.3333333333333333333333333333"];
const EXTREME_DECIMALS: &[&str] =
    &["79228162514264337593543950335", "-79228162514264337593543950335", "0.0000000000000000000000000001"];

impl Generator {
    fn decimal_text(&mut self) -> &'static str {
        let pool = if self.percent(8) { EXTREME_DECIMALS } else { DECIMALS };
        pool[self.below(pool.len())]
    }

    pub(super) fn decimal_input(&mut self) -> Decimal {
        Decimal::parse(self.decimal_text()).unwrap_or(Decimal::ZERO)
    }

    /// A literal where a decimal is expected, a text that is parsed elsewhere.
    pub(super) fn decimal_literal(&mut self, mode: Mode) -> String {
        let text = self.decimal_text();
        // Literals without a point are limited to 64 bits.
        let parsed = text.len() > 25 || mode == Mode::Inferred && self.percent(50);
        if parsed {
            return format!("(Decimal.parse(\"{text}\") ?? 7)");
        }
        let literal = if text.starts_with('-') { format!("({text})") } else { text.to_owned() };
        self.typed(&Ty::Decimal, mode, literal)
    }

    pub(super) fn decimal_expr(&mut self, depth: u32) -> String {
        match self.below(9) {
            0..=3 => {
                let op = ["+", "-", "*", "/", "%"][self.below(5)];
                format!("({} {op} {})", self.operand(&Ty::Decimal, depth), self.operand(&Ty::Decimal, depth))
            }
            4 => {
                let (literal, op) = (["2", "0.5", "1.25"][self.below(3)], ["+", "-", "*"][self.below(3)]);
                let operand = self.operand(&Ty::Decimal, depth);
                if self.percent(50) {
                    format!("({literal} {op} {operand})")
                } else {
                    format!("({operand} {op} {literal})")
                }
            }
            5 => format!("(-{})", self.operand(&Ty::Decimal, depth)),
            6 => {
                let name = ["abs", "floor", "ceil", "truncate"][self.below(4)];
                format!("{}.{name}()", self.operand(&Ty::Decimal, depth))
            }
            7 => {
                let digits = if self.percent(95) { self.below(6) } else { 29 };
                format!("{}.round({digits})", self.operand(&Ty::Decimal, depth))
            }
            _ => match self.below(3) {
                0 => format!("Decimal.of({})", self.known(&Ty::Int, depth)),
                1 => format!("Decimal.sum({})", self.known(&Ty::list(Ty::Decimal), depth)),
                _ => format!("(Decimal.parse({}) ?? 1)", self.known(&Ty::Text, depth)),
            },
        }
    }
}
