//! `Text.*`

use std::ops::Range;

use dot_abi::fault::{Fault, FaultCode, texts};
use dot_abi::layout::TEXT_DATA;
use dot_abi::native::{HOST_MODULE, Native};
use wasmtime::{Caller, Linker};

use super::boxed;
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
    for (native, question) in questions {
        linker.func_wrap(
            HOST_MODULE,
            native.name(),
            move |mut caller: Caller<'_, Activation>, text: i32, part: i32| {
                let guest = Guest::new(&mut caller)?;
                Ok(i32::from(question(&guest, text as u32, part as u32)?))
            },
        )?;
    }
    let name = Native::TextFind.name();
    linker.func_wrap(HOST_MODULE, name, |mut caller: Caller<'_, Activation>, text: i32, part: i32| {
        let mut guest = Guest::new(&mut caller)?;
        let content = guest.text(text as u32)?;
        let found = content.find(guest.text(part as u32)?);
        let index = found.map(|at| content[..at].chars().count() as u64);
        let ty = guest.unit.layouts.maybe_int;
        Ok(boxed(&mut guest, ty, index)? as i32)
    })?;
    Ok(())
}

/// Natives that give a part of a text.
fn link_parts(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    let parts: [(Native, Part); 3] =
        [(Native::TextTrim, str::trim), (Native::TextTrimStart, str::trim_start), (Native::TextTrimEnd, str::trim_end)];
    for (native, part) in parts {
        linker.func_wrap(HOST_MODULE, native.name(), move |mut caller: Caller<'_, Activation>, text: i32| {
            let mut guest = Guest::new(&mut caller)?;
            let content = guest.text(text as u32)?;
            let within = range_within(content, part(content));
            let start = checked(text as u32, TEXT_DATA)? as usize + within.start;
            Ok(guest.new_text_from(start, within.len())? as i32)
        })?;
    }
    Ok(())
}

/// Natives that give parts of a text as a list.
fn link_lists(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    linker.func_wrap(HOST_MODULE, Native::TextLines.name(), |mut caller: Caller<'_, Activation>, text: i32| {
        let mut guest = Guest::new(&mut caller)?;
        let content = guest.text(text as u32)?;
        let parts = collect(&guest, content, content.lines())?;
        Ok(new_texts(&mut guest, text as u32, parts)? as i32)
    })?;
    linker.func_wrap(HOST_MODULE, Native::TextWords.name(), |mut caller: Caller<'_, Activation>, text: i32| {
        let mut guest = Guest::new(&mut caller)?;
        let content = guest.text(text as u32)?;
        let parts = collect(&guest, content, content.split_whitespace())?;
        Ok(new_texts(&mut guest, text as u32, parts)? as i32)
    })?;
    let name = Native::TextSplit.name();
    linker.func_wrap(HOST_MODULE, name, |mut caller: Caller<'_, Activation>, text: i32, separator: i32| {
        let mut guest = Guest::new(&mut caller)?;
        let (content, separator) = (guest.text(text as u32)?, guest.text(separator as u32)?);
        if separator.is_empty() {
            return Err(argument(texts::SPLIT_EMPTY).into());
        }
        let parts = collect(&guest, content, content.split(separator))?;
        Ok(new_texts(&mut guest, text as u32, parts)? as i32)
    })?;
    Ok(())
}

/// Natives that give another text.
fn link_changes(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    let changes: [(Native, Change); 3] = [
        (Native::TextToUpper, str::to_uppercase),
        (Native::TextToLower, str::to_lowercase),
        (Native::TextReverse, |text| text.chars().rev().collect()),
    ];
    for (native, change) in changes {
        linker.func_wrap(HOST_MODULE, native.name(), move |mut caller: Caller<'_, Activation>, text: i32| {
            let mut guest = Guest::new(&mut caller)?;
            let changed = change(guest.text(text as u32)?);
            Ok(guest.new_text(&changed)? as i32)
        })?;
    }
    let name = Native::TextReplace.name();
    linker.func_wrap(HOST_MODULE, name, |mut caller: Caller<'_, Activation>, text: i32, part: i32, with: i32| {
        let mut guest = Guest::new(&mut caller)?;
        let replaced = replace(&guest, text as u32, part as u32, with as u32)?;
        Ok(guest.new_text(&replaced)? as i32)
    })?;
    linker.func_wrap(
        HOST_MODULE,
        Native::TextRepeat.name(),
        |mut caller: Caller<'_, Activation>, text: i32, times: i64| {
            let mut guest = Guest::new(&mut caller)?;
            let times = u64::try_from(times).map_err(|_| argument(texts::REPEAT_NEGATIVE))?;
            let content = guest.text(text as u32)?;
            let size = (content.len() as u64).checked_mul(times).filter(|size| fits(&guest, *size));
            // An empty text can be repeated more often than a loop could count.
            let times = if content.is_empty() { 0 } else { times as usize };
            let repeated = match size {
                Some(_) => content.repeat(times),
                None => return Err(guest.store.data().host.limits.memory_fault().into()),
            };
            Ok(guest.new_text(&repeated)? as i32)
        },
    )?;
    Ok(())
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
            return Err(guest.store.data().host.limits.memory_fault());
        }
    }
    Ok(text.replace(part, with))
}

/// Whether so many bytes fit into the memory of the guest at all.
fn fits(guest: &Guest<'_>, size: u64) -> bool {
    size <= guest.store.data().host.limits.usable_memory()
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
    let limits = &guest.store.data().host.limits;
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
fn new_texts(guest: &mut Guest<'_>, text: u32, parts: Vec<Range<u32>>) -> Result<u32, Fault> {
    let ty = guest.unit.layouts.texts.ok_or_else(|| broken("its table has no type List<Text>"))?;
    let data = checked(text, TEXT_DATA)? as usize;
    let mut items = Vec::with_capacity(parts.len() * 4);
    for part in &parts {
        let item = guest.new_text_from(data + part.start as usize, part.len())?;
        items.extend_from_slice(&item.to_le_bytes());
    }
    guest.new_list(ty, parts.len(), &items)
}
