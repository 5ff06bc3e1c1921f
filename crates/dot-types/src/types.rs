//! Types while they are inferred, and types as users write them.
//!
//! A type that is not known yet is a [`Type::Param`] numbered from [`FIRST_VARIABLE`] on: below are the parameters
//! of declarations. When a body is finished no such number is left in it.

use crate::checker::Checker;
use crate::program::{Generic, Type};

/// The number of the first variable.
pub(crate) const FIRST_VARIABLE: u32 = 1 << 24;
/// The type of what is wrong and has been reported: it fits everywhere.
pub(crate) const UNKNOWN: Type = Type::Param(u32::MAX);
/// The most nodes that a type may have. Types share their parts, so that a short source can name a type of
/// exponential size; every walk of a type relies on this limit.
pub(crate) const SIZE_LIMIT: usize = 2_000;
/// The length at which the text of a type is cut.
const SHOW_LIMIT: usize = 160;

/// The variable that a type is.
pub(crate) fn variable(ty: &Type) -> Option<usize> {
    match ty {
        Type::Param(number) if *number >= FIRST_VARIABLE && *ty != UNKNOWN => Some((number - FIRST_VARIABLE) as usize),
        _ => None,
    }
}

/// The most parameters of a function: WASM engines take 1,000, and that of a lambda has one more.
pub(crate) const MAX_PARAMETERS: usize = 999;

/// Whether a type has more nodes than a limit. The work is bounded by the limit.
pub(crate) fn exceeds(ty: &Type, limit: usize) -> bool {
    let mut budget = limit;
    !spend(ty, &mut budget)
}

fn spend(ty: &Type, budget: &mut usize) -> bool {
    if *budget == 0 {
        return false;
    }
    *budget -= 1;
    parts(ty).all(|part| spend(part, budget))
}

/// The types directly inside a type.
pub(crate) fn parts(ty: &Type) -> impl Iterator<Item = &Type> {
    let (list, first, second): (&[Type], Option<&Type>, Option<&Type>) = match ty {
        Type::List(item) | Type::Set(item) | Type::Option(item) => (&[], Some(item), None),
        Type::Map(key, value) => (&[], Some(key), Some(value)),
        Type::Tuple(items) | Type::Named(_, items) => (items, None, None),
        Type::Function(params, result) => (params, Some(result), None),
        _ => (&[], None, None),
    };
    list.iter().chain(first).chain(second)
}

impl Checker<'_> {
    /// A type as users write it.
    pub(crate) fn show(&self, ty: &Type, generics: &[Generic]) -> String {
        let mut text = String::new();
        self.write_type(ty, generics, &mut text);
        text
    }

    fn write_type(&self, ty: &Type, generics: &[Generic], text: &mut String) {
        if text.len() > SHOW_LIMIT {
            if !text.ends_with('…') {
                text.push('…');
            }
            return;
        }
        match ty {
            Type::Unit => text.push_str("()"),
            Type::Bool => text.push_str("Bool"),
            Type::Int => text.push_str("Int"),
            Type::Float => text.push_str("Float"),
            Type::Decimal => text.push_str("Decimal"),
            Type::Duration => text.push_str("Duration"),
            Type::Time => text.push_str("Time"),
            Type::Date => text.push_str("Date"),
            Type::Text => text.push_str("Text"),
            Type::Bytes => text.push_str("Bytes"),
            Type::Never => text.push_str("Never"),
            Type::List(item) => self.write_applied("List", &[item], generics, text),
            Type::Set(item) => self.write_applied("Set", &[item], generics, text),
            Type::Map(key, value) => self.write_applied("Map", &[key, value], generics, text),
            Type::Option(item) => {
                let grouped = matches!(**item, Type::Function(..));
                text.push_str(if grouped { "(" } else { "" });
                self.write_type(item, generics, text);
                text.push_str(if grouped { ")?" } else { "?" });
            }
            Type::Tuple(items) => self.write_group("(", items.iter(), ")", generics, text),
            Type::Function(params, result) => {
                self.write_group("fn(", params.iter(), ") -> ", generics, text);
                self.write_type(result, generics, text);
            }
            Type::Named(id, args) => self.write_named(*id, args, generics, text),
            Type::Param(index) => match generics.get(*index as usize) {
                Some(generic) => text.push_str(generic.name.as_str()),
                None => text.push('_'),
            },
        }
    }

    fn write_named(&self, id: crate::program::TypeId, args: &[Type], generics: &[Generic], text: &mut String) {
        let def = &self.types[id.0 as usize];
        text.push_str(&def.name);
        if self.type_infos[id.0 as usize].anonymous {
            if let crate::program::TypeKind::Refined { source, .. } = &def.kind {
                text.push_str(" where ");
                text.push_str(source);
            }
        } else if !args.is_empty() {
            self.write_group("<", args.iter(), ">", generics, text);
        }
    }

    fn write_applied(&self, name: &str, args: &[&Type], generics: &[Generic], text: &mut String) {
        text.push_str(name);
        self.write_group("<", args.iter().copied(), ">", generics, text);
    }

    fn write_group<'t>(
        &self,
        open: &str,
        types: impl Iterator<Item = &'t Type>,
        close: &str,
        generics: &[Generic],
        text: &mut String,
    ) {
        text.push_str(open);
        for (index, ty) in types.enumerate() {
            text.push_str(if index == 0 { "" } else { ", " });
            self.write_type(ty, generics, text);
        }
        text.push_str(close);
    }
}
