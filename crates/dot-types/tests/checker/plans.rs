//! Plans: what starts when, and where it is awaited.

use dot_types::plan::{Step, plan};
use expect_test::{Expect, expect};

use crate::checked;

/// The plan of the last dot of a program, a line for each step.
#[track_caller]
fn check_plan(source: &str, expected: Expect) {
    let head = "dot get(url: Text) -> Text { url }\ndot read(url: Text) -> Text { files.read(url) }\n";
    let checked = checked(&format!("{head}{source}"), &[]);
    let program = checked.program.expect("the program is right");
    let plan = plan(&program, *program.dots.last().expect("a dot"));
    let mut text = format!("{} {:?} {:?}\n", plan.name, plan.class, plan.uses);
    write(&plan.steps, 1, &mut text);
    for reached in &plan.reaches {
        text += &format!("reaches {} {:?}\n", reached.name, reached.class);
    }
    expected.assert_eq(&text);
}

fn write(steps: &[Step], depth: usize, text: &mut String) {
    let margin = "  ".repeat(depth);
    for step in steps {
        match step {
            Step::Call(call) => {
                let awaited = call.awaited.as_ref().map(|at| format!(" awaited {}", at.line)).unwrap_or_default();
                let word = if call.is_try { "try " } else { "" };
                let (number, name, line) = (call.number, &call.name, call.at.line);
                *text += &format!(
                    "{margin}#{number} {word}{name} {:?} line {line} after {:?}{awaited}\n",
                    call.class, call.after
                );
                write(&call.inside, depth + 1, text);
            }
            Step::Group(group) => {
                let why = group.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
                *text += &format!("{margin}{:?} line {}{why}\n", group.group, group.at.line);
                write(&group.steps, depth + 1, text);
            }
        }
    }
}

#[test]
fn pending_calls_start_at_once_and_are_awaited_where_they_are_mentioned() {
    check_plan(
        r#"
dot main() -> Text {
  let a = get("a")
  let b = read("b")
  let c = get(a)
  let d = get("d")
  let (e, f) = (get("e"), get("f"))
  b + c + d + e + f
}
"#,
        expect![[r#"
            main Read ["files"]
              #0 get Pure line 5 after [] awaited 7
              #1 read Read line 6 after [] awaited 10
              #2 get Pure line 7 after [0] awaited 10
              #3 get Pure line 8 after [0] awaited 10
              #4 get Pure line 9 after [0]
              #5 get Pure line 9 after [0]
            reaches get Pure
            reaches read Read
        "#]],
    );
}

#[test]
fn groups_say_how_their_calls_go() {
    check_plan(
        r#"
dot main(urls: List<Text>) -> Text? {
  let a = [get(url) for url in urls]
  let b = [get(url).words().get(0)? for url in urls]
  let (c, d) = parallel (get("c"), read("d").len())
  for url in urls {
    if url == "" { print(get(url)) } else { print(read(url)) }
  }
  let e = try [read(url) for url in urls]
  while get("g") == "h" { print(d) }
  Some(c)
}
"#,
        expect![[r#"
            main Read ["files"]
              Overlap line 5
                #0 get Pure line 5 after []
              InOrder line 6: control can leave it
                #1 get Pure line 6 after [0]
              Parts line 7
                #2 get Pure line 7 after [1]
                #3 main.1 Read line 7 after [1]
                  #0 read Read line 7 after []
              Loop line 8
                Branch line 9
                  #4 get Pure line 9 after [2, 3]
                Branch line 9
                  #5 read Read line 9 after [2, 3]
              #6 try main.2 Read line 11 after [4, 5]
                Overlap line 11
                  #0 read Read line 11 after []
              Loop line 12
                #7 get Pure line 12 after [4, 5]
            reaches get Pure
            reaches read Read
        "#]],
    );
}

#[test]
fn a_branch_does_not_see_what_the_other_one_started() {
    check_plan(
        r#"
dot main(n: Int) -> Text {
  let a = get("a")
  let b = match n {
    1 => get("x") + a
    2 => { let d = get("y")
      print(get("z"))
      d }
    _ => "no"
  }
  b + get("c")
}
"#,
        expect![[r#"
            main Note []
              #0 get Pure line 5 after [] awaited 7
              Branch line 7
                #1 get Pure line 7 after []
              Branch line 8
                #2 get Pure line 8 after [] awaited 10
                #3 get Pure line 9 after []
              #4 get Pure line 13 after [0, 1, 2, 3]
            reaches get Pure
        "#]],
    );
}

#[test]
fn the_clock_waits_for_every_earlier_call() {
    check_plan(
        r#"
dot main() -> (Text, Time) {
  let a = get("a")
  let start = time.now()
  (a, start)
}
"#,
        expect![[r#"
            main Read ["time"]
              #0 get Pure line 5 after [] awaited 7
              #1 time.now Read line 6 after [0]
            reaches get Pure
        "#]],
    );
}
