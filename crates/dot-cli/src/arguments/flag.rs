//! The flags that a manifest gives.

use dot_abi::json::{is_one_word, type_name};
use dot_abi::manifest::Manifest;
use dot_abi::types::{Field, TypeDesc, TypeRef, TypeTable};

/// How a flag takes its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// `--name`, `--no-name`
    Switch,
    /// `--name VALUE`
    Single,
    /// `--name VALUE --name VALUE`: the type of one item.
    Repeated(TypeRef),
}

/// A parameter of a dot as a flag.
pub struct Flag<'m> {
    /// The name, without dashes in front: that of JSON, with `-` where that has `_`.
    pub name: String,
    /// The parameter.
    pub field: &'m Field,
    /// How it takes its value.
    pub shape: Shape,
}

impl Flag<'_> {
    /// `--name`
    pub fn spelling(&self) -> String {
        format!("--{}", self.name)
    }

    /// Whether a word typed behind `--` names this flag; `_` and `-` are the same here.
    pub fn is_called(&self, typed: &str) -> bool {
        typed.replace('_', "-") == self.name
    }

    /// What stands for the value in help: the type, or `JSON` for what is no single word.
    pub fn placeholder(&self, types: &TypeTable) -> String {
        let one = match self.shape {
            Shape::Repeated(item) => item,
            Shape::Single | Shape::Switch => without_option(types, self.field.ty),
        };
        if is_one_word(types, one) { type_name(types, one) } else { "JSON".to_owned() }
    }
}

/// One flag for each parameter, in declared order.
pub fn flags(manifest: &Manifest) -> Vec<Flag<'_>> {
    let types = &manifest.types;
    fields(manifest)
        .iter()
        .map(|field| Flag { name: field.json_name().replace('_', "-"), field, shape: shape(types, field.ty) })
        .collect()
}

/// The parameters: the fields of the input record.
pub(super) fn fields(manifest: &Manifest) -> &[Field] {
    match manifest.types.types.get(manifest.input.0 as usize) {
        Some(TypeDesc::Record { fields, .. }) => fields,
        _ => &[],
    }
}

fn shape(types: &TypeTable, ty: TypeRef) -> Shape {
    match types.get(types.base(without_option(types, ty))) {
        TypeDesc::Bool => Shape::Switch,
        TypeDesc::List { item } | TypeDesc::Set { item } => Shape::Repeated(*item),
        _ => Shape::Single,
    }
}

/// The type of what may be there, for an option; conditions stay.
pub(super) fn without_option(types: &TypeTable, ty: TypeRef) -> TypeRef {
    match types.get(types.base(ty)) {
        TypeDesc::Option { item } => *item,
        _ => ty,
    }
}
