//! What proves Dot: a reference interpreter and a generator of well-typed programs.
//!
//! ```text
//! seed ──generate──▶ source ──check──▶ typed program ──┬─ interpret ─▶ outcome ─┐
//!                                                      └─ unit, run ─▶ outcome ─┴─ the same?
//! ```
//!
//! The interpreter is slow and obvious: it shares the checker and the words of faults with the
//! product, and nothing else. What both engines say the same of is right, or wrong twice.

pub mod cases;
pub mod differential;
pub mod engines;
pub mod examples;
pub mod generate;
pub mod interpret;
pub mod law;
pub mod mutate;
pub mod second;
pub mod world;
