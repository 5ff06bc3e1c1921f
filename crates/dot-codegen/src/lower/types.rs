//! The unit's type table: closed types, each once, and only those that the unit reaches.

use std::fmt::Write;
use std::sync::Arc;

use dot_abi::types::{Case, Field, TypeDesc, TypeRef, TypeTable};
use dot_types::program::{self, FunctionId, Program, Type, TypeId, TypeKind};
use rustc_hash::FxHashMap;

/// What an entry of the table was made from.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    /// A closed type.
    Type(Type),
    /// The record of a function's parameters.
    Input(FunctionId),
    /// A record of the first so many of a function's parameters.
    Leading(FunctionId, usize),
    /// A record of the inputs of several functions, one behind the other.
    Inputs(Vec<FunctionId>),
    /// A record of one field.
    Single(TypeRef),
    /// What a closure holds.
    Closure(Vec<TypeRef>),
}

/// A table under construction.
///
/// Types refer to each other in cycles and in chains of any length, so an index is given out first
/// and the description follows from a list of what is still owed: there is no recursion.
pub(super) struct Types<'p> {
    program: &'p Program,
    table: TypeTable,
    index: FxHashMap<Key, TypeRef>,
    owed: Vec<(TypeRef, Key)>,
    sources: Vec<Option<(TypeId, Arc<[Type]>)>>,
}

impl<'p> Types<'p> {
    /// An empty table.
    pub(super) fn new(program: &'p Program) -> Types<'p> {
        Types {
            program,
            table: TypeTable::default(),
            index: FxHashMap::default(),
            owed: Vec::new(),
            sources: Vec::new(),
        }
    }

    /// The table so far.
    pub(super) fn table(&self) -> &TypeTable {
        &self.table
    }

    /// The finished table.
    pub(super) fn into_table(self) -> TypeTable {
        self.table
    }

    /// The declaration and the arguments that an entry was made from, if it is a declared type.
    pub(super) fn source(&self, ty: TypeRef) -> Option<(TypeId, Arc<[Type]>)> {
        self.sources[ty.0 as usize].clone()
    }

    /// The entry of a closed type.
    pub(super) fn of(&mut self, ty: &Type) -> TypeRef {
        let ty = self.promise(Key::Type(ty.clone()));
        self.settle();
        ty
    }

    /// The entry of the record of a function's parameters.
    pub(super) fn input(&mut self, function: FunctionId) -> TypeRef {
        let ty = self.promise(Key::Input(function));
        self.settle();
        ty
    }

    /// The entry of a record of the first so many of a function's parameters.
    pub(super) fn leading(&mut self, function: FunctionId, count: usize) -> TypeRef {
        let ty = self.promise(Key::Leading(function, count));
        self.settle();
        ty
    }

    /// The entry of a record with the input of each of several functions.
    pub(super) fn inputs(&mut self, functions: &[FunctionId]) -> TypeRef {
        let ty = self.promise(Key::Inputs(functions.to_vec()));
        self.settle();
        ty
    }

    /// The entry of a record with one field.
    pub(super) fn single(&mut self, field: TypeRef) -> TypeRef {
        let ty = self.promise(Key::Single(field));
        self.settle();
        ty
    }

    /// The entry of closures with these captures.
    pub(super) fn closure(&mut self, captures: Vec<TypeRef>) -> TypeRef {
        let ty = self.promise(Key::Closure(captures));
        self.settle();
        ty
    }

    /// What operations see of a type: its description without conditions.
    pub(super) fn desc(&self, ty: TypeRef) -> &TypeDesc {
        self.table.get(self.table.base(ty))
    }

    /// Gives out an index; the description follows.
    fn promise(&mut self, key: Key) -> TypeRef {
        if let Some(&known) = self.index.get(&key) {
            return known;
        }
        let ty = TypeRef(self.table.types.len() as u32);
        self.table.types.push(TypeDesc::Unit);
        self.sources.push(match &key {
            Key::Type(Type::Named(id, args)) => Some((*id, args.clone())),
            _ => None,
        });
        self.index.insert(key.clone(), ty);
        self.owed.push((ty, key));
        ty
    }

    /// Writes every description that is owed.
    fn settle(&mut self) {
        while let Some((ty, key)) = self.owed.pop() {
            let desc = match key {
                Key::Type(ty) => self.describe(&ty),
                Key::Input(function) => self.describe_input(function, usize::MAX),
                Key::Leading(function, count) => self.describe_input(function, count),
                Key::Inputs(functions) => self.describe_inputs(&functions),
                Key::Single(ty) => record("Single", [("value".to_owned(), ty)]),
                Key::Closure(captures) => TypeDesc::Closure { captures },
            };
            self.table.types[ty.0 as usize] = desc;
        }
    }

    fn describe(&mut self, ty: &Type) -> TypeDesc {
        let mut one = |ty: &Type| self.promise(Key::Type(ty.clone()));
        match ty {
            // A parameter is never left in a closed type; what is not there takes no room.
            Type::Unit | Type::Param(_) => TypeDesc::Unit,
            Type::Bool => TypeDesc::Bool,
            Type::Int => TypeDesc::Int,
            Type::Float => TypeDesc::Float,
            Type::Decimal => TypeDesc::Decimal,
            Type::Duration => TypeDesc::Duration,
            Type::Time => TypeDesc::Time,
            Type::Date => TypeDesc::Date,
            Type::Text => TypeDesc::Text,
            Type::Bytes => TypeDesc::Bytes,
            Type::Never => TypeDesc::Never,
            Type::List(item) => TypeDesc::List { item: one(item) },
            Type::Set(item) => TypeDesc::Set { item: one(item) },
            Type::Option(item) => TypeDesc::Option { item: one(item) },
            Type::Map(key, value) => TypeDesc::Map { key: one(key), value: one(value) },
            Type::Tuple(items) => TypeDesc::Tuple { items: items.iter().map(one).collect() },
            Type::Function(params, result) => {
                let params = params.iter().map(&mut one).collect();
                TypeDesc::Function { params, result: one(result) }
            }
            Type::Named(id, args) => self.describe_declared(*id, args),
        }
    }

    fn describe_declared(&mut self, id: TypeId, args: &Arc<[Type]>) -> TypeDesc {
        let program = self.program;
        let declared = program.type_def(id);
        let docs = declared.docs.to_string();
        let name = type_name(program, &Type::Named(id, args.clone()));
        match &declared.kind {
            TypeKind::Record(fields) => TypeDesc::Record { name, docs, fields: self.fields(fields, args) },
            TypeKind::Union(cases) => {
                let cases = cases.iter().map(|case| Case {
                    name: case.name.to_string(),
                    tag: case.tag.as_deref().map(str::to_owned),
                    docs: case.docs.to_string(),
                    fields: self.fields(&case.fields, args),
                });
                let is_json = program.well_known.json == Some(id);
                TypeDesc::Union { name, docs, cases: cases.collect(), is_json }
            }
            TypeKind::Refined { base, source, .. } => {
                let base = self.promise(Key::Type(base.substitute(args)));
                TypeDesc::Refined { name, docs, base, condition: source.to_string() }
            }
        }
    }

    fn describe_input(&mut self, function: FunctionId, count: usize) -> TypeDesc {
        let function = self.program.function(function);
        let fields = function.params.iter().take(count).map(|param| self.field(&param.field, &[])).collect();
        TypeDesc::Record { name: function.name.to_string(), docs: function.docs.to_string(), fields }
    }

    fn describe_inputs(&mut self, functions: &[FunctionId]) -> TypeDesc {
        let name = |function: FunctionId| self.program.function(function).name.to_string();
        let names: Vec<String> = functions.iter().map(|&function| name(function)).collect();
        let types: Vec<TypeRef> = functions.iter().map(|&function| self.promise(Key::Input(function))).collect();
        record("Race", names.into_iter().zip(types))
    }

    fn fields(&mut self, fields: &[program::Field], args: &[Type]) -> Vec<Field> {
        fields.iter().map(|field| self.field(field, args)).collect()
    }

    fn field(&mut self, field: &program::Field, args: &[Type]) -> Field {
        Field {
            name: field.name.to_string(),
            rename: field.rename.as_deref().map(str::to_owned),
            docs: field.docs.to_string(),
            ty: self.promise(Key::Type(field.ty.substitute(args))),
            optional: field.default.is_some(),
            default: field.default.as_ref().map(|default| default.source.to_string()).unwrap_or_default(),
        }
    }
}

/// A record that the source does not declare.
fn record(name: &str, fields: impl IntoIterator<Item = (String, TypeRef)>) -> TypeDesc {
    let field =
        |(name, ty)| Field { name, rename: None, docs: String::new(), ty, optional: false, default: String::new() };
    TypeDesc::Record { name: name.to_owned(), docs: String::new(), fields: fields.into_iter().map(field).collect() }
}

/// A closed type as the source has it: `Map<Text, Pair<Int, Text>>`.
pub(super) fn type_name(program: &Program, ty: &Type) -> String {
    let mut text = String::new();
    write_type(program, ty, &mut text);
    text
}

fn write_type(program: &Program, ty: &Type, out: &mut String) {
    match ty {
        Type::Unit => out.push_str("()"),
        Type::Bool => out.push_str("Bool"),
        Type::Int => out.push_str("Int"),
        Type::Float => out.push_str("Float"),
        Type::Decimal => out.push_str("Decimal"),
        Type::Duration => out.push_str("Duration"),
        Type::Time => out.push_str("Time"),
        Type::Date => out.push_str("Date"),
        Type::Text => out.push_str("Text"),
        Type::Bytes => out.push_str("Bytes"),
        Type::Never => out.push_str("Never"),
        Type::List(item) => write_types(program, "List<", [&**item], ">", out),
        Type::Set(item) => write_types(program, "Set<", [&**item], ">", out),
        Type::Map(key, value) => write_types(program, "Map<", [&**key, &**value], ">", out),
        Type::Option(item) => write_types(program, "", [&**item], "?", out),
        Type::Tuple(items) => write_types(program, "(", items.iter(), ")", out),
        Type::Function(params, result) => {
            write_types(program, "fn(", params.iter(), ") -> ", out);
            write_type(program, result, out);
        }
        Type::Named(id, args) => {
            out.push_str(&program.type_def(*id).name);
            if !args.is_empty() {
                write_types(program, "<", args.iter(), ">", out);
            }
        }
        Type::Param(index) => _ = write!(out, "${index}"),
    }
}

fn write_types<'a>(
    program: &Program,
    open: &str,
    types: impl IntoIterator<Item = &'a Type>,
    close: &str,
    out: &mut String,
) {
    out.push_str(open);
    for (index, ty) in types.into_iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write_type(program, ty, out);
    }
    out.push_str(close);
}
