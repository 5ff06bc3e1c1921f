//! Expressions of simple types: operators and what the standard library has for them.

use super::types::Ty;
use super::{Generator, Mode};

impl Generator {
    pub(super) fn known(&mut self, ty: &Ty, depth: u32) -> String {
        self.expr(ty, Mode::Known, depth)
    }

    /// What stands before a `.`, or between operators.
    pub(super) fn operand(&mut self, ty: &Ty, depth: u32) -> String {
        let operand = self.expr(ty, Mode::Inferred, depth);
        let simple = operand.chars().all(|c| c.is_alphanumeric() || c == '_') && !operand.starts_with(char::is_numeric);
        if simple || operand.starts_with(['(', '[', '"']) { operand } else { format!("({operand})") }
    }

    pub(super) fn bool_expr(&mut self, depth: u32) -> String {
        match self.below(12) {
            0 => format!("(not {})", self.operand(&Ty::Bool, depth)),
            1 => format!("({} and {})", self.operand(&Ty::Bool, depth), self.operand(&Ty::Bool, depth)),
            2 => format!("({} or {})", self.operand(&Ty::Bool, depth), self.operand(&Ty::Bool, depth)),
            3..=5 => {
                let ty = self.data_type(1);
                self.comparison(&ty, depth)
            }
            6 => self.comparison(&Ty::Int, depth),
            7 => self.membership(depth),
            8 => self.is_expr(depth),
            9 => {
                let (text, part) = (self.operand(&Ty::Text, depth), self.known(&Ty::Text, depth));
                let method = ["contains", "starts_with", "ends_with"][self.below(3)];
                format!("{text}.{method}({part})")
            }
            10 => {
                let item = self.any_type(0);
                let list = self.operand(&Ty::list(item.clone()), depth);
                let method = ["any", "all"][self.below(2)];
                format!("{list}.{method}({})", self.lambda(&[item], &Ty::Bool, Mode::Known, depth))
            }
            _ => {
                let key = self.key_type(0);
                let map = Ty::Map(Box::new(key.clone()), Box::new(self.any_type(0)));
                format!("{}.has({})", self.operand(&map, depth), self.known(&key, depth))
            }
        }
    }

    fn comparison(&mut self, ty: &Ty, depth: u32) -> String {
        let op = ["==", "!=", "<", "<=", ">", ">="][self.below(6)];
        format!("({} {op} {})", self.operand(ty, depth), self.operand(ty, depth))
    }

    fn membership(&mut self, depth: u32) -> String {
        let op = if self.percent(30) { "not in" } else { "in" };
        let (item, whole) = match self.below(4) {
            0 => (Ty::Text, Ty::Text),
            1 => {
                let key = self.key_type(0);
                (key.clone(), Ty::Set(Box::new(key)))
            }
            2 => {
                let key = self.key_type(0);
                (key.clone(), Ty::Map(Box::new(key), Box::new(self.any_type(0))))
            }
            _ => {
                let item = self.data_type(0);
                (item.clone(), Ty::list(item))
            }
        };
        format!("({} {op} {})", self.operand(&item, depth), self.operand(&whole, depth))
    }

    fn is_expr(&mut self, depth: u32) -> String {
        let ty = match self.below(2) {
            0 => self.any_type(0),
            _ => match self.any_type(0) {
                item @ (Ty::Option(_) | Ty::Function(..)) => item,
                item => Ty::option(item),
            },
        };
        let subject = self.operand(&ty, depth);
        match self.test_pattern(&ty) {
            Some(pattern) => format!("({subject} is {pattern})"),
            None => self.comparison(&Ty::Text, depth),
        }
    }

    pub(super) fn int_expr(&mut self, depth: u32) -> String {
        match self.below(23) {
            0..=5 => {
                let op = ["+", "-", "*", "+", "-"][self.below(5)];
                format!("({} {op} {})", self.operand(&Ty::Int, depth), self.operand(&Ty::Int, depth))
            }
            6 => {
                let op = ["/", "%"][self.below(2)];
                let divisor = if self.percent(75) { "3".to_owned() } else { self.operand(&Ty::Int, depth) };
                format!("({} {op} {divisor})", self.operand(&Ty::Int, depth))
            }
            7 => format!("(-{})", self.operand(&Ty::Int, depth)),
            8 => format!("{}.len()", self.operand(&Ty::Text, depth)),
            9 | 10 => {
                let list = Ty::list(self.any_type(0));
                format!("{}.len()", self.operand(&list, depth))
            }
            11 => {
                let map = Ty::Map(Box::new(self.key_type(0)), Box::new(self.any_type(0)));
                format!("{}.len()", self.operand(&map, depth))
            }
            12 => {
                let ty = self.data_type(1);
                format!("compare({}, {})", self.operand(&ty, depth), self.operand(&ty, depth))
            }
            13 => {
                let name = ["wrapping_add", "wrapping_sub", "wrapping_mul", "bit_and", "bit_or", "bit_xor", "modulo"];
                let name = name[self.below(name.len())];
                format!("{}.{name}({})", self.operand(&Ty::Int, depth), self.known(&Ty::Int, depth))
            }
            14 => {
                let name = ["shift_left", "shift_right"][self.below(2)];
                format!("{}.{name}({})", self.operand(&Ty::Int, depth), self.below(66))
            }
            15 => format!("(Int.parse({}) ?? {})", self.known(&Ty::Text, depth), self.operand(&Ty::Int, depth)),
            16 => format!("{}.to_int()", self.operand(&Ty::Float, depth)),
            17 => format!("{}.to_nanos()", self.operand(&Ty::Duration, depth)),
            19 => self.time_number(depth),
            20 => self.date_number(depth),
            21 => format!("{}.to_int()", self.operand(&Ty::Decimal, depth)),
            18 => format!("{}.sum()", self.operand(&Ty::list(Ty::Int), depth)),
            _ => {
                let item = self.any_type(0);
                let list = self.operand(&Ty::list(item.clone()), depth);
                format!("{list}.count({})", self.lambda(&[item], &Ty::Bool, Mode::Known, depth))
            }
        }
    }

    pub(super) fn float_expr(&mut self, depth: u32) -> String {
        match self.below(11) {
            9 => format!("{}.to_float()", self.operand(&Ty::Decimal, depth)),
            0..=3 => {
                let op = ["+", "-", "*", "/", "%"][self.below(5)];
                format!("({} {op} {})", self.operand(&Ty::Float, depth), self.operand(&Ty::Float, depth))
            }
            4 => format!("{}.to_float()", self.operand(&Ty::Int, depth)),
            5 => {
                let name = ["abs", "sqrt", "floor", "ceil", "round"][self.below(5)];
                format!("{}.{name}()", self.operand(&Ty::Float, depth))
            }
            6 => format!("(-{})", self.operand(&Ty::Float, depth)),
            7 => format!("Float.sum({})", self.known(&Ty::list(Ty::Float), depth)),
            8 => {
                let name = ["sin", "cos", "exp", "ln"][self.below(4)];
                format!("Math.{name}({})", self.known(&Ty::Float, depth))
            }
            _ => format!("({} / {})", self.operand(&Ty::Duration, depth), self.operand(&Ty::Duration, depth)),
        }
    }

    pub(super) fn duration_expr(&mut self, depth: u32) -> String {
        match self.below(6) {
            5 => format!("({} - {})", self.operand(&Ty::Time, depth), self.operand(&Ty::Time, depth)),
            0 => format!("({} + {})", self.operand(&Ty::Duration, depth), self.operand(&Ty::Duration, depth)),
            1 => format!("({} - {})", self.operand(&Ty::Duration, depth), self.operand(&Ty::Duration, depth)),
            2 => format!("({} * {})", self.operand(&Ty::Duration, depth), self.operand(&Ty::Int, depth)),
            3 => format!("({} / {})", self.operand(&Ty::Duration, depth), self.operand(&Ty::Int, depth)),
            _ => format!("Duration.millis({})", self.known(&Ty::Int, depth)),
        }
    }

    pub(super) fn text_expr(&mut self, depth: u32) -> String {
        match self.below(16) {
            0 | 1 => format!("({} + {})", self.operand(&Ty::Text, depth), self.operand(&Ty::Text, depth)),
            2..=4 => self.interpolation(),
            5 | 6 => {
                let ty = self.data_type(1);
                format!("Text.of({})", self.expr(&ty, Mode::Inferred, depth))
            }
            7 => {
                let (text, start) = (self.operand(&Ty::Text, depth), self.below(8) as i64 - 4);
                if self.percent(50) {
                    format!("{text}.slice({start})")
                } else {
                    format!("{text}.slice({start}, {})", self.known(&Ty::Int, depth))
                }
            }
            8 => {
                let name = ["to_upper", "to_lower", "trim", "trim_start", "trim_end", "reverse"];
                let name = name[self.below(name.len())];
                format!("{}.{name}()", self.operand(&Ty::Text, depth))
            }
            9 => {
                let (text, part) = (self.operand(&Ty::Text, depth), self.known(&Ty::Text, depth));
                format!("{text}.replace({part}, {})", self.known(&Ty::Text, 0))
            }
            10 => format!("{}.repeat({})", self.operand(&Ty::Text, depth), self.below(4)),
            11 => {
                let parts = self.operand(&Ty::list(Ty::Text), depth);
                format!("{parts}.join({})", self.known(&Ty::Text, 0))
            }
            13 => self.calendar_text(depth),
            14 => format!("{}.to_fixed({})", self.operand(&Ty::Decimal, depth), self.below(12)),
            12 => format!("({}.get({}) ?? \"none\")", self.operand(&Ty::Text, depth), self.known(&Ty::Int, depth)),
            _ => format!("{}.to_fixed({})", self.operand(&Ty::Float, depth), self.below(12)),
        }
    }

    /// A text with values in it, each on one line.
    pub(super) fn interpolation(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..1 + self.below(3) {
            let ty = self.data_type(1);
            let value = self.leaf(&ty, Mode::Inferred);
            if !value.contains('\n') {
                text.push_str(&format!("${{{value}}} "));
            }
        }
        format!("\"{text}.\"")
    }

    pub(super) fn bytes_expr(&mut self, depth: u32) -> String {
        match self.below(4) {
            0 => format!("({} + {})", self.operand(&Ty::Bytes, depth), self.operand(&Ty::Bytes, depth)),
            1 => format!("{}.to_bytes()", self.operand(&Ty::Text, depth)),
            2 => format!("{}.slice({})", self.operand(&Ty::Bytes, depth), self.below(6) as i64 - 3),
            _ => format!("Bytes.from({})", self.known(&Ty::list(Ty::Int), depth)),
        }
    }
}
