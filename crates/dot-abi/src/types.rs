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

impl TypeTable {
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
