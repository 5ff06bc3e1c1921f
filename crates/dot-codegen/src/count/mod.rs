//! Counts: where references are made and given up.
//!
//! Precise reference counting as in Perceus (Reinking, Xie, de Moura and Leijen, "Perceus: Garbage
//! free reference counting with reuse", 2021): an object is given up right after the last thing that
//! needs it, so that what is built up step by step is referred to once and changed in place.
//!
//! | module | what it does |
//! |---|---|
//! | [`operands`] | what each statement does with its operands |
//! | [`liveness`] | which locals are still needed |
//! | [`borrows`] | which locals and parameters need no reference of their own |
//! | [`insert`] | puts `Dup` and `Drop` |
//! | [`balance`] | checks the outcome, independently, in every build |

mod balance;
mod borrows;
mod insert;
pub(crate) mod liveness;
pub(crate) mod operands;

use dot_syntax::{Code, Diagnostic, Span};

use crate::core::{Function, Take, Unit};
use crate::known;
use crate::lower::Lowered;
use liveness::Kind;
use operands::Takes;

/// A unit in core whose references are counted and whose balance was checked.
#[derive(Clone, Debug)]
pub struct Counted(Unit);

impl Counted {
    /// The unit.
    pub fn unit(&self) -> &Unit {
        &self.0
    }

    /// The unit itself.
    pub fn into_unit(self) -> Unit {
        self.0
    }
}

/// Places counts, leaves out the checks whose outcome is [known](crate::known), and checks what came out.
#[expect(clippy::result_large_err, reason = "one diagnostic for each unit")]
pub fn insert(lowered: Lowered) -> Result<Counted, Diagnostic> {
    let mut unit = place(lowered);
    known::leave_out(&mut unit);
    check(unit)
}

/// Checks the balance of a unit with counts.
#[expect(clippy::result_large_err, reason = "one diagnostic for each unit")]
pub fn check(unit: Unit) -> Result<Counted, Diagnostic> {
    match balance::check(&unit) {
        Ok(()) => Ok(Counted(unit)),
        Err(error) => {
            let message = format!("the reference counts of the unit `{}` are wrong: {error}", unit.name);
            let help = "this is an error of the compiler: please report it with the program";
            Err(Diagnostic::error(Code("E0999"), Span::default(), message).help(help))
        }
    }
}

/// Infers what is borrowed and puts counts.
fn place(lowered: Lowered) -> Unit {
    let Lowered { mut unit, pinned, .. } = lowered;
    let mut functions = std::mem::take(&mut unit.functions);
    for (index, function) in functions.iter_mut().enumerate() {
        let called_from_outside = pinned.iter().any(|pinned| pinned.0 as usize == index);
        if function.closure.is_none() && !called_from_outside {
            for (param, take) in function.takes.iter_mut().enumerate() {
                if unit.types.is_counted(function.locals[param]) {
                    *take = Take::Borrow;
                }
            }
        }
    }
    let mut takes = Takes::of(&functions);
    let kinds = infer(&unit, &functions, &mut takes);
    let counted = functions.into_iter().zip(&kinds);
    unit.functions = counted.map(|(function, kinds)| insert::insert(function, kinds, &takes)).collect();
    for (function, takes) in unit.functions.iter_mut().zip(takes.into_all()) {
        function.takes = takes;
    }
    unit
}

/// The kinds of all locals, in agreement with what all functions take.
fn infer(unit: &Unit, functions: &[Function], takes: &mut Takes) -> Vec<Vec<Kind>> {
    let callers = callers(functions);
    let mut kinds = vec![Vec::new(); functions.len()];
    let mut waiting: Vec<usize> = (0..functions.len()).rev().collect();
    let mut waits = vec![true; functions.len()];
    while let Some(index) = waiting.pop() {
        waits[index] = false;
        let before = takes.get(index).to_vec();
        kinds[index] = borrows::kinds(&unit.types, functions, index, takes);
        if takes.get(index) != before {
            for &caller in &callers[index] {
                if !std::mem::replace(&mut waits[caller], true) {
                    waiting.push(caller);
                }
            }
        }
    }
    kinds
}

/// Which functions call each function.
fn callers(functions: &[Function]) -> Vec<Vec<usize>> {
    let mut callers = vec![Vec::new(); functions.len()];
    for (index, function) in functions.iter().enumerate() {
        borrows::simple(&function.body, &mut |statement| {
            if let crate::core::Statement::Let(_, crate::core::Op::Call(callee, _)) = statement {
                let known: &mut Vec<usize> = &mut callers[callee.0 as usize];
                if known.last() != Some(&index) {
                    known.push(index);
                }
            }
        });
    }
    callers
}

#[cfg(test)]
mod tests;
