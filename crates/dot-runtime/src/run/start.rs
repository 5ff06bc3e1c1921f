//! How a call is started.

use std::sync::Arc;

use dot_abi::fault::Fault;
use dot_abi::manifest::{CallSite, Class, Target, UnitKind};
use dot_abi::value::Value;
use paradot::schedule::{NewCall, Task};

use super::{Job, Origin, RunInner, Work};
use crate::activation::Activation;
use crate::faults::refused;
use crate::guest::broken;

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
        let (work, class, is_ordered) = self.resolve(&site.target)?;
        // Who asks for the calls of a dot does not call it.
        let is_call = !matches!(work, Work::CallsOf(_));
        let mocked = if mocks > 0 && is_call { self.mocked(&name, mocks, &input)? } else { None };
        let args = if self.tells_calls { input.clone() } else { Value::Unit };
        let (work, input) = mocked.unwrap_or((work, input));
        let origin = Origin {
            call: Some((Arc::clone(unit), call)),
            mocks,
            scope: activation.identity.origin.scope_inside(unit),
        };
        let new = NewCall {
            site: call,
            number: site.number,
            name: Arc::clone(&name),
            class,
            is_ordered,
            is_native: !matches!(work, Work::Dot(_)),
            is_try: site.is_try,
            job: Job { work, name, args, input, origin },
        };
        let id = activation.identity.id;
        let mut state = self.lock();
        let handle = state.schedule.start(id, new).map_err(refused)?;
        if !self.plan.schedule.is_fixed() {
            // A native begins at once: nobody needs to be free for it.
            if let Some(Task::Native { call, step, job }) = state.schedule.next_native(id, handle) {
                drop(state);
                self.perform_native(call, step, job);
            } else {
                self.offer(&mut state);
            }
        }
        Ok(handle)
    }

    /// What a target is, its class, and whether it waits for everything before it.
    fn resolve(&self, target: &Target) -> Result<(Work, Class, bool), Fault> {
        match target {
            Target::Dot(name) => {
                let unit = Arc::clone(&self.bundle.unit(name)?.inner);
                let class = unit.manifest.class;
                Ok((Work::Dot(unit), class, false))
            }
            Target::Native(name) => {
                let Some(native) = self.host.registry.get(name) else {
                    let declared = self.bundle.root().manifest().natives.iter().find(|native| native.name == *name);
                    return Ok((Work::Absent, declared.map_or(Class::Write, |native| native.class), false));
                };
                let descriptor = native.descriptor();
                if descriptor.class == Class::Note {
                    return Err(broken("it starts a native dot that is a note"));
                }
                Ok((Work::Native(native.clone()), descriptor.class, descriptor.is_ordered))
            }
            Target::Race(_) => Err(broken("it starts a race")),
            Target::CallsOf(name) => Ok((Work::CallsOf(name.clone()), Class::Read, true)),
        }
    }
}
