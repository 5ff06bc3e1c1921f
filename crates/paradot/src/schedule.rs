//! The scheduler of one run: which call may begin, which fault wins, which note is shown.
//!
//! A [`Run`] is a state machine without threads, clocks or WASM: it is told what time it is. Whoever drives it asks for the [`Task`] that comes
//! [next](Run::next_task), works on it, and tells what came of it. Every rule of the law of overlap that needs more than one
//! call to be decided is decided here, so that it can be tested here.
//!
//! # The tree
//!
//! ```text
//! main ─┬─ call 0  f   ended, its value not yet taken
//!       ├─ call 1  g   running ─┬─ call 0  files.read   running (a native)
//!       │                       └─ call 1  h            ready: whoever is free next begins it
//!       └─ call 2  files.write  held: it waits for call 1
//! ```
//!
//! An activation numbers the calls that it starts: the numbers are their *handles*, and the order of the numbers is the
//! order of the source, because guests start calls in that order. A call is
//!
//! ```text
//! start ──▶ held ──▶ queued ──▶ ready ──▶ running ──▶ succeeded ──▶ taken
//!            │          ▲│        │        │ ▲ └──▶ faulted ───▶ taken, under `try`
//!            │          │└────────┼────────┼─┘
//!            │       backoff ◀────┼────────┤
//!            └────────────────────┴────────┴─────▶ cancelled
//! ```
//!
//! Only calls that need a turn are *queued*, and only those with further attempts wait in *backoff*. A call of `sleep` is running without anybody
//! who works on it. Above the root stands an activation without a guest, so that the root is a call like any other.
//!
//! The guest of an activation *runs* (somebody works on it), *waits* for one call, or is over: it gave a value, trapped, or was
//! stopped. The activation itself ends when its guest is over and none of its calls is under way; only then does its
//! own call, in its caller, end. Calls never outlive who started them.
//!
//! # When a call begins
//!
//! Pure calls and notes at once; reads when earlier waits and writes have ended; waits and writes, and the reads that are
//! *ordered* (the clock, random numbers), when every earlier call has. The parts of one `parallel` do not count for
//! each other. Counters answer this when a call is started; a walk over the calls does when one ends and something is held.
//!
//! # Which fault wins
//!
//! The earliest by handle. When call 3 faults without `try`, later calls are cancelled with all that is below them, but calls 0 to 2 run on,
//! because one of them may fault too and would then be the one that source order meets first. The activation is *doomed*: its
//! guest is stopped at the next thing that it asks for, since nothing that it could still do would be seen.
//! A trap of the guest's own code stands behind everything that it started, so any fault of its calls wins over it. In a `parallel`
//! nothing new begins after a fault, and writes that are under way finish.
//!
//! # Which notes are shown
//!
//! A note is shown when everything before it in the order of the whole run has succeeded or ended under `try`. Each
//! activation has *settled* notes, which nothing of its own stands before, and behind each of its calls those that
//! wait for that call. The *front* is the path from the root down the first call that has not ended, again and again: settled notes of
//! activations on the front are shown, all others are kept. When an activation ends, its notes are one list, which moves
//! into its caller. After a fault that no `try` stops nothing settles any more, so what comes later is dropped.
//!
//! # Attempts
//!
//! What is declared behind `with` holds for each attempt of a call: it has its turn by `concurrency` and `rate`, one queue in the run for each
//! dot, and from then on its `timeout`. A fault that may pass is followed by another attempt, after a random wait that seed, step and number decide,
//! under the same name of the step: in a new activation, with a handle in its caller that has not ended meanwhile. Only the last fault is
//! an outcome. A timeout cancels all that is below it; if a native was writing there, the fault is `unknown`.
//!
//! A further attempt goes on after the last write that succeeded. Below a call with `retry`, what ends is kept by the name of its step. When an
//! attempt fails, each activation below forgets what it called behind the last call in which something was written. That call itself, if it
//! failed, is entered again, and so are those below it on the way to the write. Starting a call that is kept gives its outcome at once, and notes that
//! stand before the last write are not shown again. A fault that was a value, under `try`, stays one if a later write was kept, since that one may depend on it.
//! What the clock and random numbers gave is kept in any case.
//!
//! # Races
//!
//! A race is an activation without a guest whose calls are the parts. The first one to end decides, whether with a value or a fault; only
//! its notes are shown. In virtual time parts can end at the same time: then the race is decided when nothing else can be done at that time, for
//! the first one in the order of the source.
//!
//! # Memory
//!
//! A run counts what it holds outside of guests: inputs of calls that have not begun, results that are not taken, what is kept. Above a quarter of the
//! bound, guests that can take results go first, and calls begin one at a time: never none, so that it always goes on. What would pass the bound is a fault.

mod activation;
mod attempts;
mod bounds;
mod cancel;
mod ending;
mod kept;
mod notes;
mod pick;
mod race;
mod run;
mod task;
#[cfg(test)]
mod tests;
mod timers;
mod turns;

pub use attempts::backoff_ns;
pub use bounds::Bounds;
pub use pick::Schedule;
pub use run::Run;
pub use task::{ActivationId, CallId, NewCall, Refusal, Setup, Task, What};
