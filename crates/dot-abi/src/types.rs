//! Descriptions of closed types: no parameters, no names to resolve.
//!
//! One [`TypeTable`] stands in every unit. The same table gives the layouts of guest memory, the
//! shape of JSON, the flags of the command line and JSON Schema, and its indices are what guest
//! objects carry in their headers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An index of a [`TypeTable`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TypeRef(pub u32);

/// The types of a unit. Recursion is by index.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct TypeTable {
    /// The descriptions.
    pub types: Vec<TypeDesc>,
}

/// A closed type.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TypeDesc {
    /// `()`
    Unit,
    /// `Bool`
    Bool,
    /// `Int`: 64 bits, signed.
    Int,
    /// `Float`: IEEE 754, 64 bits.
    Float,
    /// `Decimal`: 96 bits of digits and a point.
    Decimal,
    /// `Duration`: nanoseconds, 64 bits, signed.
    Duration,
    /// `Time`: nanoseconds since the start of 1970 in UTC, 64 bits, signed.
    Time,
    /// `Date`: days since 1970-01-01, 64 bits, signed; the years -9999 to 9999.
    Date,
    /// `Text`: UTF-8.
    Text,
    /// `Bytes`
    Bytes,
    /// The type of what does not return.
    Never,
    /// `List<T>`
    List {
        /// The items' type.
        item: TypeRef,
    },
    /// `Map<K, V>`
    Map {
        /// The keys' type.
        key: TypeRef,
        /// The values' type.
        value: TypeRef,
    },
    /// `Set<T>`
    Set {
        /// The items' type.
        item: TypeRef,
    },
    /// `T?`; `T` is never an option itself.
    Option {
        /// The type of what may be there.
        item: TypeRef,
    },
    /// `(A, B)`; at least two.
    Tuple {
        /// The parts' types.
        items: Vec<TypeRef>,
    },
    /// A record.
    Record {
        /// The name as the source has it, with type arguments (`Pair<Int, Text>`).
        name: String,
        /// Its documentation.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        docs: String,
        /// The fields in declared order.
        fields: Vec<Field>,
    },
    /// A union.
    Union {
        /// The name as the source has it, with type arguments.
        name: String,
        /// Its documentation.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        docs: String,
        /// The cases in declared order.
        cases: Vec<Case>,
        /// Whether it is `Json`: JSON of any shape, with the cases of [`json::any`](crate::json::any).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_json: bool,
    },
    /// A type with a condition on its values. Memory and JSON are those of the base.
    Refined {
        /// The name, or the base's name for a condition on a parameter or field.
        name: String,
        /// Its documentation.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        docs: String,
        /// The base.
        base: TypeRef,
        /// The condition as the source has it (`it >= 1 and it <= 65535`).
        condition: String,
    },
    /// `fn(A) -> B`: never leaves the guest. Closures of one function type differ in their
    /// captures, which [`TypeDesc::Closure`] describes.
    Function {
        /// The parameters' types.
        params: Vec<TypeRef>,
        /// The result's type.
        result: TypeRef,
    },
    /// What a closure's object holds behind its header: used by the guest's own counting only.
    Closure {
        /// The captured values' types.
        captures: Vec<TypeRef>,
    },
}

/// A field of a record or case.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Field {
    /// The name in the source. Positional fields of cases are `_0`, `_1`, ….
    pub name: String,
    /// The name in JSON where it differs (`as "…"`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rename: Option<String>,
    /// The documentation.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub docs: String,
    /// The type.
    pub ty: TypeRef,
    /// Whether a default exists, so that JSON may leave the field out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// The default as Dot source, for help and schemas; empty without one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub default: String,
}

/// A case of a union.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Case {
    /// The name.
    pub name: String,
    /// The tag in JSON where it differs (`as "…"`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The documentation.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub docs: String,
    /// The fields in declared order.
    pub fields: Vec<Field>,
}

impl Field {
    /// The name in JSON.
    pub fn json_name(&self) -> &str {
        self.rename.as_deref().unwrap_or(&self.name)
    }
}

impl Case {
    /// The tag in JSON.
    pub fn json_tag(&self) -> &str {
        self.tag.as_deref().unwrap_or(&self.name)
    }
}

/// The most parts of a type that are written out: types nest without a bound, and texts are for people.
const MOST_PARTS_SHOWN: usize = 200;

impl TypeTable {
    /// What a dot takes and gives, as its declaration says it: `(path: Text, n: Int) -> List<Text>`. The input is a record.
    pub fn signature(&self, input: TypeRef, output: TypeRef) -> String {
        let mut text = String::from("(");
        if let TypeDesc::Record { fields, .. } = self.get(self.base(input)) {
            for (index, field) in fields.iter().enumerate() {
                text.push_str(if index > 0 { ", " } else { "" });
                text.push_str(&field.name);
                text.push_str(": ");
                text.push_str(&self.name(field.ty));
            }
        }
        text.push_str(") -> ");
        text.push_str(&self.name(output));
        text
    }

    /// A type as the source has it: `Map<Text, gauge.Reading?>`. What lies behind very many parts is `…`.
    pub fn name(&self, ty: TypeRef) -> String {
        let mut text = String::new();
        let mut parts = 0;
        let mut next = vec![Shown::Type(ty)];
        while let Some(shown) = next.pop() {
            let ty = match shown {
                Shown::Text(mark) => {
                    text.push_str(mark);
                    continue;
                }
                Shown::Type(ty) => ty,
            };
            parts += 1;
            if parts > MOST_PARTS_SHOWN {
                text.push('…');
                return text;
            }
            self.show(ty, &mut text, &mut next);
        }
        text
    }

    /// Writes the beginning of a type and puts the rest on the stack, last part first.
    fn show(&self, ty: TypeRef, text: &mut String, next: &mut Vec<Shown>) {
        let mut around = |open: &'static str, parts: &[TypeRef], close: &'static str| {
            next.push(Shown::Text(close));
            for (index, part) in parts.iter().enumerate().rev() {
                next.push(Shown::Type(*part));
                next.push(Shown::Text(if index > 0 { ", " } else { open }));
            }
        };
        match self.get(ty) {
            TypeDesc::List { item } => around("List<", &[*item], ">"),
            TypeDesc::Set { item } => around("Set<", &[*item], ">"),
            TypeDesc::Map { key, value } => around("Map<", &[*key, *value], ">"),
            TypeDesc::Option { item } => around("", &[*item], "?"),
            TypeDesc::Tuple { items } => around("(", items, ")"),
            TypeDesc::Record { name, .. } | TypeDesc::Union { name, .. } | TypeDesc::Refined { name, .. } => {
                text.push_str(name);
            }
            TypeDesc::Function { .. } | TypeDesc::Closure { .. } => text.push_str("fn"),
            TypeDesc::Unit => text.push_str("()"),
            TypeDesc::Bool => text.push_str("Bool"),
            TypeDesc::Int => text.push_str("Int"),
            TypeDesc::Float => text.push_str("Float"),
            TypeDesc::Decimal => text.push_str("Decimal"),
            TypeDesc::Duration => text.push_str("Duration"),
            TypeDesc::Time => text.push_str("Time"),
            TypeDesc::Date => text.push_str("Date"),
            TypeDesc::Text => text.push_str("Text"),
            TypeDesc::Bytes => text.push_str("Bytes"),
            TypeDesc::Never => text.push_str("Never"),
        }
    }

    /// The description of a type. Panics when the index is of another table.
    pub fn get(&self, ty: TypeRef) -> &TypeDesc {
        &self.types[ty.0 as usize]
    }

    /// The type without its conditions: what memory and operations see.
    pub fn base(&self, mut ty: TypeRef) -> TypeRef {
        while let TypeDesc::Refined { base, .. } = self.get(ty) {
            ty = *base;
        }
        ty
    }
}

/// What is still to be written of a type.
enum Shown {
    Text(&'static str),
    Type(TypeRef),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_written_as_the_source_has_them() {
        let field = |name: &str, ty| Field {
            name: name.to_owned(),
            rename: None,
            docs: String::new(),
            ty: TypeRef(ty),
            optional: false,
            default: String::new(),
        };
        let record = |name: &str, fields| TypeDesc::Record { name: name.to_owned(), docs: String::new(), fields };
        let table = TypeTable {
            types: vec![
                TypeDesc::Int,
                TypeDesc::Text,
                record("gauge.Reading", vec![field("next", 3)]),
                TypeDesc::Option { item: TypeRef(2) },
                TypeDesc::Map { key: TypeRef(1), value: TypeRef(3) },
                TypeDesc::Tuple { items: vec![TypeRef(0), TypeRef(4)] },
                TypeDesc::List { item: TypeRef(5) },
                record("", vec![field("a", 0), field("b", 6)]),
                TypeDesc::Unit,
                TypeDesc::List { item: TypeRef(9) },
            ],
        };
        let signature = "(a: Int, b: List<(Int, Map<Text, gauge.Reading?>)>) -> ()";
        assert_eq!(table.signature(TypeRef(7), TypeRef(8)), signature);
        // Only a table that is wrong has a type without an end; it is not written without an end.
        assert!(table.name(TypeRef(9)).ends_with("List<…"));
    }
}
