//! Plans of dots: as text, and as a flowchart for Mermaid.

use std::fmt::Write;

use dot_abi::policy::Policies;
use dot_types::plan::{Call, Group, GroupKind, Place, Plan, Step};

/// A plan as lines, calls inside of others indented.
pub fn text(plan: &Plan) -> String {
    let mut text = format!("{} ({})", plan.name, plan.class.as_str());
    if !plan.uses.is_empty() {
        text += &format!(" uses {}", plan.uses.join(", "));
    }
    text += &with(&plan.policies);
    text.push('\n');
    if plan.steps.is_empty() {
        text += "  calls no dots\n";
    }
    write_steps(&plan.steps, 1, &mut text);
    if !plan.reaches.is_empty() {
        let dots = plan.reaches.iter().map(|dot| {
            let with = with(&dot.policies);
            format!("{} ({}){with}", dot.name, dot.class.as_str())
        });
        text += &format!("reaches {}\n", dots.collect::<Vec<_>>().join(", "));
    }
    text
}

fn write_steps(steps: &[Step], depth: usize, text: &mut String) {
    let margin = "  ".repeat(depth);
    for step in steps {
        match step {
            Step::Call(call) => {
                writeln!(text, "{margin}{} in line {}: {}", title(call), call.at.line, timing(call)).ok();
                write_steps(&call.inside, depth + 1, text);
            }
            Step::Group(group) => {
                writeln!(text, "{margin}{} in line {}{}", words(group.group), group.at.line, why(group)).ok();
                write_steps(&group.steps, depth + 1, text);
            }
        }
    }
}

/// `#0 files.read (read)`
fn title(call: &Call) -> String {
    let word = if call.is_try { "try " } else { "" };
    let with = with(&call.policies);
    format!("#{} {word}{} ({}){with}", call.number, call.name, call.class.as_str())
}

/// ` with retry: 3`, if anything is declared.
fn with(policies: &Policies) -> String {
    if policies.is_default() { String::new() } else { format!(" with {policies}") }
}

fn timing(call: &Call) -> String {
    let starts = match &call.after[..] {
        [] => "starts at once".to_owned(),
        after => {
            let numbers: Vec<String> = after.iter().map(|number| format!("#{number}")).collect();
            format!("starts after {}", numbers.join(", "))
        }
    };
    match &call.awaited {
        Some(Place { line, .. }) => format!("{starts}, is awaited in line {line}"),
        None => starts,
    }
}

fn words(group: GroupKind) -> &'static str {
    match group {
        GroupKind::Overlap => "turns overlap",
        GroupKind::Parallel => "turns in parallel",
        GroupKind::InOrder => "turns in order",
        GroupKind::Parts => "parts in parallel",
        GroupKind::Loop => "turns of the loop",
        GroupKind::Alternative => "part of the race",
        GroupKind::Branch => "perhaps",
    }
}

fn why(group: &Group) -> String {
    group.why.as_ref().map(|why| format!(", since {why}")).unwrap_or_default()
}

/// A plan as a flowchart for Mermaid: an arrow leads to what starts afterwards.
pub fn mermaid(plan: &Plan) -> String {
    let mut chart = Chart { lines: "flowchart TD\n".to_owned(), groups: 0 };
    let start = format!("{} ({}){}", plan.name, plan.class.as_str(), with(&plan.policies));
    chart.line(1, &format!("start([{}])", quoted(&start)));
    chart.steps(&plan.steps, "start", "c", 1);
    chart.lines
}

struct Chart {
    lines: String,
    groups: usize,
}

impl Chart {
    fn line(&mut self, depth: usize, line: &str) {
        writeln!(self.lines, "{}{line}", "  ".repeat(depth)).ok();
    }

    /// Draws steps; calls that wait for nothing follow `before`. The names of nodes begin with `prefix`.
    fn steps(&mut self, steps: &[Step], before: &str, prefix: &str, depth: usize) {
        for step in steps {
            match step {
                Step::Call(call) => self.call(call, before, prefix, depth),
                Step::Group(group) => {
                    self.groups += 1;
                    let title = format!("{}{}", words(group.group), why(group));
                    let number = self.groups;
                    self.line(depth, &format!("subgraph g{number}[{}]", quoted(&title)));
                    self.steps(&group.steps, before, prefix, depth + 1);
                    self.line(depth, "end");
                }
            }
        }
    }

    fn call(&mut self, call: &Call, before: &str, prefix: &str, depth: usize) {
        let node = format!("{prefix}{}", call.number);
        self.line(depth, &format!("{node}[{}]", quoted(&title(call))));
        if call.after.is_empty() {
            self.line(depth, &format!("{before} --> {node}"));
        }
        for number in &call.after {
            self.line(depth, &format!("{prefix}{number} --> {node}"));
        }
        self.steps(&call.inside, &node, &format!("{node}_"), depth);
    }
}

/// A text that Mermaid shows as it is.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('#', "#35;").replace('"', "#quot;"))
}
