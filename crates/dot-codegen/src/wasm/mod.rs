//! A small builder for WASM modules: typed expressions, named variables, structured control.
//!
//! Emitted user code and the guest's own runtime are written in it, so that both read as
//! ordinary code. Mistakes in types are mistakes of the compiler, so they are assertions. Functions,
//! globals and imports are known by handles; numbers are given out when the module is [encoded](Module::encode).

mod code;
mod expr;
mod module;

pub(crate) use code::{Code, Label};
pub(crate) use expr::{Expr, Operand, Var, args, float, int, wide};
pub(crate) use module::{Func, Global, Module};
