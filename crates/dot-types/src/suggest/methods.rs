//! What other languages call methods.

use crate::program::Type;

/// What other languages call methods, with Dot's names: the first one that the type has is meant.
const METHODS: &[(&str, &[&str])] = &[
    // Python
    ("append", &["push"]),
    ("capwords", &["capitalize"]),
    ("casefold", &["to_lower"]),
    ("discard", &["remove"]),
    ("endswith", &["ends_with"]),
    ("get_or_default", &["get"]),
    ("has_key", &["has"]),
    ("index", &["index_of"]),
    ("intersect", &["intersection"]),
    ("isalpha", &["is_letter"]),
    ("isdigit", &["is_digit"]),
    ("isdisjoint", &["intersection"]),
    ("islower", &["is_lower"]),
    ("isnumeric", &["is_digit"]),
    ("isspace", &["is_space"]),
    ("issubset", &["is_subset"]),
    ("isupper", &["is_upper"]),
    ("items", &["entries"]),
    ("ljust", &["pad_end"]),
    ("lower", &["to_lower"]),
    ("lstrip", &["trim_start"]),
    ("removeprefix", &["strip_prefix"]),
    ("removesuffix", &["strip_suffix"]),
    ("rfind", &["last_index_of"]),
    ("rindex", &["last_index_of"]),
    ("rjust", &["pad_start"]),
    ("rstrip", &["trim_end"]),
    ("setdefault", &["update"]),
    ("sorted", &["sort"]),
    ("reversed", &["reverse"]),
    ("splitlines", &["lines"]),
    ("startswith", &["starts_with"]),
    ("strftime", &["format"]),
    ("strip", &["trim"]),
    ("title", &["capitalize"]),
    ("total_seconds", &["to_seconds"]),
    ("upper", &["to_upper"]),
    ("zfill", &["pad_start"]),
    ("mean", &["average"]),
    ("most_common", &["tally"]),
    ("accumulate", &["scan"]),
    ("hex", &["to_hex", "to_base"]),
    ("decode", &["to_text"]),
    ("encode", &["to_bytes"]),
    // JavaScript and TypeScript
    ("at", &["get"]),
    ("charAt", &["get"]),
    ("charCodeAt", &["code"]),
    ("codePointAt", &["code"]),
    ("endsWith", &["ends_with"]),
    ("every", &["all"]),
    ("findIndex", &["find_index"]),
    ("flat", &["flatten"]),
    ("flatMap", &["flat_map"]),
    ("groupBy", &["group_by"]),
    ("includes", &["contains", "has"]),
    ("indexOf", &["index_of"]),
    ("isEmpty", &["is_empty"]),
    ("lastIndexOf", &["last_index_of"]),
    ("length", &["len"]),
    ("padEnd", &["pad_end"]),
    ("padLeft", &["pad_start"]),
    ("padRight", &["pad_end"]),
    ("padStart", &["pad_start"]),
    ("reduce", &["fold"]),
    ("replaceAll", &["replace"]),
    ("set", &["insert"]),
    ("size", &["len"]),
    ("some", &["any"]),
    ("startsWith", &["starts_with"]),
    ("substr", &["slice"]),
    ("substring", &["slice"]),
    ("toFixed", &["to_fixed"]),
    ("toISOString", &["to_text"]),
    ("toList", &["to_list"]),
    ("toLowerCase", &["to_lower"]),
    ("toSet", &["to_set"]),
    ("toSorted", &["sort"]),
    ("toReversed", &["reverse"]),
    ("toString", &["to_text"]),
    ("toUpperCase", &["to_upper"]),
    ("trimEnd", &["trim_end"]),
    ("trimLeft", &["trim_start"]),
    ("trimRight", &["trim_end"]),
    ("trimStart", &["trim_start"]),
    ("uniq", &["unique"]),
    ("uniqBy", &["unique_by"]),
    ("sortBy", &["sort_by"]),
    ("keyBy", &["group_by"]),
    ("countBy", &["tally"]),
    ("mapValues", &["map_values"]),
    ("getHours", &["hour"]),
    ("getMinutes", &["minute"]),
    ("getSeconds", &["second"]),
    ("getTime", &["unix_millis"]),
    ("getFullYear", &["year"]),
    ("getMonth", &["month"]),
    ("getDate", &["day", "date"]),
    ("getDay", &["weekday"]),
    // Rust
    ("as_str", &["to_text"]),
    ("as_bytes", &["to_bytes"]),
    ("as_millis", &["to_millis"]),
    ("as_secs", &["to_seconds"]),
    ("as_secs_f64", &["to_seconds"]),
    ("as_nanos", &["to_nanos"]),
    ("concat", &["flatten", "merge"]),
    ("contains_key", &["has"]),
    ("dedup", &["unique"]),
    ("position", &["find_index"]),
    ("powi", &["pow"]),
    ("rem_euclid", &["modulo"]),
    ("rev", &["reverse"]),
    ("rfold", &["fold"]),
    ("signum", &["sign"]),
    ("skip", &["drop"]),
    ("skip_while", &["drop_while"]),
    ("sort_unstable", &["sort"]),
    ("sort_by_key", &["sort_by"]),
    ("split_whitespace", &["words"]),
    ("swap_remove", &["remove_at"]),
    ("to_lowercase", &["to_lower"]),
    ("to_string", &["to_text"]),
    ("to_uppercase", &["to_upper"]),
    ("to_owned", &["to_text"]),
    ("trunc", &["truncate"]),
    ("unwrap", &["expect"]),
    ("unwrap_or_default", &["unwrap_or"]),
    ("unwrap_or_else", &["or_else", "unwrap_or"]),
    ("is_alphabetic", &["is_letter"]),
    ("is_numeric", &["is_digit"]),
    ("is_whitespace", &["is_space"]),
    ("is_ascii_digit", &["is_digit"]),
    ("min_by_key", &["min_by"]),
    ("max_by_key", &["max_by"]),
    ("push_back", &["push"]),
    ("push_str", &[]),
    ("then", &["and_then"]),
    // Go and Java
    ("add", &["insert", "push"]),
    ("addDays", &["add_days"]),
    ("containsKey", &["has"]),
    ("entrySet", &["entries"]),
    ("getOrDefault", &["get"]),
    ("Fields", &["words"]),
    ("HasPrefix", &["starts_with"]),
    ("HasSuffix", &["ends_with"]),
    ("keySet", &["keys"]),
    ("put", &["insert"]),
    ("subList", &["slice"]),
    // Ruby, Haskell, Scala and SQL
    ("bind", &["and_then"]),
    ("collect_concat", &["flat_map"]),
    ("count", &["len"]),
    ("detect", &["find"]),
    ("difference", &["difference"]),
    ("distinct", &["unique"]),
    ("each_slice", &["chunks"]),
    ("each_cons", &["windows"]),
    ("each_with_index", &["enumerate"]),
    ("exists", &["any"]),
    ("foldl", &["fold"]),
    ("foldLeft", &["fold"]),
    ("has", &["contains", "has"]),
    ("hasKey", &["has"]),
    ("head", &["first"]),
    ("inject", &["fold"]),
    ("isSome", &["is_some"]),
    ("isDefined", &["is_some"]),
    ("member", &["contains", "has"]),
    ("or_default", &["unwrap_or"]),
    ("reject", &["filter"]),
    ("select", &["filter"]),
    ("sliding", &["windows"]),
    ("subtract", &["difference"]),
    ("to_list", &["to_list", "entries", "chars"]),
    ("transform_values", &["map_values"]),
    ("where", &["filter"]),
    ("zipWith", &["zip_with"]),
    ("zipWithIndex", &["enumerate"]),
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
        ("toString" | "to_string" | "str" | "String", _) => Some("Put the value into a text: `\"${value}\"`."),
        ("clone" | "copy" | "dup" | "cloned" | "deepcopy", _) => {
            Some("Values don't change, so there is nothing to copy: use the value itself.")
        }
        ("equals" | "eq", _) => Some("Compare with `==`."),
        ("compareTo" | "cmp" | "partial_cmp", _) => {
            Some("Compare with `<`, or with `compare(a, b)`, which gives -1, 0 or 1.")
        }
        ("append" | "add" | "push" | "concat" | "push_str", Type::Text) => {
            Some("Join texts with `+`, or put values into one: `\"${a}${b}\"`.")
        }
        ("format", Type::Text) => Some("Put values into a text where they belong: `\"${a} of ${b}\"`."),
        ("toInt" | "to_int" | "parseInt" | "toInteger", Type::Text) => {
            Some("Read a number with `Int.parse(text)`, which gives `None` where there is none.")
        }
        ("parse", Type::Text) => Some("Name what is read: `Int.parse(text)`, `Float.parse(text)`, `Date.parse(text)`."),
        ("toFloat" | "to_float" | "parseFloat", Type::Text) => {
            Some("Read a number with `Float.parse(text)`, which gives `None` where there is none.")
        }
        ("extend" | "addAll" | "concat" | "extend_from_slice", Type::List(_)) => Some("Join lists with `+`."),
        ("pop", Type::List(_)) => Some("Take the last item with `last()` and the others with `slice(0, -1)`."),
        ("shift" | "popleft" | "pop_front" | "tail", Type::List(_)) => {
            Some("Take the first item with `first()` and the others with `drop(1)`.")
        }
        ("unshift" | "prepend" | "push_front" | "appendleft", Type::List(_)) => {
            Some("Put an item in front with `insert(0, item)` or `[item] + list`.")
        }
        ("splice", Type::List(_)) => Some("Put parts together: `list.slice(0, i) + items + list.slice(j)`."),
        ("delete", Type::Map(..) | Type::Set(_)) => Some("`remove` gives the value without the key."),
        ("remove" | "delete", Type::List(_)) => {
            Some("Leave an item out with `remove_at(index)`, or keep the others with `filter`.")
        }
        ("get_or" | "getOrElse" | "get_or_default" | "getOrDefault", _) => {
            Some("Say what holds without a value behind it: `m.get(k) ?? default`.")
        }
        ("map", Type::Map(..)) => Some("Use `map_values(f)`, or a comprehension: `[f(k, v) for (k, v) in map]`."),
        ("map", Type::Set(_)) => Some("Use a comprehension: `[f(item) for item in set].to_set()`."),
        ("iter" | "into_iter" | "collect" | "stream" | "iterator", _) => {
            Some("Leave it out: `for`, comprehensions and methods take the value itself.")
        }
        ("next", Type::List(_)) => Some("Walk it with a loop, or take items with `first()` and `drop(1)`."),
        ("len" | "length" | "size", Type::Int | Type::Float) => {
            Some("A number has no length; its text has one: `number.to_text().len()`.")
        }
        ("pow", Type::Float) => Some("Write `Math.pow(number, exponent)`."),
        ("to_float", Type::Float) => Some("It is a `Float` already: leave it out."),
        ("to_int", Type::Int) => Some("It is an `Int` already: leave it out."),
        ("min" | "max", Type::Int | Type::Float) => Some("Write `min(a, b)` or `max(a, b)`."),
        ("sin" | "cos" | "tan" | "exp" | "ln" | "log10" | "log2", Type::Float) => {
            Some("Functions of floats stand in `Math`: `Math.sin(number)`.")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::METHODS;

    #[test]
    fn a_name_stands_in_the_table_once() {
        let mut names: Vec<&str> = METHODS.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        let twice: Vec<&str> = names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        assert_eq!(twice, Vec::<&str>::new());
        assert!(names.len() >= 120, "{} names", names.len());
    }

    #[test]
    fn what_is_meant_exists() {
        let declared: String = dot_std::MODULES.iter().map(|(_, source)| *source).collect();
        for (name, meant) in METHODS {
            for method in *meant {
                let is_declared =
                    declared.contains(&format!("fn {method}(")) || declared.contains(&format!("fn {method}<"));
                assert!(is_declared, "`{name}` leads to `{method}`, which the standard library does not have");
            }
        }
    }
}
