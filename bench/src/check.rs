//! Checking of a large source in one process on one core.

use std::fmt::Write;
use std::time::Instant;

use dot_types::NoSources;
use dot_types::program::SourceFile;

use crate::Tools;

const LINES: usize = 100_000;
const ROUNDS: usize = 5;

/// Lines a second from text to typed program.
pub(crate) fn run(_: &Tools) -> Result<(), String> {
    let text = source(LINES);
    let lines = text.lines().count();
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let file = SourceFile { name: "large.dot".to_owned(), text: text.as_str().into() };
        let start = Instant::now();
        let checked = dot_types::check(file, &NoSources);
        times.push(start.elapsed());
        if checked.program.is_none() {
            return Err(format!("the generated source has errors: {:?}", checked.diagnostics.first()));
        }
    }
    let time = crate::timing::median(times.into_iter()).as_secs_f64();
    println!("check: {lines} lines from text to typed program, median of {ROUNDS}\n");
    println!("{:<10} {:>8.3} s {:>12.0} lines/s\n", "check", time, lines as f64 / time);
    Ok(())
}

/// Records, unions, matches, loops and calls, some twenty lines a turn.
fn source(lines: usize) -> String {
    let mut text = String::new();
    let mut number = 0;
    while number * 29 < lines {
        let _ = write!(
            text,
            r#"
/// An order of kind {number}.
type Order{number} = {{
  id: Int,
  customer: Text,
  amounts: List<Float>,
  note: Text?,
}}

type State{number} =
  | Open(order: Order{number})
  | Paid(order: Order{number}, by: Text)
  | Closed

fn total{number}(order: Order{number}) -> Float {{
  var sum = 0.0
  for amount in order.amounts {{
    if amount > 0 {{ sum += amount }} else {{ sum -= amount * 2 }}
  }}
  sum
}}

fn label{number}(state: State{number}) -> Text {{
  match state {{
    Open(order) if total{number}(order) > 100 => "large ${{order.id}} of ${{order.customer}}"
    Open(order) | Paid(order, ..) => order.note ?? order.customer.to_upper()
    Closed => "closed"
  }}
}}
"#
        );
        number += 1;
    }
    text.push_str("\npub dot main() -> Int {\n  1\n}\n");
    text
}
