//! Programs for the scheduler as text, a driver that runs them on one thread, and what the order of the source would give.
//!
//! ```text
//! main write: call f; note a; try g; take 0     what a dot does; `take` waits; in the end it takes all in order
//! f pure: fail boom
//! w write native                                a native, whose calls the world sees; `native fail` faults
//! ```

use std::collections::BTreeMap;
use std::fmt::Write;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::manifest::Class;
use dot_abi::value::Value;

use crate::schedule::{ActivationId, Bounds, NewCall, Refusal, Run, Schedule, Setup, Task, What};

/// Dots by name.
pub(super) type Program = BTreeMap<String, Dot>;

#[derive(Clone, Debug)]
pub(super) struct Dot {
    pub(super) class: Class,
    pub(super) is_ordered: bool,
    pub(super) body: Body,
}

#[derive(Clone, Debug)]
pub(super) enum Body {
    Native { fails: bool },
    Guest(Vec<Op>),
}

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Op {
    Call { name: String, is_try: bool },
    Take(u64),
    Note(String),
    Group(bool),
    Fail,
}

/// What can be seen of a run.
#[derive(Clone, PartialEq, Default, Debug)]
pub(super) struct Seen {
    pub(super) notes: Vec<String>,
    /// The steps of natives that write, in the order in which they happened.
    pub(super) writes: Vec<String>,
    pub(super) end: String,
    /// What began, in order.
    pub(super) begun: Vec<String>,
    /// The most activations at once.
    pub(super) most: usize,
}

pub(super) fn parse(text: &str) -> Program {
    let line = |line: &str| {
        let (head, body) = line.split_once(':').unwrap_or((line, ""));
        let words: Vec<&str> = head.split_whitespace().collect();
        let class = match words[1] {
            "pure" => Class::Pure,
            "note" => Class::Note,
            "read" | "ordered" => Class::Read,
            "wait" => Class::Wait,
            "write" => Class::Write,
            other => panic!("{other}"),
        };
        let body = match words.get(2) {
            Some(&"native") => Body::Native { fails: words.get(3) == Some(&"fail") },
            _ => Body::Guest(body.split(';').map(str::trim).filter(|op| !op.is_empty()).map(op).collect()),
        };
        (words[0].to_owned(), Dot { class, is_ordered: words[1] == "ordered", body })
    };
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(line).collect()
}

fn op(text: &str) -> Op {
    match text.split_once(' ').unwrap_or((text, "")) {
        ("call", name) => Op::Call { name: name.to_owned(), is_try: false },
        ("try", name) => Op::Call { name: name.to_owned(), is_try: true },
        ("take", handle) => Op::Take(handle.parse().expect("a handle")),
        ("note", text) => Op::Note(text.to_owned()),
        ("fail", _) => Op::Fail,
        ("group", _) => Op::Group(true),
        ("end", _) => Op::Group(false),
        other => panic!("{other:?}"),
    }
}

/// A guest: its dot, where it is, and how many of its calls it has taken.
#[derive(Clone, Debug)]
pub(super) struct Guest {
    name: String,
    next: usize,
    taken: Vec<u64>,
    started: u64,
}

impl Guest {
    fn new(name: &str) -> Guest {
        Guest { name: name.to_owned(), next: 0, taken: Vec::new(), started: 0 }
    }
}

pub(super) fn end_text(outcome: Result<Value, Fault>) -> String {
    match outcome {
        Ok(value) => format!("{value:?}"),
        Err(fault) => format!("{fault} at {}", fault.step.as_deref().unwrap_or_default()),
    }
}

fn failure(name: &str) -> Fault {
    Fault::new(FaultCode::Fail, name)
}

/// Runs `main` on one thread.
pub(super) fn run(program: &Program, schedule: Schedule, bounds: Bounds) -> Seen {
    let setup = Setup { schedule, bounds, is_virtual: true, ..Setup::default() };
    let mut run = Run::new(new_call(program, "main", 0, 0, false), setup);
    let mut seen = Seen::default();
    while let Some(task) = run.next_task() {
        match task {
            Task::Begin { activation, job } => {
                let name = run.step(activation);
                if name != "main" {
                    seen.begun.push(name);
                }
                step(program, &mut run, activation, Guest::new(&job));
            }
            Task::Resume { activation, guest } => step(program, &mut run, activation, guest),
            Task::Native { call, step, job } => {
                let Body::Native { fails } = program[&job].body else { panic!("{job} is no native") };
                if program[&job].class == Class::Write {
                    seen.writes.push(step.clone());
                }
                seen.begun.push(step);
                run.finish_native(call, if fails { Err(failure(&job)) } else { Ok(Value::Unit) });
            }
        }
        let alive = run.slots.len() - run.free.len();
        seen.most = seen.most.max(alive);
        show(&mut run, &mut seen);
    }
    show(&mut run, &mut seen);
    assert!(run.is_over(), "it came to a standstill: {program:#?}");
    assert_eq!(run.kept_bytes, 0, "notes that are neither shown nor dropped");
    assert_eq!((run.memory_bytes(), run.untaken), (0, 0), "what is held behind the end");
    seen.end = end_text(run.take_outcome().expect("an outcome"));
    seen
}

fn show(run: &mut Run<String, Guest>, seen: &mut Seen) {
    while let Some(line) = run.next_shown() {
        seen.notes.push(String::from_utf8(line.into()).expect("a text"));
    }
}

/// Runs a guest until it waits or ends.
fn step(program: &Program, run: &mut Run<String, Guest>, id: ActivationId, mut guest: Guest) {
    match go(program, run, id, &mut guest) {
        Ok(None) => run.finish(id, Some(Ok(Value::Int(guest.started as i64)))),
        Ok(Some(handle)) => run.suspend(id, handle, guest),
        Err(Refusal::Stopped) => run.finish(id, None),
        Err(Refusal::Fault(fault)) => run.finish(id, Some(Err(fault))),
        Err(Refusal::Broken(what)) => panic!("{what}"),
    }
}

fn new_call(program: &Program, name: &str, site: usize, number: u64, is_try: bool) -> NewCall<String> {
    let dot = &program[name];
    NewCall {
        site: site as u32,
        number: number as u32,
        name: name.into(),
        class: dot.class,
        is_ordered: dot.is_ordered,
        is_try,
        policies: None,
        size_bytes: 0,
        what: match dot.body {
            Body::Native { .. } => What::Native(name.to_owned()),
            Body::Guest(_) => What::Dot(name.to_owned()),
        },
    }
}

fn go(
    program: &Program,
    run: &mut Run<String, Guest>,
    id: ActivationId,
    guest: &mut Guest,
) -> Result<Option<u64>, Refusal> {
    let Body::Guest(ops) = &program[&guest.name].body else { panic!("{} is a native", guest.name) };
    while let Some(op) = ops.get(guest.next) {
        match op {
            Op::Call { name, is_try } => {
                let call = new_call(program, name, guest.next, guest.started, *is_try);
                assert_eq!(run.start(id, call)?, guest.started);
                guest.started += 1;
            }
            Op::Take(handle) => {
                if !run.is_ready(id, *handle)? {
                    return Ok(Some(*handle));
                }
                run.take(id, *handle)?.1.ok();
                guest.taken.push(*handle);
            }
            Op::Note(text) => run.note(id, text.as_bytes().into())?,
            Op::Group(begins) => run.group(id, if *begins { u32::MAX } else { 0 })?,
            Op::Fail => return Err(Refusal::Fault(failure(&guest.name))),
        }
        guest.next += 1;
    }
    for handle in 0..guest.started {
        if guest.taken.contains(&handle) {
            continue;
        }
        if !run.is_ready(id, handle)? {
            return Ok(Some(handle));
        }
        run.take(id, handle)?.1.ok();
        guest.taken.push(handle);
    }
    Ok(None)
}

/// What running each call to its end in the order of the source gives.
pub(super) fn in_order(program: &Program) -> Seen {
    let mut seen = Seen::default();
    let outcome = evaluate(program, "main", "main".to_owned(), &mut seen);
    seen.end = end_text(outcome);
    seen
}

fn evaluate(program: &Program, name: &str, step: String, seen: &mut Seen) -> Result<Value, Fault> {
    let dot = &program[name];
    let failed = || Err(failure(name).step(&step));
    let ops = match &dot.body {
        Body::Native { fails } => {
            if dot.class == Class::Write {
                seen.writes.push(step.clone());
            }
            return if *fails { failed() } else { Ok(Value::Unit) };
        }
        Body::Guest(ops) => ops,
    };
    let mut started = 0;
    for op in ops {
        match op {
            Op::Call { name, is_try } => {
                let child = dot_abi::step::child(&step, name, started, 0);
                started += 1;
                match evaluate(program, name, child, seen) {
                    Err(fault) if !is_try => return Err(fault),
                    _ => {}
                }
            }
            Op::Note(text) => seen.notes.push(text.clone()),
            Op::Fail => return failed(),
            Op::Take(_) | Op::Group(_) => {}
        }
    }
    Ok(Value::Int(started.into()))
}

/// A program by a seed: a tree of dots, `main` on top.
pub(super) fn generate(seed: u64) -> Program {
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut below = move |bound: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random >> 11) % bound
    };
    let mut program = parse(
        "r read native\nx read native fail\nt ordered native\nw write native\ny write native fail\nz wait native",
    );
    let mut names: Vec<String> = program.keys().cloned().collect();
    let count = 1 + below(7);
    for index in 0..=count {
        let name = if index == count { "main".to_owned() } else { format!("d{index}") };
        let (mut ops, mut started, mut class) = (Vec::new(), 0, Class::Pure);
        for number in 0..below(7) {
            match below(10) {
                0 if below(3) == 0 => ops.push(Op::Fail),
                0..=2 => ops.push(Op::Note(format!("{name}.{number}"))),
                3 if started > 0 && !ops.contains(&Op::Take(started - 1)) => ops.push(Op::Take(started - 1)),
                _ => {
                    let called = names[below(names.len() as u64) as usize].clone();
                    class = class.max(program[&called].class);
                    ops.push(Op::Call { name: called, is_try: below(3) == 0 });
                    started += 1;
                }
            }
        }
        program.insert(name.clone(), Dot { class, is_ordered: false, body: Body::Guest(ops) });
        names.push(name);
    }
    program
}

/// The lines of a list, for expectations.
pub(super) fn lines(seen: &Seen) -> String {
    let mut text = String::new();
    for (title, list) in [("notes", &seen.notes), ("writes", &seen.writes)] {
        let _ = writeln!(text, "{title}: {}", list.join(", "));
    }
    let _ = write!(text, "end: {}", seen.end);
    text
}
