//! What the law says about two runs of a program, one of them in the order of the source.

use std::collections::HashMap;

use dot_abi::fault::Fault;
use dot_abi::manifest::Class;

use super::world::Operation;
use super::{Groups, Run};

/// How a run breaks the law, if it does. `wanted` is the run in the order of the source.
///
/// Where a part of a `parallel` ended its group with a fault, only the program itself says what may have happened: such runs are
/// not compared.
pub fn violation(groups: &Groups, wanted: &Run, found: &Run) -> Option<String> {
    if wanted.recorded.faulted.iter().any(|step| groups.ends_group(step)) {
        return None;
    }
    let ends = || {
        (comparable(&wanted.end) != comparable(&found.end))
            .then(|| format!("the end differs\n  law:   {}\n  found: {}", end(&wanted.end), end(&found.end)))
    };
    let (law, seen) = (&wanted.recorded.notes, &found.recorded.notes);
    let notes = || (law != seen).then(|| format!("the notes differ\n  law:   {law:?}\n  found: {seen:?}"));
    ends().or_else(notes).or_else(|| operations(groups, wanted, found))
}

/// What of an end is compared: not the advice, which is no part of the language.
fn comparable(end: &Result<String, Fault>) -> Result<String, Fault> {
    end.clone().map_err(|fault| Fault { help: None, at: None, ..fault })
}

fn end(end: &Result<String, Fault>) -> String {
    match end {
        Ok(value) => value.clone(),
        Err(fault) => format!("fault {fault} in step {:?}, cause {:?}", fault.step, fault.cause),
    }
}

fn operations(groups: &Groups, wanted: &Run, found: &Run) -> Option<String> {
    let mut done: HashMap<&str, &Operation> = HashMap::new();
    for operation in &found.recorded.operations {
        if done.insert(&operation.step, operation).is_some() {
            return Some(format!("the step {} is done twice", operation.step));
        }
        if operation.ended.is_none() {
            return Some(format!("the run ends before its step {}", operation.step));
        }
    }
    let mut in_order = Vec::new();
    for law in &wanted.recorded.operations {
        let Some(operation) = done.remove(law.step.as_str()) else {
            return Some(format!("the step {} is not done", law.step));
        };
        if (operation.class, operation.argument) != (law.class, law.argument) {
            return Some(format!("the step {} differs\n  law:   {law:?}\n  found: {operation:?}", law.step));
        }
        in_order.push(operation);
    }
    superfluous(wanted, &done).or_else(|| disorder(groups, &in_order))
}

/// What was done though the law does not ask for it: only behind a fault, and only what changes nothing.
fn superfluous(wanted: &Run, left: &HashMap<&str, &Operation>) -> Option<String> {
    let may_be = |operation: &Operation| operation.class <= Class::Read && !wanted.recorded.faulted.is_empty();
    let operation = left.values().find(|operation| !may_be(operation))?;
    Some(format!("the step {} of class {:?} is done and should not be", operation.step, operation.class))
}

/// Two operations, the first of which had to end before the second began. They stand in the order of the source.
fn disorder(groups: &Groups, operations: &[&Operation]) -> Option<String> {
    for (index, later) in operations.iter().enumerate() {
        let waits_for = |earlier: &Operation| match later.class {
            Class::Pure | Class::Note => false,
            Class::Read => earlier.class >= Class::Wait,
            Class::Wait | Class::Write => true,
        };
        let broken = operations[..index].iter().find(|earlier| {
            waits_for(earlier)
                && earlier.ended.is_none_or(|ended| ended > later.began)
                && !groups.are_parts_of_one(&earlier.step, &later.step)
        });
        if let Some(earlier) = broken {
            let (class, step) = (later.class, &later.step);
            return Some(format!("the {class:?} {step} began before {} ended", earlier.step));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use dot_abi::manifest::Class;

    use super::violation;
    use crate::law::{Groups, Operation, Recorded, Run};

    fn run(operations: &[(&str, Class, usize, usize)]) -> Run {
        let operations = operations.iter().map(|&(step, class, began, ended)| {
            let ended = Some(ended);
            Operation { step: step.to_owned(), class, argument: 0, began, ended }
        });
        Run { end: Ok("1".to_owned()), recorded: Recorded { operations: operations.collect(), ..Recorded::default() } }
    }

    fn check(law: &[(&str, Class, usize, usize)], found: &[(&str, Class, usize, usize)], expect: Option<&str>) {
        let violation = violation(&Groups::default(), &run(law), &run(found));
        assert_eq!(violation.as_deref(), expect);
    }

    #[test]
    fn reads_may_overlap_and_writes_may_not() {
        let law = [("a", Class::Read, 0, 1), ("b", Class::Read, 2, 3), ("c", Class::Write, 4, 5)];
        check(&law, &[("b", Class::Read, 0, 2), ("a", Class::Read, 1, 3), ("c", Class::Write, 4, 5)], None);
        let early = [("a", Class::Read, 0, 1), ("c", Class::Write, 2, 5), ("b", Class::Read, 3, 4)];
        check(&law, &early, Some("the Write c began before b ended"));
    }

    #[test]
    fn every_step_is_done_once() {
        let law = [("a", Class::Pure, 0, 1)];
        check(&law, &[], Some("the step a is not done"));
        check(&law, &[("a", Class::Pure, 0, 1), ("a", Class::Pure, 2, 3)], Some("the step a is done twice"));
        let more = [("a", Class::Pure, 0, 1), ("b", Class::Read, 2, 3)];
        check(&law, &more, Some("the step b of class Read is done and should not be"));
    }
}
