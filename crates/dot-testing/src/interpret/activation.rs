//! Calls of dots: one after the other, each to its end, which is what the law compares everything with.
//!
//! An activation knows its step and how often each of its calls has been made. Nothing else passes between activations
//! than arguments, results and faults.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::rc::Rc;

use dot_abi::fault::{Answer, Fault, FaultCode, texts};
use dot_abi::manifest::Class;
use dot_abi::step;
use dot_syntax::Span;
use dot_types::program::{DotCall, Expr, ExprKind, Function, FunctionId, FunctionKind, MockWith};

use super::Stop;
use super::attempts::{Kept, KeptCall, Made, is_ordered};
use super::machine::{Bug, Eval, Flow, Frame, Machine};
use super::time::Group;
use super::value::Value;

/// What a dot that runs knows of itself.
pub(super) struct Activation<'p> {
    /// The name of its step.
    pub(super) step: String,
    /// What an attempt before has kept and this one has not come to.
    pub(super) kept: Kept<'p>,
    /// The calls that it has made.
    pub(super) made: Vec<Made<'p>>,
    /// Whether nobody knows of a write below it if it happened.
    pub(super) is_unknown: bool,
    /// How often each of its calls has been made, by the call's number.
    started: HashMap<u32, u64>,
}

impl<'p> Activation<'p> {
    pub(super) fn new(step: String) -> Activation<'p> {
        Activation::again(step, Kept::default())
    }

    /// The activation of an attempt that goes on after what is kept.
    pub(super) fn again(step: String, kept: Kept<'p>) -> Activation<'p> {
        Activation { step, kept, made: Vec::new(), is_unknown: false, started: HashMap::new() }
    }

    /// The step of the next call of a number.
    fn next(&mut self, callee: &str, number: u32) -> String {
        let occurrence = self.started.entry(number).or_default();
        let step = step::child(&self.step, callee, number, *occurrence);
        *occurrence += 1;
        step
    }
}

/// What answers for a dot in a test.
pub(super) enum Mock<'p> {
    Dot { function: FunctionId, captures: Vec<Value<'p>> },
    Each(VecDeque<Value<'p>>),
}

/// What a run remembers of its tests' mocks and of the calls so far.
#[derive(Default)]
pub(super) struct Calls<'p> {
    mocks: HashMap<FunctionId, Mock<'p>>,
    /// The arguments of each call, as `CallsOf` gives them.
    made: HashMap<FunctionId, Vec<Value<'p>>>,
}

impl Calls<'_> {
    /// Whether something else answers for a dot.
    pub(super) fn is_mocked(&self, id: FunctionId) -> bool {
        self.mocks.contains_key(&id)
    }
}

impl<'p> Machine<'p, '_> {
    /// A call of a dot or native dot, to its end.
    pub(super) fn call_dot(&mut self, frame: &mut Frame<'p>, call: &'p DotCall, span: Span) -> Eval<'p> {
        let args = self.eval_parts(frame, &call.args)?;
        let function = self.program.function(call.function);
        let step = self.activation.next(&function.name, call.number);
        let outcome = match self.activation.kept.take(&step) {
            Some(KeptCall::Ended(outcome, wrote)) => {
                let made = Made { step, outcome: Some(outcome.clone()), wrote, kept: Kept::default() };
                self.activation.made.push(made);
                outcome
            }
            Some(KeptCall::Again(kept)) => self.make(call.function, args, step, kept)?,
            None => self.make(call.function, args, step, Kept::default())?,
        };
        match outcome {
            Ok(value) if call.is_try => Ok(Value::Case(0, Rc::new(vec![value]))),
            Ok(value) => Ok(value),
            Err(fault) if call.is_try => Ok(Value::Case(1, Rc::new(vec![of_fault(&fault)]))),
            Err(fault) => Err(self.place(fault.into(), span)),
        }
    }

    /// Makes a call, to the end of its last attempt.
    fn make(
        &mut self,
        id: FunctionId,
        args: Vec<Value<'p>>,
        step: String,
        kept: Kept<'p>,
    ) -> Eval<'p, Result<Value<'p>, Fault>> {
        if self.program.function(id).kind != FunctionKind::Race {
            self.calls.made.entry(id).or_default().push(arguments(&args));
        }
        let (ended, wrote, kept) = self.attempts(id, args, &step, kept);
        let ended = match ended {
            Ok(value) => Ok(Ok(value)),
            Err(Flow::Stop(stop)) => match *stop {
                Stop::Fault(fault) => Ok(Err(fault.step(&step).bounded())),
                other => Err(Flow::Stop(Box::new(other))),
            },
            Err(Flow::Cancelled(limit)) => Err(Flow::Cancelled(limit)),
            Err(_) => return Err(Bug("control left a dot").into()),
        };
        let outcome = ended.as_ref().ok().cloned();
        self.activation.made.push(Made { step, outcome, wrote, kept });
        ended
    }

    /// What the dot gives, or its mock.
    pub(super) fn answer(&mut self, id: FunctionId, args: Vec<Value<'p>>) -> Eval<'p> {
        let function = self.program.function(id);
        match self.calls.mocks.get_mut(&id) {
            Some(Mock::Each(answers)) => match answers.pop_front() {
                Some(answer) => unwrapped(&answer),
                None => Err(Fault::mock_exhausted(&function.name).into()),
            },
            Some(Mock::Dot { function, captures }) => {
                let (function, mut given) = (self.program.function(*function), captures.clone());
                let wanted = function.params.len().saturating_sub(given.len());
                given.extend(args.into_iter().take(wanted));
                self.call_body(function, Rc::from([]), given)
            }
            None if function.kind == FunctionKind::NativeDot => self.native_dot(function, &args),
            None if function.kind == FunctionKind::Race => {
                let step = self.activation.step.clone();
                self.race(function, args, &step)
            }
            None => self.call_body(function, Rc::from([]), args),
        }
    }

    /// A native dot, which is the world's.
    pub(super) fn native_dot(&mut self, function: &'p Function, args: &[Value<'p>]) -> Eval<'p> {
        if function.class == Class::Note {
            return self.note(function, args);
        }
        if &*function.name == "sleep" {
            return self.sleep(args);
        }
        if !is_ordered(function) {
            return self.ask_world(function, args);
        }
        if let Some(value) = self.ordered.get(&self.activation.step) {
            return Ok(value.clone());
        }
        let value = self.ask_world(function, args)?;
        self.ordered.insert(self.activation.step.clone(), value.clone());
        Ok(value)
    }

    /// `parallel (f(x), g(y))`: in the order of the source, like everything else.
    pub(super) fn parallel(&mut self, frame: &mut Frame<'p>, parts: &'p [Expr], limit: i64) -> Eval<'p> {
        let mut group = Group::of(limit);
        let values = parts.iter().map(|part| self.part_of(&mut group, |this| this.eval(frame, part)));
        Ok(Value::parts(values.collect::<Eval<'p, Vec<_>>>()?))
    }

    /// `parallel(limit: n) …`
    pub(super) fn limited(&mut self, frame: &mut Frame<'p>, limit: &'p Expr, parts: &'p Expr) -> Eval<'p> {
        let most = self.eval(frame, limit)?.as_int()?;
        if most < 1 {
            return self.fault(Fault::new(FaultCode::Argument, texts::PARALLEL_LIMIT), limit.span);
        }
        match &parts.kind {
            ExprKind::Parallel(parts) => self.parallel(frame, parts, most),
            ExprKind::Comprehension { clauses, body, .. } => {
                let mut items = Vec::new();
                self.comprehend(frame, clauses, body, &mut Some(Group::of(most)), &mut items)?;
                Ok(Value::list(items))
            }
            _ => Err(Bug("something has a limit that is not parallel").into()),
        }
    }

    /// `op.calls`
    pub(super) fn calls_of(&self, function: FunctionId) -> Value<'p> {
        Value::list(self.calls.made.get(&function).cloned().unwrap_or_default())
    }

    /// `mock op = …`
    pub(super) fn mock(&mut self, frame: &mut Frame<'p>, target: FunctionId, with: &'p MockWith) -> Eval<'p, ()> {
        let mock = match with {
            MockWith::Dot { function, captures } => {
                Mock::Dot { function: *function, captures: self.eval_all(frame, captures)? }
            }
            MockWith::Each(answers) => Mock::Each(self.eval(frame, answers)?.items()?.into()),
        };
        self.calls.mocks.insert(target, mock);
        Ok(())
    }
}

/// The value of an `Ok`; the fault of an `Err`.
fn unwrapped<'p>(answer: &Value<'p>) -> Eval<'p> {
    match answer {
        Value::Case(0, fields) => fields.first().cloned().ok_or(Bug("an Ok holds nothing").into()),
        Value::Case(_, fields) => Err(to_fault(fields.first().ok_or(Bug("an Err holds nothing"))?)?.into()),
        _ => Err(Bug("a Result was expected").into()),
    }
}

/// The arguments of a call as `CallsOf` shows them.
fn arguments<'p>(args: &[Value<'p>]) -> Value<'p> {
    match args {
        [] => Value::Unit,
        [arg] => arg.clone(),
        args => Value::parts(args.to_vec()),
    }
}

/// The record of a fault: code, message, step, cause, answer.
pub(super) fn of_fault<'p>(fault: &Fault) -> Value<'p> {
    let step = fault.step.as_deref().unwrap_or_default();
    let cause = Value::option(fault.cause.as_deref().map(of_fault));
    let answer = Value::option(fault.answer.as_deref().map(of_answer));
    let code = fault.code.as_str();
    Value::parts(vec![Value::text(code), Value::text(fault.message.as_str()), Value::text(step), cause, answer])
}

/// The record of an answer: status, body, retry_after.
fn of_answer<'p>(answer: &Answer) -> Value<'p> {
    let wait = answer.retry_after_ns.map(|nanos| Value::Duration(i64::try_from(nanos).unwrap_or(i64::MAX)));
    Value::parts(vec![Value::Int(answer.status.into()), Value::text(answer.body.as_str()), Value::option(wait)])
}

/// The fault that a record describes; a word that is no code is a plain `fail`.
pub(super) fn to_fault(record: &Value<'_>) -> Result<Fault, Bug> {
    let Value::Parts(fields) = record else { return Err(Bug("a Fault was expected")) };
    let [code, message, step, Value::Option(cause), Value::Option(answer)] = fields.as_slice() else {
        return Err(Bug("a Fault has other fields"));
    };
    let code = FaultCode::from_text(code.as_text()?).unwrap_or(FaultCode::Fail);
    let mut fault = Fault::new(code, &**message.as_text()?);
    let step = step.as_text()?;
    fault.step = (!step.is_empty()).then(|| step.to_string());
    fault.cause = cause.as_ref().map(|cause| to_fault(cause).map(Box::new)).transpose()?;
    fault.answer = answer.as_ref().map(|answer| to_answer(answer).map(Box::new)).transpose()?;
    Ok(fault)
}

/// The answer that a record describes.
fn to_answer(record: &Value<'_>) -> Result<Answer, Bug> {
    let Value::Parts(fields) = record else { return Err(Bug("an Answer was expected")) };
    let [Value::Int(status), body, Value::Option(wait)] = fields.as_slice() else {
        return Err(Bug("an Answer has other fields"));
    };
    let retry_after_ns = match wait.as_deref() {
        Some(Value::Duration(nanos)) => Some(u64::try_from(*nanos).unwrap_or(0)),
        _ => None,
    };
    Ok(Answer { status: u16::try_from(*status).unwrap_or(0), body: body.as_text()?.to_string(), retry_after_ns })
}
