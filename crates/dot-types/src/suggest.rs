//! Near names: typing errors, and what other languages call things.

use crate::program::Type;

/// The known name that is nearest to one that is not known, if it is near enough to be meant.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let limit = match name.chars().count() {
        0..=3 => 1,
        4..=5 => 2,
        _ => 3,
    };
    let small = name.to_lowercase();
    let mut best: Option<(usize, usize, &str)> = None;
    for candidate in known {
        if candidate.starts_with(['$', '_']) || candidate.len().abs_diff(name.len()) > 3 {
            continue;
        }
        let distance = strsim::osa_distance(&small, &candidate.to_lowercase());
        if distance > limit || distance >= candidate.chars().count() {
            continue;
        }
        // Of names that are equally near the one whose case agrees, then the first by the alphabet: the order of hash
        // maps must not show.
        let rank = (distance, strsim::osa_distance(name, candidate), candidate);
        if best.is_none_or(|best| rank < best) {
            best = Some(rank);
        }
    }
    best.map(|(_, _, name)| name.to_owned())
}

/// What other languages call methods, with Dot's names: the first one that the type has is meant.
const METHODS: &[(&str, &[&str])] = &[
    ("add", &["insert", "push"]),
    ("addDays", &["add_days"]),
    ("append", &["push"]),
    ("at", &["get"]),
    ("charAt", &["get"]),
    ("clone", &[]),
    ("concat", &["flatten", "merge"]),
    ("contains_key", &["has"]),
    ("containsKey", &["has"]),
    ("count", &["len"]),
    ("dedup", &["unique"]),
    ("subtract", &["difference"]),
    ("discard", &["remove"]),
    ("distinct", &["unique"]),
    ("each_with_index", &["enumerate"]),
    ("endsWith", &["ends_with"]),
    ("endswith", &["ends_with"]),
    ("every", &["all"]),
    ("exists", &["any"]),
    ("findIndex", &["index_of"]),
    ("flatMap", &["flat_map"]),
    ("foldl", &["fold"]),
    ("get_or", &["get"]),
    ("groupBy", &["group_by"]),
    ("has", &["contains", "has"]),
    ("hasKey", &["has"]),
    ("head", &["first"]),
    ("includes", &["contains", "has"]),
    ("indexOf", &["index_of"]),
    ("inject", &["fold"]),
    ("intersect", &["intersection"]),
    ("isEmpty", &["is_empty"]),
    ("isSome", &["is_some"]),
    ("items", &["entries"]),
    ("length", &["len"]),
    ("lower", &["to_lower"]),
    ("lstrip", &["trim_start"]),
    ("or_default", &["unwrap_or"]),
    ("padEnd", &["pad_end"]),
    ("padLeft", &["pad_start"]),
    ("padRight", &["pad_end"]),
    ("padStart", &["pad_start"]),
    ("put", &["insert"]),
    ("reduce", &["fold"]),
    ("replaceAll", &["replace"]),
    ("reversed", &["reverse"]),
    ("rstrip", &["trim_end"]),
    ("select", &["filter"]),
    ("set", &["insert"]),
    ("size", &["len"]),
    ("skip", &["drop"]),
    ("some", &["any"]),
    ("sortBy", &["sort_by"]),
    ("sorted", &["sort"]),
    ("startsWith", &["starts_with"]),
    ("startswith", &["starts_with"]),
    ("strip", &["trim"]),
    ("subList", &["slice"]),
    ("substr", &["slice"]),
    ("substring", &["slice"]),
    ("strftime", &["format"]),
    ("toFixed", &["to_fixed"]),
    ("toList", &["to_list"]),
    ("toLowerCase", &["to_lower"]),
    ("toSet", &["to_set"]),
    ("toString", &["to_text"]),
    ("toUpperCase", &["to_upper"]),
    ("to_list", &["to_list"]),
    ("to_lowercase", &["to_lower"]),
    ("to_string", &["to_text"]),
    ("to_uppercase", &["to_upper"]),
    ("trimEnd", &["trim_end"]),
    ("trimStart", &["trim_start"]),
    ("uniq", &["unique"]),
    ("unwrap", &["expect"]),
    ("upper", &["to_upper"]),
    ("where", &["filter"]),
];

/// The method that another language's name stands for, if it is among the known ones.
pub(crate) fn method_of_other_language(name: &str, known: &[&str]) -> Option<&'static str> {
    let (_, meant) = METHODS.iter().find(|(other, _)| *other == name)?;
    meant.iter().copied().find(|method| known.contains(method))
}

/// What to do where Dot has something else than a method.
pub(crate) fn method_help(name: &str, ty: &Type) -> Option<&'static str> {
    match (name, ty) {
        ("forEach" | "for_each" | "each", _) => Some("Walk it with a loop: `for x in xs { … }`."),
        ("toString" | "to_string" | "str", _) => Some("Put the value into a text: `\"${value}\"`."),
        ("clone" | "copy" | "dup", _) => {
            Some("Values don't change, so there is nothing to copy: use the value itself.")
        }
        ("equals" | "eq", _) => Some("Compare with `==`."),
        ("compareTo" | "cmp", _) => Some("Compare with `<`, or with `compare(a, b)`, which gives -1, 0 or 1."),
        ("append" | "add" | "push" | "concat", Type::Text) => {
            Some("Join texts with `+`, or put values into one: `\"${a}${b}\"`.")
        }
        ("extend" | "addAll" | "concat", Type::List(_)) => Some("Join lists with `+`."),
        ("pop", Type::List(_)) => Some("Take the last item with `last()` and the others with `slice(0, -1)`."),
        ("delete", Type::Map(..) | Type::Set(_)) => Some("`remove` gives the value without the key."),
        ("iter" | "into_iter" | "collect" | "stream", _) => {
            Some("Leave it out: `for`, comprehensions and methods take the value itself.")
        }
        _ => None,
    }
}

/// What other languages call types.
pub(crate) fn type_of_other_language(name: &str) -> Option<&'static str> {
    Some(match name {
        "string" | "String" | "str" | "Str" | "char" | "Char" => "Text",
        "int" | "integer" | "Integer" | "i64" | "i32" | "u32" | "u64" | "usize" | "long" | "Long" | "Number" => "Int",
        "BigDecimal" | "decimal" | "Money" | "money" | "numeric" => "Decimal",
        "DateTime" | "Datetime" | "datetime" | "Timestamp" | "timestamp" | "Instant" => "Time",
        "LocalDate" | "date" => "Date",
        "float" | "double" | "Double" | "f64" | "f32" | "number" => "Float",
        "bool" | "boolean" | "Boolean" => "Bool",
        "void" | "Unit" | "unit" => "()",
        "Array" | "Vec" | "Seq" | "array" | "list" => "List",
        "Dict" | "dict" | "HashMap" | "Hash" | "Record" | "Object" | "map" => "Map",
        "HashSet" | "set" => "Set",
        "Maybe" | "Optional" => "Option",
        "Either" => "Result",
        _ => return None,
    })
}

/// Whether another language's type can be nothing but its Dot type.
pub(crate) fn is_sure_type(name: &str) -> bool {
    matches!(
        name,
        "String"
            | "Integer"
            | "Long"
            | "Double"
            | "Boolean"
            | "Vec"
            | "Array"
            | "HashMap"
            | "HashSet"
            | "Maybe"
            | "Optional"
    )
}

/// What to do where Dot has no type for what other languages have.
pub(crate) fn type_help(name: &str) -> Option<&'static str> {
    Some(match name {
        "any" | "Any" | "object" | "unknown" | "interface" | "mixed" => {
            "Say which type it is; JSON of any shape is `Json`, and a `fn` may have a type parameter."
        }
        "Promise" | "Future" | "Awaitable" | "Task" | "Coroutine" => {
            "Write the type of the result alone: calls are awaited by themselves."
        }
        "Box" | "Rc" | "Arc" | "Ref" | "RefCell" | "Cell" | "Ptr" => {
            "Write the type in it alone: there are no pointers."
        }
        "tuple" | "Tuple" | "Pair" => "Write `(A, B)`.",
        "Callable" | "Function" | "Func" => "Write `fn(A) -> B`.",
        "None" | "null" | "undefined" | "nil" => "Nothing is `()`; a value that may be absent is of a type `T?`.",
        "datetime" | "DateTime" | "Instant" | "timestamp" => "A point in time is a `Time`, a day a `Date`.",
        "Exception" | "Error" | "error" => "Give `Result<T, E>` with a type of your own, or `fail` with a text.",
        _ => return None,
    })
}

/// What to do where other languages have a value or function of this name.
pub(crate) fn value_help(name: &str) -> Option<&'static str> {
    Some(match name {
        "this" | "self" | "cls" => "Name the value as a parameter: a method is a function of its type's file.",
        "range" => "Write `0..n`, which leaves out `n`, or `1..=n`.",
        "pass" => "Leave it out: an empty block is `{}`.",
        "it" => "Name the parameter of the lambda: `x => …`.",
        "console" | "System" | "fmt" | "std" => {
            "Write `print(value)`; the standard library is named without an import."
        }
        "require" => "Write `import billing/invoice` at the head of the file.",
        "typeof" | "type" | "isinstance" => "Types are known before anything runs; ask for a case with `x is Case`.",
        "Promise" | "asyncio" => "Calls of dots overlap by themselves: `[f(x) for x in xs]`.",
        "catch" | "except" | "finally" => "`try call(…)` gives a `Result`, and `match` tells its cases apart.",
        _ => return None,
    })
}

/// What other languages call functions and values.
pub(crate) fn value_of_other_language(name: &str) -> Option<&'static str> {
    Some(match name {
        "println" | "puts" | "echo" | "printf" => "print",
        "True" => "true",
        "False" => "false",
        "null" | "nil" | "none" | "undefined" | "Nothing" => "None",
        "Just" => "Some",
        "Success" => "Ok",
        "Failure" => "Err",
        _ => return None,
    })
}

/// How to convert to what other languages call like a function: `Int(x)`.
pub(crate) fn conversion_function(name: &str) -> Option<&'static str> {
    Some(match name {
        "Text" => "`\"${value}\"`",
        "Int" => "`Int.parse(text)` or `number.to_int()`",
        "Decimal" => "`Decimal.parse(text)` or `Decimal.of(number)`",
        "Float" => "`Float.parse(text)` or `number.to_float()`",
        "Date" => "`Date.parse(text)` or `Date.of(year, month, day)`",
        "Time" => "`Time.parse(text)` or `Time.of(unix_seconds)`",
        "Set" => "`Set.from(list)`",
        "Map" => "`Map.from(pairs)`",
        "Bytes" => "`Bytes.from(list)`",
        _ => return None,
    })
}
