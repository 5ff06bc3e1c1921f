//! Random matches, compared with trying every value.

use std::sync::Arc;

use dot_syntax::{FileId, Span};

use super::super::{Report, check_match};
use super::{field, types};
use crate::program::{Case, LocalId, Pattern, PatternKind, Type, TypeDef, TypeId, TypeKind};

/// A value of a small type.
#[derive(Clone)]
enum Value {
    Bool(bool),
    Option(Option<Box<Value>>),
    Parts(Vec<Value>),
    Case(usize, Vec<Value>),
}

/// `type Shape = A | B(Bool) | C(Bool?, Bool)`, behind the types of the other tests.
fn with_shape() -> (Vec<TypeDef>, Type) {
    let mut types = types();
    let option = Type::Option(Arc::new(Type::Bool));
    let fields = [vec![], vec![field("_0", Type::Bool)], vec![field("_0", option), field("_1", Type::Bool)]];
    let case =
        |(name, fields): (&str, _)| Case { name: dot_syntax::Symbol::new(name), tag: None, docs: "".into(), fields };
    let cases = ["A", "B", "C"].into_iter().zip(fields).map(case).collect();
    let shape = TypeId(types.len() as u32);
    types.push(TypeDef { kind: TypeKind::Union(cases), name: "Shape".into(), ..types[0].clone() });
    (types, Type::Named(shape, Arc::new([])))
}

/// Every value of a type.
fn values(types: &[TypeDef], ty: &Type) -> Vec<Value> {
    let products = |parts: Vec<Type>| {
        parts.iter().fold(vec![Vec::new()], |rows, part| {
            let one = values(types, part);
            rows.iter()
                .flat_map(|row: &Vec<Value>| one.iter().map(|value| [&row[..], std::slice::from_ref(value)].concat()))
                .collect()
        })
    };
    match ty {
        Type::Bool => vec![Value::Bool(false), Value::Bool(true)],
        Type::Option(item) => {
            let some = values(types, item).into_iter().map(|value| Value::Option(Some(Box::new(value))));
            std::iter::once(Value::Option(None)).chain(some).collect()
        }
        Type::Tuple(items) => products(items.to_vec()).into_iter().map(Value::Parts).collect(),
        Type::Named(id, _) => match &types[id.0 as usize].kind {
            TypeKind::Union(cases) => {
                let fields = |case: &Case| products(case.fields.iter().map(|field| field.ty.clone()).collect());
                let case = |(index, case)| {
                    fields(case).into_iter().map(move |parts| Value::Case(index, parts)).collect::<Vec<_>>()
                };
                cases.iter().enumerate().flat_map(case).collect()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Whether a pattern matches; collects the alternatives that were taken, each the first that matches.
fn matches(pattern: &Pattern, value: &Value, taken: &mut Vec<Span>) -> bool {
    let mut all =
        |parts: &[Pattern], values: &[Value]| parts.iter().zip(values).all(|(part, value)| matches(part, value, taken));
    match (&pattern.kind, value) {
        (PatternKind::Wildcard | PatternKind::Bind(_), _) => true,
        (PatternKind::Bool(expected), Value::Bool(found)) => expected == found,
        (PatternKind::None, Value::Option(found)) => found.is_none(),
        (PatternKind::Some(inner), Value::Option(Some(found))) => matches(inner, found, taken),
        (PatternKind::Tuple(parts), Value::Parts(values)) => all(parts, values),
        (PatternKind::Case(case, fields), Value::Case(found, values)) => {
            case == found && fields.iter().all(|(index, part)| matches(part, &values[*index], taken))
        }
        (PatternKind::Or(alternatives), value) => alternatives.iter().any(|alternative| {
            let before = taken.len();
            taken.push(alternative.span);
            let matched = matches(alternative, value, taken);
            if !matched {
                taken.truncate(before);
            }
            matched
        }),
        _ => false,
    }
}

/// A source of numbers, the same every time (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

struct Generator {
    numbers: Numbers,
    types: Vec<TypeDef>,
    next_place: usize,
}

impl Generator {
    fn pattern(&mut self, ty: &Type, depth: usize) -> Pattern {
        self.next_place += 1;
        let span = Span::new(FileId(0), self.next_place, self.next_place + 1);
        let kind = match self.numbers.below(8) {
            0 => PatternKind::Wildcard,
            1 => PatternKind::Bind(LocalId(0)),
            2 | 3 if depth > 0 => PatternKind::Or((0..2).map(|_| self.pattern(ty, depth - 1)).collect()),
            _ => self.constructed(ty, depth),
        };
        Pattern { kind, ty: ty.clone(), span }
    }

    fn constructed(&mut self, ty: &Type, depth: usize) -> PatternKind {
        match ty {
            Type::Bool => PatternKind::Bool(self.numbers.below(2) == 0),
            Type::Option(_) if self.numbers.below(2) == 0 => PatternKind::None,
            Type::Option(item) => PatternKind::Some(Box::new(self.pattern(item, depth))),
            Type::Tuple(items) => PatternKind::Tuple(items.iter().map(|item| self.pattern(item, depth)).collect()),
            Type::Named(id, _) => {
                let TypeKind::Union(cases) = self.types[id.0 as usize].kind.clone() else {
                    return PatternKind::Wildcard;
                };
                let case = self.numbers.below(cases.len());
                let parts = cases[case].fields.iter().enumerate();
                PatternKind::Case(case, parts.map(|(index, field)| (index, self.pattern(&field.ty, depth))).collect())
            }
            _ => PatternKind::Wildcard,
        }
    }
}

/// What trying every value finds: whether one is missing, and the arms and alternatives that none reaches.
fn tried(values: &[Value], arms: &[(&Pattern, bool)]) -> (bool, Vec<usize>, Vec<Span>) {
    let mut missing = false;
    let mut reached = vec![false; arms.len()];
    let mut taken = Vec::new();
    for value in values {
        let mut covered = false;
        for (arm, (pattern, guarded)) in arms.iter().enumerate() {
            let before = taken.len();
            if !matches(pattern, value, &mut taken) {
                taken.truncate(before);
            } else {
                reached[arm] = true;
                if !guarded {
                    covered = true;
                    break;
                }
            }
        }
        missing |= !covered;
    }
    let unreachable = (0..arms.len()).filter(|&arm| !reached[arm]).collect();
    (missing, unreachable, taken)
}

fn alternatives(pattern: &Pattern, found: &mut Vec<Span>) {
    match &pattern.kind {
        PatternKind::Or(parts) => {
            found.extend(parts.iter().map(|part| part.span));
            parts.iter().for_each(|part| alternatives(part, found));
        }
        PatternKind::Tuple(parts) => parts.iter().for_each(|part| alternatives(part, found)),
        PatternKind::Case(_, fields) => fields.iter().for_each(|(_, part)| alternatives(part, found)),
        PatternKind::Some(inner) => alternatives(inner, found),
        _ => {}
    }
}

#[test]
fn agrees_with_trying_every_value() {
    let (types, shape) = with_shape();
    let option = Type::Option(Arc::new(Type::Tuple(Arc::new([Type::Bool, Type::Bool]))));
    let subject = Type::Tuple(Arc::new([shape, option, Type::Bool]));
    let values = values(&types, &subject);
    let mut generator = Generator { numbers: Numbers(0x5eed), types: types.clone(), next_place: 0 };
    for round in 0..3_000 {
        let count = 1 + generator.numbers.below(6);
        let patterns: Vec<Pattern> = (0..count).map(|_| generator.pattern(&subject, 2)).collect();
        let arms: Vec<(&Pattern, bool)> =
            patterns.iter().map(|pattern| (pattern, generator.numbers.below(6) == 0)).collect();
        let report: Report = check_match(&types, &subject, &arms).expect("these are small");
        let (missing, unreachable, taken) = tried(&values, &arms);
        assert_eq!(!report.missing.is_empty(), missing, "round {round}: {arms:#?}");
        assert_eq!(report.unreachable, unreachable, "round {round}: {arms:#?}");
        for (arm, (pattern, guarded)) in arms.iter().enumerate() {
            let mut all = Vec::new();
            alternatives(pattern, &mut all);
            // A guarded arm is asked again for what its later alternatives match.
            if !guarded && !unreachable.contains(&arm) {
                for place in all.iter().filter(|place| report.redundant.contains(place)) {
                    assert!(!taken.contains(place), "round {round}: {place:?} of {pattern:#?}");
                }
                let idle = all.iter().any(|place| !taken.contains(place));
                assert_eq!(
                    all.iter().any(|place| report.redundant.contains(place)),
                    idle,
                    "round {round}: {pattern:#?}"
                );
            }
        }
    }
}
