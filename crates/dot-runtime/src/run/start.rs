//! How a call is started.

use std::sync::Arc;

use dot_abi::fault::Fault;
use dot_abi::manifest::{CallSite, Class, Target, UnitKind};
use dot_abi::policy::Policies;
use dot_abi::value::Value;
use paradot::schedule::{NewCall, Task, What};

use super::{Job, Origin, RunInner, Work};
use crate::activation::Activation;
use crate::faults::refused;
use crate::guest::broken;
use crate::unit::UnitInner;

/// The native dot that lets time pass: the scheduler does it with a timer.
const SLEEP: &str = "sleep";

/// What a call calls.
struct Resolved {
    work: Work,
    class: Class,
    /// Whether it waits for everything before it.
    is_ordered: bool,
    policies: Option<Arc<Policies>>,
}

impl RunInner {
    /// Starts a call of an activation; gives its handle.
    pub(crate) fn start(
        self: &Arc<Self>,
        activation: &Activation,
        call: u32,
        site: &CallSite,
        input: Value,
    ) -> Result<u64, Fault> {
        let unit = &activation.unit;
        let is_root = activation.identity.origin.call.is_none();
        let may_mock = is_root && unit.manifest.kind == UnitKind::Test;
        let mocks = if may_mock { self.mocks() } else { activation.identity.origin.mocks };
        let name = unit.call_name(call);
        let resolved = self.resolve(site)?;
        // Who asks for the calls of a dot does not call it.
        let is_call = !matches!(resolved.work, Work::CallsOf(_));
        let mocked = if mocks > 0 && is_call { self.mocked(&name, mocks, &input)? } else { None };
        let args = if self.tells_calls { input.clone() } else { Value::Unit };
        // A mock answers in the place of the dot: nothing that is declared for that one holds.
        let policies = resolved.policies.filter(|_| mocked.is_none());
        let (work, input) = mocked.unwrap_or((resolved.work, input));
        let origin = Origin {
            call: Some((Arc::clone(unit), call)),
            mocks,
            scope: activation.identity.origin.scope_inside(unit),
        };
        let new = NewCall {
            site: call,
            number: site.number,
            name: Arc::clone(&name),
            class: resolved.class,
            is_ordered: resolved.is_ordered,
            is_try: site.is_try,
            policies,
            size_bytes: input.size_bytes(),
            what: what(work, name, args, input, origin)?,
        };
        let id = activation.identity.id;
        let mut state = self.lock();
        self.tell_time(&mut state);
        let handle = state.schedule.start(id, new).map_err(refused)?;
        self.tell_time(&mut state);
        if !self.plan.schedule.is_fixed() {
            // A native begins at once: nobody needs to be free for it.
            let native = state.schedule.next_native(id, handle);
            self.watch_timers(&mut state);
            if let Some(Task::Native { call, step, job }) = native {
                drop(state);
                self.perform_native(call, step, job);
            } else {
                self.offer(&mut state);
            }
        }
        Ok(handle)
    }

    /// What a call calls.
    fn resolve(&self, site: &CallSite) -> Result<Resolved, Fault> {
        let of = |work, class| Resolved { work, class, is_ordered: false, policies: None };
        match &site.target {
            Target::Dot(name) => {
                let unit = Arc::clone(&self.bundle.unit(name)?.inner);
                let (class, policies) = (unit.manifest.class, unit.policies.clone());
                Ok(Resolved { policies, ..of(Work::Dot(unit), class) })
            }
            Target::Native(name) if name == SLEEP => Ok(of(Work::Sleep, Class::Wait)),
            Target::Native(name) => {
                let Some(native) = self.host.registry.get(name) else {
                    let declared = self.bundle.root().manifest().natives.iter().find(|native| native.name == *name);
                    return Ok(of(Work::Absent, declared.map_or(Class::Write, |native| native.class)));
                };
                let descriptor = native.descriptor();
                if descriptor.class == Class::Note {
                    return Err(broken("it starts a native dot that is a note"));
                }
                let policies = (!site.policies.is_default()).then(|| Arc::new(site.policies.clone()));
                let (class, is_ordered) = (descriptor.class, descriptor.is_ordered);
                Ok(Resolved { is_ordered, policies, ..of(Work::Native(native.clone()), class) })
            }
            Target::Race(names) => {
                let units: Result<Vec<_>, Fault> =
                    names.iter().map(|name| Ok(Arc::clone(&self.bundle.unit(name)?.inner))).collect();
                let units = units?;
                let class = units.iter().map(|unit| unit.manifest.class).max();
                let class = class.ok_or_else(|| broken("it starts a race without parts"))?;
                if class == Class::Write {
                    return Err(broken("it starts a race with a part that writes"));
                }
                Ok(of(Work::Race(units), class))
            }
            Target::CallsOf(name) => Ok(Resolved { is_ordered: true, ..of(Work::CallsOf(name.clone()), Class::Read) }),
        }
    }
}

/// What the scheduler does for a call.
fn what(work: Work, name: Arc<str>, args: Value, input: Value, origin: Origin) -> Result<What<Job>, Fault> {
    let units = match work {
        Work::Sleep => return Ok(What::Sleep(duration_ns(&input)?)),
        Work::Dot(_) => return Ok(What::Dot(Job { work, name, args, input, origin })),
        Work::Native(_) | Work::Absent | Work::CallsOf(_) | Work::Each(_) => {
            return Ok(What::Native(Job { work, name, args, input, origin }));
        }
        Work::Race(units) => units,
    };
    let inputs = match input {
        Value::Record(inputs) if inputs.len() == units.len() => inputs,
        _ => return Err(broken("the input of a race is not that of its parts")),
    };
    let part = |((unit, input), number): ((Arc<UnitInner>, Value), u32)| {
        let name: Arc<str> = unit.manifest.name.as_str().into();
        NewCall {
            site: number,
            number,
            name: Arc::clone(&name),
            class: unit.manifest.class,
            is_ordered: false,
            is_try: false,
            policies: unit.policies.clone(),
            size_bytes: input.size_bytes(),
            what: What::Dot(Job { work: Work::Dot(unit), name, args: Value::Unit, input, origin: origin.clone() }),
        }
    };
    Ok(What::Race(units.into_iter().zip(inputs).zip(0..).map(part).collect()))
}

/// How long a call of `sleep` takes: a duration below 0 is none.
fn duration_ns(input: &Value) -> Result<u64, Fault> {
    match input {
        Value::Record(fields) => match fields.as_slice() {
            [Value::Duration(nanos)] => Ok(u64::try_from(*nanos).unwrap_or(0)),
            _ => Err(broken("it sleeps for something that is no duration")),
        },
        _ => Err(broken("the input of a call is no record")),
    }
}
