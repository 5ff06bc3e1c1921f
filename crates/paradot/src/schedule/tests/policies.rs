//! Policies: dots as lists of operations, natives that answer as they are told, and virtual time.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::manifest::Class;
use dot_abi::policy::{OnUnknown, Policies, Rate};
use dot_abi::value::Value;
use expect_test::{Expect, expect};

use crate::schedule::{ActivationId, Bounds, NewCall, Refusal, Run, Schedule, Setup, Task, What};

const SECOND: u64 = 1_000_000_000;

/// What a dot does, one after the other.
#[derive(Clone)]
enum Op {
    /// Calls a dot or native and waits for it.
    Call(&'static str),
    /// As `Call`, under `try`.
    Try(&'static str),
    /// Calls it and goes on; it is awaited at the end.
    Start(&'static str),
    Note(&'static str),
    /// Sleeps so many seconds.
    Sleep(u64),
    Race(&'static [&'static str]),
    Group(u32),
}
use Op::{Call, Group, Note, Race, Sleep, Start, Try};

/// How a native answers: `o` with a value, `n` with a fault of the network, `f` with a plain fault, `-` never. The last one counts for all further calls.
#[derive(Clone)]
enum Body {
    Native(&'static str),
    Dot(Vec<Op>),
}

struct Program(BTreeMap<&'static str, (Class, Policies, Body)>);

#[derive(Clone, Default)]
struct Guest {
    name: &'static str,
    next: usize,
    awaits: VecDeque<u64>,
}

impl Program {
    fn new(natives: &[(&'static str, Class, &'static str)]) -> Program {
        let native = |&(name, class, answers)| (name, (class, Policies::default(), Body::Native(answers)));
        Program(natives.iter().map(native).collect())
    }

    fn dot(mut self, name: &'static str, class: Class, policies: Policies, ops: &[Op]) -> Program {
        self.0.insert(name, (class, policies, Body::Dot(ops.to_vec())));
        self
    }

    fn new_call(&self, name: &'static str, site: usize, is_try: bool) -> NewCall<&'static str> {
        let (class, policies, body) = &self.0[name];
        NewCall {
            site: site as u32,
            number: site as u32,
            name: name.into(),
            class: *class,
            is_ordered: name == "clock",
            is_try,
            policies: (!policies.is_default()).then(|| Arc::new(policies.clone())),
            size_bytes: 0,
            what: match body {
                Body::Native(_) => What::Native(name),
                Body::Dot(_) => What::Dot(name),
            },
        }
    }

    /// Every native that began and every note, with the seconds; and the end.
    fn run(&self, schedule: Schedule) -> String {
        let setup = Setup { schedule, is_virtual: true, ..Setup::default() };
        let mut run = Run::<&'static str, Guest>::new(self.new_call("main", 0, false), setup);
        let (mut now_ns, mut lines, mut answered) = (0, Vec::new(), BTreeMap::new());
        loop {
            run.advance(now_ns);
            run.take_cancelled().into_iter().for_each(|call| run.finish_native(call, Ok(Value::Unit)));
            let seconds = now_ns / SECOND;
            match run.next_task() {
                Some(Task::Begin { activation, job }) => {
                    self.step(&mut run, activation, Guest { name: job, ..Guest::default() });
                }
                Some(Task::Resume { activation, guest }) => self.step(&mut run, activation, guest),
                Some(Task::Native { call, step, job }) => {
                    lines.push(format!("{seconds} {step}"));
                    let Body::Native(answers) = self.0[job].2 else { panic!("{job} is no native") };
                    let count = answered.entry(job).or_insert(0);
                    let answer = answers.as_bytes()[(*count).min(answers.len() - 1)];
                    *count += 1;
                    match answer {
                        b'o' => run.finish_native(call, Ok(Value::Int(*count as i64))),
                        b'n' => run.finish_native(call, Err(Fault::new(FaultCode::Network, "no answer"))),
                        b'f' => run.finish_native(call, Err(Fault::new(FaultCode::Fail, "refused"))),
                        _ => {}
                    }
                }
                None => match run.next_timer() {
                    Some(next_ns) => now_ns = next_ns,
                    None => break,
                },
            }
            while let Some(line) = run.next_shown() {
                lines.push(format!("{seconds} note {}", String::from_utf8_lossy(&line)));
            }
        }
        assert!(run.is_over(), "a standstill behind {lines:?}");
        assert_eq!((run.kept_bytes, run.memory_bytes(), run.untaken), (0, 0, 0), "what is held behind the end");
        assert!(run.kept.is_empty(), "what is kept behind the end");
        lines.push(match run.take_outcome().expect("an outcome") {
            Ok(value) => format!("end {value:?}"),
            Err(fault) => format!("end {} in {}", fault.code, fault.step.unwrap_or_default()),
        });
        lines.join("\n")
    }

    fn step(&self, run: &mut Run<&'static str, Guest>, id: ActivationId, mut guest: Guest) {
        match self.go(run, id, &mut guest) {
            Ok(None) => run.finish(id, Some(Ok(Value::Unit))),
            Ok(Some(handle)) => run.suspend(id, handle, guest),
            Err(Refusal::Stopped) => run.finish(id, None),
            Err(Refusal::Fault(fault)) => run.finish(id, Some(Err(fault))),
            Err(Refusal::Broken(what)) => panic!("{what}"),
        }
    }

    fn go(
        &self,
        run: &mut Run<&'static str, Guest>,
        id: ActivationId,
        guest: &mut Guest,
    ) -> Result<Option<u64>, Refusal> {
        let Body::Dot(ops) = &self.0[guest.name].2 else { panic!("{} is a native", guest.name) };
        loop {
            let op = ops.get(guest.next);
            let is_start = matches!(op, Some(Start(_) | Note(_) | Group(_)));
            while !is_start && let Some(&handle) = guest.awaits.front() {
                // What was only started is awaited at the end, or where something after it is awaited.
                if !run.is_ready(id, handle)? {
                    return Ok(Some(handle));
                }
                run.take(id, handle)?.1.ok();
                guest.awaits.pop_front();
            }
            let Some(op) = op else { return Ok(None) };
            let site = guest.next;
            let call = match op {
                Call(name) | Start(name) => Some(self.new_call(name, site, false)),
                Try(name) => Some(self.new_call(name, site, true)),
                Sleep(seconds) => Some(timed(site, "sleep", What::Sleep(seconds * SECOND))),
                Race(parts) => {
                    let parts = parts.iter().enumerate().map(|(site, name)| self.new_call(name, site, false));
                    Some(timed(site, "race", What::Race(parts.collect())))
                }
                Note(text) => {
                    run.note(id, text.as_bytes().into())?;
                    None
                }
                Group(limit) => {
                    run.group(id, *limit)?;
                    None
                }
            };
            guest.next += 1;
            if let Some(call) = call {
                guest.awaits.push_back(run.start(id, call)?);
            }
        }
    }
}

fn timed(site: usize, name: &str, what: What<&'static str>) -> NewCall<&'static str> {
    NewCall {
        site: site as u32,
        number: site as u32,
        name: name.into(),
        class: Class::Wait,
        is_ordered: false,
        is_try: false,
        policies: None,
        size_bytes: 0,
        what,
    }
}

fn none() -> Policies {
    Policies::default()
}

/// Retries without a wait between them.
fn retry(retry: u32) -> Policies {
    Policies { retry, backoff_ns: Some(0), ..none() }
}

fn timeout(seconds: u64) -> Policies {
    Policies { timeout_ns: Some(seconds * SECOND), ..none() }
}

/// Under every schedule a program does the same.
#[track_caller]
fn check(program: &Program, expected: &Expect) {
    let first = program.run(Schedule::Sequential);
    expected.assert_eq(&first);
    for schedule in [Schedule::NewestFirst, Schedule::Adversarial, Schedule::Random(1), Schedule::Random(2)] {
        assert_eq!(program.run(schedule), first, "{schedule:?}");
    }
}

#[test]
fn a_fault_that_may_pass_is_repeated_as_often_as_declared() {
    let natives = [("get", Class::Read, "nno")];
    check(
        &Program::new(&natives).dot("main", Class::Read, retry(2), &[Call("get")]),
        &expect![[r#"
        0 main/get:0#0
        0 main/get:0#0
        0 main/get:0#0
        end Unit"#]],
    );
    check(
        &Program::new(&natives).dot("main", Class::Read, retry(1), &[Call("get")]),
        &expect![[r#"
        0 main/get:0#0
        0 main/get:0#0
        end network in main/get:0#0"#]],
    );
    let refused = [("get", Class::Read, "f")];
    check(
        &Program::new(&refused).dot("main", Class::Read, retry(5), &[Call("get")]),
        &expect![[r#"
        0 main/get:0#0
        end fail in main/get:0#0"#]],
    );
}

#[test]
fn what_led_to_the_last_write_is_kept_and_notes_before_it_are_not_repeated() {
    let natives = [
        ("get", Class::Read, "o"),
        ("pay", Class::Write, "o"),
        ("see", Class::Read, "no"),
        ("clock", Class::Read, "o"),
    ];
    let ops = [Call("clock"), Call("get"), Note("a"), Call("pay"), Note("b"), Call("clock"), Call("see"), Note("c")];
    check(
        &Program::new(&natives).dot("main", Class::Write, retry(1), &ops),
        &expect![[r#"
        0 main/clock:0#0
        0 main/get:1#0
        0 note a
        0 main/pay:3#0
        0 note b
        0 main/clock:5#0
        0 main/see:6#0
        0 note b
        0 main/see:6#0
        0 note c
        end Unit"#]],
    );
}

#[test]
fn a_write_that_failed_and_reads_before_it_are_done_again() {
    let natives = [("get", Class::Read, "o"), ("pay", Class::Write, "no")];
    check(
        &Program::new(&natives).dot("main", Class::Write, retry(1), &[Call("get"), Call("pay")]),
        &expect![[r#"
        0 main/get:0#0
        0 main/pay:1#0
        0 main/get:0#0
        0 main/pay:1#0
        end Unit"#]],
    );
}

#[test]
fn dots_that_wrote_and_failed_are_entered_again_two_levels_deep() {
    let natives = [("get", Class::Read, "o"), ("pay", Class::Write, "o"), ("see", Class::Read, "nno")];
    let program = Program::new(&natives)
        .dot("main", Class::Write, retry(2), &[Call("get"), Call("outer"), Call("get")])
        .dot("outer", Class::Write, none(), &[Note("outer"), Call("get"), Call("inner")])
        .dot("inner", Class::Write, none(), &[Note("inner"), Call("pay"), Call("see")]);
    check(
        &program,
        &expect![[r#"
        0 main/get:0#0
        0 note outer
        0 main/outer:1#0/get:1#0
        0 note inner
        0 main/outer:1#0/inner:2#0/pay:1#0
        0 main/outer:1#0/inner:2#0/see:2#0
        0 main/outer:1#0/inner:2#0/see:2#0
        0 main/outer:1#0/inner:2#0/see:2#0
        0 main/get:2#0
        end Unit"#]],
    );
}

#[test]
fn under_try_a_fault_before_the_last_write_stays_one() {
    let natives = [("pay", Class::Write, "o"), ("bad", Class::Read, "no"), ("see", Class::Read, "no")];
    let program = Program::new(&natives)
        .dot("main", Class::Write, retry(1), &[Try("part"), Call("pay"), Call("see")])
        .dot("part", Class::Write, none(), &[Call("pay"), Call("bad")]);
    check(
        &program,
        &expect![[r#"
        0 main/part:0#0/pay:0#0
        0 main/part:0#0/bad:1#0
        0 main/pay:1#0
        0 main/see:2#0
        0 main/see:2#0
        end Unit"#]],
    );
}

#[test]
fn a_timeout_ends_an_attempt_with_all_below_and_is_repeated() {
    let natives = [("get", Class::Read, "-o"), ("pay", Class::Write, "o")];
    let policies = Policies { retry: 1, ..timeout(10) };
    let policies = Policies { backoff_ns: Some(0), ..policies };
    let program = Program::new(&natives).dot("main", Class::Write, policies, &[Call("part")]).dot(
        "part",
        Class::Write,
        none(),
        &[Note("once"), Call("pay"), Call("get"), Sleep(3)],
    );
    check(
        &program,
        &expect![[r#"
        0 note once
        0 main/part:0#0/pay:1#0
        0 main/part:0#0/get:2#0
        10 main/part:0#0/get:2#0
        end Unit"#]],
    );
    let slow = Program::new(&[]).dot("main", Class::Wait, timeout(5), &[Sleep(6)]);
    check(&slow, &expect![["end timeout in main"]]);
}

#[test]
fn a_timeout_during_a_write_is_unknown_unless_it_may_be_sent_again() {
    let natives = [("pay", Class::Write, "-o")];
    let policies = Policies { retry: 1, backoff_ns: Some(0), ..timeout(10) };
    let program = |policies| Program::new(&natives).dot("main", Class::Write, policies, &[Call("pay")]);
    check(
        &program(policies.clone()),
        &expect![[r#"
        0 main/pay:0#0
        end unknown in main"#]],
    );
    check(
        &program(Policies { on_unknown: OnUnknown::Resend, ..policies }),
        &expect![[r#"
        0 main/pay:0#0
        10 main/pay:0#0
        end Unit"#]],
    );
}

#[test]
fn a_fault_beside_ends_the_wait_for_the_next_attempt() {
    let natives = [("bad", Class::Read, "f"), ("get", Class::Read, "n")];
    let slow = Policies { retry: 5, backoff_ns: Some(100 * SECOND), ..none() };
    let ops = [Group(u32::MAX), Start("late"), Start("flaky"), Group(0)];
    let program = Program::new(&natives)
        .dot("main", Class::Wait, none(), &ops)
        .dot("late", Class::Wait, none(), &[Sleep(1), Call("bad")])
        .dot("flaky", Class::Read, slow, &[Call("get")]);
    check(
        &program,
        &expect![[r#"
        0 main/flaky:2#0/get:0#0
        1 main/late:1#0/bad:1#0
        end fail in main/late:1#0/bad:1#0"#]],
    );
}

#[test]
fn only_so_many_are_under_way_and_others_take_their_turn_in_order() {
    let two = Policies { concurrency: Some(2), ..none() };
    let starts = [Start("nap"), Start("nap"), Start("nap"), Start("more"), Start("nap")];
    let ops: Vec<Op> = [Group(u32::MAX)].into_iter().chain(starts).chain([Group(0)]).collect();
    let program = Program::new(&[("get", Class::Read, "o")])
        .dot("main", Class::Wait, none(), &ops)
        .dot("more", Class::Wait, none(), &[Call("nap")])
        .dot("nap", Class::Wait, two, &[Sleep(10), Call("get")]);
    expect![[r#"
        10 main/nap:2#0/get:1#0
        10 main/nap:1#0/get:1#0
        20 main/nap:5#0/get:1#0
        20 main/nap:3#0/get:1#0
        30 main/more:4#0/nap:0#0/get:1#0
        end Unit"#]]
    .assert_eq(&program.run(Schedule::NewestFirst));
}

#[test]
fn who_is_cancelled_in_a_queue_takes_no_turn_with_it() {
    let one = Policies { concurrency: Some(1), ..none() };
    let again = Policies { timeout_ns: Some(SECOND), retry: 1, backoff_ns: Some(1), ..none() };
    let program = Program::new(&[("get", Class::Read, "o")])
        .dot("main", Class::Wait, none(), &[Call("both")])
        .dot("both", Class::Wait, again, &[Group(u32::MAX), Start("nap"), Start("nap"), Group(0)])
        .dot("nap", Class::Wait, one, &[Call("get"), Sleep(10)]);
    expect![[r#"
        0 main/both:0#0/nap:1#0/get:0#0
        1 main/both:0#0/nap:1#0/get:0#0
        end timeout in main/both:0#0"#]]
    .assert_eq(&program.run(Schedule::NewestFirst));
}

#[test]
fn attempts_begin_at_their_rate() {
    let rate = Policies { rate: Some(Rate { count: 2, per_ns: 10 * SECOND }), ..none() };
    let program = Program::new(&[("get", Class::Read, "o")])
        .dot("main", Class::Read, none(), &[Start("ask"), Start("ask"), Start("ask"), Start("ask"), Start("ask")])
        .dot("ask", Class::Read, rate, &[Call("get")]);
    expect![[r#"
        0 main/ask:0#0/get:0#0
        0 main/ask:1#0/get:0#0
        10 main/ask:2#0/get:0#0
        10 main/ask:3#0/get:0#0
        20 main/ask:4#0/get:0#0
        end Unit"#]]
    .assert_eq(&program.run(Schedule::NewestFirst));
}

#[test]
fn a_group_has_only_so_many_parts_under_way() {
    let ops = [Group(2), Start("nap"), Start("nap"), Start("nap"), Start("nap"), Start("nap"), Group(0)];
    let program = Program::new(&[("get", Class::Read, "o")]).dot("main", Class::Wait, none(), &ops).dot(
        "nap",
        Class::Wait,
        none(),
        &[Sleep(10), Call("get")],
    );
    expect![[r#"
        10 main/nap:2#0/get:1#0
        10 main/nap:1#0/get:1#0
        20 main/nap:4#0/get:1#0
        20 main/nap:3#0/get:1#0
        30 main/nap:5#0/get:1#0
        end Unit"#]]
    .assert_eq(&program.run(Schedule::NewestFirst));
}

#[test]
fn the_first_part_of_a_race_to_end_decides_and_ties_go_by_order() {
    let natives = [("a", Class::Read, "o"), ("bad", Class::Read, "f")];
    let program = |parts| {
        Program::new(&natives)
            .dot("main", Class::Wait, none(), &[Race(parts), Note("over")])
            .dot("slow", Class::Wait, none(), &[Note("slow"), Sleep(20)])
            .dot("quick", Class::Wait, none(), &[Note("quick"), Sleep(10)])
            .dot("also", Class::Wait, none(), &[Note("also"), Sleep(10)])
            .dot("fails", Class::Wait, none(), &[Sleep(5), Call("bad")])
    };
    check(
        &program(&["slow", "quick"]),
        &expect![[r#"
        10 note quick
        10 note over
        end Unit"#]],
    );
    check(
        &program(&["slow", "also", "quick"]),
        &expect![[r#"
        10 note also
        10 note over
        end Unit"#]],
    );
    check(
        &program(&["slow", "fails", "quick"]),
        &expect![[r#"
        5 main/race:0#0/fails:1#0/bad:1#0
        end fail in main/race:0#0/fails:1#0/bad:1#0"#]],
    );
}

#[test]
fn a_run_that_holds_too_much_begins_one_call_at_a_time_and_then_fails() {
    let text = || Ok(Value::Text("x".repeat(1000).into()));
    let bounds = Bounds { run_memory_bytes: 10_000, ..Bounds::default() };
    let call = |what| NewCall { what, class: Class::Read, ..timed(0, "get", What::Sleep(0)) };
    let setup = Setup { bounds, ..Setup::default() };
    let mut run = Run::<&'static str, ()>::new(call(What::Dot("main")), setup);
    let Some(Task::Begin { activation: root, .. }) = run.next_task() else { panic!("the root is ready") };
    for handle in 0..25 {
        assert_eq!(run.start(root, call(What::Native("get"))), Ok(handle));
    }
    run.suspend(root, 24, ());
    let mut most = 0;
    for _ in 0..25 {
        let mut under_way = Vec::new();
        while let Some(Task::Native { call, .. }) = run.next_task() {
            under_way.push(call);
            if run.memory_bytes() < 2_500 && under_way.len() == 1 {
                break;
            }
        }
        if run.memory_bytes() > 2_500 {
            most = most.max(under_way.len());
        }
        under_way.into_iter().for_each(|call| run.finish_native(call, text()));
    }
    assert_eq!(most, 1, "calls that begin at once while much is held");
    assert!(run.most_bytes() <= 10_000);
    assert!(run.is_over());
    let Some(Err(fault)) = run.take_outcome() else { panic!("there is no memory for all of them") };
    assert_eq!(fault.code, FaultCode::MemoryLimit);
    assert!(fault.help.is_some_and(|help| help.contains("--run-memory 20000B")));
}
