//! Calls of functions, natives, notes and closures; refinements.

use std::sync::Arc;

use dot_abi::fault::FaultCode;
use dot_abi::native::Native;
use dot_abi::types::{TypeDesc, TypeRef};
use dot_types::program::{Expr, FunctionId, FunctionKind, Part, Program, Type, TypeKind};

use super::functions::{Body, Dest};
use crate::core::{Atom, Op, SiteRef};

impl<'p> Body<'_, 'p> {
    /// A call of something declared.
    pub(super) fn lower_call(
        &mut self,
        expr: &'p Expr,
        function: FunctionId,
        type_args: &[Type],
        args: &'p [Part],
    ) -> Op {
        let type_args: Arc<[Type]> = type_args.iter().map(|ty| ty.substitute(&self.args)).collect();
        if let Some(op) = self.inline_call(function, &type_args, args) {
            return op;
        }
        let atoms = self.parts(args);
        let site = self.site(expr.span);
        match self.unit.program.function(function).kind {
            FunctionKind::Native(native) => self.native(native, &type_args, atoms, site),
            FunctionKind::NativeDot => Op::Note(self.unit.note(function, site), atoms),
            FunctionKind::Fn
            | FunctionKind::Dot
            | FunctionKind::Test
            | FunctionKind::Anonymous
            | FunctionKind::Race => Op::Call(self.unit.instance(function, type_args), atoms),
        }
    }

    fn native(&mut self, native: Native, type_args: &[Type], atoms: Vec<Atom>, site: SiteRef) -> Op {
        let types: Vec<TypeRef> = type_args.iter().map(|ty| self.unit.types.of(ty)).collect();
        if native.decodes() {
            self.unit.made_outside.extend(types.first());
        }
        match (native, &atoms[..]) {
            (Native::TextOf, [value]) if matches!(self.unit.types.desc(types[0]), TypeDesc::Text) => Op::Value(*value),
            (
                Native::ListLen | Native::MapLen | Native::SetLen | Native::BytesLen | Native::TextByteLen,
                [Atom::Local(value)],
            ) => Op::Length(*value),
            _ => Op::Native(native, types, atoms, site),
        }
    }

    /// A call of a value.
    pub(super) fn lower_call_value(&mut self, callee: &'p Expr, args: &'p [Expr]) -> Op {
        if let Some(op) = self.inline_lambda(callee, args) {
            return op;
        }
        let ty = self.closed(&callee.ty);
        let mut atoms = self.atoms(std::iter::once(callee).chain(args));
        let args = atoms.split_off(1);
        let callee = self.local_of(atoms[0], ty);
        Op::CallClosure(callee, args)
    }

    /// A value of the base as one of the refined type, or a fault.
    pub(super) fn lower_refine(&mut self, expr: &'p Expr, value: &'p Expr) -> Op {
        let conditions = self.conditions(expr, &expr.ty, &value.ty);
        let atom = self.atom(value);
        let atom = self.stable(atom);
        let bool = self.bool();
        for (refined, condition) in conditions {
            let holds = self.let_(bool, Op::Call(condition, vec![atom]));
            self.branch(
                Atom::Local(holds),
                |_| {},
                |body| {
                    let shown = body.text_of(atom, value);
                    let number = Atom::Int(i64::from(refined.0));
                    body.fault(FaultCode::Refinement, expr.span, Some(number), Some(shown));
                },
            );
        }
        Op::Value(atom)
    }

    /// A value of the base as an option of the refined type.
    pub(super) fn lower_refine_option(&mut self, expr: &'p Expr, value: &'p Expr, dest: Dest) {
        let ty = self.closed(&expr.ty);
        let refined = match &expr.ty {
            Type::Option(refined) => (**refined).clone(),
            other => other.clone(),
        };
        let conditions = self.conditions(expr, &refined, &value.ty);
        let atom = self.atom(value);
        let atom = self.stable(atom);
        let bool = self.bool();
        self.labeled(|body, end| {
            body.labeled(|body, no| {
                for (_, condition) in conditions {
                    let holds = body.let_(bool, Op::Call(condition, vec![atom]));
                    body.branch(Atom::Local(holds), |_| {}, |body| body.leave(no));
                }
                body.put(expr, Op::Some(ty, atom), dest);
                body.leave(end);
            });
            body.put(expr, Op::Value(Atom::None), dest);
        });
    }

    /// The conditions between a refined type and the type of the value, the innermost first.
    fn conditions(&mut self, expr: &Expr, refined: &Type, from: &Type) -> Vec<(TypeRef, crate::core::FunctionRef)> {
        let from = from.substitute(&self.args);
        let mut ty = refined.substitute(&self.args);
        let mut found = Vec::new();
        while ty != from {
            let Some((base, condition, args)) = condition_of(self.unit.program, &ty) else { break };
            let function = self.unit.instance(condition, args);
            found.push((self.unit.types.of(&ty), function));
            ty = base;
        }
        if found.is_empty() && !self.is_dead() {
            self.unit.internal(expr.span, "a refinement without a condition");
        }
        found.reverse();
        found
    }
}

/// The base of a refined type, the function of its condition, and the type arguments of both.
pub(super) fn condition_of(program: &Program, ty: &Type) -> Option<(Type, FunctionId, Arc<[Type]>)> {
    let Type::Named(id, args) = ty else { return None };
    match &program.type_def(*id).kind {
        TypeKind::Refined { base, condition, .. } => Some((base.substitute(args), *condition, args.clone())),
        _ => None,
    }
}
