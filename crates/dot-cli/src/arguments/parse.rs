//! Words into flags and arguments, before any value is looked at.

use dot_abi::manifest::Manifest;

use super::Complaint;
use super::flag::{Flag, Shape, flags};

/// What was typed, sorted.
#[derive(Default, Debug)]
pub struct Words {
    /// Whether help was asked for.
    pub help: bool,
    /// What stands behind `--input`, as typed.
    pub input: Option<String>,
    /// The values of flags: one entry per parameter, in declared order.
    pub flags: Vec<Given>,
    /// The arguments without a flag.
    pub positional: Vec<String>,
    /// What follows `--`.
    pub raw: Vec<String>,
    /// The public dots of the file, where the one that is started was not named: somebody may have meant to name one.
    pub dots: Vec<String>,
    /// Everything that is wrong.
    pub complaints: Vec<Complaint>,
}

/// What a flag was given.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum Given {
    /// The flag was not used.
    #[default]
    Nothing,
    /// `--name` or `--no-name`
    Switch(bool),
    /// The values in order; at most one unless the flag repeats.
    Words(Vec<String>),
    /// The flag was used, or meant, in a way that has been complained about.
    Wrong,
}

/// Sorts the words behind FILE (and behind the dot's name).
pub fn parse(manifest: &Manifest, words: &[String]) -> Words {
    let flags = flags(manifest);
    let mut parser = Parser {
        result: Words { flags: vec![Given::Nothing; flags.len()], ..Words::default() },
        input_is_free: !flags.iter().any(|flag| flag.is_called("input")),
        flags,
        rest: words.iter(),
    };
    while let Some(word) = parser.rest.next() {
        parser.word(word);
    }
    parser.result
}

struct Parser<'p> {
    flags: Vec<Flag<'p>>,
    /// Whether `--input` is ours: no parameter has the name.
    input_is_free: bool,
    rest: std::slice::Iter<'p, String>,
    result: Words,
}

impl Parser<'_> {
    fn word(&mut self, word: &str) {
        if word == "--" {
            self.result.raw = self.rest.by_ref().cloned().collect();
        } else if let Some(flag) = word.strip_prefix("--") {
            match flag.split_once('=') {
                Some((name, value)) => self.flag(name, Some(value)),
                None => self.flag(flag, None),
            }
        } else if word == "-h" {
            self.result.help = true;
        } else if is_short_flag(word) {
            let help = match self.flags.iter().find(|flag| flag.name.starts_with(&word[1..2])) {
                Some(flag) => format!("write {}", flag.spelling()),
                None => "write -- before words that are meant for args()".to_owned(),
            };
            self.complain(
                Complaint::new(format!("there is no flag {word}: flags are written with two dashes")).help(help),
            );
        } else {
            self.result.positional.push(word.to_owned());
        }
    }

    fn flag(&mut self, name: &str, value: Option<&str>) {
        if let Some(index) = self.flags.iter().position(|flag| flag.is_called(name)) {
            return self.parameter(index, value);
        }
        let turned_off = name.strip_prefix("no-").or_else(|| name.strip_prefix("no_"));
        if let Some(index) = turned_off.and_then(|name| self.switch(name)) {
            return match value {
                None => self.set_switch(index, false),
                Some(_) => self.complain(Complaint::new(format!("--{name} takes no value"))),
            };
        }
        match name {
            "help" => self.result.help = true,
            "input" if self.input_is_free => {
                if let Some(value) = self.value("--input", value)
                    && self.result.input.replace(value).is_some()
                {
                    self.complain(Complaint::new("--input is given twice").help("put all parameters into one object"));
                }
            }
            _ => self.unknown(name, value.is_some()),
        }
    }

    fn switch(&self, name: &str) -> Option<usize> {
        self.flags.iter().position(|flag| flag.shape == Shape::Switch && flag.is_called(name))
    }

    fn parameter(&mut self, index: usize, value: Option<&str>) {
        let (shape, spelling) = (self.flags[index].shape, self.flags[index].spelling());
        if shape == Shape::Switch && value.is_none() {
            return self.set_switch(index, true);
        }
        let Some(value) = self.value(&spelling, value) else {
            self.result.flags[index] = Given::Wrong;
            return;
        };
        match &mut self.result.flags[index] {
            Given::Words(words) if matches!(shape, Shape::Repeated(_)) => words.push(value),
            given @ Given::Nothing => *given = Given::Words(vec![value]),
            _ => self.complain(twice(&spelling)),
        }
    }

    fn set_switch(&mut self, index: usize, value: bool) {
        match &mut self.result.flags[index] {
            given @ Given::Nothing => *given = Given::Switch(value),
            _ => self.complain(twice(&self.flags[index].spelling())),
        }
    }

    /// The value behind `=`, or the next word unless that is a flag.
    fn value(&mut self, spelling: &str, written: Option<&str>) -> Option<String> {
        if let Some(value) = written {
            return Some(value.to_owned());
        }
        match self.rest.as_slice().first() {
            Some(next) if !next.starts_with("--") => self.rest.next().cloned(),
            Some(next) => {
                let help = format!("write {spelling}={next} if {next} is the value");
                self.complain(Complaint::new(format!("{spelling} needs a value")).help(help));
                None
            }
            None => {
                self.complain(Complaint::new(format!("{spelling} needs a value")));
                None
            }
        }
    }

    fn unknown(&mut self, name: &str, has_value: bool) {
        let known = self.known();
        let near = dot_embed::nearest(name, known.iter().map(String::as_str));
        let help = if let Some(near) = near {
            self.take_for(near, has_value);
            format!("did you mean --{near}?")
        } else if crate::cli::is_option_of_run(name) {
            format!("--{name} is an option of `dot run` and stands before the file")
        } else {
            let known: Vec<String> = known.iter().map(|name| format!("--{name}")).collect();
            format!("the flags are {}", known.join(", "))
        };
        self.complain(Complaint::new(format!("there is no flag --{name}")).help(help));
    }

    /// The flags that there are, without dashes in front.
    fn known(&self) -> Vec<String> {
        let mut known = Vec::new();
        for flag in &self.flags {
            known.push(flag.name.clone());
            if flag.shape == Shape::Switch {
                known.push(format!("no-{}", flag.name));
            }
        }
        known.extend(self.input_is_free.then(|| "input".to_owned()));
        known.push("help".to_owned());
        known
    }

    /// Takes an unknown flag for the near one, so that its value and the missing parameter are not complained about as well.
    fn take_for(&mut self, near: &str, has_value: bool) {
        let Some(index) = self.flags.iter().position(|flag| flag.name == near) else { return };
        if self.result.flags[index] == Given::Nothing {
            self.result.flags[index] = Given::Wrong;
        }
        let next_is_value = self.rest.as_slice().first().is_some_and(|next| !next.starts_with("--"));
        if self.flags[index].shape != Shape::Switch && !has_value && next_is_value {
            self.rest.next();
        }
    }

    fn complain(&mut self, complaint: Complaint) {
        self.result.complaints.push(complaint);
    }
}

fn twice(spelling: &str) -> Complaint {
    Complaint::new(format!("{spelling} is given twice, and it takes one value"))
}

/// `-v`, but neither `-` nor `-5` nor `-.5`.
fn is_short_flag(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_alphabetic()))
}
