//! How many lines a second are read and checked on one core.
//!
//! ```text
//! cargo run --release -p dot-types --example check_speed [LINES]
//! ```

#![allow(clippy::print_stdout, reason = "it is a program for people")]

use std::fmt::Write;
use std::time::{Duration, Instant};

use dot_types::NoSources;
use dot_types::program::SourceFile;

/// A stretch of ordinary code: records, unions, matches, loops, lambdas, texts. `#` becomes a number.
const PIECE: &str = r#"
/// An order of the shop.
type Order# = {
  id: Int,
  customer: Text,
  lines: List<Line#>,
  note: Text?,
}

type Line# = { name: Text, amount: Int, price: Float }

type Payment# =
  | Card(number: Text, cvc: Text)
  | Transfer(iban: Text)
  | Cash

fn describe#(payment: Payment#) -> Text {
  match payment {
    Card(number: n, ..) => "card ending ${n.slice(-4)}"
    Transfer(iban) if iban.starts_with("DE") => "German transfer"
    Transfer(_) | Cash => "other"
  }
}

fn total#(order: Order#) -> Float {
  var sum = 0.0
  for line in order.lines {
    if line.amount > 0 {
      sum += line.amount.to_float() * line.price
    } else if line.amount < -100 {
      fail "a strange amount: ${line.amount}"
    }
  }
  sum
}

fn names#(orders: List<Order#>, least: Float) -> Map<Text, Int> {
  let large = orders.filter(order => order.total#() > least)
  var counts: Map<Text, Int> = {}
  for order in large {
    counts[order.customer] = (counts.get(order.customer) ?? 0) + 1
  }
  counts
}

fn parse#(text: Text) -> Result<Line#, Text> {
  let parts = text.split(";")
  let name = parts.get(0).ok_or("no name")?
  let amount = Int.parse(parts.get(1) ?? "1").ok_or("no amount in ${text}")?
  let price = parts.get(2).and_then(part => Float.parse(part)) ?? 1
  Ok(Line# { name, amount, price })
}

fn table#(rows: List<Text>) -> List<(Text, Int)> {
  let lines = [line for Ok(line) in rows.map(parse#)]
  let pairs = [(line.name, line.amount) for line in lines if line.amount != 0]
  pairs.sort_by((name, amount) => (-amount, name)).take(10)
}

test "orders #" {
  let order = Order# { id: #, customer: "Ada", lines: [Line# { name: "pen", amount: 2, price: 1.5 }] }
  assert total#(order) == 3.0
  assert names#([order], 1.0) == {"Ada": 1}
  assert describe#(Cash) == "other"
}
"#;

fn main() {
    let wanted = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let mut text = String::new();
    let mut number = 0;
    while number * PIECE.lines().count() < wanted {
        // The cases have the same names in each union: here only the last one is meant without a prefix.
        let piece = PIECE.replace('#', &number.to_string());
        let piece = piece.replace("(Cash)", &format!("(Payment{number}.Cash)"));
        write!(text, "{piece}").ok();
        number += 1;
    }
    let lines = text.lines().count();
    let source = SourceFile { name: "speed.dot".to_owned(), text: text.into() };
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        let checked = dot_types::check(source.clone(), &NoSources);
        best = best.min(start.elapsed());
        if let Some(diagnostic) = checked.diagnostics.first() {
            println!("unexpected: {diagnostic:?}");
        }
    }
    let start = Instant::now();
    let parsed = dot_syntax::parse(dot_syntax::FileId(0), &source.text);
    let parsing = start.elapsed();
    let rate = lines as f64 / best.as_secs_f64();
    println!("{lines} lines in {best:.1?}: {rate:.0} lines a second (parsing alone {parsing:.1?})");
    drop(parsed);
}
