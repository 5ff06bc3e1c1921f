//! Regular expressions that are compiled once, and searches whose work is bounded.
//!
//! A search takes time in proportion to the size of the pattern times the length of the text, at worst. Where that
//! product is small the fastest engine for the pattern does it. Where it is large an engine does it that gives up as
//! soon as its work is no longer in proportion to the text alone, which is an answer and not a busy processor.

use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use regex_automata::hybrid::{dfa, regex as hybrid};
use regex_automata::nfa::thompson;
use regex_automata::util::captures::Captures;
use regex_automata::util::iter::Searcher;
use regex_automata::{Anchored, Input, Match, meta};

use crate::fault::{Fault, FaultCode};
use crate::text::{shorten, size_to_text};

/// The longest pattern, in bytes.
const PATTERN_SIZE: usize = 64 << 10;
/// The most memory that a compiled pattern may take.
const COMPILED_SIZE: usize = 4 << 20;
/// The most memory of the states that a search keeps.
const STATES_SIZE: usize = 4 << 20;
/// The patterns that are kept compiled.
const MOST_KEPT: usize = 32;
/// States times bytes up to which any engine may search: some seconds at worst.
const MOST_WORK: usize = 1 << 31;
/// How often a bounded search may throw its states away before it looks whether it gets on.
const MOST_CLEARED: usize = 8;
/// The bytes that a bounded search must get on by for each state that it makes.
const LEAST_PROGRESS: usize = 4;
/// The most characters of a pattern that a message shows.
const LONGEST_SHOWN: usize = 60;

/// A compiled regular expression.
#[derive(Debug)]
pub(super) struct Pattern {
    source: Box<str>,
    regex: meta::Regex,
    states: usize,
    bounded: OnceLock<Option<hybrid::Regex>>,
}

/// Why a text is no regular expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PatternError {
    /// What is wrong, without the place.
    pub what: String,
    /// The bytes of the pattern that are wrong, if it is a part of it.
    pub place: Option<Range<usize>>,
}

/// Checks a regular expression as `Regex.*` takes it.
pub fn check_pattern(pattern: &str) -> Result<(), PatternError> {
    Pattern::new(pattern).map(drop)
}

/// The compiled pattern: that of an earlier call, if it is still there.
pub(super) fn compiled(pattern: &str) -> Result<Arc<Pattern>, Fault> {
    /// The latest stand last.
    static KEPT: Mutex<Vec<Arc<Pattern>>> = Mutex::new(Vec::new());
    let kept = || KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    {
        let mut kept = kept();
        if let Some(index) = kept.iter().rposition(|known| &*known.source == pattern) {
            kept[index..].rotate_left(1);
            return kept.last().cloned().ok_or_else(|| Fault::new(FaultCode::Internal, "a pattern was lost"));
        }
    }
    // Compiled without the lock: others need not wait.
    let new = Arc::new(Pattern::new(pattern).map_err(|error| error.into_fault(pattern))?);
    let mut kept = kept();
    if kept.len() >= MOST_KEPT {
        kept.remove(0);
    }
    kept.push(Arc::clone(&new));
    Ok(new)
}

impl PatternError {
    /// What is wrong with a pattern, and at which character.
    pub fn describe(&self, pattern: &str) -> String {
        match &self.place {
            Some(place) => {
                let before = pattern.get(..place.start).unwrap_or_default();
                format!("{} at character {}", self.what, before.chars().count() + 1)
            }
            None => self.what.clone(),
        }
    }

    fn into_fault(self, pattern: &str) -> Fault {
        let shown = shorten(pattern, LONGEST_SHOWN);
        Fault::new(FaultCode::Argument, format!("`{shown}` is no regular expression: {}", self.describe(pattern)))
    }
}

impl Pattern {
    fn new(pattern: &str) -> Result<Pattern, PatternError> {
        let too_large = || PatternError { what: "it is too large".to_owned(), place: None };
        if pattern.len() > PATTERN_SIZE {
            return Err(too_large());
        }
        let config = meta::Config::new()
            .nfa_size_limit(Some(COMPILED_SIZE))
            .onepass_size_limit(Some(COMPILED_SIZE))
            .hybrid_cache_capacity(STATES_SIZE);
        let regex = meta::Regex::builder().configure(config).build(pattern).map_err(|error| {
            let syntax = error.syntax_error().map(syntax_error);
            syntax.unwrap_or_else(too_large)
        })?;
        let nfa = thompson::Config::new().nfa_size_limit(Some(2 * COMPILED_SIZE));
        let nfa = thompson::Compiler::new().configure(nfa).build(pattern).map_err(|_| too_large())?;
        Ok(Pattern { source: pattern.into(), regex, states: nfa.states().len(), bounded: OnceLock::new() })
    }

    /// The names of the groups, by number.
    pub(super) fn names(&self) -> impl Iterator<Item = Option<&str>> {
        self.regex.group_info().pattern_names(regex_automata::PatternID::ZERO)
    }

    /// The number of the group of a name.
    pub(super) fn group(&self, name: &str) -> Option<usize> {
        self.regex.group_info().to_index(regex_automata::PatternID::ZERO, name)
    }

    /// The matches in a text, from left to right; none overlaps another.
    pub(super) fn matches<'t>(&'t self, text: &'t str) -> Matches<'t> {
        Matches { pattern: self, text, searcher: Searcher::new(Input::new(text)), cache: None }
    }

    /// The groups of a match that was found in a text.
    pub(super) fn captures(&self, text: &str, found: Match) -> Result<Captures, Fault> {
        if self.is_much(found.len()) {
            return Err(self.too_much(found.len()));
        }
        let mut captures = self.regex.create_captures();
        let input = Input::new(text).span(found.span()).anchored(Anchored::Yes);
        self.regex.search_captures(&input, &mut captures);
        Ok(captures)
    }

    fn is_much(&self, size_bytes: usize) -> bool {
        self.states.saturating_mul(size_bytes) > MOST_WORK
    }

    fn too_much(&self, size_bytes: usize) -> Fault {
        let pattern = shorten(&self.source, LONGEST_SHOWN);
        let size = size_to_text(size_bytes as u64);
        Fault::new(FaultCode::Argument, format!("`{pattern}` takes too much work to search a text of {size}"))
            .help("search the lines one by one, or write a pattern with fewer repetitions")
    }

    /// The engine that gives up; none if it can't do this pattern.
    fn bounded(&self) -> Option<&hybrid::Regex> {
        let build = || {
            let config = dfa::Config::new()
                .cache_capacity(STATES_SIZE)
                .unicode_word_boundary(true)
                .minimum_cache_clear_count(Some(MOST_CLEARED))
                .minimum_bytes_per_state(Some(LEAST_PROGRESS));
            hybrid::Regex::builder().dfa(config).build(&self.source).ok()
        };
        self.bounded.get_or_init(build).as_ref()
    }
}

/// What is wrong with the syntax of a pattern.
fn syntax_error(error: &regex_syntax::Error) -> PatternError {
    let (what, span) = match error {
        regex_syntax::Error::Parse(error) => (error.kind().to_string(), Some(error.span())),
        regex_syntax::Error::Translate(error) => (error.kind().to_string(), Some(error.span())),
        other => (other.to_string(), None),
    };
    PatternError { what, place: span.map(|span| span.start.offset..span.end.offset) }
}

/// The matches of a pattern in a text.
pub(super) struct Matches<'t> {
    pattern: &'t Pattern,
    text: &'t str,
    searcher: Searcher<'t>,
    /// What the bounded engine keeps, once it is used.
    cache: Option<hybrid::Cache>,
}

impl Matches<'_> {
    /// The next one.
    pub(super) fn next(&mut self) -> Result<Option<Match>, Fault> {
        let pattern = self.pattern;
        if !pattern.is_much(self.text.len()) {
            return Ok(self.searcher.advance(|input| Ok(pattern.regex.search(input))));
        }
        let too_much = || pattern.too_much(self.text.len());
        let engine = pattern.bounded().ok_or_else(too_much)?;
        let cache = self.cache.get_or_insert_with(|| engine.create_cache());
        self.searcher.try_advance(|input| engine.try_search(cache, input)).map_err(|_| too_much())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Characters of which nobody sees a rule.
    fn noise(length: usize) -> String {
        let mut state = 1u64;
        let mut bit = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            if state >> 63 == 0 { '0' } else { '1' }
        };
        (0..length).map(|_| bit()).collect()
    }

    #[test]
    fn large_work_that_is_in_proportion_to_the_text_is_done() {
        let pattern = Pattern::new(r"\w{40}!").expect("a pattern");
        let text = "a".repeat(200_000) + "!";
        assert!(pattern.is_much(text.len()));
        let found = pattern.matches(&text).next().expect("no fault").expect("a match");
        assert_eq!(found.range(), 199_960..200_001);
    }

    #[test]
    fn work_out_of_proportion_is_refused() {
        let pattern = Pattern::new("[01]*1[01]{700}x").expect("a pattern");
        let text = noise(4 << 20);
        assert!(pattern.is_much(text.len()));
        let fault = pattern.matches(&text).next().expect_err("the engine gives up");
        assert_eq!(fault.message, "`[01]*1[01]{700}x` takes too much work to search a text of 4MB");
    }

    #[test]
    fn a_pattern_is_compiled_once() {
        let first = compiled("a+b").expect("a pattern");
        assert!(Arc::ptr_eq(&first, &compiled("a+b").expect("a pattern")));
        let keys = (0..MOST_KEPT).map(|index| format!("a{{{index}}}b"));
        keys.for_each(|key| assert!(compiled(&key).is_ok()));
        assert!(!Arc::ptr_eq(&first, &compiled("a+b").expect("a pattern")));
    }

    #[test]
    fn what_is_no_pattern_says_where() {
        let describe = |pattern: &str| check_pattern(pattern).expect_err("no pattern").describe(pattern);
        assert_eq!(describe("é(a"), "unclosed group at character 2");
        assert_eq!(describe("a{2,1}"), "invalid repetition count range, the start must be <= the end at character 2");
        assert_eq!(
            describe("(?=a)"),
            "look-around, including look-ahead and look-behind, is not supported at character 1"
        );
        assert_eq!(describe(r"\w{1000}{1000}"), "it is too large");
    }
}
