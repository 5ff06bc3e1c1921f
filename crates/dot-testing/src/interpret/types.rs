//! Closed types as a type table, and values that leave as such a table describes them.

use std::collections::HashMap;
use std::sync::Arc;

use dot_abi::types::{Case, Field, TypeDesc, TypeRef, TypeTable};
use dot_abi::value::Value as Plain;
use dot_types::program::{self, Program, Type, TypeDef, TypeKind};

use super::machine::Bug;
use super::value::Value;

/// A type table that grows as types are asked for.
pub(super) struct Types<'p> {
    program: &'p Program,
    pub(super) table: TypeTable,
    known: HashMap<Type, TypeRef>,
}

impl<'p> Types<'p> {
    pub(super) fn new(program: &'p Program) -> Types<'p> {
        Types { program, table: TypeTable::default(), known: HashMap::new() }
    }

    /// The description of a closed type. It is known before its parts are, so recursion ends.
    pub(super) fn of(&mut self, ty: &Type) -> TypeRef {
        if let Some(&known) = self.known.get(ty) {
            return known;
        }
        let reference = TypeRef(self.table.types.len() as u32);
        self.known.insert(ty.clone(), reference);
        self.table.types.push(TypeDesc::Never);
        let desc = self.describe(ty);
        self.table.types[reference.0 as usize] = desc;
        reference
    }

    /// The type that a description was made of.
    pub(super) fn source(&self, reference: TypeRef) -> Result<Type, Bug> {
        let known = self.known.iter().find(|(_, known)| **known == reference);
        known.map(|(ty, _)| ty.clone()).ok_or(Bug("a description was made of no type"))
    }

    fn describe(&mut self, ty: &Type) -> TypeDesc {
        match ty {
            Type::Unit => TypeDesc::Unit,
            Type::Bool => TypeDesc::Bool,
            Type::Int => TypeDesc::Int,
            Type::Float => TypeDesc::Float,
            Type::Decimal => TypeDesc::Decimal,
            Type::Duration => TypeDesc::Duration,
            Type::Time => TypeDesc::Time,
            Type::Date => TypeDesc::Date,
            Type::Text => TypeDesc::Text,
            Type::Bytes => TypeDesc::Bytes,
            Type::Never | Type::Param(_) => TypeDesc::Never,
            Type::List(item) => TypeDesc::List { item: self.of(item) },
            Type::Map(key, value) => TypeDesc::Map { key: self.of(key), value: self.of(value) },
            Type::Set(item) => TypeDesc::Set { item: self.of(item) },
            Type::Option(item) => TypeDesc::Option { item: self.of(item) },
            Type::Tuple(items) => TypeDesc::Tuple { items: items.iter().map(|item| self.of(item)).collect() },
            Type::Function(params, result) => TypeDesc::Function {
                params: params.iter().map(|param| self.of(param)).collect(),
                result: self.of(result),
            },
            Type::Named(id, args) => {
                let is_json = self.program.well_known.json == Some(*id);
                self.describe_named(self.program.type_def(*id), args, is_json)
            }
        }
    }

    fn describe_named(&mut self, def: &TypeDef, args: &[Type], is_json: bool) -> TypeDesc {
        let (name, docs) = (def.name.to_string(), String::new());
        match &def.kind {
            TypeKind::Record(fields) => TypeDesc::Record { name, docs, fields: self.fields(fields, args) },
            TypeKind::Union(cases) => {
                let cases = cases.iter().map(|case| Case {
                    name: case.name.to_string(),
                    tag: case.tag.as_ref().map(|tag| tag.to_string()),
                    docs: String::new(),
                    fields: self.fields(&case.fields, args),
                });
                TypeDesc::Union { name, docs, cases: cases.collect(), is_json }
            }
            TypeKind::Refined { base, source, .. } => {
                let base = self.of(&base.substitute(args));
                TypeDesc::Refined { name, docs, base, condition: source.to_string() }
            }
        }
    }

    fn fields(&mut self, fields: &[program::Field], args: &[Type]) -> Vec<Field> {
        let field = |field: &program::Field| Field {
            name: field.name.to_string(),
            rename: field.rename.as_ref().map(|rename| rename.to_string()),
            docs: String::new(),
            ty: self.of(&field.ty.substitute(args)),
            optional: field.default.is_some(),
            default: String::new(),
        };
        fields.iter().map(field).collect()
    }

    /// The value as the world outside sees it; functions have none.
    pub(super) fn lift(&mut self, value: &Value<'_>, ty: &Type) -> Result<Plain, Bug> {
        let reference = self.of(ty);
        lift(&self.table, value, reference)
    }
}

fn lift(table: &TypeTable, value: &Value<'_>, ty: TypeRef) -> Result<Plain, Bug> {
    let all = |items: &[Value<'_>], types: &mut dyn Iterator<Item = TypeRef>| {
        items.iter().zip(types).map(|(item, ty)| lift(table, item, ty)).collect::<Result<Vec<_>, Bug>>()
    };
    Ok(match (value, table.get(table.base(ty))) {
        (Value::Unit, _) => Plain::Unit,
        (Value::Bool(value), _) => Plain::Bool(*value),
        (Value::Int(value), _) => Plain::Int(*value),
        (Value::Float(value), _) => Plain::Float(if value.is_nan() { f64::NAN } else { *value }),
        (Value::Decimal(decimal), _) => Plain::Decimal(*decimal),
        (Value::Duration(nanos), _) => Plain::Duration(*nanos),
        (Value::Time(nanos), _) => Plain::Time(*nanos),
        (Value::Date(days), _) => Plain::Date(*days),
        (Value::Text(text), _) => Plain::Text(Arc::from(&**text)),
        (Value::Bytes(bytes), _) => Plain::Bytes(Arc::from(&**bytes)),
        (Value::List(items), TypeDesc::List { item }) => {
            Plain::List(all(items, &mut std::iter::repeat_n(*item, items.len()))?)
        }
        (Value::Set(items), TypeDesc::Set { item: ty }) => {
            Plain::Set(items.iter().map(|item| lift(table, item, *ty)).collect::<Result<_, Bug>>()?)
        }
        (Value::Map(map), TypeDesc::Map { key, value }) => {
            let entries = map.iter().map(|(k, v)| Ok((lift(table, k, *key)?, lift(table, v, *value)?)));
            Plain::Map(entries.collect::<Result<_, Bug>>()?)
        }
        (Value::Option(None), _) => Plain::Option(None),
        (Value::Option(Some(value)), TypeDesc::Option { item }) => {
            Plain::Option(Some(Box::new(lift(table, value, *item)?)))
        }
        (Value::Parts(parts), TypeDesc::Tuple { items }) => Plain::Tuple(all(parts, &mut items.iter().copied())?),
        (Value::Parts(parts), TypeDesc::Record { fields, .. }) => {
            Plain::Record(all(parts, &mut fields.iter().map(|field| field.ty))?)
        }
        (Value::Case(case, parts), TypeDesc::Union { cases, .. }) => {
            let fields = &cases.get(*case).ok_or(Bug("a union has no such case"))?.fields;
            Plain::Case(*case as u32, all(parts, &mut fields.iter().map(|field| field.ty))?)
        }
        _ => return Err(Bug("a value is not of its type, or is a function that can't leave the program")),
    })
}
