//! What other languages call functions, modules and types.

/// What stands in Dot for something of another language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Elsewhere {
    /// Another name in the same place.
    Name(&'static str),
    /// Another way to write it.
    Spelling(&'static str),
    /// What to do, as a sentence.
    Advice(&'static str),
}

use Elsewhere::{Advice, Name, Spelling};

/// Values and functions, wherever they are mentioned.
const NAMES: &[(&str, Elsewhere)] = &[
    ("println", Name("print")),
    ("puts", Name("print")),
    ("echo", Name("print")),
    ("printf", Name("print")),
    ("eprintln", Name("print")),
    ("True", Name("true")),
    ("False", Name("false")),
    ("null", Name("None")),
    ("nil", Name("None")),
    ("none", Name("None")),
    ("undefined", Name("None")),
    ("Nothing", Name("None")),
    ("Just", Name("Some")),
    ("Success", Name("Ok")),
    ("Failure", Name("Err")),
    ("str", Name("Text.of")),
    ("parseInt", Name("Int.parse")),
    ("parseFloat", Name("Float.parse")),
    ("Infinity", Name("Float.infinity")),
    ("NaN", Spelling("0.0 / 0.0")),
    ("argv", Spelling("args()")),
];

/// Functions, where they are called.
const CALLS: &[(&str, Elsewhere)] = &[
    ("int", Name("Int.parse")),
    ("float", Name("Float.parse")),
    ("chr", Name("Text.from_code")),
    ("dict", Name("Map.from")),
    ("set", Name("Set.from")),
    ("open", Name("files.read")),
    ("read_file", Name("files.read")),
    ("readFile", Name("files.read")),
    ("write_file", Name("files.write")),
    ("writeFile", Name("files.write")),
    ("getenv", Name("env.get")),
    ("randint", Name("random.int")),
    ("uuid4", Name("random.uuid")),
    ("now", Name("time.now")),
    ("String", Name("Text.of")),
    ("Number", Name("Float.parse")),
    ("sprintf", Advice("Put values into a text where they belong: `\"${a} of ${b}\"`.")),
    ("format", Advice("Put values into a text where they belong: `\"${a} of ${b}\"`.")),
    ("len", Spelling("x.len()")),
    ("list", Advice("Leave it out: comprehensions and methods give lists, and sets have `to_list()`.")),
    ("tuple", Advice("Write the parts in parentheses: `(a, b)`.")),
    ("input", Advice("Take what is asked for as a parameter of the dot: it becomes an option of the command line.")),
    ("exit", Advice("End the dot with `return`, or with `fail \"why\"`.")),
    ("panic", Advice("Write `fail \"why\"`.")),
    ("raise", Advice("Write `fail \"why\"`.")),
    ("throw", Advice("Write `fail \"why\"`.")),
    ("Error", Advice("Write `fail \"why\"`, or give `Err(why)` as a result.")),
    ("fetch", Advice("Read an address with `http.get(url)`, in the body of a dot.")),
    ("make", Advice("Write the empty value and its type: `let list: List<Int> = []`.")),
    ("new", Advice("Write the type and its fields: `User { name: \"Ada\" }`.")),
    ("vec", Advice("Write the items in brackets: `[a, b]`.")),
    ("setTimeout", Advice("This version of Dot does not wait; calls follow each other without it.")),
];

/// Modules and what is in them: `console.log`.
const PATHS: &[(&str, Elsewhere)] = &[
    // Telling people something
    ("console.log", Name("print")),
    ("console.error", Name("log.error")),
    ("console.warn", Name("log.warn")),
    ("console.info", Name("log.info")),
    ("console.debug", Name("log.debug")),
    ("fmt.Println", Name("print")),
    ("fmt.Print", Name("print")),
    ("fmt.Printf", Name("print")),
    ("fmt.Sprintf", Advice("Put values into a text where they belong: `\"${a} of ${b}\"`.")),
    ("fmt.Sprint", Name("Text.of")),
    ("fmt.Errorf", Advice("Write `fail \"why\"`, or give `Err(why)` as a result.")),
    ("errors.New", Advice("Write `fail \"why\"`, or give `Err(why)` as a result.")),
    ("logging.debug", Name("log.debug")),
    ("logging.info", Name("log.info")),
    ("logging.warning", Name("log.warn")),
    ("logging.error", Name("log.error")),
    ("log.Println", Name("log.info")),
    ("log.Printf", Name("log.info")),
    ("log.Fatal", Advice("Write `fail \"why\"`.")),
    ("log.warning", Name("log.warn")),
    // JSON
    ("Csv.decode", Name("Csv.parse")),
    ("Csv.read", Name("Csv.parse")),
    ("JSON.parse", Name("Json.parse")),
    ("JSON.stringify", Name("Json.encode")),
    ("Json.stringify", Name("Json.encode")),
    ("json.loads", Name("Json.parse")),
    ("json.dumps", Name("Json.encode")),
    ("json.Marshal", Name("Json.encode")),
    ("json.Unmarshal", Name("Json.decode")),
    ("serde_json.from_str", Name("Json.decode")),
    ("serde_json.to_string", Name("Json.encode")),
    // The process and its files
    ("os.environ", Spelling("env.get(name)")),
    ("os.getenv", Name("env.get")),
    ("os.Getenv", Name("env.get")),
    ("process.env", Spelling("env.get(name)")),
    ("process.argv", Spelling("args()")),
    ("process.exit", Advice("End the dot with `return`, or with `fail \"why\"`.")),
    ("sys.argv", Spelling("args()")),
    ("sys.exit", Advice("End the dot with `return`, or with `fail \"why\"`.")),
    ("os.Args", Spelling("args()")),
    ("os.Exit", Advice("End the dot with `return`, or with `fail \"why\"`.")),
    ("os.listdir", Name("files.list")),
    ("os.remove", Name("files.delete")),
    ("os.unlink", Name("files.delete")),
    ("os.Remove", Name("files.delete")),
    ("os.ReadFile", Name("files.read")),
    ("os.ReadDir", Name("files.list")),
    ("os.WriteFile", Name("files.write")),
    ("fs.readFileSync", Name("files.read")),
    ("fs.readFile", Name("files.read")),
    ("fs.read_to_string", Name("files.read")),
    ("fs.writeFileSync", Name("files.write")),
    ("fs.writeFile", Name("files.write")),
    ("fs.appendFileSync", Name("files.append")),
    ("fs.existsSync", Name("files.exists")),
    ("fs.readdirSync", Name("files.list")),
    ("fs.unlinkSync", Name("files.delete")),
    ("files.remove", Name("files.delete")),
    ("files.open", Name("files.read")),
    ("files.save", Name("files.write")),
    ("env.var", Name("env.get")),
    ("env.getenv", Name("env.get")),
    // Time
    ("datetime.now", Name("time.now")),
    ("datetime.utcnow", Name("time.now")),
    ("Date.now", Name("time.now")),
    ("Date.today", Spelling("time.now().date()")),
    ("date.today", Spelling("time.now().date()")),
    ("Instant.now", Name("time.now")),
    ("SystemTime.now", Name("time.now")),
    ("Time.now", Name("time.now")),
    ("time.time", Name("time.now")),
    ("time.Now", Name("time.now")),
    ("time.sleep", Advice("This version of Dot does not wait; calls follow each other without it.")),
    ("timedelta", Advice("Write the duration itself: `90s`, `1h`, `3d`.")),
    // Random numbers
    ("Math.random", Name("random.float")),
    ("random.random", Name("random.float")),
    ("random.randint", Name("random.int")),
    ("random.randrange", Name("random.int")),
    ("random.choice", Spelling("random.pick(items, random.seed())")),
    ("rand.Intn", Name("random.int")),
    ("uuid.uuid4", Name("random.uuid")),
    ("uuid.New", Name("random.uuid")),
    ("crypto.randomUUID", Name("random.uuid")),
    // Numbers
    ("Math.floor", Spelling("x.floor()")),
    ("Math.ceil", Spelling("x.ceil()")),
    ("Math.round", Spelling("x.round()")),
    ("Math.trunc", Spelling("x.truncate()")),
    ("Math.abs", Spelling("x.abs()")),
    ("Math.sign", Spelling("x.sign()")),
    ("Math.sqrt", Spelling("x.sqrt()")),
    ("Math.max", Name("max")),
    ("Math.min", Name("min")),
    ("Math.log", Name("Math.ln")),
    ("Math.PI", Name("Math.pi")),
    ("math.floor", Spelling("x.floor()")),
    ("math.ceil", Spelling("x.ceil()")),
    ("math.sqrt", Spelling("x.sqrt()")),
    ("math.Sqrt", Spelling("x.sqrt()")),
    ("math.Abs", Spelling("x.abs()")),
    ("math.Floor", Spelling("x.floor()")),
    ("math.gcd", Spelling("a.gcd(b)")),
    ("math.log", Name("Math.ln")),
    ("math.Max", Name("max")),
    ("math.Min", Name("min")),
    ("math.Pi", Name("Math.pi")),
    ("Number.parseInt", Name("Int.parse")),
    ("Number.parseFloat", Name("Float.parse")),
    ("strconv.Atoi", Name("Int.parse")),
    ("strconv.Itoa", Name("Text.of")),
    ("strconv.ParseFloat", Name("Float.parse")),
    ("Int.from", Name("Int.parse")),
    ("Int.max", Name("Int.highest")),
    ("Int.min", Name("Int.lowest")),
    ("Int.MAX", Name("Int.highest")),
    ("Int.MIN", Name("Int.lowest")),
    ("Int.range", Advice("Write the range itself: `0..n`, or `1..=n` with its end.")),
    // Texts and collections
    ("String.fromCharCode", Name("Text.from_code")),
    ("Text.new", Advice("Write the text itself: `\"\"`.")),
    ("Text.from", Name("Text.of")),
    ("Text.format", Advice("Put values into a text where they belong: `\"${a} of ${b}\"`.")),
    ("List.new", Advice("Write the items in brackets: `[]` is the empty list.")),
    ("Map.new", Advice("Write `{}` where a map is expected, or `Map.from(pairs)`.")),
    ("Set.new", Advice("Write `{}` where a set is expected, or `Set.from(items)`.")),
    ("List.of", Advice("Write the items in brackets: `[a, b]`.")),
    ("List.range", Advice("Write the range itself: `0..n`, or `1..=n` with its end.")),
    ("Map.of", Name("Map.from")),
    ("Set.of", Name("Set.from")),
    ("Array.from", Advice("Leave it out: comprehensions and methods give lists, and sets have `to_list()`.")),
    ("Array.isArray", Advice("Types are known before the program runs; cases are told apart with `match`.")),
    ("Object.keys", Spelling("map.keys()")),
    ("Object.values", Spelling("map.values()")),
    ("Object.entries", Spelling("map.entries()")),
    ("Object.assign", Spelling("a.merge(b)")),
    ("Object.fromEntries", Name("Map.from")),
    ("functools.reduce", Spelling("items.fold(initial, f)")),
    ("collections.Counter", Spelling("items.tally()")),
    ("copy.deepcopy", Advice("Values don't change, so there is nothing to copy: use the value itself.")),
    ("Promise.all", Advice("Calls that don't need each other overlap by themselves: `let a = f()` and `let b = g()`.")),
    (
        "asyncio.gather",
        Advice("Calls that don't need each other overlap by themselves: `let a = f()` and `let b = g()`."),
    ),
    ("asyncio.run", Advice("Leave it out: calls are awaited where their result is used.")),
];

/// Modules and words by themselves, whatever is named behind them.
const HEADS: &[(&str, &str)] = &[
    ("this", "Name the value as a parameter: a method is a function of its type's file."),
    ("self", "Name the value as a parameter: a method is a function of its type's file."),
    ("cls", "Name the value as a parameter: a method is a function of its type's file."),
    ("range", "Write `0..n`, which leaves out `n`, or `1..=n`."),
    ("pass", "Leave it out: an empty block is `{}`."),
    ("it", "Name the parameter of the lambda: `x => …`."),
    ("console", "Write `print(value)`; the standard library is named without an import."),
    ("System", "Write `print(value)`; the standard library is named without an import."),
    ("fmt", "Write `print(value)`; the standard library is named without an import."),
    ("std", "Write `print(value)`; the standard library is named without an import."),
    ("require", "Write `import billing/invoice` at the head of the file."),
    ("typeof", "Types are known before anything runs; ask for a case with `x is Case`."),
    ("type", "Types are known before anything runs; ask for a case with `x is Case`."),
    ("isinstance", "Types are known before anything runs; ask for a case with `x is Case`."),
    ("Promise", "Calls of dots overlap by themselves: `[f(x) for x in xs]`."),
    ("asyncio", "Calls of dots overlap by themselves: `[f(x) for x in xs]`."),
    ("catch", "`try call(…)` gives a `Result`, and `match` tells its cases apart."),
    ("except", "`try call(…)` gives a `Result`, and `match` tells its cases apart."),
    ("finally", "`try call(…)` gives a `Result`, and `match` tells its cases apart."),
    ("logging", "Use `log.debug`, `log.info`, `log.warn` and `log.error`."),
    ("os", "Files are read with `files.read`, environment variables with `env.get`."),
    ("sys", "The words of the command line are `args()`; what goes wrong is said with `fail`."),
    ("process", "Environment variables are read with `env.get`, the words of the command line with `args()`."),
    ("fs", "Files are read with `files.read`, written with `files.write`, listed with `files.list`."),
    ("path", "Put paths together as texts: `\"${folder}/${name}\"`."),
    ("datetime", "The time is `time.now()`; days are `Date`s, lengths of time are written `90s` or `3d`."),
    ("uuid", "An identifier is `random.uuid()`."),
    ("strings", "What works on texts are methods of them: `text.split(\",\")`, `text.contains(\"a\")`."),
    ("strconv", "Numbers are read with `Int.parse(text)` and `Float.parse(text)`, written with `Text.of(number)`."),
    ("itertools", "What works on lists are methods of them: `items.chunks(2)`, `items.windows(2)`, `items.scan(…)`."),
    ("functools", "What works on lists are methods of them: `items.fold(initial, f)`."),
    ("collections", "Use `Map`, `Set` and `List`; `items.tally()` counts."),
    ("Object", "Records have fields, and maps have `keys()`, `values()` and `entries()`."),
    ("Array", "Lists are written in brackets, `[a, b]`; what works on them are their methods."),
    ("requests", "`http.get(url)` reads an address; nothing needs to be imported."),
    ("axios", "`http.get(url)` reads an address; nothing needs to be imported."),
];

fn find(table: &[(&str, Elsewhere)], name: &str) -> Option<Elsewhere> {
    table.iter().find(|(other, _)| *other == name).map(|(_, here)| *here)
}

/// What stands for a name.
pub(crate) fn name_elsewhere(name: &str) -> Option<Elsewhere> {
    find(NAMES, name).or_else(|| head_elsewhere(name))
}

/// What stands for a function that is called.
pub(crate) fn call_elsewhere(name: &str) -> Option<Elsewhere> {
    find(CALLS, name)
}

/// What stands for something in a module: `console.log`.
pub(crate) fn path_elsewhere(module: &str, name: &str) -> Option<Elsewhere> {
    let of = |path: &str| path.split_once('.') == Some((module, name));
    PATHS.iter().find(|(path, _)| of(path)).map(|(_, here)| *here)
}

/// What to do without a module.
fn head_elsewhere(module: &str) -> Option<Elsewhere> {
    HEADS.iter().find(|(name, _)| *name == module).map(|(_, advice)| Advice(advice))
}

/// What other languages call types.
pub(crate) fn type_of_other_language(name: &str) -> Option<&'static str> {
    Some(match name {
        "string" | "String" | "str" | "Str" | "char" | "Char" => "Text",
        "int" | "integer" | "Integer" | "i64" | "i32" | "u32" | "u64" | "usize" | "long" | "Long" | "Number" => "Int",
        "float" | "double" | "Double" | "f64" | "f32" | "number" => "Float",
        "bool" | "boolean" | "Boolean" => "Bool",
        "void" | "Unit" | "unit" => "()",
        "Array" | "Vec" | "Seq" | "array" | "list" => "List",
        "Dict" | "dict" | "HashMap" | "Hash" | "Record" | "Object" | "map" => "Map",
        "HashSet" | "set" => "Set",
        "Maybe" | "Optional" => "Option",
        "Either" => "Result",
        "bytes" | "bytearray" | "Buffer" | "Uint8Array" => "Bytes",
        "DateTime" | "Datetime" | "datetime" | "Timestamp" | "timestamp" | "Instant" | "SystemTime" => "Time",
        "LocalDate" | "date" => "Date",
        "timedelta" | "TimeDelta" => "Duration",
        "BigDecimal" | "decimal" | "Money" | "money" | "numeric" => "Decimal",
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

/// How to convert to what other languages call like a function: `Int(x)`.
pub(crate) fn conversion_function(name: &str) -> Option<&'static str> {
    Some(match name {
        "Text" => "`\"${value}\"`",
        "Int" => "`Int.parse(text)` or `number.to_int()`",
        "Float" => "`Float.parse(text)` or `number.to_float()`",
        "Set" => "`Set.from(list)`",
        "Map" => "`Map.from(pairs)`",
        "Bytes" => "`Bytes.from(list)`",
        "Date" => "`Date.parse(text)` or `Date.of(year, month, day)`",
        "Time" => "`Time.parse(text)` or `Time.of(unix_seconds)`",
        "Decimal" => "`Decimal.parse(text)` or `Decimal.of(number)`",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{CALLS, Elsewhere, NAMES, PATHS};

    #[test]
    fn a_name_stands_in_a_table_once() {
        for table in [NAMES, CALLS, PATHS] {
            let mut names: Vec<&str> = table.iter().map(|(name, _)| *name).collect();
            names.sort_unstable();
            let twice: Vec<&str> = names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
            assert_eq!(twice, Vec::<&str>::new());
        }
    }

    #[test]
    fn names_that_are_meant_exist() {
        for (name, here) in [NAMES, CALLS, PATHS].concat() {
            let Elsewhere::Name(here) = here else { continue };
            let Some((module, member)) = here.split_once('.') else { continue };
            let (_, source) = dot_std::MODULES
                .iter()
                .find(|(file, _)| crate::modules::std_display_name(file) == module)
                .unwrap_or_else(|| panic!("`{name}` leads to the module `{module}`, which does not exist"));
            let forms = ["fn ", "dot ", "let "].map(|word| format!("{word}{member}"));
            assert!(
                forms.iter().any(|form| source.contains(form.as_str())),
                "`{name}` leads to `{here}`, which does not exist"
            );
        }
    }
}
