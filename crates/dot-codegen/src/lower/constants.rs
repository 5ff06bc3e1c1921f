//! Top-level `let`s, and the functions that the host asks for: conditions and defaults of the input.

use std::sync::Arc;

use dot_abi::types::{TypeDesc, TypeRef};
use dot_types::program::{ConstantId, Field, FunctionId, Type, TypeKind};
use rustc_hash::FxHashSet;

use super::Lowering;
use super::calls::condition_of;
use super::functions::Body;
use crate::core::{Constant, ConstantRef, FunctionRef, Op};

impl Body<'_, '_> {
    /// A top-level `let`: its value if that is a literal.
    pub(super) fn constant(&mut self, id: ConstantId) -> Op {
        let program = self.unit.program;
        let body = program.function(program.constant(id).function).body.as_ref();
        match body.and_then(|body| self.literal(&body.kind)) {
            Some(atom) => Op::Value(atom),
            None => Op::Constant(self.unit.constant(id)),
        }
    }
}

impl Lowering<'_> {
    fn constant(&mut self, id: ConstantId) -> ConstantRef {
        if let Some(&known) = self.constant_index.get(&id) {
            return known;
        }
        let constant = self.program.constant(id);
        let function = self.instance(constant.function, Arc::from([]));
        let ty = self.types.of(&constant.ty);
        self.constants.push(Constant { ty, function });
        let reference = ConstantRef(self.constants.len() as u32 - 1);
        self.constant_index.insert(id, reference);
        reference
    }

    /// Finds the conditions and defaults of everything that the input and what natives make may hold, and lowers them:
    /// they may call natives too.
    pub(super) fn for_the_host(&mut self, entry: FunctionId, input: TypeRef) {
        let program = self.program;
        let parameters = program.function(entry).params.iter().map(|param| &param.field);
        self.field_defaults(input, 0, parameters, &Arc::from([]));
        let (mut seen, mut waiting) = (FxHashSet::default(), vec![input]);
        while !waiting.is_empty() {
            while let Some(ty) = waiting.pop() {
                if seen.insert(ty) {
                    waiting.extend(parts_of(self.types.table().get(ty)));
                    self.host_functions(ty);
                }
            }
            self.all();
            waiting = std::mem::take(&mut self.made_outside);
        }
    }

    /// The functions of a declared type.
    fn host_functions(&mut self, ty: TypeRef) {
        let Some((id, args)) = self.types.source(ty) else { return };
        let program = self.program;
        match &program.type_def(id).kind {
            TypeKind::Refined { .. } => {
                if let Some((_, condition, args)) = condition_of(program, &Type::Named(id, args)) {
                    let function = self.pinned_instance(condition, args);
                    self.refinements.push((ty, function));
                }
            }
            TypeKind::Record(fields) => self.field_defaults(ty, 0, fields, &args),
            TypeKind::Union(cases) => {
                for (index, case) in cases.iter().enumerate() {
                    self.field_defaults(ty, index as u32, &case.fields, &args);
                }
            }
        }
    }

    fn field_defaults<'f>(
        &mut self,
        ty: TypeRef,
        case: u32,
        fields: impl IntoIterator<Item = &'f Field>,
        args: &Arc<[Type]>,
    ) {
        for (index, field) in fields.into_iter().enumerate() {
            if let Some(default) = &field.default {
                let function = self.pinned_instance(default.function, args.clone());
                self.defaults.push((ty, case, index as u32, function));
            }
        }
    }

    fn pinned_instance(&mut self, function: FunctionId, args: Arc<[Type]>) -> FunctionRef {
        let function = self.instance(function, args);
        self.pinned.push(function);
        function
    }
}

/// The types that a description mentions.
fn parts_of(desc: &TypeDesc) -> Vec<TypeRef> {
    match desc {
        TypeDesc::List { item } | TypeDesc::Set { item } | TypeDesc::Option { item } => vec![*item],
        TypeDesc::Map { key, value } => vec![*key, *value],
        TypeDesc::Tuple { items } => items.clone(),
        TypeDesc::Record { fields, .. } => fields.iter().map(|field| field.ty).collect(),
        TypeDesc::Union { cases, .. } => cases.iter().flat_map(|case| &case.fields).map(|field| field.ty).collect(),
        TypeDesc::Refined { base, .. } => vec![*base],
        _ => Vec::new(),
    }
}
