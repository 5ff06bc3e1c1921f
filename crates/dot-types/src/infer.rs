//! Bodies: from the syntax tree of an expression to the typed one.
//!
//! Inference is bidirectional. What a place asks for goes down as a [`Want`]; what an expression has comes up as its
//! type. Where both are known the expression is converted (`T` to `T?`, refined to base) or the difference is
//! reported at the innermost expression that has the wrong type. Types that neither side knows are variables, local
//! to one body, which unification binds; nothing is generalised. `finish` replaces them when the body ends.

mod blocks;
mod branches;
mod calls;
mod cases;
mod collections;
mod elsewhere;
mod expressions;
mod finish;
mod functions;
mod json;
mod lambdas;
mod literals;
mod methods;
mod mocks;
mod operators;
mod paths;
mod patterns;
mod places;
mod records;
mod refine;
mod regex;
mod statements;
mod steps;
mod unify;
mod unwrap;

use std::rc::Rc;
use std::sync::Arc;

use dot_syntax::{Diagnostic, Span, Symbol, ast};
use rustc_hash::FxHashMap;

use crate::checker::Checker;
use crate::declare::TypeScope;
use crate::instances::Owner;
use crate::program::{Bound, Expr, ExprKind, FunctionId, Generic, Local, LocalId, Type};
use crate::types::UNKNOWN;

/// What may be said of a program only because a part of it was not understood.
const MAY_FOLLOW: &[&str] = &["E0201", "E0301", "E0304", "E0305", "E0306", "E0324"];

/// What a body belongs to, where that decides what it may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Host {
    Fn,
    Dot,
    Test,
    Constant,
    Default,
    Condition,
}

/// What a place asks of the expression in it.
#[derive(Clone, Debug)]
pub(crate) struct Want {
    pub(crate) ty: Type,
    /// Where the type comes from, for messages.
    pub(crate) origin: Option<(Span, &'static str)>,
    /// Whether another type is fine too: the type only helps to read literals.
    pub(crate) soft: bool,
}

impl Want {
    pub(crate) fn new(ty: Type) -> Want {
        Want { ty, origin: None, soft: false }
    }

    pub(crate) fn soft(ty: Type) -> Want {
        Want { ty, origin: None, soft: true }
    }

    pub(crate) fn because(ty: Type, span: Span, words: &'static str) -> Want {
        Want { ty, origin: Some((span, words)), soft: false }
    }

    /// The same origin with another type.
    pub(crate) fn part(&self, ty: Type) -> Want {
        Want { ty, ..self.clone() }
    }
}

/// What a frame is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FrameKind {
    Function,
    Lambda,
    /// What will be an activation of its own, by the word that makes it one.
    Step(&'static str),
}

/// A function, lambda or step around the place that is being checked.
struct Frame {
    kind: FrameKind,
    result: Type,
    result_span: Option<Span>,
    /// What a lambda has captured so far.
    captures: Vec<LocalId>,
    /// The loops around the place, innermost last, and whether each has a `break`.
    loops: Vec<bool>,
    /// How many variables there were when the innermost comprehension began: it has copies of their values.
    copied: usize,
}

impl Frame {
    fn new(kind: FrameKind, result: Type) -> Frame {
        Frame { kind, result, result_span: None, captures: Vec::new(), loops: Vec::new(), copied: 0 }
    }
}

/// The state of checking one body.
pub(crate) struct Body<'c, 's> {
    pub(crate) checker: &'c mut Checker<'s>,
    pub(crate) scope: TypeScope,
    host: Host,
    /// What the variables stand for, as far as it is known.
    variables: Vec<Option<Type>>,
    /// The variables in the order in which they were bound, to take bindings back.
    trail: Vec<usize>,
    locals: Vec<Local>,
    /// How many lambdas are around the declaration of each local.
    depths: Vec<usize>,
    bindings: FxHashMap<Symbol, LocalId>,
    /// What each binding hid, to restore it at the end of its block.
    hidden: Vec<(Symbol, Option<LocalId>)>,
    frames: Vec<Frame>,
    bounds: Vec<(Type, Bound, Span, Option<&'static str>)>,
    instances: Vec<(Owner, Arc<[Type]>, Span)>,
    /// Where the parser first did not understand the body.
    broken: Option<u32>,
    /// Whether the loop that was checked last is never left by itself.
    endless: bool,
    /// The name that the lambda that is being checked will have, and does not have yet.
    defining: Option<Symbol>,
    /// The result types of lambdas that never return: nobody need know them.
    never_results: Vec<Type>,
    /// The call behind the `try` that is being checked.
    core: Option<steps::Core>,
    /// The functions that the finished body calls.
    callees: Vec<FunctionId>,
    /// The number of diagnostics when the body began.
    first_diagnostic: usize,
    /// Whether nothing was wrong in the body when it was finished.
    sound: bool,
}

impl<'c, 's> Body<'c, 's> {
    fn new(checker: &'c mut Checker<'s>, scope: TypeScope, host: Host, result: Type) -> Body<'c, 's> {
        let first_diagnostic = checker.diagnostics.len();
        let frame = Frame::new(FrameKind::Function, result);
        Body {
            checker,
            scope,
            host,
            variables: Vec::new(),
            trail: Vec::new(),
            locals: Vec::new(),
            depths: Vec::new(),
            bindings: FxHashMap::default(),
            hidden: Vec::new(),
            frames: vec![frame],
            bounds: Vec::new(),
            instances: Vec::new(),
            broken: None,
            endless: false,
            defining: None,
            never_results: Vec::new(),
            core: None,
            callees: Vec::new(),
            first_diagnostic,
            sound: false,
        }
    }

    /// Says what is wrong. Behind a place that the parser did not understand names and types are missing, and what
    /// follows from that is not said.
    fn report(&mut self, diagnostic: Diagnostic) {
        let follows = self.broken.is_some_and(|start| diagnostic.span.end >= start);
        if follows && MAY_FOLLOW.contains(&diagnostic.code.0) {
            return;
        }
        self.checker.report(diagnostic);
    }

    /// Reports what is wrong and gives an expression that fits everywhere.
    fn wrong(&mut self, span: Span, diagnostic: Diagnostic) -> Expr {
        self.report(diagnostic);
        unknown(span)
    }

    /// A type as users write it, with what is known of it by now.
    fn show(&self, ty: &Type) -> String {
        self.checker.show(&self.resolve(ty), &self.scope.generics)
    }

    fn generics(&self) -> Rc<[Generic]> {
        Rc::clone(&self.scope.generics)
    }

    fn resolve_type(&mut self, written: &ast::TypeExpr) -> Type {
        let scope = self.scope.clone();
        self.checker.resolve_type(&scope, written)
    }

    /// Asks for a bound when the body is finished.
    fn require(&mut self, ty: &Type, bound: Bound, span: Span, why: Option<&'static str>) {
        self.bounds.push((ty.clone(), bound, span, why));
    }

    fn frame(&mut self) -> &mut Frame {
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    /// A new variable, not in scope yet.
    fn add_local(&mut self, name: Symbol, ty: Type, mutable: bool, span: Span) -> LocalId {
        self.locals.push(Local { name, ty, mutable, span });
        self.depths.push(self.frames.len() - 1);
        LocalId(self.locals.len() as u32 - 1)
    }

    /// A variable that the source does not name.
    fn invent_local(&mut self, name: &str, ty: Type, span: Span) -> LocalId {
        self.add_local(Symbol::new(name), ty, false, span)
    }

    /// Puts a variable into scope.
    fn bind(&mut self, name: Symbol, local: LocalId) {
        let before = self.bindings.insert(name, local);
        self.hidden.push((name, before));
    }

    /// Runs something and takes its bindings out of scope again.
    fn scoped<T>(&mut self, inside: impl FnOnce(&mut Self) -> T) -> T {
        let mark = self.hidden.len();
        let result = inside(self);
        while self.hidden.len() > mark
            && let Some((name, before)) = self.hidden.pop()
        {
            match before {
                Some(local) => self.bindings.insert(name, local),
                None => self.bindings.remove(&name),
            };
        }
        result
    }

    /// Whether a name stands for a variable here.
    fn is_bound(&self, name: Symbol) -> bool {
        self.bindings.contains_key(&name)
    }

    fn local(&self, id: LocalId) -> &Local {
        &self.locals[id.0 as usize]
    }

    /// Mentions a variable: lambdas between its declaration and this place capture it.
    fn mention(&mut self, id: LocalId) {
        let depth = self.depths[id.0 as usize];
        for frame in self.frames.iter_mut().skip(depth + 1) {
            if !frame.captures.contains(&id) {
                frame.captures.push(id);
            }
        }
    }

    /// An expression that reads a variable.
    fn read_local(&mut self, id: LocalId, span: Span) -> Expr {
        self.mention(id);
        Expr { kind: ExprKind::Local(id), ty: self.local(id).ty.clone(), span }
    }

    /// Whether the place is inside of a lambda.
    fn in_lambda(&self) -> bool {
        self.frames.iter().any(|frame| frame.kind == FrameKind::Lambda)
    }
}

/// An expression in the place of one that is wrong.
fn unknown(span: Span) -> Expr {
    Expr { kind: ExprKind::Unit, ty: UNKNOWN, span }
}

fn expr(kind: ExprKind, ty: Type, span: Span) -> Expr {
    Expr { kind, ty, span }
}
