//! Virtual time: it passes where a step sleeps or waits for its next attempt, and nowhere else. And races, in which the time
//! of the parts decides.

use dot_abi::step;
use dot_abi::value::Value as Plain;
use dot_types::program::{Function, FunctionId};

use super::Stop;
use super::attempts::Kept;
use super::machine::{Bug, Eval, Flow, Machine};
use super::value::Value;

/// The time of a run, and the times at which something in it is cancelled.
#[derive(Default)]
pub(super) struct Time {
    now_ns: u64,
    /// The outermost first.
    limits_ns: Vec<u64>,
}

/// Where a limit stands among those that hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Limit(usize);

impl Time {
    /// Sets a limit from now on.
    pub(super) fn limit(&mut self, after_ns: u64) -> Limit {
        self.limit_at(self.now_ns.saturating_add(after_ns))
    }

    fn limit_at(&mut self, at_ns: u64) -> Limit {
        self.limits_ns.push(at_ns);
        Limit(self.limits_ns.len() - 1)
    }

    /// Takes a limit away, which is the last one that was set.
    pub(super) fn lift(&mut self, limit: Limit) {
        self.limits_ns.truncate(limit.0);
    }
}

/// Parts that overlap: each takes its own time, from when it may begin.
pub(super) struct Group {
    /// How many parts are under way at once, at most.
    limit: usize,
    /// When the first one began; until then what is evaluated is not of the group.
    start_ns: Option<u64>,
    /// When the places end that parts have taken.
    ends_ns: Vec<u64>,
    last_ns: u64,
}

impl Group {
    pub(super) fn of(limit: i64) -> Group {
        Group { limit: usize::try_from(limit).unwrap_or(1).max(1), start_ns: None, ends_ns: Vec::new(), last_ns: 0 }
    }
}

/// A note that is told when its part of a race has won.
pub(super) struct HeldNote {
    step: String,
    name: String,
    args: Vec<Plain>,
}

/// How a part of a race ended first.
struct Winner<'p> {
    end_ns: u64,
    ended: Eval<'p>,
    notes: Vec<HeldNote>,
}

impl<'p> Machine<'p, '_> {
    /// Lets time pass, until a limit cancels what waits.
    pub(super) fn pass(&mut self, time_ns: u64) -> Eval<'p, ()> {
        let end_ns = self.time.now_ns.saturating_add(time_ns);
        let limits = self.time.limits_ns.iter().enumerate().filter(|(_, at_ns)| **at_ns <= end_ns);
        match limits.min_by_key(|(index, at_ns)| (**at_ns, *index)) {
            Some((index, &at_ns)) => {
                self.time.now_ns = self.time.now_ns.max(at_ns);
                Err(Flow::Cancelled(Limit(index)))
            }
            None => {
                self.time.now_ns = end_ns;
                Ok(())
            }
        }
    }

    /// A part of a group, from the time at which it may begin.
    pub(super) fn part_of(&mut self, group: &mut Group, part: impl FnOnce(&mut Self) -> Eval<'p>) -> Eval<'p> {
        let start_ns = *group.start_ns.get_or_insert(self.time.now_ns);
        let first_free = (0..group.ends_ns.len()).min_by_key(|&index| group.ends_ns[index]);
        self.time.now_ns = match first_free {
            Some(index) if group.ends_ns.len() >= group.limit => group.ends_ns.swap_remove(index),
            _ => start_ns,
        };
        let value = part(self);
        group.ends_ns.push(self.time.now_ns);
        group.last_ns = group.last_ns.max(self.time.now_ns);
        // What comes behind the part that failed is not made, what is in front of it ends.
        self.time.now_ns = if matches!(value, Err(Flow::Cancelled(_))) { self.time.now_ns } else { group.last_ns };
        value
    }

    /// `sleep`
    pub(super) fn sleep(&mut self, args: &[Value<'p>]) -> Eval<'p> {
        let [Value::Duration(nanos)] = args else {
            return Err(Bug("it sleeps for something that is no duration").into());
        };
        self.pass(u64::try_from(*nanos).unwrap_or(0))?;
        Ok(Value::Unit)
    }

    /// The parts of a race, each from the same time on as if it were alone: the one that ends first decides, of those that end at the
    /// same time the first in the source.
    pub(super) fn race(&mut self, race: &'p Function, inputs: Vec<Value<'p>>, name: &str) -> Eval<'p> {
        let start_ns = self.time.now_ns;
        let mut winner: Option<Winner<'p>> = None;
        let mut cancelled = None;
        for (index, (&part, input)) in race.alternatives.iter().zip(inputs).enumerate() {
            if winner.as_ref().is_some_and(|winner| winner.end_ns == start_ns) {
                break;
            }
            self.time.now_ns = start_ns;
            let limit = winner.as_ref().map(|winner| self.time.limit_at(winner.end_ns));
            let (ended, notes) = self.part(part, input, index, name)?;
            limit.into_iter().for_each(|limit| self.time.lift(limit));
            match ended {
                Err(Flow::Cancelled(at)) if Some(at) == limit => {}
                Err(Flow::Cancelled(at)) => cancelled = Some((self.time.now_ns, at)),
                Err(Flow::Stop(stop)) if matches!(*stop, Stop::GaveUp(_)) => return Err(Flow::Stop(stop)),
                ended => winner = Some(Winner { end_ns: self.time.now_ns, ended, notes }),
            }
        }
        match (winner, cancelled) {
            (Some(winner), _) => {
                self.time.now_ns = winner.end_ns;
                winner.notes.into_iter().try_for_each(|note| self.tell(note))?;
                winner.ended
            }
            (None, Some((now_ns, at))) => {
                self.time.now_ns = now_ns;
                Err(Flow::Cancelled(at))
            }
            (None, None) => Err(Bug("a race has no parts").into()),
        }
    }

    /// A part of a race, and what it noted.
    fn part(
        &mut self,
        part: FunctionId,
        input: Value<'p>,
        index: usize,
        race: &str,
    ) -> Eval<'p, (Eval<'p>, Vec<HeldNote>)> {
        let Value::Parts(args) = input else { return Err(Bug("a part of a race has no captures").into()) };
        let step = step::child(race, &self.program.function(part).name, index as u32, 0);
        self.notes.push(Vec::new());
        let (ended, _, _) = self.attempts(part, args.to_vec(), &step, Kept::default());
        Ok((ended, self.notes.pop().unwrap_or_default()))
    }

    /// A note: an attempt that goes again over what is kept has told it already.
    pub(super) fn note(&mut self, function: &'p Function, args: &[Value<'p>]) -> Eval<'p> {
        let args = self.plain(function, args)?;
        if self.activation.kept.is_behind() {
            let (step, name) = (self.activation.step.clone(), function.name.to_string());
            self.tell(HeldNote { step, name, args })?;
        }
        Ok(Value::Unit)
    }

    fn tell(&mut self, note: HeldNote) -> Eval<'p, ()> {
        match self.notes.last_mut() {
            Some(held) => held.push(note),
            None => {
                self.world.passed(self.time.now_ns);
                self.world.call(&note.step, &note.name, note.args)?;
            }
        }
        Ok(())
    }

    /// Asks the world at the time that it is now.
    pub(super) fn ask_world(&mut self, function: &'p Function, args: &[Value<'p>]) -> Eval<'p> {
        let args = self.plain(function, args)?;
        self.world.passed(self.time.now_ns);
        let result = self.world.call(&self.activation.step, &function.name, args)?;
        Ok(Value::lower(&result)?)
    }

    fn plain(&mut self, function: &'p Function, args: &[Value<'p>]) -> Eval<'p, Vec<Plain>> {
        let types = function.params.iter().map(|param| &param.field.ty);
        Ok(args.iter().zip(types).map(|(arg, ty)| self.types.lift(arg, ty)).collect::<Result<Vec<_>, _>>()?)
    }
}
