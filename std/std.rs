//! The standard library of Dot, as the sources that every compiler carries.
//!
//! The folder is a crate so that the compiler embeds the text from one place and a published compiler
//! still finds it. There is no code here: what can't be written in Dot is declared `native` in a
//! source and made elsewhere.

/// The modules by name, with their sources. `prelude` is in scope everywhere; the others are named
/// by what they hold: the methods of a type (`list` for `List`), pure functions (`math` for `Math`)
/// or a capability (`files`). The methods of `Time` are in `instant`, since `time` is a capability.
pub const MODULES: &[(&str, &str)] = &[
    ("prelude", include_str!("prelude.dot")),
    ("bool", include_str!("bool.dot")),
    ("bytes", include_str!("bytes.dot")),
    ("csv", include_str!("csv.dot")),
    ("date", include_str!("date.dot")),
    ("decimal", include_str!("decimal.dot")),
    ("duration", include_str!("duration.dot")),
    ("env", include_str!("env.dot")),
    ("fault", include_str!("fault.dot")),
    ("files", include_str!("files.dot")),
    ("float", include_str!("float.dot")),
    ("hash", include_str!("hash.dot")),
    ("instant", include_str!("instant.dot")),
    ("http", include_str!("http.dot")),
    ("int", include_str!("int.dot")),
    ("json", include_str!("json.dot")),
    ("list", include_str!("list.dot")),
    ("log", include_str!("log.dot")),
    ("map", include_str!("map.dot")),
    ("math", include_str!("math.dot")),
    ("option", include_str!("option.dot")),
    ("process", include_str!("process.dot")),
    ("random", include_str!("random.dot")),
    ("result", include_str!("result.dot")),
    ("set", include_str!("set.dot")),
    ("text", include_str!("text.dot")),
    ("time", include_str!("time.dot")),
    ("regex", include_str!("regex.dot")),
    ("url", include_str!("url.dot")),
];
