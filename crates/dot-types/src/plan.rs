//! The plan of a dot: its calls in the order of the source, what each of them waits for before it starts, and where its
//! result is awaited.
//!
//! A plan says what the law of overlap allows. Of a branch it shows both sides, of a loop one turn.

mod walk;

use dot_abi::manifest::Class;
use dot_abi::policy::Policies;
use rustc_hash::FxHashSet;
use serde::Serialize;

use crate::class;
use crate::program::{Function, FunctionId, FunctionKind, Program};

/// The plan of a dot or test.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Plan {
    /// Its name.
    pub name: String,
    /// Its class, the largest of what it does.
    pub class: Class,
    /// The capabilities that it needs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<String>,
    /// What it declares behind `with`.
    #[serde(skip_serializing_if = "Policies::is_default")]
    pub policies: Policies,
    /// What it does, in the order of the source.
    pub steps: Vec<Step>,
    /// The dots that it calls, itself or through others, by name; anonymous ones are parts of those that call them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reaches: Vec<Reached>,
}

/// A dot that is called on the way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Reached {
    /// Its name.
    pub name: String,
    /// Its class.
    pub class: Class,
    /// What it declares behind `with`.
    #[serde(skip_serializing_if = "Policies::is_default")]
    pub policies: Policies,
}

/// A part of a plan.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Step {
    /// A call of a dot or native dot.
    Call(Call),
    /// Calls that belong together.
    Group(Group),
}

/// A call.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Call {
    /// Its number among the calls of the body: part of the step's name.
    pub number: u32,
    /// What is called.
    pub name: String,
    /// The class of what is called.
    pub class: Class,
    /// What it declares behind `with`.
    #[serde(skip_serializing_if = "Policies::is_default")]
    pub policies: Policies,
    /// Whether a fault of it is a value.
    #[serde(rename = "try", skip_serializing_if = "std::ops::Not::not")]
    pub is_try: bool,
    /// Where it stands.
    pub at: Place,
    /// The calls that have ended when it starts, without those that others of these have waited for.
    pub after: Vec<u32>,
    /// Where its result is awaited, if that is not where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awaited: Option<Place>,
    /// What the anonymous dot does that it calls.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inside: Vec<Step>,
}

/// Calls that belong together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Group {
    /// How they do.
    pub group: GroupKind,
    /// Why it is so, where that is not plain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Where it stands.
    pub at: Place,
    /// The calls.
    pub steps: Vec<Step>,
}

/// How calls belong together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupKind {
    /// The turns of a comprehension that overlap.
    Overlap,
    /// The turns of a comprehension that overlap by the word `parallel`.
    Parallel,
    /// The turns of a comprehension, one after the other.
    InOrder,
    /// The parts of `parallel (…)`.
    Parts,
    /// The turns of `for` or `while`.
    Loop,
    /// A part of `race (…)`: it may be cancelled.
    Alternative,
    /// One side of `if`, `match`, `and`, `or`: it may not happen.
    Branch,
}

/// A place in the source.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// The plan of a dot or test of the program.
pub fn plan(program: &Program, dot: FunctionId) -> Plan {
    let function = program.function(dot);
    Plan {
        name: function.name.to_string(),
        class: function.class,
        uses: function.uses.iter().map(|name| name.to_string()).collect(),
        policies: function.policies.clone(),
        steps: walk::steps(program, function),
        reaches: reached(program, dot),
    }
}

fn reached(program: &Program, dot: FunctionId) -> Vec<Reached> {
    let mut seen = FxHashSet::from_iter([dot]);
    let mut open = vec![dot];
    while let Some(function) = open.pop().map(|id| program.function(id)) {
        let calls = function.body.iter().flat_map(|body| class::calls(body, &program.constants));
        let called = calls.map(|call| call.function).chain(function.alternatives.iter().copied());
        open.extend(called.filter(|&callee| seen.insert(callee)));
    }
    seen.remove(&dot);
    let mut dots: Vec<&Function> = seen.into_iter().map(|id| program.function(id)).collect();
    dots.retain(|function| function.kind == FunctionKind::Dot);
    dots.sort_by_key(|function| &function.name);
    let reached = |function: &&Function| Reached {
        name: function.name.to_string(),
        class: function.class,
        policies: function.policies.clone(),
    };
    dots.iter().map(reached).collect()
}
