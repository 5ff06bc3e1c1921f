//! Natives of `List`, `Map` and `Set`.

use std::rc::Rc;

use dot_abi::fault::texts;
use dot_abi::native::Native;

use super::text::argument;
use super::{slice_range, wrong};
use crate::interpret::machine::{Eval, check_size};
use crate::interpret::value::Value;

pub(super) fn list<'p>(native: Native, args: &[Value<'p>]) -> Eval<'p> {
    Ok(match (native, args) {
        (Native::ListLen, [Value::List(items)]) => Value::Int(items.len() as i64),
        (Native::ListGet, [Value::List(items), Value::Int(index)]) => {
            let item = usize::try_from(*index).ok().and_then(|index| items.get(index));
            Value::option(item.cloned())
        }
        (Native::ListPush, [Value::List(items), item]) => {
            check_size(items.len())?;
            Value::list(items.iter().chain([item]).cloned().collect())
        }
        (Native::ListSlice, [Value::List(items), Value::Int(start), Value::Int(end)]) => {
            Value::list(items[slice_range(items.len(), *start, *end)].to_vec())
        }
        (Native::ListReverse, [Value::List(items)]) => Value::list(items.iter().rev().cloned().collect()),
        (Native::ListSort, [Value::List(items)]) => {
            let mut items = items.to_vec();
            items.sort();
            Value::list(items)
        }
        (Native::ListRepeat, [item, Value::Int(times)]) => {
            let Ok(times) = usize::try_from(*times) else { return argument(texts::REPEAT_NEGATIVE) };
            check_size(times)?;
            Value::list(vec![item.clone(); times])
        }
        (Native::Compare, [a, b]) => Value::Int(a.cmp(b) as i64),
        _ => return wrong(),
    })
}

pub(super) fn map<'p>(native: Native, args: &[Value<'p>]) -> Eval<'p> {
    let Some((Value::Map(map), args)) = args.split_first() else { return wrong() };
    Ok(match (native, args) {
        (Native::MapLen, []) => Value::Int(map.len() as i64),
        (Native::MapHas, [key]) => Value::Bool(map.contains_key(key)),
        (Native::MapGet, [key]) => Value::option(map.get(key).cloned()),
        (Native::MapInsert, [key, value]) => {
            let mut map = (**map).clone();
            map.insert(key.clone(), value.clone());
            Value::Map(Rc::new(map))
        }
        (Native::MapRemove, [key]) => {
            let mut map = (**map).clone();
            map.remove(key);
            Value::Map(Rc::new(map))
        }
        (Native::MapKeys, []) => Value::list(map.keys().cloned().collect()),
        (Native::MapValues, []) => Value::list(map.values().cloned().collect()),
        (Native::MapEntries, []) => {
            Value::list(map.iter().map(|(key, value)| Value::parts(vec![key.clone(), value.clone()])).collect())
        }
        _ => return wrong(),
    })
}

pub(super) fn set<'p>(native: Native, args: &[Value<'p>]) -> Eval<'p> {
    let Some((Value::Set(set), args)) = args.split_first() else { return wrong() };
    Ok(match (native, args) {
        (Native::SetLen, []) => Value::Int(set.len() as i64),
        (Native::SetHas, [item]) => Value::Bool(set.contains(item)),
        (Native::SetInsert, [item]) => {
            let mut set = (**set).clone();
            set.insert(item.clone());
            Value::Set(Rc::new(set))
        }
        (Native::SetRemove, [item]) => {
            let mut set = (**set).clone();
            set.remove(item);
            Value::Set(Rc::new(set))
        }
        (Native::SetToList, []) => Value::list(set.iter().cloned().collect()),
        _ => return wrong(),
    })
}
