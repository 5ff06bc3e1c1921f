//! The imports `dot.2` of a guest.

use dot_abi::fault::{Answer, Fault, FaultCode};
use dot_abi::manifest::{CallSite, IMPORT_MODULE, Target};
use dot_abi::text::text_of_checked;
use dot_abi::types::{TypeDesc, TypeRef};
use dot_abi::value::Value;
use paradot::schedule::{self, ActivationId, NewCall, Refusal, What};
use wasmi::{AsContextMut, Caller, Engine, Error, Linker};

use super::memory::Guest;
use super::{Activation, Job, Mode, Waiting, broken, new_call};
use crate::law::Recorder;

/// The imports.
pub(super) fn linker(engine: &Engine) -> Result<Linker<Activation>, wasmi::errors::LinkerError> {
    type Guests<'c> = Caller<'c, Activation>;
    let mut linker = Linker::new(engine);
    linker.func_wrap(IMPORT_MODULE, "fault", |mut caller: Guests<'_>, code: i32, _site: i32, a: i64, b: i64| {
        host(&mut caller, |guest| Err::<(), _>(guest_fault(guest, code, a, b)?.into()))
    })?;
    linker.func_wrap(IMPORT_MODULE, "raise", |mut caller: Guests<'_>, fault: i32, _site: i32| {
        host(&mut caller, |guest| Err::<(), _>(raised(guest, fault as u32)?.into()))
    })?;
    linker.func_wrap(IMPORT_MODULE, "note", |mut caller: Guests<'_>, call: i32, args: i32| {
        host(&mut caller, |guest| note(guest, call as u32, args as u32))
    })?;
    linker.func_wrap(IMPORT_MODULE, "start", |mut caller: Guests<'_>, call: i32, args: i32| {
        host(&mut caller, |guest| start(guest, call as u32, args as u32))
    })?;
    linker.func_wrap(IMPORT_MODULE, "ready", |mut caller: Guests<'_>, handle: i64| {
        host(&mut caller, |guest| ready(guest, handle))
    })?;
    linker.func_wrap(IMPORT_MODULE, "take", |mut caller: Guests<'_>, handle: i64| {
        host(&mut caller, |guest| {
            let (site, value) = taken(guest, handle)?;
            Ok(guest.lower(site.taken, &value)? as i64)
        })
    })?;
    linker.func_wrap(IMPORT_MODULE, "settle", |mut caller: Guests<'_>, handle: i64| {
        host(&mut caller, |guest| taken(guest, handle).map(drop))
    })?;
    linker.func_wrap(IMPORT_MODULE, "group", |mut caller: Guests<'_>, limit: i32| {
        host(&mut caller, |guest| scheduler(guest, |run, id| run.group(id, limit.unsigned_abs())))
    })?;
    linker.func_wrap(IMPORT_MODULE, "mock", |mut caller: Guests<'_>, _mock: i32, _args: i32| {
        host(&mut caller, |_| Err::<(), _>(broken("there are no tests in the second engine").into()))
    })?;
    linker.func_wrap(IMPORT_MODULE, "text_of", |mut caller: Guests<'_>, ty: i32, slot: i64| {
        host(&mut caller, |guest| Ok(text_of(guest, TypeRef(ty as u32), slot as u64)? as i32))
    })?;
    Ok(linker)
}

/// Does what the guest asks for; what ends it is kept.
fn host<T>(
    caller: &mut Caller<'_, Activation>,
    work: impl FnOnce(&mut Guest<'_>) -> Result<T, Stop>,
) -> Result<T, Error> {
    let result = Guest::new(caller.as_context_mut()).map_err(Stop::from).and_then(|mut guest| work(&mut guest));
    result.map_err(|Stop(refusal)| {
        caller.data_mut().refused = Some(refusal);
        Error::new("the guest is ended")
    })
}

/// Why a guest is ended.
struct Stop(Refusal);

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop(Refusal::Fault(fault))
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Stop {
        Stop(refusal)
    }
}

/// The fault that a guest raises, by the operands that each code documents.
fn guest_fault(guest: &Guest<'_>, code: i32, a: i64, b: i64) -> Result<Fault, Fault> {
    let code = FaultCode::from_number(code).ok_or_else(|| broken("it raised a fault of an unknown code"))?;
    let text = |operand: i64| if operand == 0 { Ok(None) } else { guest.text(operand as u32).map(Some) };
    Ok(match code {
        FaultCode::Overflow => Fault::overflow(),
        FaultCode::DivideByZero => Fault::divide_by_zero(),
        FaultCode::Index => Fault::index(a, b),
        FaultCode::Key => Fault::key(text(a)?),
        FaultCode::Refinement => {
            let activation = guest.store.data();
            let types = &activation.run.unit(&activation.unit)?.manifest.types;
            match types.get(TypeRef(a as u32)) {
                TypeDesc::Refined { name, condition, .. } => Fault::refinement(name, condition, text(b)?),
                _ => return Err(broken("it raised a fault for a type that is not refined")),
            }
        }
        code => Fault::new(code, text(a)?.unwrap_or(code.as_str())),
    }
    .bounded())
}

/// The fault of a borrowed record: code, message, step, cause, answer.
fn raised(guest: &mut Guest<'_>, address: u32) -> Result<Fault, Fault> {
    let activation = guest.store.data();
    let types = &activation.run.unit(&activation.unit)?.manifest.types;
    let ty = types.types.iter().position(|desc| matches!(desc, TypeDesc::Record { name, .. } if name == "Fault"));
    let ty = TypeRef(ty.ok_or_else(|| broken("its table has no type Fault"))? as u32);
    let record = guest.lift(ty, address.into())?;
    of_record(&record)
}

fn of_record(record: &Value) -> Result<Fault, Fault> {
    let Value::Record(fields) = record else { return Err(broken("a Fault is no record")) };
    let [Value::Text(code), Value::Text(message), Value::Text(step), Value::Option(cause), Value::Option(answer)] =
        fields.as_slice()
    else {
        return Err(broken("a Fault has other fields"));
    };
    let mut fault = Fault::new(FaultCode::from_text(code).unwrap_or(FaultCode::Fail), &**message);
    fault.step = (!step.is_empty()).then(|| step.to_string());
    fault.cause = cause.as_deref().map(of_record).transpose()?.map(Box::new);
    fault.answer = answer.as_deref().map(answer_of).transpose()?.map(Box::new);
    Ok(fault)
}

fn answer_of(record: &Value) -> Result<Answer, Fault> {
    let Value::Record(fields) = record else { return Err(broken("an Answer is no record")) };
    let [Value::Int(status), Value::Text(body), Value::Option(wait)] = fields.as_slice() else {
        return Err(broken("an Answer has other fields"));
    };
    let retry_after_ns = match wait.as_deref() {
        Some(Value::Duration(nanos)) => Some(u64::try_from(*nanos).unwrap_or(0)),
        _ => None,
    };
    Ok(Answer { status: u16::try_from(*status).unwrap_or(0), body: body.to_string(), retry_after_ns })
}

fn to_record(fault: &Fault) -> Value {
    let text = |text: &str| Value::Text(text.into());
    let step = text(fault.step.as_deref().unwrap_or_default());
    let cause = fault.cause.as_deref().map(|cause| Box::new(to_record(cause)));
    let answer = fault.answer.as_deref().map(|answer| {
        let wait =
            answer.retry_after_ns.map(|nanos| Box::new(Value::Duration(i64::try_from(nanos).unwrap_or(i64::MAX))));
        Box::new(Value::Record(vec![Value::Int(answer.status.into()), text(&answer.body), Value::Option(wait)]))
    });
    let (code, message) = (text(fault.code.as_str()), text(&fault.message));
    Value::Record(vec![code, message, step, Value::Option(cause), Value::Option(answer)])
}

/// A call site of the guest.
fn site(guest: &Guest<'_>, call: u32) -> Result<CallSite, Fault> {
    let activation = guest.store.data();
    let calls = &activation.run.unit(&activation.unit)?.manifest.calls;
    calls.get(call as usize).cloned().ok_or_else(|| broken("it made a call that is not in its manifest"))
}

fn arguments(guest: &mut Guest<'_>, site: &CallSite, args: u32) -> Result<Value, Fault> {
    guest.lift(site.input, args.into())
}

fn note(guest: &mut Guest<'_>, call: u32, args: u32) -> Result<(), Stop> {
    let site = site(guest, call)?;
    let line = match arguments(guest, &site, args)? {
        Value::Record(args) => match args.as_slice() {
            [Value::Text(text)] => text.to_string(),
            [Value::Int(number)] => number.to_string(),
            _ => return Err(broken("a note has other arguments").into()),
        },
        _ => return Err(broken("arguments are no record").into()),
    };
    scheduler(guest, |run, id| run.note(id, line.into_bytes().into()))
}

/// Asks the scheduler of the run.
fn scheduler<T>(
    guest: &Guest<'_>,
    ask: impl FnOnce(&mut schedule::Run<Job, Waiting>, ActivationId) -> Result<T, Refusal>,
) -> Result<T, Stop> {
    let activation = guest.store.data();
    activation.run.scheduler(|run| ask(run, activation.id)).map_err(Stop)
}

fn start(guest: &mut Guest<'_>, call: u32, args: u32) -> Result<i64, Stop> {
    let site = site(guest, call)?;
    let input = arguments(guest, &site, args)?;
    let name = site.target.name().to_owned();
    let run = guest.store.data().run.clone();
    let (class, is_native) = match &site.target {
        Target::Native(name) => {
            (Recorder::class(name).ok_or_else(|| broken(format!("the world has no {name}")))?, true)
        }
        Target::Dot(name) => (run.unit(name)?.manifest.class, false),
        Target::Race(_) => return Err(broken("there are no races in the second engine").into()),
        Target::CallsOf(_) => return Err(broken("there are no tests in the second engine").into()),
    };
    let job = Job { name: name.clone(), input };
    let what = if is_native { What::Native(job) } else { What::Dot(job) };
    let new = NewCall { site: call, number: site.number, is_try: site.is_try, ..new_call(&name, class, what) };
    scheduler(guest, |run, id| run.start(id, new)).map(|handle| handle as i64)
}

fn ready(guest: &mut Guest<'_>, handle: i64) -> Result<i32, Stop> {
    let handle = handle as u64;
    let is_ready = scheduler(guest, |run, id| run.is_ready(id, handle))?;
    let activation = guest.store.data_mut();
    let is_told = activation.run.mode == Mode::Straight || !activation.waited.insert(handle);
    activation.waits_for = handle;
    Ok(i32::from(is_ready && is_told))
}

/// The outcome of a call as its site wants it.
fn taken(guest: &mut Guest<'_>, handle: i64) -> Result<(CallSite, Value), Stop> {
    let (call, outcome) = scheduler(guest, |run, id| run.take(id, handle as u64))?;
    let site = site(guest, call)?;
    let value = match outcome {
        Ok(value) if site.is_try => Value::Case(0, vec![value]),
        Ok(value) => value,
        Err(fault) if site.is_try => Value::Case(1, vec![to_record(&fault)]),
        Err(fault) => return Err(fault.into()),
    };
    Ok((site, value))
}

fn text_of(guest: &mut Guest<'_>, ty: TypeRef, slot: u64) -> Result<u64, Fault> {
    let value = guest.lift(ty, slot)?;
    let activation = guest.store.data();
    let types = &activation.run.unit(&activation.unit)?.manifest.types;
    let text = text_of_checked(types, ty, &value, &mut |_| Ok(()))?;
    guest.new_text(&text)
}
