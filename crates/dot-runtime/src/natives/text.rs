//! `Text.*`

use std::ops::Range;

use dot_abi::fault::{Fault, FaultCode, texts};
use dot_abi::layout::TEXT_DATA;
use dot_abi::native::{HOST_MODULE, Native};
use wasmtime::{Caller, Linker};

use super::{boxed, native};
use crate::activation::Activation;
use crate::guest::{Guest, broken, checked};

/// A native that asks something of two texts, by their addresses.
type Question = fn(&Guest<'_>, u32, u32) -> Result<bool, Fault>;
/// A native that gives a part of a text.
type Part = fn(&str) -> &str;
/// A native that gives another text.
type Change = fn(&str) -> String;

pub(super) fn link(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    link_questions(linker)?;
    link_parts(linker)?;
    link_lists(linker)?;
    link_changes(linker)
}

/// Natives that give a truth value or an index.
fn link_questions(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    let questions: [(Native, Question); 3] = [
        (Native::TextContains, |guest, text, part| Ok(guest.text(text)?.contains(guest.text(part)?))),
        (Native::TextStartsWith, |guest, text, part| Ok(guest.text_bytes(text)?.starts_with(guest.text_bytes(part)?))),
        (Native::TextEndsWith, |guest, text, part| Ok(guest.text_bytes(text)?.ends_with(guest.text_bytes(part)?))),
    ];
    for (name, question) in questions {
        two_texts(linker, name, move |guest, text, part| question(guest, text, part).map(u32::from))?;
    }
    one_text(linker, Native::TextIsLetter, |guest, text| {
        let content = guest.text(text)?;
        Ok(u32::from(!content.is_empty() && content.chars().all(char::is_alphabetic)))
    })?;
    two_texts(linker, Native::TextIndexOf, |guest, text, part| {
        let content = guest.text(text)?;
        let found = content.find(guest.text(part)?);
        let index = found.map(|at| content[..at].chars().count() as u64);
        let ty = guest.unit.layouts.maybe_int;
        boxed(guest, ty, index)
    })
}

/// Natives that give a part of a text.
fn link_parts(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    let parts: [(Native, Part); 3] =
        [(Native::TextTrim, str::trim), (Native::TextTrimStart, str::trim_start), (Native::TextTrimEnd, str::trim_end)];
    for (name, part) in parts {
        one_text(linker, name, move |guest, text| {
            let content = guest.text(text)?;
            let within = range_within(content, part(content));
            let start = checked(text, TEXT_DATA)? as usize + within.start;
            guest.new_text_from(start, within.len())
        })?;
    }
    Ok(())
}

/// Natives that give parts of a text as a list.
fn link_lists(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    one_text(linker, Native::TextLines, |guest, text| {
        let content = guest.text(text)?;
        let parts = collect(guest, content, content.lines())?;
        new_texts(guest, text, parts)
    })?;
    one_text(linker, Native::TextWords, |guest, text| {
        let content = guest.text(text)?;
        let parts = collect(guest, content, content.split_whitespace())?;
        new_texts(guest, text, parts)
    })?;
    two_texts(linker, Native::TextSplit, |guest, text, separator| {
        let (content, separator) = (guest.text(text)?, guest.text(separator)?);
        if separator.is_empty() {
            return Err(argument(texts::SPLIT_EMPTY));
        }
        let parts = collect(guest, content, content.split(separator))?;
        new_texts(guest, text, parts)
    })
}

/// Natives that give another text.
fn link_changes(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    let changes: [(Native, Change); 3] = [
        (Native::TextToUpper, str::to_uppercase),
        (Native::TextToLower, str::to_lowercase),
        (Native::TextReverse, |text| text.chars().rev().collect()),
    ];
    for (name, change) in changes {
        one_text(linker, name, move |guest, text| {
            let changed = change(guest.text(text)?);
            guest.new_text(&changed)
        })?;
    }
    let name = Native::TextReplace.name();
    linker.func_wrap(HOST_MODULE, name, |mut caller: Caller<'_, Activation>, text: i32, part: i32, with: i32| {
        native(&mut caller, |guest| {
            let replaced = replace(guest, text as u32, part as u32, with as u32)?;
            guest.new_text(&replaced)
        })
    })?;
    let name = Native::TextRepeat.name();
    linker.func_wrap(HOST_MODULE, name, |mut caller: Caller<'_, Activation>, text: i32, times: i64| {
        native(&mut caller, |guest| {
            let repeated = repeat(guest, text as u32, times)?;
            guest.new_text(&repeated)
        })
    })?;
    Ok(())
}

/// Adds a native of one text.
fn one_text(
    linker: &mut Linker<Activation>,
    name: Native,
    run: impl Fn(&mut Guest<'_>, u32) -> Result<u32, Fault> + Send + Sync + 'static,
) -> wasmtime::Result<()> {
    linker.func_wrap(HOST_MODULE, name.name(), move |mut caller: Caller<'_, Activation>, text: i32| {
        native(&mut caller, |guest| run(guest, text as u32))
    })?;
    Ok(())
}

/// Adds a native of two texts.
fn two_texts(
    linker: &mut Linker<Activation>,
    name: Native,
    run: impl Fn(&mut Guest<'_>, u32, u32) -> Result<u32, Fault> + Send + Sync + 'static,
) -> wasmtime::Result<()> {
    linker.func_wrap(HOST_MODULE, name.name(), move |mut caller: Caller<'_, Activation>, text: i32, part: i32| {
        native(&mut caller, |guest| run(guest, text as u32, part as u32))
    })?;
    Ok(())
}

fn repeat(guest: &Guest<'_>, text: u32, times: i64) -> Result<String, Fault> {
    let times = u64::try_from(times).map_err(|_| argument(texts::REPEAT_NEGATIVE))?;
    let text = guest.text(text)?;
    // An empty text can be repeated more often than a loop could count.
    let times = if text.is_empty() { 0 } else { times };
    match (text.len() as u64).checked_mul(times).filter(|size| fits(guest, *size)) {
        Some(_) => Ok(text.repeat(times as usize)),
        None => Err(guest.store.data().limits.memory_fault()),
    }
}

fn replace(guest: &Guest<'_>, text: u32, part: u32, with: u32) -> Result<String, Fault> {
    let (text, part, with) = (guest.text(text)?, guest.text(part)?, guest.text(with)?);
    if part.is_empty() {
        return Err(argument(texts::REPLACE_EMPTY));
    }
    if with.len() > part.len() {
        let found = text.matches(part).count() as u64;
        let size =
            found.checked_mul((with.len() - part.len()) as u64).and_then(|more| more.checked_add(text.len() as u64));
        if !size.is_some_and(|size| fits(guest, size)) {
            return Err(guest.store.data().limits.memory_fault());
        }
    }
    Ok(text.replace(part, with))
}

/// Whether so many bytes fit into the memory of the guest at all.
fn fits(guest: &Guest<'_>, size: u64) -> bool {
    size <= guest.store.data().limits.usable_memory()
}

fn argument(message: &str) -> Fault {
    Fault::new(FaultCode::Argument, message)
}

/// Where a part of a text lies in it.
fn range_within(text: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    start..start + part.len()
}

/// Where parts of a text lie in it, if the memory can hold a text for each.
fn collect<'t>(guest: &Guest<'_>, text: &str, parts: impl Iterator<Item = &'t str>) -> Result<Vec<Range<u32>>, Fault> {
    let limits = &guest.store.data().limits;
    let most = limits.usable_memory() / u64::from(TEXT_DATA);
    let mut ranges = Vec::new();
    for part in parts {
        if ranges.len() as u64 >= most {
            return Err(limits.memory_fault());
        }
        let range = range_within(text, part);
        ranges.push(range.start as u32..range.end as u32);
    }
    Ok(ranges)
}

/// A new list of new texts, which are parts of a text.
pub(super) fn new_texts(guest: &mut Guest<'_>, text: u32, parts: Vec<Range<u32>>) -> Result<u32, Fault> {
    let ty = guest.unit.layouts.texts.ok_or_else(|| broken("its table has no type List<Text>"))?;
    let data = checked(text, TEXT_DATA)? as usize;
    let mut items = Vec::with_capacity(parts.len() * 4);
    for part in &parts {
        let item = guest.new_text_from(data + part.start as usize, part.len())?;
        items.extend_from_slice(&item.to_le_bytes());
    }
    guest.new_list(ty, parts.len(), &items)
}
