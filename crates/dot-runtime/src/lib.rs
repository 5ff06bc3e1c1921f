//! Runs Dot units.
//!
//! An [`Engine`] compiles a unit or finds it in its cache; a [`Unit`] runs as often as one likes,
//! each time in an activation of its own: a fresh memory, the grants of its [`Host`], and limits.
//!
//! ```text
//! Engine::load ──▶ Unit::run ──▶ instantiate ──▶ lower input ──▶ start ──▶ lift result ──▶ Outcome
//!   verify           thread,                                       │ imports: fault, call, text_of,
//!   cache            limits                                        ▼          host natives
//!                                                             RunError::Fault
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

pub use bundle::{Bundle, Plan};
pub use engine::{Engine, EngineConfig, MOST_STACK};
pub use host::Host;
pub use limits::{Limits, MOST_MEMORY};
pub use unit::{Ended, LoadError, Outcome, RunError, Unit};
