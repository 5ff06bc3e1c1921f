//! The conformance suite: small dots with what they give, in `cases/*.dot`.
//!
//! The expectations stand in comments right above a dot:
//!
//! ```text
//! // prints: a line
//! // => {"the":"result as compact JSON"}
//!
//! // fault: index: the message
//! //   and its next lines
//! // at: the source of what faults
//! // step: main/the_step_that_failed:0#0
//! ```

/// A dot with what it is expected to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    /// The name of the dot.
    pub name: String,
    /// What it prints, a text per line.
    pub prints: Vec<String>,
    /// How it ends.
    pub end: Ending,
}

/// How a case ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ending {
    /// With a value, as compact JSON.
    Value(String),
    /// With a fault.
    Fault {
        /// `code: message`
        fault: String,
        /// The source of what faults, if the case says it.
        at: Option<String>,
        /// The step that failed, if the case says it.
        step: Option<String>,
    },
}

/// The cases of a source. A dot without expectations is none; a case that says nothing of its end is an error.
pub fn read(source: &str) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    let mut comments: Vec<&str> = Vec::new();
    for line in source.lines() {
        if let Some(comment) = line.strip_prefix("// ") {
            comments.push(comment);
        } else {
            let name = line.strip_prefix("dot ").and_then(|rest| rest.split(['(', '<']).next());
            if let (Some(name), false) = (name, comments.is_empty()) {
                cases.push(case(name, &comments)?);
            }
            comments.clear();
        }
    }
    Ok(cases)
}

fn case(name: &str, comments: &[&str]) -> Result<Case, String> {
    let mut prints = Vec::new();
    let mut end = None;
    for comment in comments {
        let unexpected = || format!("`{name}`: the expectation `{comment}` is not understood");
        if let Some(text) = comment.strip_prefix("prints: ") {
            prints.push(text.to_owned());
        } else if let Some(value) = comment.strip_prefix("=> ") {
            end = Some(Ending::Value(value.to_owned()));
        } else if let Some(fault) = comment.strip_prefix("fault: ") {
            end = Some(Ending::Fault { fault: fault.to_owned(), at: None, step: None });
        } else {
            let Some(Ending::Fault { fault, at, step }) = &mut end else { return Err(unexpected()) };
            if let Some(source) = comment.strip_prefix("at: ") {
                *at = Some(source.to_owned());
            } else if let Some(name) = comment.strip_prefix("step: ") {
                *step = Some(name.to_owned());
            } else if comment.starts_with("  ") {
                fault.push('\n');
                fault.push_str(comment);
            } else {
                return Err(unexpected());
            }
        }
    }
    let end = end.ok_or_else(|| format!("`{name}` does not say how it ends"))?;
    Ok(Case { name: name.to_owned(), prints, end })
}

#[cfg(test)]
mod tests {
    use super::{Case, Ending, read};

    #[test]
    fn comments_above_a_dot_are_its_expectations() {
        let source = "// prints: a\n// => [1]\ndot f() -> List<Int> {\n  [1]\n}\n\n// fault: fail: x\n//   y\n// at: z\n// step: g\ndot g() {\n";
        let f = Case { name: "f".into(), prints: vec!["a".into()], end: Ending::Value("[1]".into()) };
        let fault = Ending::Fault { fault: "fail: x\n  y".into(), at: Some("z".into()), step: Some("g".into()) };
        let g = Case { name: "g".into(), prints: Vec::new(), end: fault };
        assert_eq!(read(source), Ok(vec![f, g]));
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        assert!(read("// prints: a\ndot f() {\n").is_err());
        assert!(read("// whatever\ndot f() {\n").is_err());
    }
}
