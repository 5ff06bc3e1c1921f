//! E02xx: names, modules, visibility.

use dot_syntax::ast::{Literal, Name};
use dot_syntax::{Diagnostic, Span};

use super::{error, listed, near};
use crate::suggest::Elsewhere;

pub(crate) fn unknown_name(name: Name, nearest: Option<String>, defining: bool) -> Diagnostic {
    let diagnostic = error("E0201", name.span, format!("nothing here is named `{}`", name.symbol));
    if defining {
        return diagnostic.help("A lambda can't name itself: declare a `fn`, which can.");
    }
    near(diagnostic, name.span, nearest)
}

pub(crate) fn unknown_name_elsewhere(name: Name, here: Elsewhere) -> Diagnostic {
    elsewhere(error("E0201", name.span, format!("nothing here is named `{}`", name.symbol)), name.span, here)
}

/// A name in a module that is none: `console.log`.
pub(crate) fn unknown_path(module: Name, name: Name, here: Elsewhere) -> Diagnostic {
    let message = format!("nothing here is named `{}`, of which `{}` would be a part", module.symbol, name.symbol);
    elsewhere(error("E0201", module.span, message), module.span.to(name.span), here)
}

/// `len(x)`, which is `x.len()`. `call` is how it is written.
pub(crate) fn method_called_as_function(name: Name, call: &str, span: Span, is_simple: bool) -> Diagnostic {
    let diagnostic = error("E0201", name.span, format!("nothing here is named `{}`", name.symbol));
    let diagnostic = diagnostic.help(format!("It is a method of the value: `{call}`."));
    if is_simple { diagnostic.fix(span, call).guess() } else { diagnostic }
}

/// Says what Dot has for something of another language.
fn elsewhere(diagnostic: Diagnostic, span: Span, here: Elsewhere) -> Diagnostic {
    match here {
        Elsewhere::Name(name) => near(diagnostic, span, Some(name.to_owned())),
        Elsewhere::Spelling(spelling) => diagnostic.help(format!("In Dot this is `{spelling}`.")),
        Elsewhere::Advice(advice) => diagnostic.help(advice),
    }
}

pub(crate) fn declared_twice(name: Name, earlier: Span) -> Diagnostic {
    error("E0202", name.span, format!("`{}` is declared twice", name.symbol))
        .related(earlier, "it is declared here first")
        .help("Give one of them another name.")
}

pub(crate) fn test_declared_twice(name: &Literal, earlier: Span) -> Diagnostic {
    error("E0202", name.span, format!("two tests are named {:?}", name.text))
        .related(earlier, "the first one is here")
        .help("Give each test a name of its own, so that `--filter` and reports can tell them apart.")
}

pub(crate) fn unknown_type(name: Name, nearest: Option<String>, of_case: Option<String>) -> Diagnostic {
    let diagnostic = error("E0203", name.span, format!("no type is named `{}`", name.symbol));
    match of_case {
        Some(union) => diagnostic
            .help(format!("`{}` is a case of `{union}`; the type is `{union}`.", name.symbol))
            .fix(name.span, union)
            .guess(),
        None => match (crate::suggest::type_help(name.symbol.as_str()), nearest) {
            (Some(help), _) => diagnostic.help(help),
            (None, Some(meant)) if crate::suggest::is_sure_type(name.symbol.as_str()) => {
                diagnostic.help(format!("Write `{meant}`.")).fix(name.span, meant)
            }
            (None, nearest) => near(diagnostic, name.span, nearest),
        },
    }
}

pub(crate) fn not_a_type(name: Name) -> Diagnostic {
    error("E0203", name.span, format!("`{}` is no type", name.symbol))
}

pub(crate) fn type_path_too_long(span: Span) -> Diagnostic {
    error("E0203", span, "a type is named by its name, or by a module and its name")
}

pub(crate) fn not_public(name: Name, module: &str, declared: Span) -> Diagnostic {
    error("E0204", name.span, format!("`{}` is not public in `{module}`", name.symbol))
        .related(declared, "it is declared here without `pub`")
        .help("Write `pub` in front of the declaration to make it part of the module's interface.")
}

pub(crate) fn module_not_found(span: Span, path: &str, looked: &str, near: &[String]) -> Diagnostic {
    let diagnostic = error("E0205", span, format!("there is no module `{path}`: the file `{looked}` does not exist"));
    match near {
        [] => diagnostic.help("A module's path is relative to the folder of the project: that of its `dot.toml`, or of the file that is run."),
        near => diagnostic.help(format!("There is {}.", listed(near))),
    }
}

pub(crate) fn module_unreadable(span: Span, name: &str, why: &str) -> Diagnostic {
    error("E0205", span, format!("the file `{name}` can't be read: {why}"))
}

pub(crate) fn too_many_modules(span: Span) -> Diagnostic {
    error("E0902", span, "the program has more than 65,535 modules, which is the most")
}

pub(crate) fn import_cycle(span: Span, names: &[String]) -> Diagnostic {
    let way = names.join("` imports `");
    let first = names.first().cloned().unwrap_or_default();
    error("E0206", span, format!("modules import each other in a circle: `{way}` imports `{first}`"))
        .help("Move what both need into a module that imports neither of them.")
}

pub(crate) fn unknown_member(name: Name, module: &str, is_std: bool, nearest: Option<String>) -> Diagnostic {
    let diagnostic = error("E0207", name.span, format!("the module `{module}` has no `{}`", name.symbol));
    match nearest {
        None if is_std => diagnostic.help(format!("`dot explain {module}` lists what it has.")),
        nearest => near(diagnostic, name.span, nearest),
    }
}

/// Something of another language in a module that Dot has too: `Math.floor`.
pub(crate) fn unknown_member_elsewhere(name: Name, module: &str, here: Elsewhere) -> Diagnostic {
    let diagnostic = error("E0207", name.span, format!("the module `{module}` has no `{}`", name.symbol));
    match here {
        Elsewhere::Name(here) => match here.split_once('.') {
            Some((of, member)) if of == module => near(diagnostic, name.span, Some(member.to_owned())),
            _ => elsewhere(diagnostic, name.span, Elsewhere::Spelling(here)),
        },
        here => elsewhere(diagnostic, name.span, here),
    }
}

pub(crate) fn unknown_module(name: Name, nearest: Option<String>) -> Diagnostic {
    let diagnostic = error("E0208", name.span, format!("no module is named `{}` here", name.symbol));
    match nearest {
        Some(_) => near(diagnostic, name.span, nearest),
        None => diagnostic.help("A module of your own is named after `import path/to/it` at the head of the file."),
    }
}

pub(crate) fn unknown_method(name: Name, ty: &str, nearest: Option<String>, help: Option<&str>) -> Diagnostic {
    let diagnostic = error("E0209", name.span, format!("`{ty}` has no method `{}`", name.symbol));
    match help {
        Some(help) => diagnostic.help(help),
        None => near(diagnostic, name.span, nearest),
    }
}

pub(crate) fn method_of_option(name: Name, ty: &str) -> Diagnostic {
    error("E0209", name.span, format!("`{}` can't be called on `{ty}`: the value may be absent", name.symbol))
        .help("Say what holds without a value, with `?? default` in parentheses or `match`, and call it on the value.")
}

pub(crate) fn function_not_method(name: Name, ty: &str, call: &str) -> Diagnostic {
    error("E0209", name.span, format!("`{}` is a function of this module and no method of `{ty}`", name.symbol))
        .help(format!("Methods are declared beside their type; call it as `{call}`."))
}

pub(crate) fn field_called(name: Name, ty: &str, field: &str) -> Diagnostic {
    error("E0209", name.span, format!("`{}` is a field of `{ty}`, of type `{field}`, and can't be called", name.symbol))
        .help("Leave the parentheses out.")
}

pub(crate) fn unknown_field(name: Name, ty: &str, nearest: Option<String>, known: &[&str]) -> Diagnostic {
    let diagnostic = error("E0210", name.span, format!("`{ty}` has no field `{}`", name.symbol));
    match nearest {
        Some(_) => near(diagnostic, name.span, nearest),
        None if known.is_empty() => diagnostic,
        None => diagnostic.help(format!("Its fields are {}.", listed(known))),
    }
}

pub(crate) fn field_of_option(name: Name, ty: &str) -> Diagnostic {
    error("E0210", name.span, format!("`{ty}` has no field `{}`: the value may be absent", name.symbol)).help(
        "Say what holds without a value, with `?? default` in parentheses or `match`, and take the field of the value.",
    )
}

pub(crate) fn method_without_call(name: Name, ty: &str) -> Diagnostic {
    let end = Span { start: name.span.end, ..name.span };
    error("E0210", name.span, format!("`{}` is a method of `{ty}` and is called with parentheses", name.symbol))
        .help(format!("Write `{}()`, or a lambda where a function is wanted.", name.symbol))
        .fix(end, "()")
}

pub(crate) fn unknown_case(name: Name, union: &str, nearest: Option<String>, all: &[&str]) -> Diagnostic {
    let diagnostic = error("E0211", name.span, format!("`{union}` has no case `{}`", name.symbol));
    match nearest {
        Some(_) => near(diagnostic, name.span, nearest),
        None => diagnostic.help(format!("Its cases are {}.", listed(all))),
    }
}

pub(crate) fn unknown_case_in_pattern(name: Name, ty: &str) -> Diagnostic {
    error("E0211", name.span, format!("no case is named `{}`, and the value is of type `{ty}`", name.symbol))
        .help("A name that is to be bound starts with a small letter.")
}

pub(crate) fn no_cases(name: Name, ty: &str) -> Diagnostic {
    error("E0211", name.span, format!("`{ty}` is no union and has no case `{}`", name.symbol))
        .help("Functions are called by their module, or by their own name in the module that declares them.")
}

pub(crate) fn ambiguous_case(name: Name, unions: &[String]) -> Diagnostic {
    let first = unions.first().cloned().unwrap_or_default();
    error(
        "E0212",
        name.span,
        format!("`{}` is a case of {}, and nothing here says which one is meant", name.symbol, listed(unions)),
    )
    .help(format!("Write the union in front: `{first}.{}`.", name.symbol))
}

pub(crate) fn language_name(name: Name) -> Diagnostic {
    error("E0213", name.span, format!("`{}` is a type of the language and can't be declared again", name.symbol))
        .help("Give the type another name.")
}

pub(crate) fn module_as_value(name: Name) -> Diagnostic {
    error("E0214", name.span, format!("`{}` is a module and no value", name.symbol))
        .help(format!("Name something in it: `{}.…`.", name.symbol))
}

pub(crate) fn type_as_value(name: Name) -> Diagnostic {
    error("E0214", name.span, format!("`{}` is a type and no value", name.symbol))
}

pub(crate) fn unknown_native(name: Name, full: &str) -> Diagnostic {
    error("E0215", name.span, format!("the compiler knows no native `{full}`"))
}
