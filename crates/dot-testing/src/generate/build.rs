//! Expressions made for their type: literals, operators, constructors, lambdas.

use super::types::{Case, Field, Kind, Ty};
use super::{Generator, Mode};

const INTS: &[&str] = &["0", "1", "2", "3", "5", "10", "64", "-1", "-7", "1_000", "0xff", "255"];
const EXTREME_INTS: &[&str] = &["9223372036854775807", "-9223372036854775808", "4611686018427387904", "-2147483649"];
const FLOATS: &[&str] = &["0.0", "1.0", "1.5", "-2.25", "0.1", "1e10", "1.5e-7", "-0.0", "123456.789", "9.5e18"];
const TEXTS: &[&str] = &["", "a", "b", "ab", "hello world", "äö", "€", "x😀y", "line\\nbreak", " pad ", "7", "q\\\"q"];
const DURATIONS: &[&str] = &["0s", "1s", "250ms", "2m", "36h", "3d", "90s"];

impl Generator {
    /// The smallest expression of a type: a variable or a literal.
    pub(super) fn leaf(&mut self, ty: &Ty, mode: Mode) -> String {
        if (self.percent(75) || matches!(ty, Ty::Param(_)))
            && let Some(variable) = self.variable(ty)
        {
            return variable;
        }
        self.literal(ty, mode, 0)
    }

    /// The parts of a literal: leaves at the bottom.
    fn part(&mut self, ty: &Ty, mode: Mode, depth: u32) -> String {
        if depth == 0 { self.leaf(ty, mode) } else { self.expr(ty, mode, depth - 1) }
    }

    /// An expression that tells the checker its type, where the expression alone would not.
    pub(super) fn typed(&mut self, ty: &Ty, mode: Mode, expr: String) -> String {
        match mode {
            Mode::Known => expr,
            Mode::Inferred => format!("same<{}>({expr})", self.types.name(ty)),
        }
    }

    /// An expression of the type's own shape.
    pub(super) fn build(&mut self, ty: &Ty, mode: Mode, depth: u32) -> String {
        match ty {
            Ty::Bool => self.bool_expr(depth),
            Ty::Int => self.int_expr(depth),
            Ty::Float => self.float_expr(depth),
            Ty::Duration => self.duration_expr(depth),
            Ty::Decimal => self.decimal_expr(depth),
            Ty::Time => self.time_expr(depth),
            Ty::Date => self.date_expr(depth),
            Ty::Text => self.text_expr(depth),
            Ty::Bytes => self.bytes_expr(depth),
            Ty::List(item) => self.list_expr(item, mode, depth),
            Ty::Map(key, value) => self.map_expr(key, value, mode, depth),
            Ty::Set(item) => self.set_expr(item, mode, depth),
            Ty::Option(item) => self.option_expr(item, mode, depth),
            Ty::Named(..) if self.percent(40) => {
                self.update(ty, depth).unwrap_or_else(|| self.literal(ty, mode, depth))
            }
            _ => self.literal(ty, mode, depth),
        }
    }

    pub(super) fn literal(&mut self, ty: &Ty, mode: Mode, depth: u32) -> String {
        match ty {
            Ty::Unit => "()".to_owned(),
            Ty::Bool => if self.percent(50) { "true" } else { "false" }.to_owned(),
            Ty::Int => {
                let pool = if self.percent(4) { EXTREME_INTS } else { INTS };
                let number = pool[self.below(pool.len())];
                if number.starts_with('-') { format!("({number})") } else { number.to_owned() }
            }
            Ty::Float if mode == Mode::Known && self.percent(15) => "2".to_owned(),
            Ty::Float => {
                let number = FLOATS[self.below(FLOATS.len())];
                if number.starts_with('-') { format!("({number})") } else { number.to_owned() }
            }
            Ty::Duration => DURATIONS[self.below(DURATIONS.len())].to_owned(),
            Ty::Decimal => self.decimal_literal(mode),
            Ty::Time => self.time_literal(),
            Ty::Date => self.date_literal(),
            Ty::Text => format!("\"{}\"", TEXTS[self.below(TEXTS.len())]),
            Ty::Bytes => format!("\"{}\".to_bytes()", TEXTS[self.below(TEXTS.len())]),
            Ty::List(item) => self.list_literal(item, mode, depth),
            Ty::Map(key, value) => self.map_literal(key, value, mode, depth),
            Ty::Set(item) => self.set_literal(item, mode, depth),
            Ty::Option(item) => self.option_literal(item, mode, depth),
            Ty::Tuple(items) => {
                let parts: Vec<_> = items.iter().map(|item| self.part(item, mode, depth)).collect();
                format!("({})", parts.join(", "))
            }
            Ty::Result(value, error) => {
                let worked = self.percent(65);
                let part = self.part(if worked { value } else { error }, Mode::Known, depth);
                let literal = if worked { format!("Ok({part})") } else { format!("Err({part})") };
                self.typed(ty, mode, literal)
            }
            Ty::Function(params, result) => self.lambda(params, result, mode, depth),
            Ty::Named(index, args) => self.construct(ty, *index, args, mode, depth),
            Ty::Param(_) => self.variable(ty).unwrap_or_else(|| "fail \"no value\"".to_owned()),
        }
    }

    /// A lambda. In a known place its parameters need no types.
    pub(super) fn lambda(&mut self, params: &[Ty], result: &Ty, mode: Mode, depth: u32) -> String {
        if depth > 0
            && self.percent(15)
            && let Some(name) = self.function_value(params, result)
        {
            return self.typed(&Ty::Function(params.to_vec(), Box::new(result.clone())), mode, name);
        }
        let whole = Ty::Function(params.to_vec(), Box::new(result.clone()));
        let lambda = self.captured(|this| {
            let names: Vec<String> = params.iter().map(|_| this.fresh("p")).collect();
            for (name, ty) in names.iter().zip(params) {
                this.declare(name, ty.clone(), false);
            }
            let body = if depth > 1 && this.percent(20) && *result != Ty::Unit {
                this.result = Some(result.clone());
                this.block(result, depth - 1)
            } else if *result == Ty::Unit {
                "()".to_owned()
            } else {
                this.part(result, Mode::Known, depth)
            };
            let head = match names.as_slice() {
                [name] => name.clone(),
                names => format!("({})", names.join(", ")),
            };
            format!("({head} => {body})")
        });
        self.typed(&whole, mode, lambda)
    }

    /// A value of a declared type.
    fn construct(&mut self, ty: &Ty, index: usize, args: &[Ty], mode: Mode, depth: u32) -> String {
        let declared = self.types.declared[index].clone();
        let literal = match &declared.kind {
            Kind::Record(fields) => {
                let mut inits = Vec::new();
                for field in fields {
                    if !(field.default.is_some() && self.percent(50)) {
                        inits.push(self.named_part(field, args, depth));
                    }
                }
                self.shuffle(&mut inits);
                format!("{} {{ {} }}", declared.name, inits.join(", "))
            }
            Kind::Union(cases) => {
                let index = if depth == 0 { 0 } else { self.below(cases.len()) };
                self.case_literal(&cases[index], args, depth)
            }
            Kind::Refined { base, literals, .. } => {
                let literal = literals[self.below(literals.len())];
                return match mode {
                    _ if depth > 0 && self.percent(40) => {
                        // The checker looks at literals, so that they would have to fulfil the condition.
                        let value = self.part(base, Mode::Known, depth);
                        format!("{}({})", declared.name, self.typed(base, Mode::Inferred, value))
                    }
                    Mode::Known => format!("({literal})"),
                    Mode::Inferred => format!("{}({literal})", declared.name),
                };
            }
        };
        if args.is_empty() { literal } else { self.typed(ty, mode, literal) }
    }

    /// A case with its fields by position, or by name in any order.
    fn case_literal(&mut self, case: &Case, args: &[Ty], depth: u32) -> String {
        if case.fields.is_empty() {
            return case.name.clone();
        }
        let named = case.fields.iter().all(|field| field.name.is_some()) && self.percent(50);
        let mut parts = Vec::new();
        for field in &case.fields {
            parts.push(if named {
                self.named_part(field, args, depth)
            } else {
                self.part(&field.ty.substitute(args), Mode::Known, depth)
            });
        }
        if named {
            self.shuffle(&mut parts);
        }
        format!("{}({})", case.name, parts.join(", "))
    }

    /// `name: value` of a field.
    fn named_part(&mut self, field: &Field, args: &[Ty], depth: u32) -> String {
        let value = self.part(&field.ty.substitute(args), Mode::Known, depth);
        format!("{}: {value}", field.name.as_deref().unwrap_or_default())
    }

    /// A record like another one but for some fields.
    fn update(&mut self, ty: &Ty, depth: u32) -> Option<String> {
        let Ty::Named(index, args) = ty else { return None };
        let declared = self.types.declared[*index].clone();
        let Kind::Record(fields) = &declared.kind else { return None };
        // Behind `..` the type is known where the record's own arguments are.
        if !args.is_empty() {
            return None;
        }
        let base = self.part(ty, Mode::Known, depth.min(1));
        let field = &fields[self.below(fields.len())];
        let part = self.named_part(field, args, depth);
        Some(format!("{} {{ ..{base}, {part} }}", declared.name))
    }

    pub(super) fn shuffle(&mut self, items: &mut [String]) {
        for index in (1..items.len()).rev() {
            let other = self.below(index + 1);
            items.swap(index, other);
        }
    }
}
