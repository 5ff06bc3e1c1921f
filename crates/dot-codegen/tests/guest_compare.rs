//! Equality and order of random values of many types, against the order as the language defines it.

mod support;

use std::cmp::Ordering;

use dot_abi::native::Native;
use dot_abi::types::{TypeDesc, TypeRef, TypeTable};
use dot_abi::value::Value;
use dot_codegen::core::{Comparison, Op};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use support::{Types, native, operation, text};

/// The total order of two values of one type.
fn order(a: &Value, b: &Value) -> Ordering {
    let all = |a: &[Value], b: &[Value]| {
        let differing = a.iter().zip(b).map(|(a, b)| order(a, b)).find(|order| order.is_ne());
        differing.unwrap_or_else(|| a.len().cmp(&b.len()))
    };
    match (a, b) {
        (Value::Unit, Value::Unit) => Ordering::Equal,
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan())),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b),
        (Value::List(a), Value::List(b)) | (Value::Set(a), Value::Set(b)) => all(a, b),
        (Value::Tuple(a), Value::Tuple(b)) | (Value::Record(a), Value::Record(b)) => all(a, b),
        (Value::Case(a, left), Value::Case(b, right)) => a.cmp(b).then_with(|| all(left, right)),
        (Value::Option(None), Value::Option(None)) => Ordering::Equal,
        (Value::Option(Some(a)), Value::Option(Some(b))) => order(a, b),
        (Value::Option(a), Value::Option(b)) => a.is_some().cmp(&b.is_some()),
        (Value::Map(a), Value::Map(b)) => {
            let entries = a.iter().zip(b).map(|(a, b)| order(&a.0, &b.0).then_with(|| order(&a.1, &b.1)));
            entries.into_iter().find(|order| order.is_ne()).unwrap_or_else(|| a.len().cmp(&b.len()))
        }
        (a, b) => panic!("{a:?} and {b:?} are of different types"),
    }
}

/// `==`: NaN differs from itself.
fn equal(a: &Value, b: &Value) -> bool {
    fn has_nan(value: &Value) -> bool {
        match value {
            Value::Float(float) => float.is_nan(),
            Value::List(items) | Value::Tuple(items) | Value::Record(items) | Value::Case(_, items) => {
                items.iter().any(has_nan)
            }
            Value::Map(entries) => entries.iter().any(|(_, value)| has_nan(value)),
            Value::Option(Some(value)) => has_nan(value),
            _ => false,
        }
    }
    order(a, b).is_eq() && !has_nan(a)
}

/// A random value with few different leaves, so that equal ones are met.
fn random(types: &TypeTable, ty: TypeRef, depth: u32, rng: &mut ChaCha8Rng) -> Value {
    let some = |rng: &mut ChaCha8Rng, ty| -> Vec<Value> {
        let count = if depth > 4 { 0 } else { rng.random_range(0..4) };
        (0..count).map(|_| random(types, ty, depth + 1, rng)).collect()
    };
    let sorted = |mut items: Vec<Value>| {
        items.sort_by(order);
        items.dedup_by(|a, b| order(a, b).is_eq());
        items
    };
    match types.get(ty) {
        TypeDesc::Unit => Value::Unit,
        TypeDesc::Bool => Value::Bool(rng.random_range(0..2) == 1),
        TypeDesc::Int => Value::Int(rng.random_range(-1..2)),
        TypeDesc::Float => Value::Float([0.0, -0.0, 1.5, f64::NAN, f64::NEG_INFINITY][rng.random_range(0..5)]),
        TypeDesc::Text => text(["", "a", "longer than a word", "longer than a worm", "é"][rng.random_range(0..5)]),
        TypeDesc::Bytes => Value::Bytes([&b""[..], b"\0", b"\xff", b"a"][rng.random_range(0..4)].into()),
        TypeDesc::List { item } => Value::List(some(rng, *item)),
        TypeDesc::Set { item } => Value::Set(sorted(some(rng, *item))),
        TypeDesc::Map { key, value } => {
            let keys = sorted(some(rng, *key));
            Value::Map(keys.into_iter().map(|key| (key, random(types, *value, depth + 1, rng))).collect())
        }
        TypeDesc::Option { item } => {
            let is_some = depth < 6 && rng.random_range(0..3) > 0;
            Value::Option(is_some.then(|| Box::new(random(types, *item, depth + 1, rng))))
        }
        TypeDesc::Tuple { items } => {
            Value::Tuple(items.iter().map(|&item| random(types, item, depth + 1, rng)).collect())
        }
        TypeDesc::Record { fields, .. } => {
            Value::Record(fields.iter().map(|field| random(types, field.ty, depth + 1, rng)).collect())
        }
        TypeDesc::Union { cases, .. } => {
            // Case 0 has no fields that lead on.
            let case = if depth > 5 { 0 } else { rng.random_range(0..cases.len()) };
            let fields = cases[case].fields.iter().map(|field| random(types, field.ty, depth + 1, rng)).collect();
            Value::Case(case as u32, fields)
        }
        other => panic!("no random {other:?}"),
    }
}

/// Compares 300 pairs of values of the first type of the table.
fn check(types: Types) {
    let ty = TypeRef(0);
    let with = |types: &Types| Types { table: types.table.clone() };
    let mut table = with(&types);
    let (int, truth) = (table.add(TypeDesc::Int), table.add(TypeDesc::Bool));
    let ordering = native(Native::Compare, with(&table), &[ty], &[ty, ty], int);
    let equality =
        operation(with(&table), &[ty, ty], truth, |args| Op::Compare(Comparison::Equal, ty, args[0], args[1]));
    let less = operation(table, &[ty, ty], truth, |args| Op::Compare(Comparison::Less, ty, args[0], args[1]));
    let is_float = matches!(types.table.get(ty), TypeDesc::Float);
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let mut last = random(&types.table, ty, 0, &mut rng);
    for turn in 0..300 {
        let value = random(&types.table, ty, 0, &mut rng);
        let pair = if turn % 5 == 0 { [value.clone(), value.clone()] } else { [last, value.clone()] };
        last = value;
        let run = |compiled: &support::Compiled| compiled.run_plain(&pair).expect("no fault").value;
        let [a, b] = &pair;
        assert_eq!(run(&ordering), Value::Int(order(a, b) as i64), "{pair:?}");
        assert_eq!(run(&equality), Value::Bool(equal(a, b)), "{pair:?}");
        if !is_float {
            assert_eq!(run(&less), Value::Bool(order(a, b).is_lt()), "{pair:?}");
        }
    }
    // Every mode once, for the counts.
    assert_eq!(ordering.value(&[last.clone(), last]), Value::Int(0));
}

/// Types by what they are made of: the built-in ones come first.
fn of(make: impl FnOnce(&mut Types, [TypeRef; 6])) {
    let mut types = Types::default();
    types.add(TypeDesc::Never);
    let leaves = [TypeDesc::Int, TypeDesc::Text, TypeDesc::Float, TypeDesc::Bool, TypeDesc::Bytes, TypeDesc::Unit];
    let leaves = leaves.map(|leaf| types.add(leaf));
    make(&mut types, leaves);
    // What was made last is what is compared.
    let last = types.table.types.last().cloned().expect("a type");
    types.table.types[0] = last;
    check(types);
}

#[test]
fn leaves() {
    for leaf in 0..6 {
        of(|types, leaves| {
            let desc = types.table.get(leaves[leaf]).clone();
            types.table.types.push(desc);
        });
    }
}

#[test]
fn containers() {
    of(|types, [int, ..]| _ = types.list(int));
    of(|types, [_, text, ..]| _ = types.list(text));
    of(|types, [_, _, float, ..]| _ = types.list(float));
    of(|types, [_, _, _, truth, ..]| _ = types.list(truth));
    of(|types, [int, text, ..]| _ = types.map(text, int));
    of(|types, [int, _, float, ..]| _ = types.map(int, float));
    of(|types, [_, text, ..]| _ = types.set(text));
    of(|types, [_, _, _, truth, bytes, _]| {
        let inner = types.list(truth);
        let pair = types.tuple(&[inner, bytes]);
        types.list(pair);
    });
}

#[test]
fn options() {
    for leaf in 0..6 {
        of(|types, leaves| _ = types.option(leaves[leaf]));
    }
    of(|types, [int, text, ..]| {
        let (maybe, names) = (types.option(int), types.list(text));
        let maybe_names = types.option(names);
        types.tuple(&[maybe, maybe_names]);
    });
}

#[test]
fn unions() {
    of(|types, _| _ = types.union("Bare", &[&[], &[], &[]]));
    of(|types, [int, text, float, ..]| _ = types.union("Mixed", &[&[], &[int, text], &[float], &[]]));
    of(|types, [int, text, ..]| _ = types.union("Full", &[&[int], &[text, text]]));
    of(|types, _| {
        let bare = types.union("Bare", &[&[], &[]]);
        let maybe = types.option(bare);
        types.tuple(&[maybe, bare]);
    });
}

/// Types that contain themselves, by every way there is.
#[test]
fn recursive_types() {
    // What is made last takes the place of type 0: so inside it is called 0.
    let own = TypeRef(0);
    of(|types, [int, ..]| _ = types.union("Tree", &[&[], &[own, int, own]]));
    of(|types, [int, text, ..]| {
        let children = types.list(own);
        types.record("Node", &[int, children, text]);
    });
    of(|types, [int, ..]| {
        let next = types.option(own);
        types.record("Cell", &[int, next]);
    });
    of(|types, [_, text, float, truth, ..]| {
        let (items, fields) = (types.list(own), types.map(text, own));
        types.union("Json", &[&[], &[truth], &[float], &[text], &[items], &[fields]]);
    });
    of(|types, [int, text, ..]| {
        let members = types.set(own);
        types.union("Group", &[&[int], &[members, text]]);
    });
    of(|types, [int, ..]| {
        let keyed = types.map(own, own);
        types.union("Keyed", &[&[int], &[keyed, int]]);
    });
}
