//! Runs Dot units.
//!
//! An [`Engine`] compiles units or finds them in its cache; a [`Bundle`] is a unit and those that it calls. Each run of a
//! bundle is a tree of activations: each with a fresh memory, the grants of the [`Host`], and limits.
//!
//! ```text
//! Bundle::run ──▶ run: scheduler (paradot::schedule) under a lock, threads that pull tasks (crew)
//!                   │ begin, resume                          │ natives
//!                   ▼                                        ▼
//!                 activation: instantiate ──▶ lower input ──▶ start ──▶ lift result ──▶ Ended
//!                                                              │ imports: fault, raise, note, start, ready, take, …
//!                                                              ▼          and host natives
//!                                             waits: its instance is kept, or parked as a frame
//! ```
//!
//! This crate knows no syntax, no types but those of the unit's table, and no command line.
//! What a guest gives is never trusted: every address is checked, every walk is bounded.

mod activation;
mod budget;
mod bundle;
mod cache;
mod crew;
mod engine;
mod faults;
mod guest;
mod host;
mod imports;
mod layouts;
mod lift;
mod limits;
mod lower;
mod natives;
mod run;
mod sections;
mod system;
mod ticker;
mod unit;
mod verify;
mod worker;

pub use bundle::{Bundle, Plan};
pub use engine::{Engine, EngineConfig, MOST_STACK};
pub use host::Host;
pub use limits::{Limits, MOST_MEMORY};
pub use unit::{Ended, LoadError, Outcome, RunError, Unit};
