//! Programs as text, run under every schedule.

mod policies;
mod program;

use dot_abi::value::Value;
use expect_test::{Expect, expect};
use program::{generate, in_order, lines, parse, run};

use super::{ActivationId, Bounds, NewCall, Refusal, Run, Schedule, Setup, Task, What};

fn schedules() -> Vec<Schedule> {
    let fixed = [Schedule::Sequential, Schedule::NewestFirst, Schedule::Adversarial];
    fixed.into_iter().chain((0..20).map(Schedule::Random)).collect()
}

/// Under every schedule a program shows the same.
#[track_caller]
fn check(text: &str, expected: &Expect) {
    let program = parse(text);
    let reference = lines(&run(&program, Schedule::Sequential, Bounds::default()));
    expected.assert_eq(&reference);
    for schedule in schedules() {
        assert_eq!(lines(&run(&program, schedule, Bounds::default())), reference, "{schedule:?}");
    }
}

/// The steps that begin, in order.
#[track_caller]
fn check_order(text: &str, schedule: Schedule, expected: &[&str]) {
    assert_eq!(run(&parse(text), schedule, Bounds::default()).begun, expected);
}

#[test]
fn any_program_shows_what_the_order_of_the_source_gives() {
    let mut faults = 0;
    for seed in 0..3000 {
        let program = generate(seed);
        let expected = lines(&in_order(&program));
        faults += usize::from(expected.contains("fail:"));
        for schedule in schedules() {
            let seen = run(&program, schedule, Bounds::default());
            assert_eq!(lines(&seen), expected, "seed {seed}, {schedule:?}: {program:#?}");
        }
    }
    assert!((500..2500).contains(&faults), "{faults} of 3000 programs fail");
}

#[test]
fn sequential_is_the_order_of_the_source() {
    let program = "
        main write: call f; call g; call w; take 0; call f
        f pure: call h; call h
        g pure: call h
        h pure:
        w write native";
    let order = [
        "main/f:0#0",
        "main/f:0#0/h:0#0",
        "main/f:0#0/h:1#0",
        "main/g:1#0",
        "main/g:1#0/h:0#0",
        "main/w:2#0",
        "main/f:3#0",
        "main/f:3#0/h:0#0",
        "main/f:3#0/h:1#0",
    ];
    check_order(program, Schedule::Sequential, &order);
}

#[test]
fn adversarial_begins_the_last_first() {
    let program = "
        main read: call f; call g; call r
        f pure: note f
        g pure:
        r read native";
    check_order(program, Schedule::Adversarial, &["main/r:2#0", "main/g:1#0", "main/f:0#0"]);
}

#[test]
fn reads_wait_for_effects_and_effects_for_everything() {
    let program = "
        main write: call f; call w; call r; call f; call t
        f pure:
        w write native
        r read native
        t ordered native";
    let order = ["main/f:3#0", "main/f:0#0", "main/w:1#0", "main/r:2#0", "main/t:4#0"];
    check_order(program, Schedule::Adversarial, &order);
}

#[test]
fn an_effect_behind_a_fault_never_begins() {
    check(
        "main write: note a; call f; note b; call w; note c
         f pure: note f; fail
         w write native",
        &expect![[r#"
            notes: a, f
            writes: 
            end: fail: f at main/f:0#0"#]],
    );
}

#[test]
fn under_try_a_fault_has_ended() {
    check(
        "main write: try f; note b; call w
         f pure: note f; fail
         w write native",
        &expect![[r#"
            notes: f, b
            writes: main/w:1#0
            end: Int(2)"#]],
    );
}

#[test]
fn the_earliest_fault_wins() {
    check(
        "main read: call slow; call fast; note never
         slow read: call r; call r; note last; fail
         fast pure: fail
         r read native",
        &expect![[r#"
            notes: last
            writes: 
            end: fail: slow at main/slow:0#0"#]],
    );
    check(
        "main read: call r; call x; note never; fail
         r read native
         x read native fail",
        &expect![[r#"
            notes: 
            writes: 
            end: fail: x at main/x:1#0"#]],
    );
}

#[test]
fn a_trap_waits_for_what_was_started() {
    check(
        "main write: call w; note b; fail
         w write native",
        &expect![[r#"
            notes: b
            writes: main/w:0#0
            end: fail: main at main"#]],
    );
}

#[test]
fn notes_keep_the_order_of_the_source() {
    check(
        "main read: note 1; call f; note 4; call g; note 6
         f read: note 2; call r; note 3
         g note: note 5
         r read native",
        &expect![[r#"
            notes: 1, 2, 3, 4, 5, 6
            writes: 
            end: Int(2)"#]],
    );
}

#[test]
fn parts_of_a_group_do_not_wait_for_each_other() {
    let program = "
        main write: call f; group; call w; call w; call r; end; call r
        f pure:
        w write native
        r read native";
    let order = ["main/r:3#0", "main/f:0#0", "main/w:2#0", "main/w:1#0", "main/r:4#0"];
    check_order(program, Schedule::Adversarial, &order);
}

#[test]
fn after_a_fault_in_a_group_nothing_of_it_begins_and_writes_finish() {
    let program = "
        main write: group; call w; call y; call d; end; call w
        d write: call r; call r; call w
        r read native
        w write native
        y write native fail";
    for schedule in schedules() {
        let seen = run(&parse(program), schedule, Bounds::default());
        assert_eq!(seen.end, "fail: y at main/y:1#0", "{schedule:?}");
        let begun = |step: &str| seen.begun.iter().position(|begun| begun == step);
        let fault = begun("main/y:1#0").expect("it began");
        assert!(begun("main/w:3#0").is_none(), "{schedule:?}");
        if let Some(part) = begun("main/d:2#0")
            && part < fault
        {
            assert!(begun("main/d:2#0/w:2#0").is_some(), "a write that is under way finishes: {schedule:?}");
        }
    }
}

#[test]
fn depth_first_keeps_few_activations() {
    let mut program = String::from("main pure: call d0; call d0\n");
    for depth in 0..8 {
        program.push_str(&format!("d{depth} pure: call d{0}; call d{0}; call d{0}\n", depth + 1));
    }
    program.push_str("d8 pure:\n");
    let seen = run(&parse(&program), Schedule::NewestFirst, Bounds::default());
    assert!(seen.most <= 11, "{} activations at once", seen.most);
}

#[test]
fn a_deep_chain_needs_no_stack() {
    const DEPTH: u32 = 200_000;
    let bounds = Bounds { depth: DEPTH, ..Bounds::default() };
    let (mut run, mut last) = begun::<(), ()>(bounds);
    for _ in 0..DEPTH {
        run.start(last, NewCall { what: What::Dot(()), ..leaf(0) }).expect("within the bounds");
        run.suspend(last, 0, ());
        let Some(Task::Begin { activation, .. }) = run.next_task() else { panic!("a call is ready") };
        last = activation;
    }
    run.note(last, b"deep".as_slice().into()).expect("a note");
    run.finish(last, Some(Err(dot_abi::fault::Fault::overflow())));
    assert!(run.is_over());
    assert_eq!(run.next_shown().as_deref(), Some(b"deep".as_slice()));
    assert!(matches!(run.take_outcome(), Some(Err(_))));
}

/// How a program ends under bounds.
#[track_caller]
fn check_bounds(text: &str, bounds: Bounds, expected: &Expect) {
    for schedule in schedules() {
        expected.assert_eq(&run(&parse(text), schedule, bounds).end);
    }
}

#[test]
fn bounds_are_faults_that_name_them() {
    let few = Bounds { in_flight: 2, calls: 3, depth: 2, notes_bytes: 3, ..Bounds::default() };
    let leaf = "f pure:";
    check_bounds(
        &format!("main pure: call f; call f; call f\n{leaf}"),
        few,
        &expect!["call-limit: the dot has 2 calls in flight, which is the limit at main"],
    );
    check_bounds(
        &format!("main pure: call f; take 0; call f; take 1; call f; take 2; call f\n{leaf}"),
        few,
        &expect!["call-limit: the dot made 3 calls, which is the limit for one dot at main"],
    );
    check_bounds(
        "main pure: call main",
        few,
        &expect!["call-limit: dots call each other deeper than the limit of 2 levels at main/main:0#0/main:0#0"],
    );
    check_bounds(
        &format!("main pure: note abc; call f; note ab; note cd\n{leaf}"),
        few,
        &expect![
            "output-limit: what was printed behind calls that have not ended is larger than the limit of 3B at main"
        ],
    );
}

fn leaf(site: u32) -> NewCall<()> {
    NewCall {
        site,
        number: 0,
        name: "f".into(),
        class: dot_abi::manifest::Class::Pure,
        is_ordered: false,
        is_try: false,
        policies: None,
        size_bytes: 0,
        what: What::Native(()),
    }
}

/// A run whose root has begun.
fn begun<J: Clone + Default, G>(bounds: Bounds) -> (Run<J, G>, ActivationId) {
    let NewCall { site, number, class, is_ordered, is_try, policies, size_bytes, .. } = leaf(0);
    let what = What::Dot(J::default());
    let root = NewCall { site, number, name: "main".into(), class, is_ordered, is_try, policies, size_bytes, what };
    let mut run = Run::new(root, Setup { bounds, ..Setup::default() });
    let Some(Task::Begin { activation, .. }) = run.next_task() else { panic!("the root is ready") };
    (run, activation)
}

#[test]
fn handles_that_are_wrong_are_refused() {
    let (mut run, root) = begun::<(), ()>(Bounds::default());
    assert!(matches!(run.is_ready(root, 0), Err(Refusal::Broken(_))));
    assert_eq!(run.start(root, leaf(3)), Ok(0));
    assert_eq!(run.is_ready(root, 0), Ok(false));
    assert!(matches!(run.take(root, 0), Err(Refusal::Broken(_))));
    let Some(Task::Native { call, step, .. }) = run.next_task() else { panic!("a native is ready") };
    assert_eq!(step, "main/f:0#0");
    run.finish_native(call, Ok(Value::Unit));
    assert_eq!(run.take(root, 0), Ok((3, Ok(Value::Unit))));
    assert!(matches!(run.take(root, 0), Err(Refusal::Broken(_))));
    assert!(matches!(run.group(root, 0), Err(Refusal::Broken(_))));
    assert_eq!(run.group(root, 5), Ok(()));
    assert!(matches!(run.group(root, 5), Err(Refusal::Broken(_))));
    run.finish(root, Some(Ok(Value::Unit)));
    assert!(run.is_over());
    assert_eq!(run.start(root, leaf(0)), Err(Refusal::Stopped));
}

#[test]
fn calls_that_were_taken_are_not_in_flight() {
    let bounds = Bounds { in_flight: 2, ..Bounds::default() };
    let (mut run, root) = begun::<(), ()>(bounds);
    assert_eq!(run.start(root, leaf(0)), Ok(0));
    for handle in 1..10 {
        assert_eq!(run.start(root, leaf(1)), Ok(handle));
        let Some(Task::Native { call, .. }) = run.next_native(root, handle) else { panic!("it may begin") };
        run.finish_native(call, Ok(Value::Unit));
        assert_eq!(run.take(root, handle), Ok((1, Ok(Value::Unit))));
    }
}

#[test]
fn a_cancelled_guest_is_told_and_its_kept_guests_are_given_back() {
    let (mut run, root) = begun::<&str, &str>(Bounds::default());
    run.start(root, leaf_of("fails")).expect("started");
    run.start(root, NewCall { what: What::Dot("waits"), ..leaf_of("waits") }).expect("started");
    let Some(Task::Native { call: failing, .. }) = run.next_task() else { panic!("the native") };
    let Some(Task::Begin { activation, .. }) = run.next_task() else { panic!("the dot") };
    run.start(activation, leaf_of("inner")).expect("started");
    run.suspend(activation, 0, "a guest that waits");
    assert!(!run.is_stopped(activation));
    run.finish_native(failing, Err(dot_abi::fault::Fault::overflow()));
    assert!(run.is_stopped(activation) && run.is_stopped(root));
    assert_eq!(run.take_discarded(), ["a guest that waits"]);
    run.finish(root, None);
    assert!(run.is_over());
    assert_eq!(
        program::end_text(run.take_outcome().expect("it is over")),
        "overflow: the result does not fit in 64 bits at main/fails:0#0"
    );
}

#[test]
fn natives_that_were_cancelled_are_told() {
    let (mut run, root) = begun::<&str, ()>(Bounds::default());
    run.start(root, leaf_of("fails")).expect("started");
    run.start(root, leaf_of("beside")).expect("started");
    run.start(root, NewCall { what: What::Dot("above"), ..leaf_of("above") }).expect("started");
    let Some(Task::Native { call: failing, .. }) = run.next_task() else { panic!("a native") };
    let Some(Task::Native { call: beside, .. }) = run.next_task() else { panic!("a native") };
    let Some(Task::Begin { activation, .. }) = run.next_task() else { panic!("a dot") };
    run.start(activation, leaf_of("below")).expect("started");
    let Some(Task::Native { call: below, .. }) = run.next_task() else { panic!("a native") };
    assert_eq!(run.take_cancelled(), []);
    run.finish_native(failing, Err(dot_abi::fault::Fault::overflow()));
    assert_eq!(run.take_cancelled(), [beside, below]);
    for call in [beside, below] {
        run.finish_native(call, Ok(Value::Unit));
    }
    run.finish(activation, None);
    run.finish(root, None);
    assert!(matches!(run.take_outcome(), Some(Err(_))));
}

fn leaf_of(job: &'static str) -> NewCall<&'static str> {
    let NewCall { site, number, class, is_ordered, is_try, policies, size_bytes, .. } = leaf(0);
    let what = What::Native(job);
    NewCall { site, number, name: job.into(), class, is_ordered, is_try, policies, size_bytes, what }
}
