//! An instance of a function, and the builder of bodies that all of lowering writes with.

use std::rc::Rc;
use std::sync::Arc;

use dot_abi::decimal::Decimal;
use dot_abi::types::{TypeDesc, TypeRef};
use dot_syntax::Span;
use dot_types::program::{self, FunctionId, LocalId, Type};
use rustc_hash::{FxHashMap, FxHashSet};

use super::control::Flow;
use super::inline::{Inlined, Known};
use super::options::Found;
use super::pending::Pending;
use super::{Lowering, all_own};
use crate::core::{Atom, Function, Label, Local, Op, SiteRef, Statement, TextRef};

/// Where the value of an expression goes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Dest {
    /// Into a local, which nothing else is assigned to on the way.
    Local(Local),
    /// Out of the function.
    Return,
    /// Nowhere.
    Ignore,
}

/// What a variable of the source is.
#[derive(Clone)]
pub(super) enum Variable<'p> {
    /// A local or a literal.
    Atom(Atom),
    /// A captured value.
    Capture(u32, TypeRef),
    /// A lambda that is put where it is called.
    Lambda(Rc<Known<'p>>),
    /// What a call gives that may still run: an index of [`Body::pending`].
    Pending(usize),
}

/// Where `break` and `continue` go.
#[derive(Clone, Copy)]
pub(super) struct Targets {
    /// Behind the loop.
    pub(super) leave: Label,
    /// To its next turn.
    pub(super) next: Next,
    /// How many `let`s were pending outside of it.
    pub(super) pending: usize,
}

/// How a loop's next turn is reached.
#[derive(Clone, Copy)]
pub(super) enum Next {
    /// Behind the block of the turn, where the loop steps on.
    Step(Label),
    /// At the head.
    Head(Label),
}

/// A function body under construction.
pub(super) struct Body<'a, 'p> {
    pub(super) unit: &'a mut Lowering<'p>,
    /// The function of the source whose variables these are.
    pub(super) source: &'p program::Function,
    /// Its type arguments.
    pub(super) args: Arc<[Type]>,
    pub(super) variables: FxHashMap<LocalId, Variable<'p>>,
    pub(super) loops: Vec<Targets>,
    /// Where `return` goes, if the function was put into another one.
    pub(super) returns: Option<(Dest, Label)>,
    pub(super) inlined: Inlined,
    /// Fields of matched values that this block or one around it has loaded already.
    pub(super) parts: Vec<((Local, u32, u32), Local)>,
    /// Options that were not made.
    pub(super) options: FxHashMap<Local, Found>,
    /// The `let`s in scope whose calls may still run.
    pub(super) pending: Vec<Pending<'p>>,
    /// Locals that were written in case somebody asks whether a pending `let` was awaited, and nobody did.
    pub(super) unasked: Vec<Local>,
    pub(super) flow: Flow,
    locals: Vec<TypeRef>,
    /// How often each local was assigned so far.
    versions: Vec<u32>,
    /// The locals that hold variables assigned more than once.
    changing: FxHashSet<Local>,
}

/// Lowers an instance.
pub(super) fn lower_function(unit: &mut Lowering<'_>, id: FunctionId, args: Arc<[Type]>) -> Function {
    let program = unit.program;
    let source = program.function(id);
    let mut body = Body::new(unit, source, args);
    body.inlined.functions.push(id);
    let result = body.closed(&source.result);
    for param in &source.params {
        body.parameter(param.local);
    }
    match &source.body {
        Some(expr) => body.deliver(expr, Dest::Return),
        None => body.unit.internal(source.span, "a native without an operation"),
    }
    let name = match body.args.is_empty() {
        true => source.name.to_string(),
        false => {
            let args: Vec<String> = body.args.iter().map(|arg| super::types::type_name(program, arg)).collect();
            format!("{}<{}>", source.name, args.join(", "))
        }
    };
    body.finish(name, source.params.len(), result, None)
}

impl<'a, 'p> Body<'a, 'p> {
    /// An empty body.
    pub(super) fn new(unit: &'a mut Lowering<'p>, source: &'p program::Function, args: Arc<[Type]>) -> Body<'a, 'p> {
        Body {
            unit,
            source,
            args,
            variables: FxHashMap::default(),
            loops: Vec::new(),
            returns: None,
            inlined: Inlined::default(),
            parts: Vec::new(),
            options: FxHashMap::default(),
            pending: Vec::new(),
            unasked: Vec::new(),
            flow: Flow::default(),
            locals: Vec::new(),
            versions: Vec::new(),
            changing: FxHashSet::default(),
        }
    }

    /// The finished function; its first locals are the parameters.
    pub(super) fn finish(self, name: String, params: usize, result: TypeRef, closure: Option<TypeRef>) -> Function {
        let (takes, waits) = (all_own(params), Vec::new());
        let mut body = self.flow.finish();
        super::pending::forget(&mut body, &self.unasked);
        Function { name, takes, locals: self.locals, result, closure, waits, body }
    }

    // Types.

    /// What operations see of a type that may mention the function's type parameters: never a refined type
    /// itself, whose values are those of its base.
    pub(super) fn closed(&mut self, ty: &Type) -> TypeRef {
        let ty = match self.args.is_empty() {
            true => self.unit.types.of(ty),
            false => self.unit.types.of(&ty.substitute(&self.args)),
        };
        self.unit.types.table().base(ty)
    }

    /// The description of what operations see of a type.
    pub(super) fn desc(&mut self, ty: &Type) -> TypeDesc {
        let ty = self.closed(ty);
        self.unit.types.desc(ty).clone()
    }

    /// The type of a local.
    pub(super) fn type_of(&self, local: Local) -> TypeRef {
        self.locals[local.0 as usize]
    }

    pub(super) fn int(&mut self) -> TypeRef {
        self.unit.types.of(&Type::Int)
    }

    pub(super) fn bool(&mut self) -> TypeRef {
        self.unit.types.of(&Type::Bool)
    }

    pub(super) fn text_type(&mut self) -> TypeRef {
        self.unit.types.of(&Type::Text)
    }

    // Tables.

    pub(super) fn site(&mut self, span: Span) -> SiteRef {
        self.unit.sites.of(span)
    }

    pub(super) fn text(&mut self, text: &str) -> TextRef {
        // Its object's header names the type.
        self.text_type();
        self.unit.texts.of(text)
    }

    /// A decimal in static data.
    pub(super) fn decimal(&mut self, value: Decimal) -> Atom {
        // Its object's header names the type.
        self.closed(&Type::Decimal);
        Atom::Decimal(value)
    }

    // Locals.

    /// A new local.
    pub(super) fn local(&mut self, ty: TypeRef) -> Local {
        self.locals.push(self.unit.types.table().base(ty));
        self.versions.push(0);
        Local(self.locals.len() as u32 - 1)
    }

    /// A new local with the result of an operation.
    pub(super) fn let_(&mut self, ty: TypeRef, op: Op) -> Local {
        let local = self.local(ty);
        self.assign(local, op);
        local
    }

    /// Assigns a local.
    pub(super) fn assign(&mut self, local: Local, op: Op) {
        self.versions[local.0 as usize] += 1;
        self.emit(Statement::Let(local, op));
    }

    /// Marks a local whose value changes while something may still want the old one.
    pub(super) fn changes(&mut self, local: Local) {
        self.changing.insert(local);
    }

    /// How often an atom's local was assigned.
    pub(super) fn version(&self, atom: Atom) -> u32 {
        match atom {
            Atom::Local(local) => self.versions[local.0 as usize],
            _ => 0,
        }
    }

    /// The atom, or a copy if it is a variable that may change.
    pub(super) fn stable(&mut self, atom: Atom) -> Atom {
        match atom {
            Atom::Local(local) if self.changing.contains(&local) => {
                Atom::Local(self.let_(self.type_of(local), Op::Value(atom)))
            }
            _ => atom,
        }
    }

    /// A local that holds the atom.
    pub(super) fn local_of(&mut self, atom: Atom, ty: TypeRef) -> Local {
        match atom {
            Atom::Local(local) => local,
            _ => self.let_(ty, Op::Value(atom)),
        }
    }

    fn parameter(&mut self, id: LocalId) {
        let ty = self.closed(&self.source.locals[id.0 as usize].ty);
        let local = self.local(ty);
        self.variables.insert(id, Variable::Atom(Atom::Local(local)));
    }

    /// Makes the next local hold a parameter of a lambda.
    pub(super) fn lambda_parameter(&mut self, id: LocalId) {
        self.parameter(id);
    }

    /// Gives a variable its first value.
    pub(super) fn bind(&mut self, id: LocalId, value: Atom) {
        let source = &self.source.locals[id.0 as usize];
        if !source.mutable {
            let value = self.stable(value);
            self.variables.insert(id, Variable::Atom(value));
            return;
        }
        let ty = self.closed(&source.ty);
        let local = self.local(ty);
        self.changes(local);
        self.variables.insert(id, Variable::Atom(Atom::Local(local)));
        self.assign(local, Op::Value(value));
    }

    /// The value of a variable.
    pub(super) fn variable(&mut self, id: LocalId, span: Span) -> Atom {
        match self.variables.get(&id).cloned() {
            Some(Variable::Atom(atom)) => atom,
            Some(Variable::Lambda(known)) => self.closure_of(&known),
            Some(Variable::Capture(index, ty)) => Atom::Local(self.let_(ty, Op::Capture(index))),
            Some(Variable::Pending(index)) => self.mention(index),
            None => {
                if !self.is_dead() {
                    self.unit.internal(span, "a variable without a value");
                }
                Atom::Unit
            }
        }
    }
}
