//! Missing values as patterns in source text.

use dot_syntax::Symbol;

use super::TypeDefs;
use super::tree::{Constructor, Place, PlaceId};
use crate::program::{Type, TypeKind};

/// What a type is made of where there is no choice.
pub(super) enum Shape<'p> {
    Tuple(Vec<Type>),
    Record { name: &'p str, fields: Vec<(Symbol, Type)> },
    Other,
}

impl<'p> Shape<'p> {
    /// The shape of a type whose conditions are removed.
    pub(super) fn of<D: TypeDefs + ?Sized>(types: &'p D, ty: &Type) -> Shape<'p> {
        match ty {
            Type::Tuple(items) => Shape::Tuple(items.to_vec()),
            Type::Named(id, args) => {
                let def = types.type_def(*id);
                match &def.kind {
                    TypeKind::Record(fields) => {
                        let fields = fields.iter().map(|field| (field.name, field.ty.substitute(args))).collect();
                        Shape::Record { name: &def.name, fields }
                    }
                    _ => Shape::Other,
                }
            }
            _ => Shape::Other,
        }
    }
}

/// The patterns of what is known of the places, the first of which is the subject; at most `limit`.
pub(super) fn render<D: TypeDefs + ?Sized>(types: &D, places: &[Place], limit: usize) -> Vec<String> {
    Renderer { types, places, limit }.place(0)
}

struct Renderer<'p, 'a, D: ?Sized> {
    types: &'p D,
    places: &'p [Place<'a>],
    limit: usize,
}

impl<D: TypeDefs + ?Sized> Renderer<'_, '_, D> {
    fn place(&self, place: PlaceId) -> Vec<String> {
        let Place { ty, known, parts } = &self.places[place];
        let mut texts: Vec<String> = match &known[..] {
            [] => self.combinations(parts).iter().map(|parts| self.whole(ty, parts)).collect(),
            [constructor] => {
                self.combinations(parts).iter().map(|parts| self.constructed(ty, *constructor, parts)).collect()
            }
            several => several.iter().map(|constructor| self.constructed(ty, *constructor, &[])).collect(),
        };
        texts.truncate(self.limit);
        texts
    }

    /// Every choice of one text per part, the last part changing first.
    fn combinations(&self, parts: &[PlaceId]) -> Vec<Vec<String>> {
        let mut rows = vec![Vec::new()];
        for &part in parts {
            let texts = self.place(part);
            rows = rows
                .iter()
                .flat_map(|row| texts.iter().map(|text| row.iter().chain([text]).cloned().collect()))
                .take(self.limit)
                .collect();
        }
        rows
    }

    /// A tuple or record; anything that is all wildcards is one.
    fn whole(&self, ty: &Type, parts: &[String]) -> String {
        if parts.iter().all(|part| part == "_") {
            return "_".to_owned();
        }
        match Shape::of(self.types, ty) {
            Shape::Record { name, fields } => {
                format!("{name} {{ {} }}", named(fields.iter().map(|field| field.0), parts))
            }
            _ => format!("({})", parts.join(", ")),
        }
    }

    fn constructed(&self, ty: &Type, constructor: Constructor, parts: &[String]) -> String {
        match constructor {
            Constructor::Bool(value) => value.to_string(),
            Constructor::Int(value) => value.to_string(),
            Constructor::Float(bits) => format!("{:?}", f64::from_bits(bits)),
            Constructor::Decimal(value) => value.to_string(),
            Constructor::Duration(nanos) => duration(nanos),
            Constructor::Text(text) => quoted(text),
            Constructor::None => "None".to_owned(),
            Constructor::Some => format!("Some({})", parts.first().map_or("_", |part| part)),
            Constructor::Case(case) => self.case(ty, case, parts),
        }
    }

    fn case(&self, ty: &Type, case: usize, parts: &[String]) -> String {
        let Type::Named(id, _) = ty else { return "_".to_owned() };
        let TypeKind::Union(cases) = &self.types.type_def(*id).kind else { return "_".to_owned() };
        let Some(case) = cases.get(case) else { return "_".to_owned() };
        let name = case.name;
        let wild = parts.iter().all(|part| part == "_");
        match case.fields.len() {
            0 => name.to_string(),
            1 => format!("{name}({})", parts.first().map_or("_", |part| part)),
            _ if wild => format!("{name}(..)"),
            _ if case.fields.iter().all(|field| field.name.as_str().starts_with('_')) => {
                format!("{name}({})", parts.join(", "))
            }
            _ => format!("{name}({})", named(case.fields.iter().map(|field| field.name), parts)),
        }
    }
}

/// `a: None, b: Some(_), ..`
fn named(names: impl Iterator<Item = Symbol>, parts: &[String]) -> String {
    let mut shown: Vec<String> =
        names.zip(parts).filter(|(_, part)| *part != "_").map(|(name, part)| format!("{name}: {part}")).collect();
    if shown.len() < parts.len() {
        shown.push("..".to_owned());
    }
    shown.join(", ")
}

/// A text literal.
fn quoted(text: &str) -> String {
    let mut result = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' | '$' => result.extend(['\\', character]),
            '\n' => result.push_str("\\n"),
            '\r' => result.push_str("\\r"),
            '\t' => result.push_str("\\t"),
            _ => result.push(character),
        }
    }
    result.push('"');
    result
}

/// A duration literal in the largest unit that fits.
fn duration(nanos: i64) -> String {
    const UNITS: [(i64, &str); 5] = [
        (86_400_000_000_000, "d"),
        (3_600_000_000_000, "h"),
        (60_000_000_000, "m"),
        (1_000_000_000, "s"),
        (1_000_000, "ms"),
    ];
    match UNITS.iter().find(|(size, _)| nanos != 0 && nanos % size == 0) {
        Some((size, unit)) => format!("{}{unit}", nanos / size),
        None => format!("{}ms", nanos / 1_000_000),
    }
}
