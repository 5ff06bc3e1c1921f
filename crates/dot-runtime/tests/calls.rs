//! Units that call units, made by hand: every schedule, every way to wait, and guests that break the rules.

mod guests;

use std::sync::Arc;

use dot_abi::manifest::{FrameSite, Target};
use dot_abi::types::{TypeDesc, TypeRef};
use dot_abi::value::Value;
use dot_runtime::{Bundle, Ended, Engine, EngineConfig, Host, Limits, Plan, RunError};
use guests::{Guest, host, record};
use paradot::Captured;
use paradot::schedule::Schedule;

/// Waits for the call of handle 0 and goes on with `$then`, which gets the number of the input.
const AWAIT: &str = r#"
  (func $await (param $number i64) (result i32) (local $frame i32)
    (if (i32.eqz (call $ready (i64.const 0)))
      (then
        (local.set $frame (call $alloc (i32.const 16) (i32.const 1)))
        (i64.store offset=8 (local.get $frame) (local.get $number))
        (i32.store (i32.const 32) (local.get $frame))
        (i32.store (i32.const 36) (i32.const 0))
        (return (i32.const 1))))
    (call $then (local.get $number)))
  (func (export "resume") (result i32) (call $await (i64.load offset=8 (i32.load (i32.const 32)))))
"#;

/// A guest with one number as input and output, and a frame of the same shape.
fn counter(code: &str) -> Guest {
    let mut guest = Guest::new(code);
    let int = guest.add(TypeDesc::Int);
    let mut guest = guest.input(&[("number", int)]).output(int);
    guest.manifest.frames.push(FrameSite { frame: guest.manifest.input, site: 0 });
    guest
}

/// `number + callee(number - 1)`, or 0 at 0.
fn adder(callee: &str) -> Guest {
    let code = format!(
        r#"{AWAIT}
  (func $then (param $number i64) (result i32)
    (call $give (i64.add (local.get $number) (call $take (i64.const 0)))))
  (func (export "start") (param $input i32) (result i32) (local $number i64)
    (local.set $number (i64.load offset=8 (local.get $input)))
    (if (i64.eqz (local.get $number)) (then (return (call $give (i64.const 0)))))
    (i64.store offset=8 (local.get $input) (i64.sub (local.get $number) (i64.const 1)))
    (drop (call $start (i32.const 0) (local.get $input)))
    (call $await (local.get $number)))"#
    );
    let guest = counter(&code);
    let (input, output) = (guest.manifest.input, guest.manifest.output);
    guest.call_of(Target::Dot(callee.to_owned()), input, output)
}

/// Fails if the number is 0, and gives it otherwise.
fn picky() -> Guest {
    counter(
        r#"(func (export "start") (param $input i32) (result i32)
    (if (i64.eqz (i64.load offset=8 (local.get $input)))
      (then (call $fault (i32.const 4) (i32.const 0) (i64.const 0) (i64.const 0))))
    (call $give (i64.load offset=8 (local.get $input))))"#,
    )
}

fn plans() -> Vec<Plan> {
    let schedules = [Schedule::Sequential, Schedule::NewestFirst, Schedule::Adversarial, Schedule::Random(7)];
    let ways = [(false, false), (true, false), (true, true)];
    let plan = |(schedule, (suspend_always, park_always))| Plan {
        schedule,
        suspend_always,
        park_always,
        fresh_always: suspend_always,
    };
    schedules.into_iter().flat_map(|schedule| ways.map(|way| (schedule, way))).map(plan).collect()
}

fn engine(instances: u32) -> Engine {
    let config = EngineConfig { instances, stack_bytes: 1 << 20, ..EngineConfig::default() };
    Engine::new(config).expect("an engine")
}

fn run(engine: &Engine, root: &Guest, others: &[(&str, &Guest)], number: i64, plan: Plan) -> Ended {
    let others = others.iter().map(|(name, guest)| ((*name).to_owned(), guest.bytes()));
    let bundle = Bundle::new(engine, &root.bytes(), others).expect("units that load");
    bundle.run(Value::Record(vec![Value::Int(number)]), &host(), plan)
}

/// The end of a run as text: the value, or the fault and its step.
fn end(ended: Ended) -> String {
    match ended.end {
        Ok(value) => format!("{value:?}"),
        Err(RunError::Fault(fault)) => format!("{fault} in {}", fault.step.clone().unwrap_or_default()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_dot_calls_itself_and_others_under_every_plan() {
    let engine = engine(10);
    for plan in plans() {
        assert_eq!(end(run(&engine, &adder("main"), &[], 30, plan)), "Int(465)", "{plan:?}");
        let picky = picky();
        let ended = run(&engine, &adder("picky"), &[("picky", &picky)], 5, plan);
        assert_eq!(end(ended), "Int(9)", "{plan:?}");
    }
}

#[test]
fn a_fault_names_its_step_and_its_place() {
    let engine = engine(10);
    for plan in plans() {
        let picky = picky();
        let ended = run(&engine, &adder("picky"), &[("picky", &picky)], 1, plan);
        let Err(RunError::Fault(fault)) = &ended.end else { panic!("{ended:?}") };
        assert_eq!(fault.at.as_ref().map(|at| (at.start, at.end)), Some((10, 20)));
        assert_eq!(end(ended), "divide-by-zero: the divisor is zero in main/picky:0#0", "{plan:?}");
    }
}

#[test]
fn recursion_deeper_than_there_are_instances_is_parked() {
    for instances in [1, 2] {
        let ended = run(&engine(instances), &adder("main"), &[], 3000, Plan::default());
        assert_eq!(end(ended), format!("Int({})", 3000 * 3001 / 2));
    }
}

#[test]
fn recursion_without_an_end_is_a_fault() {
    let mut host = host();
    host.limits = Limits { depth: 50, ..Limits::default() };
    let bundle = Bundle::new(&engine(4), &adder("main").bytes(), []).expect("a unit");
    let ended = bundle.run(Value::Record(vec![Value::Int(i64::MAX)]), &host, Plan::default());
    assert!(end(ended).starts_with("call-limit: dots call each other deeper than the limit of 50 levels in main/"));
}

#[test]
fn a_frame_with_a_function_keeps_its_instance_beyond_the_bound() {
    let mut root = adder("main");
    let function = root.add(TypeDesc::Function { params: Vec::new(), result: TypeRef(0) });
    let int = root.manifest.output;
    let frame = root.add(record("Frame", &[("number", int), ("function", function)]));
    root.manifest.frames[0].frame = frame;
    let ended = run(&engine(1), &root, &[], 100, Plan { park_always: true, ..Plan::default() });
    assert_eq!(end(ended), "Int(5050)");
    let ended = run(&engine(1), &root, &[], 5000, Plan::default());
    let fault = end(ended);
    assert!(fault.starts_with("call-limit: 1001 activations keep their memory"), "{fault}");
}

#[test]
fn an_endless_loop_ends_when_an_earlier_call_fails() {
    // Starts a call that fails, then computes for ever.
    let code = r#"(func (export "start") (param $input i32) (result i32)
    (i64.store offset=8 (local.get $input) (i64.const 0))
    (drop (call $start (i32.const 0) (local.get $input)))
    (loop $again (br $again))
    (unreachable))"#;
    let guest = counter(code);
    let (input, output) = (guest.manifest.input, guest.manifest.output);
    let root = guest.call_of(Target::Dot("picky".to_owned()), input, output);
    let ended = run(&engine(10), &root, &[("picky", &picky())], 1, Plan::default());
    assert_eq!(end(ended), "divide-by-zero: the divisor is zero in main/picky:0#0");
}

/// What a root that does something wrong ends with.
fn broken(body: &str) -> String {
    let code = format!(r#"(func (export "start") (param $input i32) (result i32) {body})"#);
    let guest = counter(&code);
    let (input, output) = (guest.manifest.input, guest.manifest.output);
    let root = guest.call_of(Target::Dot("main".to_owned()), input, output);
    end(run(&engine(4), &root, &[], 1, Plan::default()))
}

#[test]
fn guests_that_break_the_rules_are_told_so() {
    let told = |body: &str, what: &str| {
        assert_eq!(broken(body), format!("internal: the unit broke its interface: {what} in main"));
    };
    told(
        "(drop (call $ready (i64.const 3))) (i32.const 1)",
        "it asked for a call that it has not started, or took before",
    );
    told("(drop (call $take (i64.const 0))) (i32.const 0)", "it took a call that has not ended, or took it before");
    told("(call $settle (i64.const -1)) (i32.const 0)", "it took a call that has not ended, or took it before");
    told("(i32.const 1)", "it waits for nothing");
    told(
        "(drop (call $start (i32.const 9) (local.get $input))) (i32.const 0)",
        "it made a call that is not in its manifest",
    );
    told(
        "(call $group (i32.const 0)) (i32.const 0)",
        "it began a group inside of another one, or ended one that it had not begun",
    );
    told(
        "(call $mock (i32.const 0) (local.get $input)) (i32.const 0)",
        "it sets a mock up that is not in its manifest",
    );
}

#[test]
fn a_unit_that_is_missing_is_named() {
    let ended = run(&engine(4), &adder("nobody"), &[], 1, Plan::default());
    let message = "internal: the dot \"nobody\" is called and is not among the units of the program in main";
    assert_eq!(end(ended), message);
}

#[test]
fn a_hostile_run_does_not_stop_a_second_one() {
    let engine = engine(100);
    let hostile = Bundle::new(&engine, &endless().bytes(), []).expect("a unit");
    let mut slow = Host::new(Arc::new(Captured::default()));
    slow.limits = Limits { cpu: std::time::Duration::from_millis(500), ..Limits::default() };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let ended = hostile.run(Value::Record(vec![Value::Int(1)]), &slow, Plan::default());
                assert!(end(ended).starts_with("cpu-limit: "));
            });
        }
        assert_eq!(end(run(&engine, &adder("main"), &[], 100, Plan::default())), "Int(5050)");
    });
}

/// Computes for ever.
fn endless() -> Guest {
    counter("(func (export \"start\") (param i32) (result i32) (loop $again (br $again)) (unreachable))")
}

/// Computes for a while, then fails.
fn late() -> Guest {
    counter(
        r#"(func (export "start") (param i32) (result i32) (local $turn i64)
    (loop $again
      (local.set $turn (i64.add (local.get $turn) (i64.const 1)))
      (br_if $again (i64.lt_u (local.get $turn) (i64.const 50000000))))
    (call $fault (i32.const 4) (i32.const 0) (i64.const 0) (i64.const 0))
    (unreachable))"#,
    )
}

#[test]
fn a_run_that_fails_leaves_nothing_running() {
    // Of the three calls the second one waits for one that never ends and the third one never ends itself.
    let code = format!(
        r#"{AWAIT}
  (func $then (param $number i64) (result i32) (call $give (call $take (i64.const 0))))
  (func (export "start") (param $input i32) (result i32)
    (drop (call $start (i32.const 0) (local.get $input)))
    (drop (call $start (i32.const 1) (local.get $input)))
    (drop (call $start (i32.const 2) (local.get $input)))
    (call $await (i64.const 0)))"#
    );
    let mut root = counter(&code);
    let (input, output) = (root.manifest.input, root.manifest.output);
    for callee in ["late", "middle", "endless"] {
        root = root.call_of(Target::Dot(callee.to_owned()), input, output);
    }
    let (late, middle, endless) = (late(), adder("endless"), endless());
    let others = [("late", &late), ("middle", &middle), ("endless", &endless)];
    for park_always in [false, true] {
        let engine = engine(10);
        let ended = run(&engine, &root, &others, 5, Plan { park_always, ..Plan::default() });
        assert_eq!(end(ended), "divide-by-zero: the divisor is zero in main/late:0#0");
        assert_eq!(engine.live_instances(), 0);
        assert_eq!(end(run(&engine, &adder("main"), &[], 30, Plan::default())), "Int(465)");
        assert_eq!(engine.live_instances(), 0);
    }
}

#[test]
fn a_call_begins_while_its_caller_computes() {
    if std::thread::available_parallelism().map_or(1, usize::from) == 1 {
        return;
    }
    // The caller asks again and again whether its call has ended, and never waits for it.
    let code = r#"(func (export "start") (param $input i32) (result i32)
    (drop (call $start (i32.const 0) (local.get $input)))
    (loop $again (br_if $again (i32.eqz (call $ready (i64.const 0)))))
    (call $give (call $take (i64.const 0))))"#;
    let root = counter(code);
    let (input, output) = (root.manifest.input, root.manifest.output);
    let root = root.call_of(Target::Dot("picky".to_owned()), input, output);
    let ended = run(&engine(10), &root, &[("picky", &picky())], 7, Plan::default());
    assert_eq!(end(ended), "Int(7)");
}
