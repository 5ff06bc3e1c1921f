//! Natives of `Text` and `Bytes`.

use std::rc::Rc;

use dot_abi::fault::{Fault, FaultCode, texts};
use dot_abi::native::Native;

use super::{slice_range, wrong};
use crate::interpret::machine::{Eval, check_size};
use crate::interpret::value::Value;

pub(super) fn text<'p>(native: Native, args: &[Value<'p>]) -> Eval<'p> {
    match args {
        [Value::Text(text)] => of_one(native, text),
        [Value::Text(text), Value::Text(part)] => of_two(native, text, part),
        [Value::Text(text), Value::Text(part), Value::Text(with)] if native == Native::TextReplace => {
            if part.is_empty() {
                return argument(texts::REPLACE_EMPTY);
            }
            check_size(text.len() * with.len())?;
            Ok(Value::text(text.replace(&**part, with)))
        }
        [Value::Text(text), Value::Int(index)] if native == Native::TextGet => {
            let at = usize::try_from(*index).ok().and_then(|index| text.chars().nth(index));
            Ok(Value::option(at.map(|c| Value::text(c.to_string()))))
        }
        [Value::Text(text), Value::Int(times)] if native == Native::TextRepeat => {
            let Ok(times) = usize::try_from(*times) else { return argument(texts::REPEAT_NEGATIVE) };
            check_size(text.len().saturating_mul(times))?;
            Ok(Value::text(text.repeat(times)))
        }
        [Value::Text(text), Value::Int(start), Value::Int(end)] if native == Native::TextSlice => {
            let chars: Vec<char> = text.chars().collect();
            Ok(Value::text(chars[slice_range(chars.len(), *start, *end)].iter().collect::<String>()))
        }
        [Value::List(parts), Value::Text(separator)] if native == Native::TextJoin => {
            let parts = parts.iter().map(|part| Ok(part.as_text()?.to_string())).collect::<Eval<'p, Vec<_>>>()?;
            Ok(Value::text(parts.join(separator)))
        }
        [Value::Int(code)] if native == Native::TextFromCode => {
            let char = u32::try_from(*code).ok().and_then(char::from_u32);
            Ok(Value::option(char.map(|c| Value::text(c.to_string()))))
        }
        _ => wrong(),
    }
}

fn of_one<'p>(native: Native, text: &str) -> Eval<'p> {
    Ok(match native {
        Native::TextLen => Value::Int(text.chars().count() as i64),
        Native::TextByteLen => Value::Int(text.len() as i64),
        Native::TextChars => Value::list(text.chars().map(|c| Value::text(c.to_string())).collect()),
        Native::TextToBytes => Value::Bytes(Rc::from(text.as_bytes())),
        Native::TextCode => Value::option(text.chars().next().map(|c| Value::Int(u32::from(c).into()))),
        Native::TextLines => Value::texts(text.lines()),
        Native::TextWords => Value::texts(text.split_whitespace()),
        Native::TextTrim => Value::text(text.trim()),
        Native::TextTrimStart => Value::text(text.trim_start()),
        Native::TextTrimEnd => Value::text(text.trim_end()),
        Native::TextToUpper => Value::text(text.to_uppercase()),
        Native::TextToLower => Value::text(text.to_lowercase()),
        Native::TextIsLetter => Value::Bool(!text.is_empty() && text.chars().all(char::is_alphabetic)),
        Native::TextReverse => Value::text(text.chars().rev().collect::<String>()),
        _ => return wrong(),
    })
}

fn of_two<'p>(native: Native, text: &str, part: &str) -> Eval<'p> {
    Ok(match native {
        Native::TextIndexOf => {
            let found = text.find(part).map(|at| Value::Int(text[..at].chars().count() as i64));
            Value::option(found)
        }
        Native::TextContains => Value::Bool(text.contains(part)),
        Native::TextStartsWith => Value::Bool(text.starts_with(part)),
        Native::TextEndsWith => Value::Bool(text.ends_with(part)),
        Native::TextSplit if part.is_empty() => return argument(texts::SPLIT_EMPTY),
        Native::TextSplit => Value::texts(text.split(part)),
        _ => return wrong(),
    })
}

pub(super) fn bytes<'p>(native: Native, args: &[Value<'p>]) -> Eval<'p> {
    match args {
        [Value::Bytes(bytes)] if native == Native::BytesLen => Ok(Value::Int(bytes.len() as i64)),
        [Value::Bytes(bytes)] if native == Native::BytesToText => {
            Ok(Value::option(std::str::from_utf8(bytes).ok().map(Value::text)))
        }
        [Value::Bytes(a), Value::Bytes(b)] if native == Native::BytesConcat => {
            Ok(Value::Bytes([&**a, &**b].concat().into()))
        }
        [Value::Bytes(bytes), Value::Int(index)] => {
            let byte = usize::try_from(*index).ok().and_then(|index| bytes.get(index));
            let byte = byte.map(|&byte| Value::Int(byte.into()));
            match native {
                Native::BytesGet => Ok(Value::option(byte)),
                Native::BytesAt => byte.ok_or_else(|| Fault::index(*index, bytes.len() as i64).into()),
                _ => wrong(),
            }
        }
        [Value::Bytes(bytes), Value::Int(start), Value::Int(end)] => match native {
            Native::BytesSlice => Ok(Value::Bytes(Rc::from(&bytes[slice_range(bytes.len(), *start, *end)]))),
            Native::BytesText => decode(bytes, *start, *end),
            _ => wrong(),
        },
        [Value::List(items)] if native == Native::BytesFrom => {
            let byte = |item: &Value<'p>| u8::try_from(item.as_int().ok()?).ok();
            match items.iter().map(byte).collect::<Option<Vec<u8>>>() {
                Some(bytes) => Ok(Value::Bytes(bytes.into())),
                None => argument(texts::BYTE_RANGE),
            }
        }
        _ => wrong(),
    }
}

fn decode<'p>(bytes: &[u8], start: i64, end: i64) -> Eval<'p> {
    let length = bytes.len() as i64;
    if !(0..=length).contains(&start) {
        return Err(Fault::index(start, length).into());
    }
    if !(start..=length).contains(&end) {
        return Err(Fault::index(end, length).into());
    }
    match std::str::from_utf8(&bytes[start as usize..end as usize]) {
        Ok(text) => Ok(Value::text(text)),
        Err(_) => Err(Fault::new(FaultCode::Conversion, texts::BYTES_TO_TEXT).into()),
    }
}

/// An argument outside of a native's domain.
pub(super) fn argument<'p>(message: &str) -> Eval<'p> {
    Err(Fault::new(FaultCode::Argument, message).into())
}
