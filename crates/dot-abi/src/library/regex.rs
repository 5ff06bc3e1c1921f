//! `Regex.*`

use std::ops::Range;

use regex_automata::Match;
use regex_automata::util::{captures::Captures, interpolate};

use super::pattern::{Matches, Pattern, compiled};
use super::{Made, Meter, Spent};
use crate::fault::Fault;
use crate::value::{PART_SIZE, Value};

/// `fn matches(text: Text, pattern: Text) -> Bool`
pub(super) fn matches(text: &str, pattern: &str) -> Result<Made, Fault> {
    let found = compiled(pattern)?.matches(text).next()?;
    Ok(Made::Value(Value::Bool(found.is_some())))
}

/// `fn find(text: Text, pattern: Text) -> Text?`
pub(super) fn find(text: &str, pattern: &str) -> Result<Made, Fault> {
    let found = compiled(pattern)?.matches(text).next()?;
    Ok(Made::Value(option(found.map(|found| part(text, found.range())))))
}

/// `fn find_all(text: Text, pattern: Text) -> List<Text>`
pub(super) fn find_all(text: &str, pattern: &str, meter: &dyn Meter) -> Result<Made, Fault> {
    let mut parts = Vec::new();
    each_match(text, &*compiled(pattern)?, &mut Spent::new(meter), |found, _| {
        parts.push(found.range());
        Ok(())
    })?;
    Ok(Made::Parts(parts))
}

/// `fn split(text: Text, pattern: Text) -> List<Text>`
pub(super) fn split(text: &str, pattern: &str, meter: &dyn Meter) -> Result<Made, Fault> {
    let mut parts = Vec::new();
    let mut start = 0;
    each_match(text, &*compiled(pattern)?, &mut Spent::new(meter), |found, _| {
        parts.push(start..found.start());
        start = found.end();
        Ok(())
    })?;
    parts.push(start..text.len());
    Ok(Made::Parts(parts))
}

/// `fn captures(text: Text, pattern: Text) -> Map<Text, Text>?`
pub(super) fn captures(text: &str, pattern: &str, meter: &dyn Meter) -> Result<Made, Fault> {
    let pattern = compiled(pattern)?;
    let found = match pattern.matches(text).next()? {
        Some(found) => Some(groups(&pattern, text, found, &mut Spent::new(meter))?),
        None => None,
    };
    Ok(Made::Value(option(found)))
}

/// `fn captures_all(text: Text, pattern: Text) -> List<Map<Text, Text>>`
pub(super) fn captures_all(text: &str, pattern: &str, meter: &dyn Meter) -> Result<Made, Fault> {
    let pattern = compiled(pattern)?;
    let mut all = Vec::new();
    each_match(text, &pattern, &mut Spent::new(meter), |found, spent| {
        all.push(groups(&pattern, text, found, spent)?);
        Ok(())
    })?;
    Ok(Made::Value(Value::List(all)))
}

/// `fn replace(text: Text, pattern: Text, replacement: Text) -> Text`
pub(super) fn replace(text: &str, pattern: &str, replacement: &str, meter: &dyn Meter) -> Result<Made, Fault> {
    let pattern = compiled(pattern)?;
    let mut replaced = String::new();
    let mut start = 0;
    each_match(text, &pattern, &mut Spent::new(meter), |found, spent| {
        let before = text.get(start..found.start()).unwrap_or_default();
        spent.add(before.len())?;
        replaced.push_str(before);
        start = found.end();
        put_replacement(&pattern, text, found, replacement, spent, &mut replaced)
    })?;
    replaced.push_str(text.get(start..).unwrap_or_default());
    Ok(Made::Text(replaced))
}

/// Appends what a match is replaced by.
fn put_replacement(
    pattern: &Pattern,
    text: &str,
    found: Match,
    replacement: &str,
    spent: &mut Spent<'_>,
    out: &mut String,
) -> Result<(), Fault> {
    if !replacement.contains('$') {
        spent.add(replacement.len())?;
        out.push_str(replacement);
        return Ok(());
    }
    let captures = pattern.captures(text, found)?;
    let content = |index| group(text, &captures, index).unwrap_or_default();
    // A short replacement can name a long group very often: its size is known before it is made.
    let (mut size, mut literal) = (0usize, String::new());
    let count = |index, _: &mut String| size = size.saturating_add(content(index).len());
    interpolate::string(replacement, count, |name| pattern.group(name), &mut literal);
    spent.add(size.saturating_add(literal.len()))?;
    let append = |index, out: &mut String| out.push_str(content(index));
    interpolate::string(replacement, append, |name| pattern.group(name), out);
    Ok(())
}

/// `fn escape(text: Text) -> Text`
pub(super) fn escape(text: &str) -> Made {
    Made::Text(regex_syntax::escape(text))
}

/// Does something with each match.
fn each_match(
    text: &str,
    pattern: &Pattern,
    spent: &mut Spent<'_>,
    mut make: impl FnMut(Match, &mut Spent<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut matches: Matches<'_> = pattern.matches(text);
    while let Some(found) = matches.next()? {
        spent.add(PART_SIZE)?;
        make(found, spent)?;
    }
    Ok(())
}

/// The groups of a match that took part, by number and by name, in order.
fn groups(pattern: &Pattern, text: &str, found: Match, spent: &mut Spent<'_>) -> Result<Value, Fault> {
    let captures = pattern.captures(text, found)?;
    let mut entries = Vec::new();
    for (index, name) in pattern.names().enumerate() {
        let Some(content) = group(text, &captures, index) else { continue };
        let number = index.to_string();
        for key in [Some(number.as_str()), name].into_iter().flatten() {
            spent.add(2 * PART_SIZE + key.len() + content.len())?;
            entries.push((Value::Text(key.into()), Value::Text(content.into())));
        }
    }
    entries.sort_by(|a, b| crate::order::compare(&a.0, &b.0));
    Ok(Value::Map(entries))
}

fn group<'t>(text: &'t str, captures: &Captures, index: usize) -> Option<&'t str> {
    text.get(captures.get_group(index)?.range())
}

fn part(text: &str, range: Range<usize>) -> Value {
    Value::Text(text.get(range).unwrap_or_default().into())
}

fn option(value: Option<Value>) -> Value {
    Value::Option(value.map(Box::new))
}
