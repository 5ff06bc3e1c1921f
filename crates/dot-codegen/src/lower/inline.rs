//! Small functions, and lambdas that are arguments of calls, put where they are called.
//!
//! What engines for WASM don't do, and what makes `xs.map(x => x + 1)` a loop: a parameter that is known
//! to be a lambda is called by lowering the lambda's body there. Nothing else changes: arguments are
//! evaluated once and first, faults keep their places, and a function is never put into itself.

use std::rc::Rc;
use std::sync::Arc;

use dot_types::each_child;
use dot_types::program::{self, Expr, ExprKind, FunctionId, FunctionKind, Lambda, LocalId, Part, Type};
use rustc_hash::FxHashMap;

use super::functions::{Body, Dest, Targets, Variable};
use super::operators::is_jumping;
use crate::core::{Atom, Label, Op};

/// The size of a function that is put where it is called, in expressions.
const MAX_SMALL: usize = 20;
/// The same for one that is given a lambda.
const MAX_WITH_LAMBDA: usize = 120;
/// How many expressions may be put into one function.
const MAX_INLINED: usize = 4_000;
/// How deep such calls may be in each other.
const MAX_DEPTH: usize = 8;

/// A lambda that a variable is known to be.
pub(super) struct Known<'p> {
    expr: &'p Expr,
    lambda: &'p Lambda,
    source: &'p program::Function,
    args: Arc<[Type]>,
    captures: FxHashMap<LocalId, Variable<'p>>,
}

/// A function that can be put where it is called.
struct Target<'p> {
    source: &'p program::Function,
    body: &'p Expr,
    size: usize,
}

/// What the names in an expression mean.
pub(super) struct Scope<'p> {
    source: &'p program::Function,
    args: Arc<[Type]>,
    variables: FxHashMap<LocalId, Variable<'p>>,
    loops: Vec<Targets>,
    returns: Option<(Dest, Label)>,
}

/// What was put into a body so far.
#[derive(Clone, Default)]
pub(super) struct Inlined {
    /// The functions that what is written now belongs to, the outermost first.
    pub(super) functions: Vec<FunctionId>,
    depth: usize,
    size: usize,
}

impl<'p> Body<'_, 'p> {
    /// A call as the callee's body, if it is small enough.
    pub(super) fn inline_call(
        &mut self,
        function: FunctionId,
        type_args: &Arc<[Type]>,
        args: &'p [Part],
    ) -> Option<Op> {
        let target = self.target(function, args)?;
        let call = |this: &mut Self| this.value_of_body(target.body, &target.source.result);
        Some(Op::Value(self.inline(function, &target, type_args.clone(), args, call)))
    }

    /// Whether a condition is a call whose body can jump in its place.
    pub(super) fn jumps_when_inlined(&self, condition: &Expr) -> bool {
        let ExprKind::Call { function, args, .. } = &condition.kind else { return false };
        self.target(*function, args).is_some_and(|target| !returns(target.body) && is_jumping(value_of(target.body)))
    }

    /// Writes jumps with the body of a call that [`jumps_when_inlined`](Self::jumps_when_inlined).
    pub(super) fn jump_inlined(&mut self, condition: &'p Expr, jump: impl FnOnce(&mut Self, &'p Expr)) {
        let ExprKind::Call { function, type_args, args } = &condition.kind else { return };
        let Some(target) = self.target(*function, args) else { return };
        let type_args = type_args.iter().map(|ty| ty.substitute(&self.args)).collect();
        self.inline(*function, &target, type_args, args, |this| jump(this, value_of(target.body)));
    }

    /// What a call would put here.
    fn target(&self, function: FunctionId, args: &[Part]) -> Option<Target<'p>> {
        let source = self.unit.program.function(function);
        let body = source.body.as_ref().filter(|_| source.kind == FunctionKind::Fn)?;
        let with_lambda = args.iter().any(|part| self.is_known_lambda(&part.value));
        let limit = if with_lambda { MAX_WITH_LAMBDA } else { MAX_SMALL };
        if self.inlined.functions.contains(&function) {
            return None;
        }
        let size = self.size_within(body, limit).filter(|_| !calls(body, function))?;
        Some(Target { source, body, size })
    }

    /// Evaluates arguments, and writes what `write` makes of the callee's names.
    fn inline<R>(
        &mut self,
        function: FunctionId,
        target: &Target<'p>,
        type_args: Arc<[Type]>,
        args: &'p [Part],
        write: impl FnOnce(&mut Self) -> R,
    ) -> R {
        self.inlined.size += target.size;
        let values = self.arguments(args);
        self.inlined.functions.push(function);
        let source = target.source;
        let (variables, loops) = (FxHashMap::default(), Vec::new());
        let result = self.within(Scope { source, args: type_args, variables, loops, returns: None }, |this| {
            for (index, value) in values {
                this.bind_variable(source.params[index].local, value);
            }
            write(this)
        });
        self.inlined.functions.pop();
        result
    }

    /// A call of a variable that is known to be a lambda, as the lambda's body.
    pub(super) fn inline_lambda(&mut self, callee: &'p Expr, args: &'p [Expr]) -> Option<Op> {
        let ExprKind::Local(id) = callee.kind else { return None };
        let Some(Variable::Lambda(known)) = self.variables.get(&id) else { return None };
        let known = known.clone();
        self.inlined.size += self.size_within(&known.lambda.body, MAX_WITH_LAMBDA)?;
        let atoms = self.atoms(args);
        let atoms: Vec<Atom> = atoms.into_iter().map(|atom| self.stable(atom)).collect();
        let result = match &callee.ty {
            Type::Function(_, result) => result.substitute(&self.args),
            _ => known.lambda.body.ty.substitute(&known.args),
        };
        let value = self.within(known.scope(), |this| {
            for (&param, atom) in known.lambda.params.iter().zip(atoms) {
                this.bind(param, atom);
            }
            this.value_of_body(&known.lambda.body, &result)
        });
        Some(Op::Value(value))
    }

    /// The closure of a known lambda, where the lambda itself is wanted.
    pub(super) fn closure_of(&mut self, known: &Rc<Known<'p>>) -> Atom {
        let known = known.clone();
        self.within(known.scope(), |this| {
            let op = this.lower_lambda(known.expr, known.lambda);
            let ty = this.closed(&known.expr.ty);
            Atom::Local(this.let_(ty, op))
        })
    }

    /// Arguments in the order of the source, with their parameters' indices.
    fn arguments(&mut self, args: &'p [Part]) -> Vec<(usize, Variable<'p>)> {
        let mut values: Vec<(usize, Variable<'p>)> = Vec::new();
        let (mut atoms, mut seen, mut places, mut calls) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for part in args {
            if let Some(known) = self.known_lambda(&part.value) {
                values.push((part.index, known));
                continue;
            }
            let started = self.start_operand(&part.value);
            let atom = match started {
                Some(handle) => {
                    calls.push((atoms.len(), &part.value, handle));
                    Atom::Unit
                }
                None => self.atom(&part.value),
            };
            places.push(values.len());
            values.push((part.index, Variable::Atom(atom)));
            atoms.push(atom);
            seen.push((self.position(), self.version(atom)));
        }
        self.keep(&mut atoms, &seen);
        for (index, expr, handle) in calls {
            atoms[index] = self.outcome(expr, handle);
        }
        for (place, atom) in places.into_iter().zip(atoms) {
            values[place].1 = Variable::Atom(self.stable(atom));
        }
        values
    }

    fn is_known_lambda(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Lambda(_) => true,
            ExprKind::Local(id) => matches!(self.variables.get(id), Some(Variable::Lambda(_))),
            _ => false,
        }
    }

    /// What an argument is known to be; its captures are those of this moment.
    fn known_lambda(&mut self, expr: &'p Expr) -> Option<Variable<'p>> {
        match &expr.kind {
            ExprKind::Local(id) => match self.variables.get(id) {
                Some(Variable::Lambda(known)) => Some(Variable::Lambda(known.clone())),
                _ => None,
            },
            ExprKind::Lambda(lambda) => {
                let mut captures = FxHashMap::default();
                for id in &lambda.captures {
                    let captured = match self.variables.get(id).cloned() {
                        Some(Variable::Pending(index)) => Variable::Atom(self.mention(index)),
                        Some(Variable::Atom(atom)) => Variable::Atom(self.stable(atom)),
                        Some(other) => other,
                        None => continue,
                    };
                    captures.insert(*id, captured);
                }
                let (source, args) = (self.source, self.args.clone());
                Some(Variable::Lambda(Rc::new(Known { expr, lambda, source, args, captures })))
            }
            _ => None,
        }
    }

    fn bind_variable(&mut self, id: LocalId, value: Variable<'p>) {
        match value {
            Variable::Atom(atom) => self.bind(id, atom),
            other => {
                self.variables.insert(id, other);
            }
        }
    }

    /// Writes with other meanings of names.
    fn within<R>(&mut self, scope: Scope<'p>, write: impl FnOnce(&mut Self) -> R) -> R {
        let outer = self.enter(scope);
        self.inlined.depth += 1;
        let result = write(self);
        self.inlined.depth -= 1;
        self.enter(outer);
        result
    }

    /// Exchanges the meanings of names.
    fn enter(&mut self, scope: Scope<'p>) -> Scope<'p> {
        Scope {
            source: std::mem::replace(&mut self.source, scope.source),
            args: std::mem::replace(&mut self.args, scope.args),
            variables: std::mem::replace(&mut self.variables, scope.variables),
            loops: std::mem::replace(&mut self.loops, scope.loops),
            returns: std::mem::replace(&mut self.returns, scope.returns),
        }
    }

    /// The value of a body whose `return`s come here.
    fn value_of_body(&mut self, body: &'p Expr, result: &Type) -> Atom {
        if !returns(body) {
            return self.atom(body);
        }
        if matches!(result, Type::Unit | Type::Never) {
            self.labeled(|this, end| {
                this.returns = Some((Dest::Ignore, end));
                this.deliver(body, Dest::Ignore);
            });
            return Atom::Unit;
        }
        let ty = self.closed(result);
        let value = self.local(ty);
        self.labeled(|this, end| {
            this.returns = Some((Dest::Local(value), end));
            this.deliver(body, Dest::Local(value));
        });
        Atom::Local(value)
    }

    /// The size of a body, if there is room for it here.
    fn size_within(&self, body: &Expr, limit: usize) -> Option<usize> {
        let mut size = 0;
        measure(body, limit, &mut size);
        let fits = size <= limit && self.inlined.size + size <= MAX_INLINED && self.inlined.depth < MAX_DEPTH;
        fits.then_some(size)
    }
}

impl<'p> Known<'p> {
    fn scope(&self) -> Scope<'p> {
        Scope {
            source: self.source,
            args: self.args.clone(),
            variables: self.captures.clone(),
            loops: Vec::new(),
            returns: None,
        }
    }
}

/// The expression that a block without statements stands for.
fn value_of(body: &Expr) -> &Expr {
    match &body.kind {
        ExprKind::Block(statements, Some(value)) if statements.is_empty() => value_of(value),
        _ => body,
    }
}

/// Counts expressions, up to a limit.
fn measure(expr: &Expr, limit: usize, size: &mut usize) {
    *size += 1;
    if *size <= limit {
        each_child(expr, &mut |child| measure(child, limit, size));
    }
}

/// Whether an expression calls a function.
fn calls(expr: &Expr, wanted: FunctionId) -> bool {
    let mut found = matches!(expr.kind, ExprKind::Call { function, .. } if function == wanted);
    each_child(expr, &mut |child| found = found || calls(child, wanted));
    found
}

/// Whether an expression leaves the function that it stands in.
fn returns(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Return(_) => true,
        ExprKind::Lambda(_) => false,
        _ => {
            let mut found = false;
            each_child(expr, &mut |child| found = found || returns(child));
            found
        }
    }
}
