//! Words of other languages, and what Dot says instead.

use crate::{Diagnostic, Span, Symbol, Token, codes};

/// A diagnostic of a habit: why Dot differs, and the spelling as help and fix.
pub(super) fn habit(span: Span, why: &str, spelling: &str) -> Diagnostic {
    Diagnostic::error(codes::HABIT, span, why).help(format!("write `{}`", spelling.trim())).fix(span, spelling)
}

/// Words for an absent value.
pub(super) fn is_null(name: Symbol) -> bool {
    matches!(name.as_str(), "null" | "nil" | "undefined" | "none" | "NULL" | "nullptr")
}

/// The Dot spelling of a word that stands for a value, and why it differs.
pub(super) fn value_word(name: Symbol) -> Option<(&'static str, &'static str)> {
    match name.as_str() {
        _ if is_null(name) => Some(("None", "a value that is absent is `None`, the empty case of `T?`")),
        "True" | "TRUE" => Some(("true", "truth values are written in small letters")),
        "False" | "FALSE" => Some(("false", "truth values are written in small letters")),
        _ => None,
    }
}

/// The Dot name of a type of other languages. Only names in small letters: capitalised ones may be declared by the
/// program itself, so it is the checker that answers them.
pub(super) fn type_name(name: Symbol) -> Option<&'static str> {
    Some(match name.as_str() {
        "int" | "int8" | "int16" | "int32" | "int64" | "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "Int",
        "uint" | "uint8" | "uint16" | "uint32" | "uint64" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => "Int",
        "integer" | "long" | "short" | "byte" | "bigint" => "Int",
        "float" | "float32" | "float64" | "f32" | "f64" | "double" | "number" => "Float",
        "bool" | "boolean" => "Bool",
        "str" | "string" | "char" | "rune" | "varchar" | "text" => "Text",
        "bytes" | "bytearray" => "Bytes",
        "decimal" => "Decimal",
        "timedelta" => "Duration",
        "list" | "array" | "vector" => "List",
        "dict" | "map" => "Map",
        "set" | "frozenset" => "Set",
        "void" | "unit" => "()",
        _ => return None,
    })
}

/// Whether a type of other languages can be nothing but its Dot type: a `number` may be an `Int`, too, and a `char` a number.
pub(super) fn is_sure_type(name: Symbol) -> bool {
    !matches!(name.as_str(), "number" | "char" | "rune" | "byte" | "u8" | "uint8" | "array" | "text")
}

/// The Dot keyword for a word that declares something, and why.
pub(super) fn declaration_word(name: Symbol) -> Option<(&'static str, &'static str)> {
    Some(match name.as_str() {
        "def" | "func" | "function" | "fun" | "proc" | "sub" => {
            ("fn", "a function is declared with `fn`, and a workflow step with `dot`")
        }
        "class" | "struct" | "interface" | "record" | "enum" | "union" | "typedef" => {
            ("type", "records, unions and other types are declared with `type`")
        }
        "const" | "val" | "static" | "final" => ("let", "a constant is declared with `let`"),
        "export" | "public" => ("pub", "what others may use is marked with `pub`"),
        "use" | "require" | "include" | "using" => ("import", "other files are named with `import`"),
        _ => return None,
    })
}

/// Whether a declaration of another language begins with a word.
pub(super) fn begins_item(name: Symbol) -> bool {
    declaration_word(name).is_some() || needless_modifier(name).is_some() || unlike_item(name).is_some()
}

/// Words before a declaration that say what holds anyway, and why they are not needed.
pub(super) fn needless_modifier(name: Symbol) -> Option<&'static str> {
    Some(match name.as_str() {
        "async" => "calls overlap by themselves",
        "private" | "protected" | "internal" => "what is not `pub` stays in its file",
        "static" | "abstract" | "final" | "sealed" | "unsafe" | "extern" | "override" => {
            "a function belongs to its file"
        }
        "default" => "a file has no default export",
        _ => return None,
    })
}

/// Words that other languages write before the name of a parameter or field.
pub(super) fn modifies_param(name: Symbol) -> bool {
    let words =
        ["const", "final", "inout", "mut", "out", "private", "protected", "public", "readonly", "ref", "static", "val"];
    words.contains(&name.as_str())
}

/// Declarations for which Dot has something else: why, and what to do.
pub(super) fn unlike_item(name: Symbol) -> Option<(&'static str, &'static str)> {
    Some(match name.as_str() {
        "impl" | "extension" => (
            "the functions of a type's file are its methods",
            "write `pub fn area(shape: Shape) -> Float { … }` beside the type",
        ),
        "trait" | "protocol" => {
            ("there are no traits", "pass a function as a parameter, or tell the cases of a union apart with `match`")
        }
        "package" | "module" | "namespace" => ("a file is a module, and is named like itself", "remove it"),
        "mod" => ("a file is a module, and is named by `import`", "write `import name`"),
        "macro" | "macro_rules" => ("there are no macros", "write a function"),
        "describe" | "it" => ("a test is a declaration", "write `test \"what holds\" { assert … }`"),
        _ => return None,
    })
}

/// Statements for which Dot has something else: why, and what to do.
pub(super) fn unlike_word(name: Symbol) -> Option<(&'static str, &'static str)> {
    Some(match name.as_str() {
        "defer" => ("what was opened is closed by itself", "remove it; `on fault { … }` undoes what a dot has done"),
        "go" => ("calls of dots overlap by themselves", "remove it"),
        "yield" => ("a function gives one value", "give a list, as in `[f(x) for x in xs]`"),
        "del" | "delete" => ("values don't change", "assign what is left: `m = m.remove(key)`"),
        "global" | "nonlocal" => {
            ("a function changes nothing outside of itself", "take the value as a parameter, and give the new one")
        }
        "with" | "using" => ("files are not opened and closed", "read it whole: `files.read(path)`"),
        "guard" => {
            ("a pattern that must match stands in `let … else`", "write `let Some(x) = value else { return 0 }`")
        }
        "when" => ("cases are told apart with `match`", "write `match x { 1 => … _ => … }`"),
        _ => return None,
    })
}

/// Whether a name is that of an exception.
pub(super) fn is_error_name(name: Symbol) -> bool {
    name.as_str().ends_with("Error") || name.as_str().ends_with("Exception")
}

/// The Dot keyword for a word that begins a statement, and why.
pub(super) fn statement_word(name: Symbol) -> Option<(&'static str, &'static str)> {
    Some(match name.as_str() {
        "const" | "final" | "val" | "auto" => ("let", "a local that is not rebound is declared with `let`"),
        "throw" | "raise" | "panic" => ("fail", "a step fails with `fail`"),
        "switch" => ("match", "cases are told apart with `match`"),
        "foreach" => ("for", "a loop is written `for x in xs { … }`"),
        "unless" => ("if not", "a condition is denied by `not`"),
        "until" => ("while not", "a condition is denied by `not`"),
        "loop" => ("while true", "an endless loop is one whose condition is `true`"),
        "await" => ("", "calls are awaited where their results are used, without a word"),
        "async" => ("", "calls overlap by themselves, without a word"),
        _ => return None,
    })
}

/// What to do about a word or mark where it makes no sense, if it comes from another language.
pub(super) fn word_help(token: Token) -> Option<String> {
    let help = match token {
        Token::Name(name) => match name.as_str() {
            "catch" | "except" | "finally" | "rescue" => {
                "faults are not caught: `try call(…)` gives a `Result`, and `match` tells its cases apart"
            }
            "then" | "do" | "begin" | "end" => "blocks stand in braces",
            "typeof" => "types are known before anything runs; the cases of a union are told apart with `match`",
            "mod" => "write `%`",
            "div" => "write `/`",
            "xor" => "write `a != b`",
            _ => return None,
        },
        Token::Else => "`else` stands behind the `}` of its `if`: look whether that one is missing",
        Token::Semicolon => "remove the `;`",
        Token::Less | Token::Greater => "for bits there are `a.shift_left(n)` and `a.shift_right(n)`",
        Token::Pipe => "for bits there is `a.bit_or(b)`",
        Token::ColonAssign => "bind the name before it with `let`, and then ask",
        Token::PlusPlus => "write `+= 1`",
        Token::MinusMinus => "write `-= 1`",
        _ => return None,
    };
    Some(help.into())
}
