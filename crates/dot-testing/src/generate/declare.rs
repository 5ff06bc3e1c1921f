//! Declared types, and types at random.

use std::rc::Rc;

use super::types::{Bound, Case, Declared, Field, Kind, Ty};
use super::{Generator, Mode};

/// Conditions with literals that fulfil them.
const REFINEMENTS: &[(Ty, &str, &[&str])] = &[
    (Ty::Int, "it >= 0 and it < 100", &["0", "7", "99"]),
    (Ty::Int, "it % 2 == 0", &["0", "2", "-4"]),
    (Ty::Text, "it.len() < 6", &["\"\"", "\"abc\"", "\"äö€\""]),
    (Ty::Float, "it > 0.5", &["0.75", "1.0", "2.5e10"]),
];

impl Generator {
    /// Declares types and chooses the palette.
    pub(super) fn declare_types(&mut self) {
        self.palette = vec![Ty::Int, Ty::Text];
        for _ in 0..self.below(4) {
            let simple = self.simple_type();
            self.palette.push(simple);
        }
        for index in 0..self.below(5) {
            let declared = match self.below(8) {
                0..=2 => self.record(index),
                3..=5 => self.union(index),
                6 => self.refined(index),
                _ => self.enumeration(index),
            };
            let generics = declared.generics;
            self.types.declared.push(Rc::new(declared));
            let args = (0..generics).map(|_| self.simple_type()).collect();
            self.palette.push(Ty::Named(index, args));
        }
        for _ in 0..2 + self.below(4) {
            let compound = self.any_type(2);
            self.palette.push(compound);
        }
    }

    fn record(&mut self, index: usize) -> Declared {
        let generics = if self.percent(25) { 1 + self.below(2) } else { 0 };
        let fields = (0..1 + generics + self.below(3)).map(|field| self.record_field(index, field, generics)).collect();
        Declared { name: format!("Record{index}"), generics, kind: Kind::Record(fields) }
    }

    fn record_field(&mut self, index: usize, field: usize, generics: usize) -> Field {
        let ty = if field < generics { Ty::Param(field) } else { self.any_type(1) };
        let has_default = field > 0 && !ty.is_generic() && self.percent(25);
        let default = has_default.then(|| self.leaf(&ty, Mode::Known));
        Field { name: Some(format!("r{index}_{field}")), ty, default }
    }

    fn union(&mut self, index: usize) -> Declared {
        let generics = if self.percent(30) { 1 + self.below(2) } else { 0 };
        let itself = Ty::Named(index, (0..generics).map(Ty::Param).collect());
        let cases = (0..2 + self.below(3)).map(|case| {
            let count = if case > 0 && self.percent(25) { 0 } else { 1 + self.below(2) };
            let named = self.percent(50);
            let fields = (0..count).map(|field| {
                let ty = match self.below(4) {
                    0 if case > 0 => itself.clone(),
                    1 if case > 0 && self.percent(30) => Ty::list(itself.clone()),
                    _ if case < generics && field == 0 => Ty::Param(case),
                    _ => self.any_type(1),
                };
                Field { name: named.then(|| format!("u{index}_{case}_{field}")), ty, default: None }
            });
            Case { fields: fields.collect(), name: format!("Case{index}_{case}") }
        });
        let cases = cases.collect();
        Declared { name: format!("Union{index}"), generics, kind: Kind::Union(cases) }
    }

    fn enumeration(&mut self, index: usize) -> Declared {
        let cases = (0..2 + self.below(3)).map(|case| Case { name: format!("Bare{index}_{case}"), fields: Vec::new() });
        let cases = cases.collect();
        Declared { name: format!("Bare{index}"), generics: 0, kind: Kind::Union(cases) }
    }

    fn refined(&mut self, index: usize) -> Declared {
        let (base, condition, literals) = &REFINEMENTS[self.below(REFINEMENTS.len())];
        let kind = Kind::Refined { base: base.clone(), condition, literals };
        Declared { name: format!("Refined{index}"), generics: 0, kind }
    }

    pub(super) fn simple_type(&mut self) -> Ty {
        match self.below(13) {
            0..=2 => Ty::Int,
            3 | 4 => Ty::Text,
            5 => Ty::Bool,
            6 | 7 => Ty::Float,
            8 => Ty::Duration,
            9 => Ty::Time,
            10 => Ty::Date,
            11 => Ty::Decimal,
            _ => Ty::Bytes,
        }
    }

    /// A type that may hold functions.
    pub(super) fn any_type(&mut self, depth: u32) -> Ty {
        if depth == 0 || self.percent(40) {
            return self.pick(&self.palette.clone()).cloned().unwrap_or(Ty::Int);
        }
        match self.below(12) {
            0..=2 => Ty::list(self.any_type(depth - 1)),
            3 | 4 => Ty::Map(Box::new(self.key_type(depth - 1)), Box::new(self.any_type(depth - 1))),
            5 => Ty::Set(Box::new(self.key_type(depth - 1))),
            6 | 7 => match self.any_type(depth - 1) {
                item @ (Ty::Option(_) | Ty::Function(..)) => item,
                item => Ty::option(item),
            },
            8 => Ty::Tuple((0..2 + self.below(2)).map(|_| self.any_type(depth - 1)).collect()),
            9 => Ty::Result(Box::new(self.any_type(depth - 1)), Box::new(self.any_type(0))),
            10 => {
                let params = (0..self.below(3)).map(|_| self.any_type(0)).collect();
                Ty::Function(params, Box::new(self.any_type(depth - 1)))
            }
            _ => self.simple_type(),
        }
    }

    pub(super) fn data_type(&mut self, depth: u32) -> Ty {
        self.fitting_type(Bound::Data, depth)
    }

    pub(super) fn key_type(&mut self, depth: u32) -> Ty {
        self.fitting_type(Bound::Key, depth)
    }

    /// A closed type that fulfils a bound.
    pub(super) fn fitting_type(&mut self, bound: Bound, depth: u32) -> Ty {
        for _ in 0..4 {
            let ty = self.any_type(depth);
            if self.types.fits(&ty, bound) {
                return ty;
            }
        }
        if self.percent(50) { Ty::Int } else { Ty::Text }
    }
}
