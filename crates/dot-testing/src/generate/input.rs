//! Inputs: values of data types.

use dot_abi::calendar::LAST_DAY;
use dot_abi::order;
use dot_abi::value::Value;

use super::Generator;
use super::types::{Field, Kind, Ty};

impl Generator {
    /// A value of a closed data type, small enough for `depth`.
    pub(super) fn input(&mut self, ty: &Ty, depth: u32) -> Value {
        let inner = depth.saturating_sub(1);
        let count = if depth == 0 { 0 } else { self.below(4) };
        match ty {
            Ty::Unit | Ty::Param(_) | Ty::Function(..) => Value::Unit,
            Ty::Bool => Value::Bool(self.percent(50)),
            Ty::Int => Value::Int([0, 1, -1, 3, 7, 255, i64::MAX, i64::MIN][self.below(8)]),
            Ty::Float => Value::Float([0.0, -0.0, 1.5, -2.25, 1e300, f64::NAN, f64::INFINITY][self.below(7)]),
            Ty::Duration => Value::Duration([0, 1, 1_500_000_000, -90_000_000_000][self.below(4)]),
            Ty::Decimal => Value::Decimal(self.decimal_input()),
            Ty::Time => Value::Time([0, -1, 1_769_862_600_500_000_000, i64::MAX][self.below(4)]),
            Ty::Date => Value::Date([0, 19_782, -719_528, LAST_DAY][self.below(4)]),
            Ty::Text => Value::Text(["", "a", "k1", "äö€", "x😀y", "two words"][self.below(6)].into()),
            Ty::Bytes => Value::Bytes((0..count).map(|_| self.below(256) as u8).collect()),
            Ty::List(item) => Value::List((0..count).map(|_| self.input(item, inner)).collect()),
            Ty::Set(item) => {
                let mut items: Vec<Value> = (0..count).map(|_| self.input(item, inner)).collect();
                items.sort_by(order::compare);
                items.dedup_by(|a, b| order::compare(a, b).is_eq());
                Value::Set(items)
            }
            Ty::Map(key, value) => {
                let mut entries: Vec<_> =
                    (0..count).map(|_| (self.input(key, inner), self.input(value, inner))).collect();
                entries.sort_by(|a, b| order::compare(&a.0, &b.0));
                entries.dedup_by(|a, b| order::compare(&a.0, &b.0).is_eq());
                Value::Map(entries)
            }
            Ty::Option(_) if self.percent(40) => Value::Option(None),
            Ty::Option(item) => Value::Option(Some(Box::new(self.input(item, inner)))),
            Ty::Result(value, error) => {
                let worked = self.percent(60);
                let part = self.input(if worked { value } else { error }, inner);
                Value::Case(u32::from(!worked), vec![part])
            }
            Ty::Tuple(items) => Value::Tuple(items.iter().map(|item| self.input(item, inner)).collect()),
            Ty::Named(index, args) => self.declared_input(*index, args, inner),
        }
    }

    fn declared_input(&mut self, index: usize, args: &[Ty], depth: u32) -> Value {
        let declared = self.types.declared[index].clone();
        let all = |this: &mut Generator, fields: &[Field]| {
            fields.iter().map(|field| this.input(&field.ty.substitute(args), depth)).collect()
        };
        match &declared.kind {
            Kind::Record(fields) => Value::Record(all(self, fields)),
            Kind::Union(cases) => {
                let case = if depth == 0 { 0 } else { self.below(cases.len()) };
                Value::Case(case as u32, all(self, &cases[case].fields))
            }
            Kind::Refined { base, literals, .. } => {
                let literal = literals[self.below(literals.len())];
                match base {
                    Ty::Int => Value::Int(literal.parse().unwrap_or_default()),
                    Ty::Float => Value::Float(literal.parse().unwrap_or_default()),
                    _ => Value::Text(literal.trim_matches('"').into()),
                }
            }
        }
    }
}
