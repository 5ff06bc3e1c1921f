//! The meaning of a dot or test: a hash of the checked program that it reaches.
//!
//! Two sources with the same meaning give the same results for the same input, so a result may be
//! reused. White space, comments, documentation, the names of variables, functions and constants,
//! the order of declarations and the version of the compiler don't enter. What a value looks like from outside does:
//! names of dots, types, fields and cases, their order, and the class and capabilities of natives.
//!
//! The walk starts at the entry. Functions, types and constants are numbered when they are first
//! mentioned and written in that order; a mention is the number. Variables are numbered in the same
//! way, for each function anew. Every sequence is preceded by its length and every choice by a tag,
//! so no two trees are written alike.

mod body;

use std::collections::VecDeque;
use std::fmt;

use dot_abi::policy::Policies;
use rustc_hash::FxHashMap;

use crate::program::{
    ConstantId, Default, Field, Function, FunctionId, FunctionKind, Local, LocalId, Program, Type, TypeId, TypeKind,
};

/// Changed when the walk writes something else for the same program.
const FORMAT: &[u8] = b"dot meaning 2";

/// The hash of what a dot or test does. Shown as 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Meaning(pub [u8; 32]);

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Meaning({self})")
    }
}

/// The meaning of the function `entry` of a checked program.
pub fn meaning(program: &Program, entry: FunctionId) -> Meaning {
    let mut walk = Walk {
        program,
        hasher: blake3::Hasher::new(),
        numbers: FxHashMap::default(),
        queue: VecDeque::new(),
        locals: FxHashMap::default(),
        variables: &[],
    };
    walk.hasher.update(FORMAT);
    walk.text(&program.function(entry).name);
    walk.mention(Declaration::Function(entry));
    while let Some(declaration) = walk.queue.pop_front() {
        match declaration {
            Declaration::Function(id) => walk.function(program.function(id)),
            Declaration::Type(id) => walk.type_def(id),
            Declaration::Constant(id) => walk.mention(Declaration::Function(program.constant(id).function)),
        }
    }
    Meaning(*walk.hasher.finalize().as_bytes())
}

/// What the walk numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Declaration {
    Function(FunctionId),
    Type(TypeId),
    Constant(ConstantId),
}

struct Walk<'p> {
    program: &'p Program,
    hasher: blake3::Hasher,
    numbers: FxHashMap<Declaration, usize>,
    /// Mentioned, not yet written.
    queue: VecDeque<Declaration>,
    /// The numbers of the variables of the function that is being written.
    locals: FxHashMap<LocalId, usize>,
    variables: &'p [Local],
}

impl<'p> Walk<'p> {
    fn tag(&mut self, tag: u8) {
        self.hasher.update(&[tag]);
    }

    fn number(&mut self, number: usize) {
        self.hasher.update(&(number as u64).to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len());
        self.hasher.update(text.as_bytes());
    }

    fn optional_text(&mut self, text: Option<&str>) {
        self.tag(u8::from(text.is_some()));
        self.text(text.unwrap_or_default());
    }

    fn mention(&mut self, declaration: Declaration) {
        let next = self.numbers.len();
        let number = *self.numbers.entry(declaration).or_insert(next);
        if number == next {
            self.queue.push_back(declaration);
        }
        self.number(number);
    }

    fn local(&mut self, id: LocalId) {
        let next = self.locals.len();
        let number = *self.locals.entry(id).or_insert(next);
        self.number(number);
        if let Some(variable) = self.variables.get(id.0 as usize).filter(|_| number == next) {
            self.ty(&variable.ty);
        }
    }

    fn function(&mut self, function: &'p Function) {
        self.locals.clear();
        self.variables = &function.locals;
        match function.kind {
            FunctionKind::Fn => self.tag(0),
            FunctionKind::Dot => {
                self.tag(1);
                self.text(&function.name);
            }
            FunctionKind::Test => self.tag(2),
            FunctionKind::Anonymous => self.tag(5),
            FunctionKind::Race => {
                self.tag(6);
                self.number(function.alternatives.len());
                function.alternatives.iter().for_each(|&part| self.mention(Declaration::Function(part)));
            }
            FunctionKind::Native(native) => {
                self.tag(3);
                self.text(native.name());
            }
            FunctionKind::NativeDot => {
                self.tag(4);
                self.text(&function.name);
                self.tag(function.class as u8);
                self.number(function.uses.len());
                function.uses.iter().for_each(|name| self.text(name.as_str()));
            }
        }
        // The parameters of what is called from outside are named there.
        let named = matches!(function.kind, FunctionKind::Dot | FunctionKind::NativeDot);
        self.number(function.generics.len());
        self.number(function.params.len());
        for param in &function.params {
            self.field(&param.field, named);
            self.local(param.local);
        }
        self.ty(&function.result);
        self.number(function.narrowed.len());
        for narrowing in &function.narrowed {
            self.text(&narrowing.key);
            self.number(narrowing.to.len());
            narrowing.to.iter().for_each(|to| self.text(to));
        }
        self.policies(&function.policies);
        self.tag(u8::from(function.body.is_some()));
        function.body.iter().for_each(|body| self.expr(body));
    }

    /// What is declared behind `with`: it decides how often and how long a dot is tried, and so how it ends.
    fn policies(&mut self, policies: &Policies) {
        self.tag(u8::from(!policies.is_default()));
        if !policies.is_default() {
            self.text(&policies.to_string());
        }
    }

    fn field(&mut self, field: &Field, named: bool) {
        if named {
            self.text(field.name.as_str());
            self.optional_text(field.rename.as_deref());
        }
        self.ty(&field.ty);
        self.tag(u8::from(field.default.is_some()));
        if let Some(Default { function, .. }) = field.default {
            self.mention(Declaration::Function(function));
        }
    }

    fn fields(&mut self, fields: &[Field]) {
        self.number(fields.len());
        fields.iter().for_each(|field| self.field(field, true));
    }

    fn type_def(&mut self, id: TypeId) {
        let def = self.program.type_def(id);
        self.text(&def.name);
        self.number(def.generics.len());
        match &def.kind {
            TypeKind::Record(fields) => {
                self.tag(0);
                self.fields(fields);
            }
            TypeKind::Union(cases) => {
                self.tag(1);
                self.number(cases.len());
                for case in cases {
                    self.text(case.name.as_str());
                    self.optional_text(case.tag.as_deref());
                    self.fields(&case.fields);
                }
            }
            TypeKind::Refined { base, condition, .. } => {
                self.tag(2);
                self.ty(base);
                self.mention(Declaration::Function(*condition));
            }
        }
    }

    fn types(&mut self, types: &[Type]) {
        self.number(types.len());
        types.iter().for_each(|ty| self.ty(ty));
    }

    fn ty(&mut self, ty: &Type) {
        match ty {
            Type::Unit => self.tag(0),
            Type::Bool => self.tag(1),
            Type::Int => self.tag(2),
            Type::Float => self.tag(3),
            Type::Duration => self.tag(4),
            Type::Text => self.tag(5),
            Type::Bytes => self.tag(6),
            Type::Never => self.tag(8),
            Type::List(item) => self.tagged_type(9, item),
            Type::Set(item) => self.tagged_type(10, item),
            Type::Option(item) => self.tagged_type(11, item),
            Type::Map(key, value) => {
                self.tagged_type(12, key);
                self.ty(value);
            }
            Type::Tuple(items) => {
                self.tag(13);
                self.types(items);
            }
            Type::Function(params, result) => {
                self.tag(14);
                self.types(params);
                self.ty(result);
            }
            Type::Decimal => self.tag(19),
            Type::Time => self.tag(17),
            Type::Date => self.tag(18),
            Type::Named(id, args) => {
                self.tag(15);
                self.mention(Declaration::Type(*id));
                self.types(args);
            }
            Type::Param(index) => {
                self.tag(16);
                self.number(*index as usize);
            }
        }
    }

    fn tagged_type(&mut self, tag: u8, ty: &Type) {
        self.tag(tag);
        self.ty(ty);
    }
}
