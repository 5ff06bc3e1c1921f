//! The decision tree, walked depth first.

use dot_abi::decimal::Decimal;
use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::witness::{self, Shape};
use super::{DEPTH_LIMIT, Report, TooLarge, TypeDefs, WITNESS_LIMIT, WORK_LIMIT};
use crate::program::{Pattern, PatternKind, Type, TypeKind};

/// The subject or a part of it: an index of [`Tree::places`].
pub(super) type PlaceId = usize;

/// What a value can be made by, where there is a choice.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Constructor<'a> {
    Bool(bool),
    Int(i64),
    /// The bits of a float, those of zero for both zeros: they are equal.
    Float(u64),
    Decimal(Decimal),
    Duration(i64),
    Text(&'a str),
    Case(usize),
    None,
    Some,
}

/// What is known of a place on the way from the root to where the walk is.
pub(super) struct Place<'a> {
    /// The type, its conditions removed.
    pub(super) ty: Type,
    /// The constructors that it is one of; empty if nothing is known.
    pub(super) known: Vec<Constructor<'a>>,
    /// The parts: of the only constructor that is known, or of a tuple or record.
    pub(super) parts: Vec<PlaceId>,
}

/// An arm, or what is left of it after choosing among alternatives.
#[derive(Clone)]
struct Row<'a> {
    arm: usize,
    /// What it still asks. The patterns are none of those that match everything.
    tests: Vec<(PlaceId, &'a Pattern)>,
    /// The alternatives that were chosen.
    chosen: Vec<&'a Pattern>,
}

struct Tree<'a, 'p, D: ?Sized> {
    types: &'p D,
    arms: &'p [(&'a Pattern, bool)],
    places: Vec<Place<'a>>,
    work: usize,
    reached: FxHashSet<usize>,
    chosen: FxHashSet<*const Pattern>,
    missing: Vec<String>,
    more: bool,
}

type Buckets<'a> = IndexMap<Constructor<'a>, Vec<Row<'a>>, FxBuildHasher>;

pub(super) fn walk<D: TypeDefs + ?Sized>(
    types: &D,
    subject: &Type,
    arms: &[(&Pattern, bool)],
) -> Result<Report, TooLarge> {
    let mut tree = Tree {
        types,
        arms,
        places: Vec::new(),
        work: 0,
        reached: FxHashSet::default(),
        chosen: FxHashSet::default(),
        missing: Vec::new(),
        more: false,
    };
    let root = 0;
    tree.new_places(std::slice::from_ref(subject))?;
    let mut rows = Vec::with_capacity(arms.len());
    for (arm, (pattern, _)) in arms.iter().enumerate() {
        let mut row = Row { arm, tests: Vec::new(), chosen: Vec::new() };
        tree.add_test(&mut row, root, pattern)?;
        rows.push(row);
    }
    if tree.places[root].ty != Type::Never {
        tree.step(rows, 0)?;
    }
    Ok(tree.report())
}

impl<'a, D: TypeDefs + ?Sized> Tree<'a, '_, D> {
    /// One node: the rows in order, of which the first that matches is taken.
    fn step(&mut self, rows: Vec<Row<'a>>, depth: usize) -> Result<(), TooLarge> {
        // Alternatives of tuples and records dissolve before a part of them is asked: asked later, they would ask a
        // part again of which something is known by then.
        let mut rows = self.split_alternatives(rows, |_, pattern| is_product(pattern))?;
        self.spend(rows.len() + 1)?;
        if depth > DEPTH_LIMIT {
            return Err(TooLarge);
        }
        let mut certain = 0;
        while let Some(row) = rows.get(certain).filter(|row| row.tests.is_empty()) {
            self.reached.insert(row.arm);
            self.chosen.extend(row.chosen.iter().map(|pattern| std::ptr::from_ref::<Pattern>(pattern)));
            if !self.arms[row.arm].1 {
                return Ok(());
            }
            certain += 1;
        }
        rows.drain(..certain);
        match self.pick(&rows) {
            Some(place) => self.branch(place, rows, depth),
            None => {
                self.miss();
                Ok(())
            }
        }
    }

    /// The place to ask: of those in the first row the one that most rows ask; `None` if there are no rows.
    fn pick(&self, rows: &[Row<'a>]) -> Option<PlaceId> {
        let first = rows.first()?;
        if let [(place, _)] = first.tests[..] {
            return Some(place);
        }
        let mut counts: FxHashMap<PlaceId, usize> = FxHashMap::default();
        for (place, _) in rows.iter().flat_map(|row| &row.tests) {
            *counts.entry(*place).or_default() += 1;
        }
        // The first of the largest: `max_by_key` would give the last.
        first.tests.iter().rev().map(|(place, _)| *place).max_by_key(|place| counts.get(place).copied())
    }

    /// Goes on once for every constructor that the rows ask for at a place, and once for all others.
    fn branch(&mut self, place: PlaceId, rows: Vec<Row<'a>>, depth: usize) -> Result<(), TooLarge> {
        let rows = self.split_alternatives(rows, |at, _| at == place)?;
        let signature = self.signature(place);
        let mut buckets = Buckets::default();
        for row in &rows {
            if let Some(constructor) =
                row.tests.iter().find(|test| test.0 == place).and_then(|test| constructor(test.1))
            {
                buckets.entry(constructor).or_default();
            }
        }
        let mut others = Vec::new();
        for row in rows {
            match row.tests.iter().position(|test| test.0 == place) {
                Some(index) => {
                    if let Some(bucket) = constructor(row.tests[index].1).and_then(|key| buckets.get_mut(&key)) {
                        bucket.push(row);
                    }
                }
                None => {
                    self.spend(buckets.len())?;
                    buckets.values_mut().for_each(|bucket| bucket.push(row.clone()));
                    others.push(row);
                }
            }
        }
        let absent: Vec<Constructor> =
            signature.iter().flatten().filter(|&constructor| !buckets.contains_key(constructor)).copied().collect();
        if let Some(order) = &signature {
            // Missing values are told in the order of the declaration.
            buckets.sort_by_cached_key(|key, _| order.iter().position(|constructor| constructor == key));
        }
        for (constructor, rows) in buckets {
            self.descend(place, constructor, rows, depth)?;
        }
        if signature.is_none() || !absent.is_empty() {
            self.places[place].known = absent;
            self.step(others, depth + 1)?;
            self.places[place].known.clear();
        }
        Ok(())
    }

    /// Goes on below one constructor: the tests of its parts take the place of the test.
    fn descend(
        &mut self,
        place: PlaceId,
        constructor: Constructor<'a>,
        mut rows: Vec<Row<'a>>,
        depth: usize,
    ) -> Result<(), TooLarge> {
        let parts = self.new_places(&self.part_types(place, constructor))?;
        for row in &mut rows {
            if let Some(index) = row.tests.iter().position(|test| test.0 == place) {
                let (_, pattern) = row.tests.remove(index);
                match &pattern.kind {
                    PatternKind::Some(inner) => self.add_part(row, &parts, 0, inner)?,
                    PatternKind::Case(_, fields) => {
                        for (field, inner) in fields {
                            self.add_part(row, &parts, *field, inner)?;
                        }
                    }
                    _ => {}
                }
            }
        }
        self.places[place].known.push(constructor);
        self.places[place].parts = parts;
        self.step(rows, depth + 1)?;
        self.places[place].known.clear();
        self.places[place].parts.clear();
        Ok(())
    }

    /// Replaces each row with alternatives that are asked for by one row for each of them.
    fn split_alternatives(
        &mut self,
        rows: Vec<Row<'a>>,
        asked: impl Fn(PlaceId, &Pattern) -> bool,
    ) -> Result<Vec<Row<'a>>, TooLarge> {
        let mut result = Vec::with_capacity(rows.len());
        let mut todo: Vec<Row<'a>> = rows.into_iter().rev().collect();
        while let Some(row) = todo.pop() {
            let alternatives = row.tests.iter().enumerate().find_map(|(index, (at, pattern))| match &pattern.kind {
                PatternKind::Or(alternatives) if asked(*at, pattern) => Some((index, *at, alternatives)),
                _ => None,
            });
            let Some((index, place, alternatives)) = alternatives else {
                result.push(row);
                continue;
            };
            for alternative in alternatives.iter().rev() {
                let mut split = row.clone();
                split.tests.remove(index);
                split.chosen.push(alternative);
                self.add_test(&mut split, place, alternative)?;
                todo.push(split);
            }
        }
        Ok(result)
    }

    fn add_part(
        &mut self,
        row: &mut Row<'a>,
        parts: &[PlaceId],
        index: usize,
        pattern: &'a Pattern,
    ) -> Result<(), TooLarge> {
        match parts.get(index) {
            Some(&part) => self.add_test(row, part, pattern),
            None => Ok(()),
        }
    }

    /// Adds what a pattern asks of a place to a row: nothing, one test, or those of its parts.
    fn add_test(&mut self, row: &mut Row<'a>, place: PlaceId, pattern: &'a Pattern) -> Result<(), TooLarge> {
        let mut todo = vec![(place, pattern)];
        while let Some((place, pattern)) = todo.pop() {
            self.spend(1)?;
            match &pattern.kind {
                PatternKind::Wildcard | PatternKind::Bind(_) => {}
                PatternKind::Tuple(patterns) => {
                    let parts = self.parts(place)?;
                    todo.extend(parts.into_iter().zip(patterns).rev());
                }
                PatternKind::Record(fields) => {
                    let parts = self.parts(place)?;
                    let inner = fields.iter().rev().filter_map(|(index, inner)| Some((*parts.get(*index)?, inner)));
                    todo.extend(inner);
                }
                _ => row.tests.push((place, pattern)),
            }
        }
        Ok(())
    }

    /// The parts of a tuple or record, made when they are first asked for.
    fn parts(&mut self, place: PlaceId) -> Result<Vec<PlaceId>, TooLarge> {
        if self.places[place].parts.is_empty() {
            let types = match Shape::of(self.types, &self.places[place].ty) {
                Shape::Tuple(types) => types,
                Shape::Record { fields, .. } => fields.into_iter().map(|(_, ty)| ty).collect(),
                _ => Vec::new(),
            };
            self.places[place].parts = self.new_places(&types)?;
        }
        Ok(self.places[place].parts.clone())
    }

    /// New places; they stay to the end, so that a place's parts are good in every branch.
    fn new_places(&mut self, types: &[Type]) -> Result<Vec<PlaceId>, TooLarge> {
        self.spend(types.len())?;
        let first = self.places.len();
        self.places.extend(types.iter().map(|ty| Place {
            ty: base(self.types, ty),
            known: Vec::new(),
            parts: Vec::new(),
        }));
        Ok((first..self.places.len()).collect())
    }

    /// All constructors of a place's type; `None` if they can't be listed.
    fn signature(&self, place: PlaceId) -> Option<Vec<Constructor<'a>>> {
        match &self.places[place].ty {
            Type::Bool => Some(vec![Constructor::Bool(false), Constructor::Bool(true)]),
            Type::Option(_) => Some(vec![Constructor::None, Constructor::Some]),
            Type::Named(id, _) => match &self.types.type_def(*id).kind {
                TypeKind::Union(cases) => Some((0..cases.len()).map(Constructor::Case).collect()),
                _ => None,
            },
            _ => None,
        }
    }

    /// The types of what is inside a constructor.
    fn part_types(&self, place: PlaceId, constructor: Constructor) -> Vec<Type> {
        match (&self.places[place].ty, constructor) {
            (Type::Option(item), Constructor::Some) => vec![Type::clone(item)],
            (Type::Named(id, args), Constructor::Case(case)) => match &self.types.type_def(*id).kind {
                TypeKind::Union(cases) => {
                    let fields = cases.get(case).map_or(&[][..], |case| &case.fields);
                    fields.iter().map(|field| field.ty.substitute(args)).collect()
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// No row is left: what is known of the places describes values that are missing.
    fn miss(&mut self) {
        if self.missing.len() >= WITNESS_LIMIT {
            self.more = true;
            return;
        }
        for text in witness::render(self.types, &self.places, WITNESS_LIMIT + 1) {
            if self.missing.contains(&text) {
                continue;
            }
            if self.missing.len() >= WITNESS_LIMIT {
                self.more = true;
                return;
            }
            self.missing.push(text);
        }
    }

    fn spend(&mut self, work: usize) -> Result<(), TooLarge> {
        self.work += work;
        if self.work > WORK_LIMIT { Err(TooLarge) } else { Ok(()) }
    }

    fn report(self) -> Report {
        let unreachable: Vec<usize> = (0..self.arms.len()).filter(|arm| !self.reached.contains(arm)).collect();
        let mut redundant = Vec::new();
        for (arm, (pattern, _)) in self.arms.iter().enumerate() {
            if self.reached.contains(&arm) {
                unchosen(pattern, &self.chosen, &mut redundant);
            }
        }
        Report { missing: self.missing, more: self.more, unreachable, redundant }
    }
}

/// A type with its outermost conditions removed.
pub(super) fn base<D: TypeDefs + ?Sized>(types: &D, ty: &Type) -> Type {
    let mut ty = ty.clone();
    while let Type::Named(id, args) = &ty {
        let TypeKind::Refined { base, .. } = &types.type_def(*id).kind else { break };
        ty = base.substitute(args);
    }
    ty
}

/// Whether a pattern, or an alternative in it, is one of a tuple or record.
fn is_product(pattern: &Pattern) -> bool {
    match &pattern.kind {
        PatternKind::Tuple(_) | PatternKind::Record(_) => true,
        PatternKind::Or(alternatives) => alternatives.iter().any(is_product),
        _ => false,
    }
}

/// The constructor that a pattern asks for; `None` if it is not one that can fail by itself.
fn constructor(pattern: &Pattern) -> Option<Constructor<'_>> {
    Some(match &pattern.kind {
        PatternKind::Bool(value) => Constructor::Bool(*value),
        PatternKind::Int(value) => Constructor::Int(*value),
        PatternKind::Float(value) => Constructor::Float(if *value == 0.0 { 0 } else { value.to_bits() }),
        PatternKind::Decimal(value) => Constructor::Decimal(*value),
        PatternKind::Duration(value) => Constructor::Duration(*value),
        PatternKind::Text(value) => Constructor::Text(value),
        PatternKind::Case(case, _) => Constructor::Case(*case),
        PatternKind::None => Constructor::None,
        PatternKind::Some(_) => Constructor::Some,
        _ => return None,
    })
}

/// Collects the outermost alternatives that were never chosen on the way to a leaf.
fn unchosen(pattern: &Pattern, chosen: &FxHashSet<*const Pattern>, found: &mut Vec<dot_syntax::Span>) {
    match &pattern.kind {
        PatternKind::Or(alternatives) => {
            for alternative in alternatives {
                if chosen.contains(&std::ptr::from_ref(alternative)) {
                    unchosen(alternative, chosen, found);
                } else {
                    found.push(alternative.span);
                }
            }
        }
        PatternKind::Tuple(parts) => parts.iter().for_each(|part| unchosen(part, chosen, found)),
        PatternKind::Record(fields) | PatternKind::Case(_, fields) => {
            fields.iter().for_each(|(_, part)| unchosen(part, chosen, found));
        }
        PatternKind::Some(inner) => unchosen(inner, chosen, found),
        _ => {}
    }
}
