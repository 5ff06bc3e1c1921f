//! Patterns: `match`, `is`, `let`, the variables of loops.
//!
//! Arms are tried in order, as rows of tests. Neighbouring rows that test the same value for its case
//! share one switch; a row that does not match falls through to the rows behind it. No row is
//! written twice, so code grows with the source and not with its combinations (the backtracking
//! automata of Augustsson, "Compiling pattern matching", 1985).

use std::collections::VecDeque;

use dot_abi::types::{TypeDesc, TypeRef};
use dot_types::program::{Arm, Expr, ExprKind, LocalId, Pattern, PatternKind};

use super::functions::{Body, Dest};
use crate::core::{Atom, Comparison, Label, Local, Op};

/// In the cache of parts: the value of an option.
const SOME: u32 = u32::MAX;

/// What is left to test of an arm.
struct Row<'p> {
    /// Values and what they must match.
    tests: VecDeque<(Atom, &'p Pattern)>,
    /// Variables and their values, once everything matches.
    bound: Vec<(LocalId, Atom)>,
    /// The arm.
    arm: usize,
}

/// Rows that need the same cases of a value.
struct Group<'p> {
    cases: Vec<u32>,
    rows: VecDeque<Row<'p>>,
}

type Leaf<'l, 'a, 'p> = &'l mut dyn FnMut(&mut Body<'a, 'p>, &Row<'p>);

impl<'a, 'p> Body<'a, 'p> {
    /// `match`
    pub(super) fn lower_match(&mut self, expr: &'p Expr, subject: &'p Expr, arms: &'p [Arm], dest: Dest) {
        // A guard may put the map that was asked in another order.
        let guarded = arms.iter().any(|arm| arm.guard.is_some());
        let patterns = arms.iter().map(|arm| &arm.pattern);
        let subjects = if guarded { self.whole_subjects(subject, patterns) } else { self.subjects(subject, patterns) };
        self.labeled(|body, end| {
            let rows = arms.iter().enumerate().map(|(index, arm)| Row::new(&subjects, &arm.pattern, index));
            body.try_rows(rows.collect(), &mut |body, row| {
                body.bind_all(row);
                let arm = &arms[row.arm];
                let Some(guard) = &arm.guard else {
                    body.deliver(&arm.body, dest);
                    return body.leave(end);
                };
                body.labeled(|body, no| {
                    body.jump_unless(guard, no);
                    body.deliver(&arm.body, dest);
                    body.leave(end);
                });
            });
            body.unreachable(expr.span);
        });
    }

    /// `value is pattern`: jumps to the label if so.
    pub(super) fn jump_if_matches(&mut self, value: &'p Expr, pattern: &'p Pattern, label: Label) {
        let subjects = self.subjects(value, std::iter::once(pattern));
        self.try_pattern(&subjects, pattern, &mut |body| body.leave(label));
    }

    /// Evaluates what is matched. The parts of a tuple that nothing wants whole are not put together.
    pub(super) fn subjects(
        &mut self,
        value: &'p Expr,
        patterns: impl IntoIterator<Item = &'p Pattern, IntoIter: Clone>,
    ) -> Vec<Atom> {
        let patterns = patterns.into_iter();
        match self.found(value, patterns.clone()) {
            Some(option) => vec![Atom::Local(option)],
            None => self.whole_subjects(value, patterns),
        }
    }

    fn whole_subjects(&mut self, value: &'p Expr, mut patterns: impl Iterator<Item = &'p Pattern>) -> Vec<Atom> {
        let taken_apart = |pattern: &Pattern| matches!(pattern.kind, PatternKind::Tuple(_) | PatternKind::Wildcard);
        let atoms = match &value.kind {
            ExprKind::Tuple(items) if patterns.all(taken_apart) => self.atoms(items),
            _ => vec![self.atom(value)],
        };
        atoms.into_iter().map(|atom| self.stable(atom)).collect()
    }

    /// Runs `matched` with the pattern's variables bound if it matches; goes on behind otherwise.
    pub(super) fn try_pattern(&mut self, subjects: &[Atom], pattern: &'p Pattern, matched: &mut dyn FnMut(&mut Self)) {
        let row = Row::new(subjects, pattern, 0);
        self.try_rows(VecDeque::from([row]), &mut |body, row| {
            body.bind_all(row);
            matched(body);
        });
    }

    fn bind_all(&mut self, row: &Row<'p>) {
        for &(id, value) in &row.bound {
            self.bind(id, value);
        }
    }

    /// Runs `leaf` for the first row that matches; a leaf that comes to its end goes on with the rows behind.
    fn try_rows(&mut self, mut rows: VecDeque<Row<'p>>, leaf: Leaf<'_, 'a, 'p>) {
        while !self.is_dead()
            && let Some(mut row) = rows.pop_front()
        {
            self.simplify(&mut row);
            let Some((subject, pattern)) = row.tests.front().copied() else {
                leaf(self, &row);
                continue;
            };
            if let Some(cases) = cases_of(pattern) {
                let groups = self.group(subject, cases, row, &mut rows);
                self.try_groups(subject, pattern, groups, leaf);
                continue;
            }
            row.tests.pop_front();
            match &pattern.kind {
                PatternKind::Or(alternatives) => self.try_alternatives(subject, alternatives, row, leaf),
                _ => self.try_literal(subject, pattern, row, leaf),
            }
        }
    }

    /// Takes tuples, records and variables off the front of a row and everything that always matches.
    fn simplify(&mut self, row: &mut Row<'p>) {
        let mut kept = VecDeque::new();
        while let Some((subject, pattern)) = row.tests.pop_front() {
            match &pattern.kind {
                PatternKind::Wildcard => {}
                PatternKind::Bind(id) => row.bound.push((*id, subject)),
                PatternKind::Tuple(parts) => {
                    let parts = parts.iter().enumerate().filter(|(_, part)| !is_wildcard(part));
                    self.open(subject, pattern, 0, parts, row);
                }
                PatternKind::Record(fields) => {
                    let parts = fields.iter().map(|(index, part)| (*index, part));
                    self.open(subject, pattern, 0, parts.filter(|(_, part)| !is_wildcard(part)), row);
                }
                _ => kept.push_back((subject, pattern)),
            }
        }
        row.tests = kept;
    }

    /// Puts the tests of the fields of a value in front of a row's.
    fn open(
        &mut self,
        subject: Atom,
        pattern: &'p Pattern,
        case: u32,
        parts: impl IntoIterator<Item = (usize, &'p Pattern)>,
        row: &mut Row<'p>,
    ) {
        let mut tests = Vec::new();
        for (index, part) in parts {
            let ty = self.closed(&pattern.ty);
            let object = self.local_of(subject, ty);
            let value = self.part(object, case, index as u32, part);
            tests.push((Atom::Local(value), part));
        }
        for test in tests.into_iter().rev() {
            row.tests.push_front(test);
        }
    }

    /// A field of a value, or what is in an option, loaded once.
    fn part(&mut self, object: Local, case: u32, index: u32, pattern: &Pattern) -> Local {
        let key = (object, case, index);
        if let Some((_, known)) = self.parts.iter().find(|(known, _)| *known == key) {
            return *known;
        }
        let ty = self.closed(&pattern.ty);
        let value = match case {
            SOME => self.some_value(object, ty),
            _ => self.let_(ty, Op::Field(object, case, index)),
        };
        self.parts.push((key, value));
        value
    }

    /// The row and those behind it that can share its switch, by the cases that they want.
    fn group(
        &mut self,
        subject: Atom,
        cases: Vec<u32>,
        first: Row<'p>,
        rows: &mut VecDeque<Row<'p>>,
    ) -> Vec<Group<'p>> {
        let mut groups = vec![Group { cases, rows: VecDeque::from([first]) }];
        while let Some(mut row) = rows.pop_front() {
            self.simplify(&mut row);
            let wanted = row.tests.iter().position(|(other, _)| *other == subject);
            let cases = wanted.and_then(|index| cases_of(row.tests[index].1));
            let (Some(index), Some(cases)) = (wanted, cases) else {
                rows.push_front(row);
                break;
            };
            if let Some(test) = row.tests.remove(index) {
                row.tests.push_front(test);
            }
            if let Some(group) = groups.iter_mut().find(|group| group.cases == cases) {
                group.rows.push_back(row);
            } else if groups.iter().all(|group| group.cases.iter().all(|case| !cases.contains(case))) {
                groups.push(Group { cases, rows: VecDeque::from([row]) });
            } else {
                rows.push_front(row);
                break;
            }
        }
        groups
    }

    /// Branches on the cases of a value.
    fn try_groups(&mut self, subject: Atom, pattern: &'p Pattern, groups: Vec<Group<'p>>, leaf: Leaf<'_, 'a, 'p>) {
        let ty = self.closed(&pattern.ty);
        let known = match self.unit.types.desc(ty) {
            TypeDesc::Union { cases, .. } => cases.len(),
            _ => 2,
        };
        let on = self.local_of(subject, ty);
        let covered: usize = groups.iter().map(|group| group.cases.len()).sum();
        if covered == known && groups.len() == 1 {
            return groups.into_iter().for_each(|group| self.try_group(on, group, leaf));
        }
        if known == 2 && !matches!(self.unit.types.desc(ty), TypeDesc::Union { .. }) {
            return self.try_two(on, ty, groups, leaf);
        }
        let mut arms = Vec::new();
        for group in groups {
            let cases = group.cases.clone();
            let (block, end) = self.block(|body| body.try_group(on, group, leaf));
            arms.push((cases, block, end));
        }
        self.switch(on, arms, covered == known);
    }

    /// Branches on a truth value or an option.
    fn try_two(&mut self, on: Local, ty: TypeRef, groups: Vec<Group<'p>>, leaf: Leaf<'_, 'a, 'p>) {
        let condition = match self.unit.types.desc(ty) {
            TypeDesc::Option { .. } => self.is_some(on),
            _ => on,
        };
        let (mut yes, mut no) = (None, None);
        for group in groups {
            let side = if group.cases == [1] { &mut yes } else { &mut no };
            *side = Some(group);
        }
        let leaf = std::cell::RefCell::new(leaf);
        let side = |body: &mut Self, group: Option<Group<'p>>| {
            if let Some(group) = group {
                body.try_group(on, group, *leaf.borrow_mut());
            }
        };
        self.branch(Atom::Local(condition), |body| side(body, yes), |body| side(body, no));
    }

    /// Tests the rows of a group, whose case is known.
    fn try_group(&mut self, on: Local, mut group: Group<'p>, leaf: Leaf<'_, 'a, 'p>) {
        for row in &mut group.rows {
            let Some((_, pattern)) = row.tests.pop_front() else { continue };
            match &pattern.kind {
                PatternKind::Case(case, fields) => {
                    let parts = fields.iter().map(|(index, part)| (*index, part));
                    let parts = parts.filter(|(_, part)| !is_wildcard(part));
                    self.open(Atom::Local(on), pattern, *case as u32, parts, row);
                }
                PatternKind::Some(part) if !is_wildcard(part) => {
                    self.open(Atom::Local(on), pattern, SOME, [(0, &**part)], row);
                }
                _ => {}
            }
        }
        self.try_rows(group.rows, leaf);
    }

    fn try_literal(&mut self, subject: Atom, pattern: &'p Pattern, row: Row<'p>, leaf: Leaf<'_, 'a, 'p>) {
        let literal = match &pattern.kind {
            PatternKind::Int(value) | PatternKind::Duration(value) => Atom::Int(*value),
            PatternKind::Float(value) => Atom::Float(*value),
            PatternKind::Decimal(value) => self.decimal(*value),
            PatternKind::Text(text) => Atom::Text(self.text(text)),
            _ => return self.unit.internal(pattern.span, "a pattern that tests nothing"),
        };
        let (ty, bool) = (self.closed(&pattern.ty), self.bool());
        let base = self.unit.types.table().base(ty);
        let equal = self.let_(bool, Op::Compare(Comparison::Equal, base, subject, literal));
        self.branch(Atom::Local(equal), |body| body.try_rows(VecDeque::from([row]), leaf), |_| {});
    }

    /// Tests alternatives one by one; those that match bind the same variables.
    fn try_alternatives(
        &mut self,
        subject: Atom,
        alternatives: &'p [Pattern],
        mut row: Row<'p>,
        leaf: Leaf<'_, 'a, 'p>,
    ) {
        let mut names = Vec::new();
        alternatives.iter().take(1).for_each(|pattern| variables_of(pattern, &mut names));
        let shared: Vec<(LocalId, Local)> = names.into_iter().map(|id| (id, self.shared_variable(id))).collect();
        self.labeled(|body, no| {
            body.labeled(|body, yes| {
                for alternative in alternatives {
                    let one = Row::new(&[subject], alternative, 0);
                    body.try_rows(VecDeque::from([one]), &mut |body, one| {
                        for &(id, value) in &one.bound {
                            if let Some((_, local)) = shared.iter().find(|(known, _)| *known == id) {
                                body.assign(*local, Op::Value(value));
                            }
                        }
                        body.leave(yes);
                    });
                }
                body.leave(no);
            });
            row.bound.extend(shared.iter().map(|&(id, local)| (id, Atom::Local(local))));
            body.try_rows(VecDeque::from([row]), leaf);
        });
    }

    fn shared_variable(&mut self, id: LocalId) -> Local {
        let ty = self.closed(&self.source.locals[id.0 as usize].ty);
        self.local(ty)
    }
}

impl<'p> Row<'p> {
    fn new(subjects: &[Atom], pattern: &'p Pattern, arm: usize) -> Row<'p> {
        let tests = match (subjects, &pattern.kind) {
            ([subject], _) => VecDeque::from([(*subject, pattern)]),
            (_, PatternKind::Tuple(parts)) => subjects.iter().copied().zip(parts).collect(),
            _ => VecDeque::new(),
        };
        Row { tests, bound: Vec::new(), arm }
    }
}

/// The cases that a pattern wants, if it is about the case alone; `None` and `false` are 0, `Some` and `true` are 1.
fn cases_of(pattern: &Pattern) -> Option<Vec<u32>> {
    match &pattern.kind {
        PatternKind::Case(case, _) => Some(vec![*case as u32]),
        PatternKind::None => Some(vec![0]),
        PatternKind::Some(_) => Some(vec![1]),
        PatternKind::Bool(value) => Some(vec![u32::from(*value)]),
        PatternKind::Or(alternatives) => {
            let mut cases = Vec::new();
            for alternative in alternatives {
                let plain = match &alternative.kind {
                    PatternKind::Case(_, fields) => fields.iter().all(|(_, part)| is_wildcard(part)),
                    PatternKind::Some(part) => is_wildcard(part),
                    PatternKind::None | PatternKind::Bool(_) | PatternKind::Or(_) => true,
                    _ => false,
                };
                cases.extend(cases_of(alternative).filter(|_| plain)?);
            }
            cases.sort_unstable();
            cases.dedup();
            Some(cases)
        }
        _ => None,
    }
}

fn is_wildcard(pattern: &Pattern) -> bool {
    matches!(pattern.kind, PatternKind::Wildcard)
}

/// The variables that a pattern binds.
fn variables_of(pattern: &Pattern, out: &mut Vec<LocalId>) {
    match &pattern.kind {
        PatternKind::Bind(id) => out.push(*id),
        PatternKind::Tuple(parts) => parts.iter().for_each(|part| variables_of(part, out)),
        PatternKind::Record(fields) | PatternKind::Case(_, fields) => {
            fields.iter().for_each(|(_, part)| variables_of(part, out));
        }
        PatternKind::Some(part) => variables_of(part, out),
        PatternKind::Or(alternatives) => alternatives.iter().take(1).for_each(|one| variables_of(one, out)),
        _ => {}
    }
}
