//! `dot plan`

use expect_test::expect;

use crate::support::{check, folder, run_in};

const SURVEY: &str = r#"
dot words(path: Text) -> Int {
  files.read(path).words().len()
}

pub dot main(paths: List<Text>) -> Int uses files {
  let first = words("first")
  let second = words("second")
  let counts = [(path, words(path)) for path in paths]
  let rest = [size(path) for path in paths]
  if first > 1 { files.write("all", "${counts}") }
  second + rest.len()
}

fn size(path: Text) -> Int {
  path.len()
}

pub dot copy(paths: List<Text>) uses files {
  let found = [files.read(path) for path in paths]
  let done = [files.write("copy of ${path}", path) for path in paths]
  print(found)
  print(done)
}
"#;

#[test]
fn a_plan_says_what_starts_when() {
    let folder = folder(&[("survey.dot", SURVEY)]);
    check(
        &folder,
        &["plan", "survey.dot"],
        expect![[r#"
            status 0
            --- out
            main (write) uses files
              #0 words (read) in line 7: starts at once, is awaited in line 11
              #1 words (read) in line 8: starts at once, is awaited in line 12
              turns overlap in line 9
                #2 main.1 (read) in line 9: starts at once
                  #0 words (read) in line 9: starts at once
              perhaps in line 11
                #3 files.write (write) in line 11: starts after #0, #1, #2
            reaches words (read)
            --- err
        "#]],
    );
    check(
        &folder,
        &["plan", "survey.dot", "copy"],
        expect![[r#"
            status 0
            --- out
            copy (write) uses files
              turns overlap in line 20
                #0 files.read (read) in line 20: starts at once
              turns in order in line 21, since `files.write` changes the world outside
                #1 files.write (write) in line 21: starts after #0
            --- err
            [W0526] Advice: the turns of this comprehension come one after the other, since `files.write` changes the world outside
                ╭─[ survey.dot:21:15 ]
                │
             21 │   let done = [files.write("copy of ${path}", path) for path in paths]
                │               ──────────────────┬─────────────────
                │                                 ╰─────────────────── here
                │
                │ Help: Where their order does not matter, write `parallel` in front of it.
            ────╯
        "#]],
    );
    check(
        &folder,
        &["plan", "--mermaid", "survey.dot", "copy"],
        expect![[r##"
            status 0
            --- out
            flowchart TD
              start(["copy (write)"])
              subgraph g1["turns overlap"]
                c0["#35;0 files.read (read)"]
                start --> c0
              end
              subgraph g2["turns in order, since `files.write` changes the world outside"]
                c1["#35;1 files.write (write)"]
                c0 --> c1
              end
            --- err
            [W0526] Advice: the turns of this comprehension come one after the other, since `files.write` changes the world outside
                ╭─[ survey.dot:21:15 ]
                │
             21 │   let done = [files.write("copy of ${path}", path) for path in paths]
                │               ──────────────────┬─────────────────
                │                                 ╰─────────────────── here
                │
                │ Help: Where their order does not matter, write `parallel` in front of it.
            ────╯
        "##]],
    );
}

const POLICIES: &str = r#"
dot price(name: Text) -> Int
  with retry: 3, backoff: 200ms, timeout: 10s
{
  name.len()
}

pub dot main(names: List<Text>) -> Int
  with rate: 10 per 1s, memory: 64MB
{
  price(names[0])
}
"#;

#[test]
fn a_plan_shows_policies() {
    let folder = folder(&[("prices.dot", POLICIES)]);
    check(
        &folder,
        &["plan", "prices.dot"],
        expect![[r#"
        status 0
        --- out
        main (pure) with rate: 10 per 1s, memory: 64MB
          #0 price (pure) with retry: 3, backoff: 200ms, timeout: 10s in line 11: starts at once
        reaches price (pure) with retry: 3, backoff: 200ms, timeout: 10s
        --- err
    "#]],
    );
    check(
        &folder,
        &["plan", "--mermaid", "prices.dot"],
        expect![[r##"
        status 0
        --- out
        flowchart TD
          start(["main (pure) with rate: 10 per 1s, memory: 64MB"])
          c0["#35;0 price (pure) with retry: 3, backoff: 200ms, timeout: 10s"]
          start --> c0
        --- err
    "##]],
    );
    let ran = run_in(&folder, &["plan", "--json", "prices.dot"]);
    let document: serde_json::Value = serde_json::from_str(&ran.out).expect("the output is JSON");
    assert_eq!(document["policies"]["memory_bytes"], 64 << 20);
    assert_eq!(document["steps"][0]["policies"]["retry"], 3);
    let ran = run_in(&folder, &["inspect", "prices.dot"]);
    let manifest: serde_json::Value = serde_json::from_str(&ran.out).expect("the output is JSON");
    assert_eq!(manifest["policies"]["rate"]["count"], 10);
}

#[test]
fn a_plan_as_json_is_one_document() {
    let folder = folder(&[("survey.dot", SURVEY)]);
    let ran = run_in(&folder, &["plan", "--json", "survey.dot", "words"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let document: serde_json::Value = serde_json::from_str(&ran.out).expect("the output is JSON");
    assert_eq!((&document["name"], &document["class"]), (&"words".into(), &"read".into()));
    let call = &document["steps"][0];
    assert_eq!((&call["kind"], &call["name"]), (&"call".into(), &"files.read".into()));
    assert_eq!(call["at"]["line"], 3);
}

#[test]
fn what_has_errors_has_no_plan() {
    let folder = folder(&[("wrong.dot", "dot main() -> Int { x }\n")]);
    let ran = run_in(&folder, &["plan", "wrong.dot"]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
}
