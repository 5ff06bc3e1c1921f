//! Declarations: the names of a module, its types and the signatures of its functions. No body is looked at.

mod collect;
mod functions;
mod policies;
mod resolve;
mod types;

use std::rc::Rc;

use dot_abi::manifest::Class;
use dot_syntax::{Span, Symbol, ast};

use crate::instances::Owner;
use crate::modules::ModuleId;
use crate::program::{Bound, ConstantId, FunctionId, FunctionKind, Generic, Type};

pub(crate) use policies::place as policy_place;

/// What is known of a declared type beside its definition.
pub(crate) struct TypeInfo {
    pub(crate) module: ModuleId,
    /// The item that declares it; anonymous types have none.
    pub(crate) item: Option<usize>,
    pub(crate) public: bool,
    /// Whether it is the type of a parameter or field with a condition, which has no name of its own.
    pub(crate) anonymous: bool,
    /// The condition of a refined type, for checking literals.
    pub(crate) condition: Option<Rc<ast::Expr>>,
    /// What its values are as long as its arguments are keys.
    pub(crate) bound: Bound,
}

/// Another name for a type.
pub(crate) struct Alias {
    pub(crate) module: ModuleId,
    pub(crate) item: usize,
    pub(crate) state: AliasState,
}

/// How far an alias is.
pub(crate) enum AliasState {
    Pending,
    /// Being resolved: who meets this has found a circle.
    Resolving,
    Done(Type),
}

/// A function as it is declared.
pub(crate) struct Declaration {
    pub(crate) module: ModuleId,
    pub(crate) item: usize,
    /// There once the function was reached.
    pub(crate) signature: Option<Rc<Signature>>,
}

/// What a caller knows of a function.
pub(crate) struct Signature {
    pub(crate) id: FunctionId,
    pub(crate) kind: FunctionKind,
    /// The class that a native dot declares.
    pub(crate) class: Class,
    pub(crate) module: ModuleId,
    pub(crate) name: ast::Name,
    pub(crate) generics: Rc<[Generic]>,
    pub(crate) params: Vec<Parameter>,
    pub(crate) result: Type,
    pub(crate) result_span: Option<Span>,
}

impl Signature {
    /// Whether a call of it is a step: of a dot, or of a native dot that is more than a note.
    pub(crate) fn is_step(&self) -> bool {
        match self.kind {
            FunctionKind::NativeDot => self.class != Class::Note,
            kind => kind == FunctionKind::Dot,
        }
    }
}

/// What a caller knows of a parameter, or of a field of a case.
#[derive(Clone)]
pub(crate) struct Parameter {
    pub(crate) name: Symbol,
    pub(crate) ty: Type,
    /// What computes the value when it is left out.
    pub(crate) default: Option<FunctionId>,
    pub(crate) span: Span,
}

/// A top-level `let` and how far it is.
pub(crate) struct ConstantInfo {
    pub(crate) module: ModuleId,
    pub(crate) item: usize,
    pub(crate) name: ast::Name,
    pub(crate) state: ConstantState,
}

/// How far a constant is.
#[derive(Clone)]
pub(crate) enum ConstantState {
    Pending,
    /// Its type is being inferred: who meets this has found a circle.
    Inferring,
    Typed(ConstantId, Type),
}

/// Where a written type stands: what its names mean there.
#[derive(Clone)]
pub(crate) struct TypeScope {
    pub(crate) module: ModuleId,
    pub(crate) generics: Rc<[Generic]>,
    /// The declaration that the type parameters belong to.
    pub(crate) owner: Owner,
}
