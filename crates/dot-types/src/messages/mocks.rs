//! E0523 to E0525: what only tests have.

use dot_syntax::{Diagnostic, Span};

use super::{counted, error};

pub(crate) fn only_in_tests(what: &str, span: Span) -> Diagnostic {
    error("E0523", span, format!("{what} stands only in the body of a test itself"))
        .help("Write it in `test \"name\" { … }`, outside of lambdas and steps.")
}

pub(crate) fn not_an_operation(span: Span) -> Diagnostic {
    error("E0524", span, "this is not the name of a dot, and a mock stands for one")
        .help("Name a dot of the program or of a capability: `mock files.read = path => \"text\"`.")
}

pub(crate) fn not_a_dot(name: &str, is_note: bool, span: Span) -> Diagnostic {
    let (what, help) = match is_note {
        true => ("a note, which is done at once", "Leave it out: notes touch nothing, and tests show them."),
        false => {
            ("a `fn`, which runs inside of its caller", "Mock the dots that the test reaches, or test the `fn` itself.")
        }
    };
    error("E0524", span, format!("`{name}` is {what}: a mock stands for a dot")).help(help)
}

pub(crate) fn too_many_parameters(name: &str, declared: usize, found: usize, span: Span) -> Diagnostic {
    let (declared, found) = (counted(declared, "parameter"), counted(found, "parameter"));
    error("E0525", span, format!("`{name}` has {declared}, and its mock asks for {found}"))
        .help("A mock gets the first arguments, as many as it has parameters; name fewer.")
}
