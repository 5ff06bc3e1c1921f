//! Which calls are parts of one `parallel`: they alone may overlap whatever they do.

use std::collections::HashMap;

use dot_types::each_child;
use dot_types::program::{Expr, ExprKind, FanOut, FunctionKind, Program};

/// A part of a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Member {
    /// The group in its body.
    group: usize,
    is_try: bool,
}

/// The parts of every `parallel` of a program, by body and number of the call.
#[derive(Default, Debug)]
pub struct Groups {
    members: HashMap<(String, u32), Member>,
    count: usize,
}

impl Groups {
    /// The groups of a program.
    pub fn of(program: &Program) -> Groups {
        let mut groups = Groups::default();
        for function in &program.functions {
            if matches!(function.kind, FunctionKind::Dot | FunctionKind::Test | FunctionKind::Anonymous)
                && let Some(body) = &function.body
            {
                groups.walk(&function.name, body);
            }
        }
        groups
    }

    fn walk(&mut self, body: &str, expr: &Expr) {
        match &expr.kind {
            ExprKind::Parallel(parts) => self.add(body, parts),
            ExprKind::Comprehension { body: turn, fan_out: FanOut::Parallel, .. } => {
                self.add(body, std::slice::from_ref(turn));
            }
            _ => {}
        }
        each_child(expr, &mut |child| self.walk(body, child));
    }

    fn add(&mut self, body: &str, parts: &[Expr]) {
        self.count += 1;
        for part in parts {
            if let ExprKind::CallDot(call) = &part.kind {
                let member = Member { group: self.count, is_try: call.is_try };
                self.members.insert((body.to_owned(), call.number), member);
            }
        }
    }

    /// Whether two steps are in different parts of one group.
    pub fn are_parts_of_one(&self, one: &str, other: &str) -> bool {
        let (mut left, mut right) = (one.split('/'), other.split('/'));
        let mut caller = None;
        loop {
            let (Some(a), Some(b)) = (left.next(), right.next()) else { return false };
            if a == b {
                caller = Some(callee(a));
                continue;
            }
            let Some(caller) = caller else { return false };
            return match (self.member(caller, a), self.member(caller, b)) {
                (Some(a), Some(b)) => a.group == b.group,
                _ => false,
            };
        }
    }

    /// Whether a step that faulted is a part that its group does not survive.
    pub fn ends_group(&self, step: &str) -> bool {
        let Some((before, last)) = step.rsplit_once('/') else { return false };
        let caller = callee(before.rsplit('/').next().unwrap_or_default());
        self.member(caller, last).is_some_and(|member| !member.is_try)
    }

    fn member(&self, caller: &str, part: &str) -> Option<Member> {
        let number = part.rsplit_once(':')?.1.split('#').next()?.parse().ok()?;
        self.members.get(&(caller.to_owned(), number)).copied()
    }
}

/// The name of what a part of a step calls.
fn callee(part: &str) -> &str {
    part.split_once(':').map_or(part, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::{Groups, Member};

    #[test]
    fn parts_are_told_where_their_steps_part() {
        let mut groups = Groups::default();
        for number in 0..2 {
            groups.members.insert(("f".to_owned(), number), Member { group: 1, is_try: number == 1 });
        }
        assert!(groups.are_parts_of_one("main/f:0#0/a:0#0/x:0#0", "main/f:0#0/b:1#0"));
        assert!(groups.are_parts_of_one("main/f:0#0/a:0#0", "main/f:0#0/a:0#1"));
        assert!(!groups.are_parts_of_one("main/f:0#0/a:0#0", "main/f:0#0/c:2#0"));
        assert!(!groups.are_parts_of_one("main/f:0#0/a:0#0", "main/f:0#1/b:1#0"));
        assert!(groups.ends_group("main/f:0#0/a:0#0"));
        assert!(!groups.ends_group("main/f:0#0/b:1#0"));
    }
}
