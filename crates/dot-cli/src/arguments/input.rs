//! Flags, arguments and `--input` into one value of the dot's input type.

use std::path::PathBuf;

use dot_abi::json::{DecodeLimits, Problem, decode, type_name, word_to_json};
use dot_abi::manifest::Manifest;
use dot_abi::types::{TypeDesc, TypeRef, TypeTable};
use dot_abi::value::Value;
use serde_json::{Map, Value as Json};

use super::flag::{Flag, Shape, fields, flags, without_option};
use super::{Complaint, Given, Words};

/// What a dot is started with.
#[derive(Debug)]
pub struct Start {
    /// A record with a field per parameter. Conditions of refined types are not checked yet.
    pub value: Value,
    /// The files that were named on the command line itself: reading them is permitted.
    pub files: Vec<PathBuf>,
    /// The words for `args()`.
    pub raw: Vec<String>,
    /// Who gave which parameter, for what is found wrong later.
    pub origins: Origins,
}

impl Start {
    /// What starts a test: no parameters.
    pub fn empty() -> Start {
        Start { value: Value::Record(Vec::new()), files: Vec::new(), raw: Vec::new(), origins: Origins(Vec::new()) }
    }
}

/// The content of `--input`.
#[derive(Debug)]
pub struct InputJson {
    /// What it says.
    pub json: Json,
    /// Whether it stood on the command line, and did not come out of a file.
    pub is_typed: bool,
}

/// Brings flags, arguments and the content of `--input` together.
pub fn input(
    manifest: &Manifest,
    words: Words,
    json: Option<InputJson>,
    limits: &DecodeLimits,
) -> Result<Start, Vec<Complaint>> {
    let Words { flags: given, positional, raw, dots, mut complaints, .. } = words;
    let is_typed = json.as_ref().is_some_and(|input| input.is_typed);
    let object = match json.map(|input| input.json) {
        None => Map::new(),
        Some(Json::Object(object)) => object,
        Some(_) => {
            let help = "--input '{\"name\": \"value\"}'";
            complaints.push(Complaint::new("--input must be a JSON object with a field per parameter").help(help));
            return Err(complaints);
        }
    };
    let flags = flags(manifest);
    let origins = Origins(flags.iter().map(|_| Origin::Nobody).collect());
    let mut assembly = Assembly { manifest, limits, flags, origins, object, complaints };
    assembly.input();
    assembly.flags(&given);
    assembly.positional(&positional, &dots);
    let start = assembly.decode(is_typed)?;
    Ok(Start { raw, ..start })
}

/// What to do where another dot than the one that is started was named.
fn other_dot(started: &str, named: &str) -> String {
    format!(
        "a file with a dot {started} always starts it; {named} is reached by tests and `dot plan`, and is run from a file of its own"
    )
}

/// Who gave the values of the parameters, in declared order.
#[derive(Debug)]
pub struct Origins(Vec<Origin>);

/// Who gave the value of a parameter.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Origin {
    /// `--name`, with the words.
    Flag(Vec<String>),
    /// Words without a flag.
    Argument(Vec<String>),
    /// `--input`
    Input,
    /// Nobody.
    Nobody,
    /// Something that has been complained about.
    Answered,
}

struct Assembly<'m> {
    manifest: &'m Manifest,
    limits: &'m DecodeLimits,
    flags: Vec<Flag<'m>>,
    origins: Origins,
    object: Map<String, Json>,
    complaints: Vec<Complaint>,
}

impl<'m> Assembly<'m> {
    fn input(&mut self) {
        for (flag, origin) in self.flags.iter().zip(&mut self.origins.0) {
            if self.object.contains_key(flag.field.json_name()) {
                *origin = Origin::Input;
            }
        }
    }

    fn flags(&mut self, given: &[Given]) {
        for (index, given) in given.iter().enumerate() {
            match given {
                Given::Nothing => {}
                Given::Wrong => self.answered(index),
                Given::Switch(value) => {
                    self.origins.0[index] = Origin::Flag(vec![value.to_string()]);
                    self.object.insert(self.flags[index].field.json_name().to_owned(), Json::Bool(*value));
                }
                Given::Words(words) => {
                    self.origins.0[index] = Origin::Flag(words.clone());
                    self.put(index, words);
                }
            }
        }
    }

    /// Hands arguments to the required parameters that have no value yet. The name of the dot itself may stand before them.
    fn positional(&mut self, arguments: &[String], dots: &[String]) {
        let waiting: Vec<usize> = (0..self.flags.len()).filter(|&index| self.is_missing(index)).collect();
        let takes_rest = waiting.last().is_some_and(|&index| matches!(self.flags[index].shape, Shape::Repeated(_)));
        let mut rest = match arguments.split_first() {
            Some((name, behind))
                if !takes_rest
                    && behind.len() >= waiting.len()
                    && dots.contains(name)
                    && **name == *self.manifest.name =>
            {
                behind
            }
            _ => arguments,
        };
        for (position, &index) in waiting.iter().enumerate() {
            let is_last = position + 1 == waiting.len();
            let takes_all = is_last && takes_rest;
            let (own, others) = rest.split_at(if takes_all { rest.len() } else { rest.len().min(1) });
            rest = others;
            if !own.is_empty() {
                self.origins.0[index] = Origin::Argument(own.to_vec());
                self.put(index, own);
            }
        }
        if let Some(first) = rest.first() {
            let message = match rest.len() {
                1 => format!("the argument {first:?} is one too many"),
                number => format!("there are {number} arguments too many, the first is {first:?}"),
            };
            let optional: Vec<String> =
                self.flags.iter().filter(|flag| is_optional(self.manifest, flag)).map(Flag::spelling).collect();
            let complaint = Complaint::new(message);
            self.complaints.push(match (dots.contains(first), optional.is_empty()) {
                (true, _) => complaint.help(other_dot(&self.manifest.name, first)),
                (false, true) => complaint,
                (false, false) => {
                    complaint.help(format!("optional parameters are given by name: {}", optional.join(", ")))
                }
            });
        }
    }

    fn is_missing(&self, index: usize) -> bool {
        let flag = &self.flags[index];
        !is_optional(self.manifest, flag) && self.origins.0[index] == Origin::Nobody
    }

    /// Puts the words of a parameter into the object, in the place of what `--input` may have said.
    fn put(&mut self, index: usize, words: &[String]) {
        let types = &self.manifest.types;
        let flag = &self.flags[index];
        let json = match flag.shape {
            Shape::Repeated(item) => words
                .iter()
                .map(|word| word_to_json(types, item, word, self.limits))
                .collect::<Result<_, _>>()
                .map(Json::Array),
            Shape::Single | Shape::Switch => {
                words.first().map_or(Ok(Json::Null), |word| word_to_json(types, flag.field.ty, word, self.limits))
            }
        };
        match json {
            Ok(json) => {
                self.object.insert(flag.field.json_name().to_owned(), json);
            }
            Err(problem) => {
                let name = type_name(types, without_option(types, flag.field.ty));
                let message = format!("{} must be {name} as JSON: {}", flag.spelling(), problem.message);
                self.complaints.push(Complaint::new(message));
                self.answered(index);
            }
        }
    }

    /// Keeps a parameter that has been complained about from being reported as missing as well.
    fn answered(&mut self, index: usize) {
        self.object.insert(self.flags[index].field.json_name().to_owned(), Json::Null);
        self.origins.0[index] = Origin::Answered;
    }

    fn decode(mut self, is_typed: bool) -> Result<Start, Vec<Complaint>> {
        let Assembly { manifest, limits, origins, .. } = self;
        match decode(&manifest.types, manifest.input, &Json::Object(self.object), limits) {
            Ok(value) if self.complaints.is_empty() => {
                let files = files(manifest, &value, |index| origins.is_typed(index, is_typed));
                Ok(Start { value, files, raw: Vec::new(), origins })
            }
            Ok(_) => Err(self.complaints),
            Err(problems) => {
                self.complaints.extend(problems.iter().filter_map(|problem| origins.complaint(manifest, problem)));
                Err(self.complaints)
            }
        }
    }
}

impl Origins {
    /// A problem with a value in the words of the command line; `None` if it has been complained about already.
    pub fn complaint(&self, manifest: &Manifest, problem: &Problem) -> Option<Complaint> {
        let flags = flags(manifest);
        let owner = flags.iter().zip(&self.0).find_map(|(flag, origin)| {
            let below = problem.path.strip_prefix(flag.field.json_name())?;
            (below.is_empty() || below.starts_with(['.', '['])).then_some((flag, origin, below))
        });
        let of_input = || Complaint::new(format!("--input: {}", problem.message));
        let Some((flag, origin, below)) = owner else { return Some(of_input()) };
        match origin {
            Origin::Answered => None,
            Origin::Flag(words) => Some(Complaint::new(given_wrongly(&flag.spelling(), below, words, problem))),
            Origin::Argument(words) => {
                Some(Complaint::new(given_wrongly(flag.field.json_name(), below, words, problem)))
            }
            Origin::Input => Some(of_input()),
            Origin::Nobody => Some(missing(manifest, flag, problem)),
        }
    }

    /// Whether the value of a parameter stood on the command line.
    fn is_typed(&self, index: usize, is_input_typed: bool) -> bool {
        match self.0.get(index) {
            Some(Origin::Flag(_) | Origin::Argument(_)) => true,
            Some(Origin::Input) => is_input_typed,
            _ => false,
        }
    }
}

/// The paths of files in the parameters that were typed.
fn files(manifest: &Manifest, input: &Value, is_typed: impl Fn(usize) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if let Value::Record(values) = input {
        for (index, (field, value)) in fields(manifest).iter().zip(values).enumerate() {
            if is_typed(index) {
                collect_files(&manifest.types, field.ty, value, &mut found);
            }
        }
    }
    found
}

/// Values are at most as deep as decoding lets them be.
fn collect_files(types: &TypeTable, ty: TypeRef, value: &Value, found: &mut Vec<PathBuf>) {
    let mut all = |parts: &mut dyn Iterator<Item = (TypeRef, &Value)>| {
        parts.for_each(|(ty, value)| collect_files(types, ty, value, found));
    };
    match (types.get(ty), value) {
        (TypeDesc::Refined { name, .. }, Value::Text(path)) if name == "files.Path" => {
            found.push(PathBuf::from(&**path))
        }
        (TypeDesc::Refined { base, .. }, value) => collect_files(types, *base, value, found),
        (TypeDesc::Option { item }, Value::Option(Some(value))) => collect_files(types, *item, value, found),
        (TypeDesc::List { item }, Value::List(items)) | (TypeDesc::Set { item }, Value::Set(items)) => {
            all(&mut items.iter().map(|value| (*item, value)));
        }
        (TypeDesc::Map { key, value: ty }, Value::Map(entries)) => {
            all(&mut entries.iter().flat_map(|(k, v)| [(*key, k), (*ty, v)]));
        }
        (TypeDesc::Tuple { items }, Value::Tuple(values)) => all(&mut items.iter().copied().zip(values)),
        (TypeDesc::Record { fields, .. }, Value::Record(values)) => {
            all(&mut fields.iter().map(|field| field.ty).zip(values));
        }
        (TypeDesc::Union { cases, .. }, Value::Case(case, values)) => {
            let fields = cases.get(*case as usize).map_or(&[][..], |case| &case.fields);
            all(&mut fields.iter().map(|field| field.ty).zip(values));
        }
        _ => {}
    }
}

fn missing(manifest: &Manifest, flag: &Flag<'_>, problem: &Problem) -> Complaint {
    let message = format!("the parameter {} is missing: it must be {}", flag.field.json_name(), problem.expected);
    let spelling = flag.spelling();
    let help = match flag.shape {
        Shape::Switch => format!("add {spelling} or --no-{}", flag.name),
        _ => format!("add {spelling} {}", flag.placeholder(&manifest.types)),
    };
    Complaint::new(message).help(help)
}

fn is_optional(manifest: &Manifest, flag: &Flag<'_>) -> bool {
    let types = &manifest.types;
    flag.field.optional || without_option(types, flag.field.ty) != flag.field.ty
}

/// `--top must be Int, but "abc" was given`; inside of a larger value the path is named.
fn given_wrongly(owner: &str, below: &str, words: &[String], problem: &Problem) -> String {
    let item = below.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).and_then(|index| index.parse().ok());
    let word = match (below, item) {
        ("", _) => words.first(),
        (_, Some(index)) => words.get::<usize>(index),
        _ => None,
    };
    match word {
        Some(word) => format!("{owner} must be {}, but {word:?} was given", problem.expected),
        None => format!("{owner}: {}", problem.message),
    }
}
