//! E0315, E0316, E0328, E0329: records and cases as values.

use dot_syntax::ast::Name;
use dot_syntax::{Diagnostic, Span, Symbol};

use super::{error, is_are, listed};

pub(crate) fn missing_fields(record: &str, names: &[&str], span: Span, declared: Span) -> Diagnostic {
    let things = if names.len() == 1 { "field" } else { "fields" };
    error("E0315", span, format!("the {things} {} of `{record}` {} missing", listed(names), is_are(names.len())))
        .related(declared, "the record is declared here")
}

pub(crate) fn field_twice(name: Name) -> Diagnostic {
    error("E0316", name.span, format!("the field `{}` is given twice", name.symbol)).help("Remove one of them.")
}

pub(crate) fn case_needs_fields(name: Name, fields: &[&str]) -> Diagnostic {
    let positional = fields.iter().all(|field| field.starts_with('_'));
    let help = if positional { "…".to_owned() } else { fields.join(": …, ") + ": …" };
    error("E0315", name.span, format!("the case `{}` has fields, which are missing here", name.symbol))
        .help(format!("Write `{}({help})`.", name.symbol))
}

pub(crate) fn name_of_other_field(name: Name, place: Symbol) -> Diagnostic {
    let message =
        format!("`{}` stands in the place of the field `{place}`, and is the name of another field", name.symbol);
    error("E0329", name.span, message).help(format!("Write the field in front: `{place}: {}`.", name.symbol))
}

pub(crate) fn type_not_known(span: Span, near: Option<&str>) -> Diagnostic {
    let diagnostic = error("E0328", span, "nothing here says of which type this record is");
    let start = Span { end: span.start, ..span };
    match near {
        Some(name) => diagnostic
            .help(format!("Write the type in front: `{name} {{ … }}`."))
            .fix(start, format!("{name} "))
            .guess(),
        None => diagnostic.help("Write the type in front of the brace."),
    }
}

pub(crate) fn not_a_record(span: Span, ty: &str) -> Diagnostic {
    error("E0301", span, format!("expected `{ty}`, found a record")).help("Braces with fields make a record.")
}
