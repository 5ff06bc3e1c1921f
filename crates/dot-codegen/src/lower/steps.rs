//! Calls of dots: started, awaited, taken; `parallel`, mocks, what a test asks of calls.

use dot_abi::fault::{FaultCode, texts};
use dot_abi::json;
use dot_abi::manifest::{CallSite, MockSite, NativeDeclaration, Target};
use dot_abi::policy::Policies;
use dot_abi::types::TypeRef;
use dot_syntax::Span;
use dot_types::program::{DotCall, Expr, ExprKind, FunctionId, FunctionKind, MockWith, Type};

use super::Lowering;
use super::functions::Body;
use crate::core::{Atom, CallRef, Comparison, Local, MockRef, Op, SiteRef, Statement};

/// The limit of a group that has none.
pub(super) const UNLIMITED: Atom = Atom::Int(i32::MAX as i64);
/// What ends a group.
pub(super) const NO_GROUP: Atom = Atom::Int(0);

impl<'p> Body<'_, 'p> {
    /// A call of a dot that is awaited where it stands.
    pub(super) fn lower_dot_call(&mut self, expr: &'p Expr, call: &'p DotCall) -> Op {
        let handle = self.start(expr, call);
        self.wait(handle, expr.span);
        Op::Take(Atom::Local(handle))
    }

    /// Evaluates the arguments of a call and starts it; gives its handle.
    fn start(&mut self, expr: &'p Expr, call: &'p DotCall) -> Local {
        let atoms = match self.unit.program.function(call.function).kind {
            FunctionKind::Race => self.race_inputs(call),
            _ => self.parts(&call.args),
        };
        let site = self.site(expr.span);
        let taken = self.unit.types.of(&expr.ty);
        let call = self.unit.step(call, taken, site);
        let int = self.int();
        self.let_(int, Op::Start(call, atoms))
    }

    /// The inputs of the alternatives of a race, a record for each.
    fn race_inputs(&mut self, call: &'p DotCall) -> Vec<Atom> {
        let program = self.unit.program;
        let alternatives = &program.function(call.function).alternatives;
        let mut inputs = Vec::with_capacity(alternatives.len());
        for (&alternative, part) in alternatives.iter().zip(&call.args) {
            let ExprKind::Tuple(captures) = &part.value.kind else {
                self.unit.internal(part.value.span, "a part of a race without its captures");
                return inputs;
            };
            let atoms = self.atoms(captures);
            let ty = self.unit.types.input(alternative);
            inputs.push(Atom::Local(self.let_(ty, Op::Record(ty, atoms))));
        }
        inputs
    }

    /// Starts an operand that is a call, perhaps with fields and conversions around it.
    pub(super) fn start_operand(&mut self, expr: &'p Expr) -> Option<Local> {
        match &expr.kind {
            ExprKind::CallDot(call) => Some(self.start(expr, call)),
            ExprKind::Field(inner, _) | ExprKind::Some(inner) | ExprKind::Widen(inner) => self.start_operand(inner),
            _ => None,
        }
    }

    /// The value of an operand that was started, once its call has ended.
    pub(super) fn outcome(&mut self, expr: &'p Expr, handle: Local) -> Atom {
        let ty = self.closed(&expr.ty);
        let op = match &expr.kind {
            ExprKind::Widen(inner) => return self.outcome(inner, handle),
            ExprKind::Some(inner) => Op::Some(ty, self.outcome(inner, handle)),
            ExprKind::Field(inner, index) => {
                let object_type = self.closed(&inner.ty);
                let object = self.outcome(inner, handle);
                Op::Field(self.local_of(object, object_type), 0, *index as u32)
            }
            _ if matches!(expr.ty, Type::Unit | Type::Never) => {
                self.settle(handle, expr.span);
                return Atom::Unit;
            }
            _ => {
                self.wait(handle, expr.span);
                Op::Take(Atom::Local(handle))
            }
        };
        Atom::Local(self.let_(ty, op))
    }

    /// Goes on when a call has ended.
    pub(super) fn wait(&mut self, handle: Local, span: Span) {
        let site = self.site(span);
        self.emit(Statement::Await(Atom::Local(handle), site));
    }

    /// Awaits a call whose value nobody wants.
    pub(super) fn settle(&mut self, handle: Local, span: Span) {
        self.wait(handle, span);
        self.emit(Statement::Settle(Atom::Local(handle)));
    }

    /// `parallel (f(x), g(y))`
    pub(super) fn lower_parallel(&mut self, expr: &'p Expr, parts: &'p [Expr], limit: Atom) -> Op {
        self.emit(Statement::Group(limit));
        let parts = self.atoms(parts);
        self.emit(Statement::Group(NO_GROUP));
        Op::Record(self.closed(&expr.ty), parts)
    }

    /// `parallel(limit: n) …`
    pub(super) fn lower_limited(&mut self, limit: &'p Expr, inner: &'p Expr) -> Op {
        let group = self.group_limit(limit);
        match &inner.kind {
            ExprKind::Parallel(parts) => self.lower_parallel(inner, parts, group),
            ExprKind::Comprehension { clauses, body, .. } => self.lower_fan_out(inner, clauses, body, Some(group)),
            _ => {
                self.unit.internal(inner.span, "a limit of something that is not parallel");
                Op::Value(Atom::Unit)
            }
        }
    }

    /// The limit of a group: at least 1, or it is a fault; what is larger than the interface holds is no limit.
    fn group_limit(&mut self, limit: &'p Expr) -> Atom {
        let (int, bool) = (self.int(), self.bool());
        let wanted = self.atom(limit);
        let enough = self.let_(bool, Op::Compare(Comparison::Greater, int, wanted, Atom::Int(0)));
        let span = limit.span;
        self.branch(
            Atom::Local(enough),
            |_| {},
            |body| {
                let message = Atom::Text(body.text(texts::PARALLEL_LIMIT));
                body.fault(FaultCode::Argument, span, Some(message), None);
            },
        );
        let group = self.local(int);
        let narrow = self.let_(bool, Op::Compare(Comparison::Less, int, wanted, UNLIMITED));
        self.branch(
            Atom::Local(narrow),
            |body| body.assign(group, Op::Value(wanted)),
            |body| body.assign(group, Op::Value(UNLIMITED)),
        );
        Atom::Local(group)
    }

    /// `op.calls`
    pub(super) fn lower_calls_of(&mut self, expr: &Expr, function: FunctionId) -> Op {
        let site = self.site(expr.span);
        let output = self.unit.types.of(&expr.ty);
        let call = self.unit.calls_of(function, output, site);
        let int = self.int();
        let handle = self.let_(int, Op::Start(call, Vec::new()));
        self.wait(handle, expr.span);
        Op::Take(Atom::Local(handle))
    }

    /// `mock`
    pub(super) fn lower_mock(&mut self, target: FunctionId, with: &'p MockWith) {
        let (input, dot, captures) = match with {
            MockWith::Dot { function, captures } => {
                let atoms = self.atoms(captures);
                self.unit.callees.insert(*function);
                (self.unit.types.leading(*function, captures.len()), Some(*function), atoms)
            }
            MockWith::Each(answers) => {
                let atom = self.atom(answers);
                let ty = self.unit.types.of(&answers.ty);
                (self.unit.types.single(ty), None, vec![atom])
            }
        };
        let name = |function: FunctionId| self.unit.program.function(function).name.to_string();
        let mock = MockSite { target: name(target), dot: dot.map(name), input };
        self.unit.mocks.push(mock);
        let mock = MockRef(self.unit.mocks.len() as u32 - 1);
        self.emit(Statement::Mock(mock, captures));
    }
}

/// What a call site is known by.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum CallKey {
    /// A step, by its number.
    Step(u32),
    /// A note, or what a test asks of calls, by its place.
    At(FunctionId, SiteRef),
}

impl Lowering<'_> {
    /// The number of the call of a step.
    fn step(&mut self, call: &DotCall, taken: TypeRef, site: SiteRef) -> CallRef {
        let program = self.program;
        let function = program.function(call.function);
        let name = function.name.to_string();
        let target = match function.kind {
            FunctionKind::NativeDot => {
                let made = self.types.of(&function.result);
                self.made_outside.push(made);
                Target::Native(name)
            }
            FunctionKind::Race => {
                self.callees.extend(&function.alternatives);
                let name = |part: &FunctionId| program.function(*part).name.to_string();
                Target::Race(function.alternatives.iter().map(name).collect())
            }
            _ => {
                self.callees.insert(call.function);
                Target::Dot(name)
            }
        };
        let input = match function.kind {
            FunctionKind::Race => self.types.inputs(&function.alternatives),
            _ => self.types.input(call.function),
        };
        let output = self.types.of(&function.result);
        self.needs_native(call.function, input, output);
        let policies = match function.kind {
            FunctionKind::NativeDot => function.policies.clone(),
            _ => Policies::default(),
        };
        let (is_try, number, site) = (call.is_try, call.number, site.0);
        self.call(CallKey::Step(number), CallSite { target, input, output, taken, is_try, number, site, policies })
    }

    /// The number of a note.
    pub(super) fn note(&mut self, function: FunctionId, site: SiteRef) -> CallRef {
        let program = self.program;
        let declared = program.function(function);
        let (input, output) = (self.types.input(function), self.types.of(&declared.result));
        self.needs_native(function, input, output);
        self.unstepped(function, Target::Native(declared.name.to_string()), input, output, site)
    }

    /// Remembers what a native dot is declared to be.
    fn needs_native(&mut self, function: FunctionId, input: TypeRef, output: TypeRef) {
        let declared = self.program.function(function);
        if declared.kind != FunctionKind::NativeDot || self.natives.contains_key(&*declared.name) {
            return;
        }
        let native = NativeDeclaration {
            name: declared.name.to_string(),
            class: declared.class,
            uses: declared.uses.iter().map(ToString::to_string).collect(),
            signature: json::signature(self.types.table(), input, output),
        };
        self.natives.insert(native.name.clone(), native);
    }

    fn calls_of(&mut self, function: FunctionId, output: TypeRef, site: SiteRef) -> CallRef {
        let target = Target::CallsOf(self.program.function(function).name.to_string());
        let input = self.types.leading(function, 0);
        self.unstepped(function, target, input, output, site)
    }

    fn unstepped(
        &mut self,
        function: FunctionId,
        target: Target,
        input: TypeRef,
        output: TypeRef,
        site: SiteRef,
    ) -> CallRef {
        let policies = Policies::default();
        let call = CallSite { target, input, output, taken: output, is_try: false, number: 0, site: site.0, policies };
        self.call(CallKey::At(function, site), call)
    }

    fn call(&mut self, key: CallKey, call: CallSite) -> CallRef {
        let next = CallRef(self.calls.len() as u32);
        let known = *self.call_index.entry(key).or_insert(next);
        if known == next {
            self.calls.push(call);
        }
        known
    }
}
