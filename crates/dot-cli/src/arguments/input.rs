//! Flags, arguments and `--input` into one value of the dot's input type.

use dot_abi::json::{Limits, Problem, decode, type_name};
use dot_abi::manifest::Manifest;
use dot_abi::value::Value;
use serde_json::{Map, Value as Json};

use super::flag::{Flag, Shape, flags, without_option};
use super::word::to_json;
use super::{Complaint, Given, Words};

/// The value that a dot is started with: a record with a field per parameter.
///
/// `json` is the content of `--input`. Conditions of refined types are not checked here.
pub fn input(manifest: &Manifest, words: &Words, json: Option<Json>, limits: &Limits) -> Result<Value, Vec<Complaint>> {
    let mut complaints = words.complaints.clone();
    let given = match json {
        None => Map::new(),
        Some(Json::Object(object)) => object,
        Some(_) => {
            complaints.push(
                Complaint::new("--input must be a JSON object with a field per parameter")
                    .help("--input '{\"name\": \"value\"}'"),
            );
            return Err(complaints);
        }
    };
    let mut assembly = Assembly { manifest, flags: flags(manifest), sources: Vec::new(), object: given, complaints };
    assembly.flags(&words.flags);
    assembly.positional(&words.positional);
    assembly.decode(limits)
}

/// Who gave the value of a parameter, for messages.
enum Source {
    /// `--name`, with the words.
    Flag(Vec<String>),
    /// A word without a flag.
    Argument(Vec<String>),
    /// `--input`, or nobody.
    Input,
    /// Something that has been complained about.
    Answered,
}

struct Assembly<'m> {
    manifest: &'m Manifest,
    flags: Vec<Flag<'m>>,
    sources: Vec<Source>,
    object: Map<String, Json>,
    complaints: Vec<Complaint>,
}

impl<'m> Assembly<'m> {
    fn flags(&mut self, given: &[Given]) {
        self.sources = self.flags.iter().map(|_| Source::Input).collect();
        for (index, given) in given.iter().enumerate() {
            match given {
                Given::Nothing => {}
                Given::Wrong => self.answered(index),
                Given::Switch(value) => {
                    self.sources[index] = Source::Flag(vec![value.to_string()]);
                    self.object.insert(self.flags[index].field.json_name().to_owned(), Json::Bool(*value));
                }
                Given::Words(words) => {
                    self.sources[index] = Source::Flag(words.clone());
                    self.put(index, words);
                }
            }
        }
    }

    /// Hands arguments to the required parameters that have no value yet.
    fn positional(&mut self, arguments: &[String]) {
        let waiting: Vec<usize> = (0..self.flags.len()).filter(|&index| self.is_missing(index)).collect();
        let mut rest = arguments;
        for (position, &index) in waiting.iter().enumerate() {
            let is_last = position + 1 == waiting.len();
            let takes_all = is_last && matches!(self.flags[index].shape, Shape::Repeated(_));
            let (own, others) = rest.split_at(if takes_all { rest.len() } else { rest.len().min(1) });
            rest = others;
            if !own.is_empty() {
                self.sources[index] = Source::Argument(own.to_vec());
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
            self.complaints.push(match optional.is_empty() {
                true => complaint,
                false => complaint.help(format!("optional parameters are given by name: {}", optional.join(", "))),
            });
        }
    }

    fn is_missing(&self, index: usize) -> bool {
        let flag = &self.flags[index];
        !is_optional(self.manifest, flag)
            && matches!(self.sources[index], Source::Input)
            && !self.object.contains_key(flag.field.json_name())
    }

    /// Puts the words of a parameter into the object, in the place of what `--input` may have said.
    fn put(&mut self, index: usize, words: &[String]) {
        let types = &self.manifest.types;
        let flag = &self.flags[index];
        let json = match flag.shape {
            Shape::Repeated(item) => {
                words.iter().map(|word| to_json(types, item, word)).collect::<Result<_, _>>().map(Json::Array)
            }
            Shape::Single | Shape::Switch => {
                words.first().map_or(Ok(Json::Null), |word| to_json(types, flag.field.ty, word))
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
        self.sources[index] = Source::Answered;
    }

    fn decode(mut self, limits: &Limits) -> Result<Value, Vec<Complaint>> {
        let Assembly { manifest, object, .. } = &mut self;
        let json = Json::Object(std::mem::take(object));
        match decode(&manifest.types, manifest.input, &json, limits) {
            Ok(value) if self.complaints.is_empty() => Ok(value),
            Ok(_) => Err(self.complaints),
            Err(problems) => {
                let complaints: Vec<Complaint> =
                    problems.iter().filter_map(|problem| self.complaint(problem, &json)).collect();
                self.complaints.extend(complaints);
                Err(self.complaints)
            }
        }
    }

    /// A problem of decoding in the words of the command line.
    fn complaint(&self, problem: &Problem, json: &Json) -> Option<Complaint> {
        let owner = self.flags.iter().position(|flag| {
            let below = problem.path.strip_prefix(flag.field.json_name());
            below.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        });
        let Some(index) = owner else { return Some(Complaint::new(format!("--input: {}", problem.message))) };
        let (flag, name) = (&self.flags[index], self.flags[index].field.json_name());
        let below = &problem.path[name.len()..];
        match &self.sources[index] {
            Source::Answered => None,
            Source::Flag(words) => Some(Complaint::new(given_wrongly(&flag.spelling(), below, words, problem))),
            Source::Argument(words) => Some(Complaint::new(given_wrongly(name, below, words, problem))),
            Source::Input if json.get(name).is_some() => Some(Complaint::new(format!("--input: {}", problem.message))),
            Source::Input => {
                let message = format!("the parameter {name} is missing: it must be {}", problem.expected);
                Some(Complaint::new(message).help(format!(
                    "add {}",
                    match flag.shape {
                        Shape::Switch => format!("{0} or --no-{1}", flag.spelling(), flag.name),
                        _ => format!("{} {}", flag.spelling(), flag.placeholder(&self.manifest.types)),
                    }
                )))
            }
        }
    }
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
