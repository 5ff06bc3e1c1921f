//! What the reference interpreter says of attempts: a retry goes on after the last write that succeeded.

use std::collections::HashMap;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::value::Value;
use dot_testing::engines;
use dot_testing::interpret::{self, Stop, World};
use dot_testing::law::WithWorld;

/// A world that counts: each operation gives how many there were, and some do not answer at first.
struct Counting {
    /// How often an operation of a number fails.
    failing: HashMap<i64, u32>,
    log: Vec<String>,
    passed_ns: u64,
}

impl World for Counting {
    fn call(&mut self, _: &str, name: &str, args: Vec<Value>) -> Result<Value, Fault> {
        let [Value::Int(number)] = args[..] else { panic!("{name} gets another input: {args:?}") };
        let name = name.trim_start_matches("world.");
        if let Some(left) = self.failing.get_mut(&number).filter(|left| **left > 0) {
            *left -= 1;
            self.log.push(format!("{name} {number} fails"));
            return Err(Fault::new(FaultCode::Network, format!("no answer to {number}")));
        }
        self.log.push(format!("{name} {number}"));
        Ok(if name == "note" { Value::Unit } else { Value::Int(self.log.len() as i64) })
    }

    fn passed(&mut self, time_ns: u64) {
        self.passed_ns = time_ns;
    }
}

/// Runs `main`; operations of the numbers given fail as often as they stand there.
fn check(source: &str, failing: &[i64], expected: &[&str]) {
    let program =
        engines::checked_with(&format!("import world\n{source}"), &WithWorld).unwrap_or_else(|e| panic!("{e}"));
    let main = engines::dot(&program, "main").expect("a dot main");
    let mut world = Counting { failing: HashMap::new(), log: Vec::new(), passed_ns: 0 };
    failing.iter().for_each(|number| *world.failing.entry(*number).or_default() += 1);
    let end = match interpret::run(&program, main, &[], &mut world) {
        Ok(value) => format!("gives {value:?}"),
        Err(Stop::Fault(fault)) => format!("fault {fault} in {}", fault.step.as_deref().unwrap_or("?")),
        Err(Stop::GaveUp(why)) => format!("gives up: {why}"),
    };
    world.log.push(end);
    assert_eq!(world.log, expected);
}

#[test]
fn what_led_to_the_last_write_is_kept() {
    check(
        "dot main() -> Int with retry: 1, backoff: 0s {
  let price = world.read(1)
  world.note(10)
  let paid = world.write(2)
  world.note(20)
  let poll = world.read(3)
  let receipt = world.read(4)
  price * 1000 + paid * 100 + poll * 10 + receipt
}",
        &[4],
        &[
            "read 1",
            "note 10",
            "write 2",
            "note 20",
            "read 3",
            "read 4 fails",
            "note 20",
            "read 3",
            "read 4",
            "gives Int(1389)",
        ],
    );
}

#[test]
fn without_a_write_all_is_done_again() {
    check(
        "dot main() -> Int with retry: 2, backoff: 0s {
  let price = world.read(1)
  price + world.write(2)
}",
        &[2, 2],
        &["read 1", "write 2 fails", "read 1", "write 2 fails", "read 1", "write 2", "gives Int(11)"],
    );
}

#[test]
fn a_dot_that_failed_after_a_write_is_entered_again() {
    check(
        "dot main() -> Int with retry: 1, backoff: 0s {
  let before = world.read(1)
  before + order()
}

dot order() -> Int {
  let paid = world.write(2)
  paid * 10 + world.read(3)
}",
        &[3],
        &["read 1", "write 2", "read 3 fails", "read 3", "gives Int(25)"],
    );
}

#[test]
fn a_fault_under_try_is_kept_in_front_of_a_write() {
    check(
        "dot main() -> Int with retry: 1, backoff: 0s {
  let first = try world.read(1)
  let paid = world.write(2)
  let last = world.read(3)
  if first.is_ok() { -1 } else { paid * 10 + last }
}",
        &[1, 3],
        &["read 1 fails", "write 2", "read 3 fails", "read 3", "gives Int(24)"],
    );
}

#[test]
fn a_native_dot_has_attempts_of_its_own_below_those_of_its_caller() {
    check(
        "dot main() -> Int with retry: 1, backoff: 0s {
  let paid = world.write(1)
  paid + again()
}

dot again() -> Int with retry: 1, backoff: 0s {
  world.read(2)
}",
        &[2, 2, 2],
        &["write 1", "read 2 fails", "read 2 fails", "read 2 fails", "read 2", "gives Int(6)"],
    );
}

#[test]
fn a_timeout_keeps_what_was_done() {
    check(
        "dot main() -> Int with retry: 1, backoff: 0s, timeout: 1s {
  let paid = world.write(1)
  let poll = world.read(2)
  if poll < 3 { sleep(2s) }
  paid * 10 + poll
}",
        &[],
        &["write 1", "read 2", "read 2", "gives Int(13)"],
    );
}
