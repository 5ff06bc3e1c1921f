//! Lambdas: a function of its own for the body, and an object that holds what it captures.

use dot_abi::types::{TypeDesc, TypeRef};
use dot_types::program::{Expr, Lambda, LocalId};

use super::functions::{Body, Dest, Variable};
use crate::core::{Atom, Op};

/// The variables that a lambda mentions.
#[derive(Default)]
struct Captures<'p> {
    /// Those that stand for literals.
    known: Vec<(LocalId, Variable<'p>)>,
    /// Those whose values the closure holds.
    captured: Vec<(LocalId, Atom)>,
}

impl<'p> Body<'_, 'p> {
    /// A lambda.
    pub(super) fn lower_lambda(&mut self, expr: &'p Expr, lambda: &'p Lambda) -> Op {
        let Captures { known, captured: captures } = self.captures(lambda, expr);
        let types: Vec<_> = captures.iter().map(|(_, atom)| self.captured_type(*atom)).collect();
        let closure = self.unit.types.closure(types.clone());
        let ty = self.closed(&expr.ty);
        let result = match self.unit.types.desc(ty) {
            TypeDesc::Function { result, .. } => *result,
            _ => self.closed(&lambda.body.ty),
        };
        let function = self.unit.reserve(expr.span);
        let inlined = self.inlined.clone();
        let mut inner = Body::new(self.unit, self.source, self.args.clone());
        for &param in &lambda.params {
            inner.lambda_parameter(param);
        }
        inner.inlined = inlined;
        inner.variables.extend(known);
        for (index, (&(id, _), &ty)) in captures.iter().zip(&types).enumerate() {
            let index = index as u32;
            // A counted capture is borrowed anew where it is used; a scalar is loaded once.
            let variable = match inner.unit.types.table().is_counted(ty) {
                true => Variable::Capture(index, ty),
                false => Variable::Atom(Atom::Local(inner.let_(ty, Op::Capture(index)))),
            };
            inner.variables.insert(id, variable);
        }
        inner.deliver(&lambda.body, Dest::Return);
        let name = format!("{}$lambda", self.source.name);
        let lowered = inner.finish(name, lambda.params.len(), result, Some(closure));
        self.unit.functions[function.0 as usize] = Some(lowered);
        Op::Closure(closure, function, captures.into_iter().map(|(_, atom)| atom).collect())
    }

    fn captures(&mut self, lambda: &Lambda, expr: &Expr) -> Captures<'p> {
        let mut captures = Captures::default();
        for &id in &lambda.captures {
            match self.variable(id, expr.span) {
                atom @ Atom::Local(_) => captures.captured.push((id, atom)),
                literal => captures.known.push((id, Variable::Atom(literal))),
            }
        }
        captures
    }

    fn captured_type(&mut self, atom: Atom) -> TypeRef {
        match atom {
            Atom::Local(local) => self.type_of(local),
            _ => self.int(),
        }
    }
}
