//! What runs a program: its state, how control leaves an expression, and calls.

use std::collections::HashMap;
use std::rc::Rc;

use dot_abi::fault::{Fault, FaultCode, SourceRange};
use dot_syntax::Span;
use dot_types::program::{ConstantId, Expr, Function, FunctionId, FunctionKind, LocalId, Part, Program, Type};

use super::activation::{Activation, Calls};
use super::time::{HeldNote, Limit, Time};
use super::types::Types;
use super::value::{Closure, Value};
use super::{Stop, World};

/// The most steps that a run may take.
const STEP_LIMIT: u64 = 3_000_000;
/// The deepest nesting of expressions, through calls too.
const DEPTH_LIMIT: u32 = 20_000;
/// The most items of a list, bytes of a text and so on that one operation may make.
const SIZE_LIMIT: usize = 1_000_000;

/// How control leaves an expression other than with a value.
pub(super) enum Flow<'p> {
    Return(Value<'p>),
    Break,
    Continue,
    /// Time has come to a limit: everything inside of what set it is cancelled.
    Cancelled(Limit),
    Stop(Box<Stop>),
}

/// The typed program is not what its contract says; comes out as a fault `internal`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bug(pub(super) &'static str);

/// What an evaluation gives.
pub(super) type Eval<'p, T = Value<'p>> = Result<T, Flow<'p>>;

impl From<Bug> for Flow<'_> {
    fn from(bug: Bug) -> Self {
        Flow::from(Fault::new(FaultCode::Internal, bug.0))
    }
}

impl From<Fault> for Flow<'_> {
    fn from(fault: Fault) -> Self {
        Flow::Stop(Box::new(Stop::Fault(fault)))
    }
}

/// A run.
pub(super) struct Machine<'p, 'w> {
    pub(super) program: &'p Program,
    pub(super) types: Types<'p>,
    pub(super) world: &'w mut dyn World,
    /// The dot that runs.
    pub(super) activation: Activation<'p>,
    pub(super) time: Time,
    /// What the parts of the races that run have noted, the innermost last.
    pub(super) notes: Vec<Vec<HeldNote>>,
    /// What ordered natives gave, by their steps: the same in every attempt.
    pub(super) ordered: HashMap<String, Value<'p>>,
    pub(super) calls: Calls<'p>,
    constants: HashMap<ConstantId, Value<'p>>,
    steps: u64,
    depth: u32,
}

/// The variables of a function or lambda that runs.
pub(super) struct Frame<'p> {
    pub(super) locals: Vec<Option<Value<'p>>>,
    /// The closed types that the function's type parameters stand for.
    pub(super) types: Rc<[Type]>,
}

impl<'p> Frame<'p> {
    pub(super) fn set(&mut self, local: LocalId, value: Value<'p>) {
        self.locals[local.0 as usize] = Some(value);
    }

    pub(super) fn get(&self, local: LocalId) -> Result<Value<'p>, Bug> {
        self.locals[local.0 as usize].clone().ok_or(Bug("a variable is read before it is bound"))
    }
}

impl<'p, 'w> Machine<'p, 'w> {
    /// A run whose first activation is a step of that name.
    pub(super) fn new(program: &'p Program, step: &str, world: &'w mut dyn World) -> Machine<'p, 'w> {
        Machine {
            program,
            types: Types::new(program),
            world,
            activation: Activation::new(step.to_owned()),
            time: Time::default(),
            notes: Vec::new(),
            ordered: HashMap::new(),
            calls: Calls::default(),
            constants: HashMap::new(),
            steps: 0,
            depth: 0,
        }
    }

    /// Evaluates an expression within the limits on steps and depth.
    pub(super) fn eval(&mut self, frame: &mut Frame<'p>, expr: &'p Expr) -> Eval<'p> {
        self.steps += 1;
        if self.steps > STEP_LIMIT || self.depth > DEPTH_LIMIT {
            return Err(give_up("it takes too many steps or nests too deeply"));
        }
        self.depth += 1;
        let result = self.expr(frame, expr);
        self.depth -= 1;
        result
    }

    /// Evaluates expressions left to right.
    pub(super) fn eval_all(
        &mut self,
        frame: &mut Frame<'p>,
        exprs: impl IntoIterator<Item = &'p Expr>,
    ) -> Eval<'p, Vec<Value<'p>>> {
        exprs.into_iter().map(|expr| self.eval(frame, expr)).collect()
    }

    /// Evaluates parts in the order of the source and puts each at its index.
    pub(super) fn eval_parts(&mut self, frame: &mut Frame<'p>, parts: &'p [Part]) -> Eval<'p, Vec<Value<'p>>> {
        let mut placed = Vec::with_capacity(parts.len());
        for part in parts {
            placed.push((part.index, self.eval(frame, &part.value)?));
        }
        placed.sort_by_key(|(index, _)| *index);
        Ok(placed.into_iter().map(|(_, value)| value).collect())
    }

    pub(super) fn constant(&mut self, id: ConstantId) -> Eval<'p> {
        if let Some(value) = self.constants.get(&id) {
            return Ok(value.clone());
        }
        let constant = self.program.constant(id);
        let value =
            self.call(constant.function, Rc::from([]), Vec::new(), self.program.function(constant.function).span)?;
        self.constants.insert(id, value.clone());
        Ok(value)
    }

    /// Calls a function; `span` is where natives fault.
    pub(super) fn call(&mut self, id: FunctionId, types: Rc<[Type]>, args: Vec<Value<'p>>, span: Span) -> Eval<'p> {
        let function = self.program.function(id);
        match function.kind {
            FunctionKind::Native(native) => {
                let result = function.result.substitute(&types);
                let called = if native.is_typed() {
                    self.typed_native(native, &types, &result, &args)
                } else {
                    self.native(native, &types, &args)
                };
                called.map_err(|flow| self.place(flow, span))
            }
            FunctionKind::NativeDot => self.native_dot(function, &args).map_err(|flow| self.place(flow, span)),
            FunctionKind::Fn
            | FunctionKind::Dot
            | FunctionKind::Test
            | FunctionKind::Anonymous
            | FunctionKind::Race => self.call_body(function, types, args),
        }
    }

    pub(super) fn call_body(&mut self, function: &'p Function, types: Rc<[Type]>, args: Vec<Value<'p>>) -> Eval<'p> {
        let body = function.body.as_ref().ok_or(Bug("a function has no body"))?;
        let mut frame = Frame { locals: vec![None; function.locals.len()], types };
        for (param, arg) in function.params.iter().zip(args) {
            frame.set(param.local, arg);
        }
        self.body(&mut frame, body)
    }

    pub(super) fn call_closure(&mut self, closure: &Closure<'p>, args: Vec<Value<'p>>) -> Eval<'p> {
        let mut frame = Frame { locals: vec![None; closure.locals], types: closure.types.clone() };
        for (local, value) in &closure.captured {
            frame.set(*local, value.clone());
        }
        for (&param, arg) in closure.lambda.params.iter().zip(args) {
            frame.set(param, arg);
        }
        self.body(&mut frame, &closure.lambda.body)
    }

    /// Evaluates a body: a `return` in it gives its value.
    fn body(&mut self, frame: &mut Frame<'p>, body: &'p Expr) -> Eval<'p> {
        match self.eval(frame, body) {
            Err(Flow::Return(value)) => Ok(value),
            Err(Flow::Break | Flow::Continue) => Err(Bug("a break or continue stands outside of a loop").into()),
            other => other,
        }
    }

    /// The fault at a place.
    pub(super) fn fault<T>(&self, fault: Fault, span: Span) -> Eval<'p, T> {
        Err(self.place(fault.into(), span))
    }

    /// Says where a fault stands, if it is one and does not know.
    pub(super) fn place(&self, flow: Flow<'p>, span: Span) -> Flow<'p> {
        match flow {
            Flow::Stop(stop) => Flow::Stop(Box::new(match *stop {
                Stop::Fault(fault) => Stop::Fault(fault.at(self.range(span))),
                other => other,
            })),
            other => other,
        }
    }

    fn range(&self, span: Span) -> SourceRange {
        let file = self.program.files.get(span.file.0 as usize).map(|file| file.name.clone()).unwrap_or_default();
        SourceRange { file, start: span.start, end: span.end }
    }
}

/// Ends a run that says nothing of the program.
pub(super) fn give_up<'p>(reason: &'static str) -> Flow<'p> {
    Flow::Stop(Box::new(Stop::GaveUp(reason)))
}

/// Refuses to make something large.
pub(super) fn check_size<'p>(size: usize) -> Eval<'p, ()> {
    if size > SIZE_LIMIT { Err(give_up("it makes something too large")) } else { Ok(()) }
}
