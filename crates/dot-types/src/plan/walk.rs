//! The walk through a body that finds its calls, in the order of evaluation.

use std::collections::{BTreeMap, BTreeSet};

use dot_abi::manifest::Class;
use dot_syntax::Span;

use super::{Call, Group, GroupKind, Place, Step};
use crate::messages::steps::reason;
use crate::program::{
    Clause, DotCall, Expr, ExprKind, FanOut, Function, FunctionId, FunctionKind, LocalId, PatternKind, Program,
    Statement, StatementKind,
};
use crate::steps::order::{has_steps, why_in_order};
use crate::walk::{each_child, each_in_statement};

/// Anonymous dots stand in each other as deep as the source nests; deeper ones are left out.
const MAX_DEPTH: usize = 32;

/// What a body does.
pub(super) fn steps(program: &Program, function: &Function) -> Vec<Step> {
    inside(program, function, 0)
}

fn inside(program: &Program, function: &Function, depth: usize) -> Vec<Step> {
    let Some(body) = function.body.as_ref().filter(|_| depth < MAX_DEPTH) else { return Vec::new() };
    let mut walk = Walk { program, depth, state: State::default(), awaited: BTreeMap::new() };
    let mut steps = Vec::new();
    walk.expr(body, &mut steps);
    walk.set_awaited(&mut steps);
    steps
}

/// What is known at a place of the walk.
#[derive(Clone, Default)]
struct State {
    /// The calls that were started on the way here, with their classes.
    started: BTreeMap<u32, Class>,
    /// Those whose results were awaited.
    ended: BTreeSet<u32>,
    /// Which of them each had waited for.
    before: BTreeMap<u32, BTreeSet<u32>>,
    /// The calls behind pending names.
    pending: Vec<(LocalId, u32)>,
    /// The calls of the `parallel` around: they do not wait for each other.
    parts: BTreeSet<u32>,
    is_part: bool,
}

struct Walk<'p> {
    program: &'p Program,
    depth: usize,
    state: State,
    /// Where calls are awaited that are not awaited where they stand.
    awaited: BTreeMap<u32, Span>,
}

impl Walk<'_> {
    fn expr(&mut self, expr: &Expr, steps: &mut Vec<Step>) {
        match &expr.kind {
            ExprKind::Local(local) => self.mention(*local, expr.span),
            ExprKind::Lambda(lambda) => lambda.captures.iter().for_each(|&local| self.mention(local, expr.span)),
            ExprKind::CallDot(call) => {
                let number = self.start(call, expr.span, steps);
                self.state.ended.insert(number);
            }
            ExprKind::CallsOf(_) => self.await_all(),
            ExprKind::Parallel(parts) => self.parts(parts, expr.span, steps),
            ExprKind::Comprehension { clauses, body, fan_out } => {
                self.comprehension(clauses, body, *fan_out, expr.span, steps);
            }
            ExprKind::Block(statements, last) => {
                for statement in statements {
                    self.statement(statement, steps);
                }
                last.iter().for_each(|last| self.expr(last, steps));
            }
            ExprKind::If { condition, then, otherwise } => {
                self.expr(condition, steps);
                self.branches(std::iter::once(&**then).chain(otherwise.as_deref()), steps);
            }
            ExprKind::Match { subject, arms } => {
                self.expr(subject, steps);
                self.branches(arms.iter().flat_map(|arm| arm.guard.iter().chain([&arm.body])), steps);
            }
            ExprKind::And(left, right) | ExprKind::Or(left, right) => {
                self.expr(left, steps);
                self.branches(std::iter::once(&**right), steps);
            }
            _ => self.operands(expr, steps),
        }
    }

    /// Operands that are calls start from left to right, and are then awaited.
    fn operands(&mut self, expr: &Expr, steps: &mut Vec<Step>) {
        let mut started = Vec::new();
        each_child(expr, &mut |child| match core_call(child) {
            Some((call, span)) => started.push(self.start(call, span, steps)),
            None => self.expr(child, steps),
        });
        self.state.ended.extend(started);
    }

    /// Starts a call, behind its arguments.
    fn start(&mut self, call: &DotCall, span: Span, steps: &mut Vec<Step>) -> u32 {
        let mut started = Vec::new();
        for part in &call.args {
            match core_call(&part.value) {
                Some((inner, span)) => started.push(self.start(inner, span, steps)),
                None => self.expr(&part.value, steps),
            }
        }
        self.state.ended.extend(started);
        let callee = self.program.function(call.function);
        // The clock and random numbers wait for every earlier call, as what waits or writes does.
        let waits = self.waits_for(if is_ordered(callee) { Class::Wait } else { callee.class });
        let covered: BTreeSet<u32> =
            waits.iter().filter_map(|number| self.state.before.get(number)).flatten().copied().collect();
        let after = waits.difference(&covered).copied().collect();
        self.state.before.insert(call.number, waits);
        self.state.started.insert(call.number, callee.class);
        if self.state.is_part {
            self.state.parts.insert(call.number);
        }
        let inside = match callee.kind {
            FunctionKind::Anonymous => inside(self.program, callee, self.depth + 1),
            FunctionKind::Race => self.alternatives(callee),
            _ => Vec::new(),
        };
        steps.push(Step::Call(Call {
            number: call.number,
            name: callee.name.to_string(),
            class: callee.class,
            policies: callee.policies.clone(),
            is_try: call.is_try,
            at: self.place(span),
            after,
            awaited: None,
            inside,
        }));
        call.number
    }

    /// The calls that have ended when a call of a class starts: those that were awaited, and those that the law asks for.
    fn waits_for(&self, class: Class) -> BTreeSet<u32> {
        let asked = |earlier: Class| match class {
            Class::Pure | Class::Note => false,
            Class::Read => earlier >= Class::Wait,
            Class::Wait | Class::Write => true,
        };
        let earlier = self.state.started.iter().filter(|(number, _)| !self.state.parts.contains(number));
        let by_law = earlier.filter(|(_, earlier)| asked(**earlier)).map(|(number, _)| *number);
        self.state.ended.iter().copied().chain(by_law).collect()
    }

    fn mention(&mut self, local: LocalId, span: Span) {
        if let Some(index) = self.state.pending.iter().position(|(pending, _)| *pending == local) {
            let (_, number) = self.state.pending.remove(index);
            self.state.ended.insert(number);
            self.awaited.entry(number).or_insert(span);
        }
    }

    fn await_all(&mut self) {
        self.state.pending.clear();
        self.state.ended.extend(self.state.started.keys());
    }

    fn statement(&mut self, statement: &Statement, steps: &mut Vec<Step>) {
        match &statement.kind {
            StatementKind::Let { pattern, value, pending: true, .. } => {
                if let (PatternKind::Bind(local), Some((call, span))) = (&pattern.kind, core_call(value)) {
                    let number = self.start(call, span, steps);
                    self.state.pending.push((*local, number));
                }
            }
            StatementKind::For { iterable, body, .. } => {
                self.expr(iterable, steps);
                self.group(GroupKind::Loop, None, statement.span, steps, |walk, steps| walk.expr(body, steps));
            }
            StatementKind::While { condition, body } => {
                self.group(GroupKind::Loop, None, statement.span, steps, |walk, steps| {
                    walk.expr(condition, steps);
                    walk.expr(body, steps);
                });
            }
            _ => {
                let mut started = Vec::new();
                each_in_statement(statement, &mut |child| match core_call(child) {
                    Some((call, span)) => started.push(self.start(call, span, steps)),
                    None => self.expr(child, steps),
                });
                self.state.ended.extend(started);
            }
        }
    }

    fn parts(&mut self, parts: &[Expr], span: Span, steps: &mut Vec<Step>) {
        self.group(GroupKind::Parts, None, span, steps, |walk, steps| {
            let outer = (std::mem::replace(&mut walk.state.is_part, true), std::mem::take(&mut walk.state.parts));
            let mut started = Vec::new();
            for part in parts {
                match &part.kind {
                    ExprKind::CallDot(call) => started.push(walk.start(call, part.span, steps)),
                    _ => walk.expr(part, steps),
                }
            }
            walk.state.ended.extend(started);
            (walk.state.is_part, walk.state.parts) = outer;
        });
    }

    fn comprehension(&mut self, clauses: &[Clause], body: &Expr, fan_out: FanOut, span: Span, steps: &mut Vec<Step>) {
        if let Some(Clause::For(_, first)) = clauses.first() {
            self.expr(first, steps);
        }
        let program = self.program;
        let (kind, why) = match fan_out {
            FanOut::Overlap => (GroupKind::Overlap, None),
            FanOut::Parallel => (GroupKind::Parallel, None),
            FanOut::InOrder => {
                let why = has_steps(body).then(|| why_in_order(clauses, body, &program.functions, &program.constants));
                (GroupKind::InOrder, why.flatten().map(|why| reason(&why)))
            }
        };
        self.group(kind, why, span, steps, |walk, steps| {
            for Clause::For(_, expr) | Clause::If(expr) in clauses.iter().skip(1) {
                walk.expr(expr, steps);
            }
            walk.expr(body, steps);
        });
    }

    /// The parts of a race.
    fn alternatives(&self, race: &Function) -> Vec<Step> {
        let part = |part: &FunctionId| {
            let function = self.program.function(*part);
            let steps = inside(self.program, function, self.depth + 1);
            Step::Group(Group { group: GroupKind::Alternative, why: None, at: self.place(function.span), steps })
        };
        race.alternatives.iter().map(part).collect()
    }

    /// Branches: none of them sees what another has started.
    fn branches<'e>(&mut self, branches: impl Iterator<Item = &'e Expr>, steps: &mut Vec<Step>) {
        let before = self.state.clone();
        let mut after = before.clone();
        for branch in branches {
            self.state = before.clone();
            self.group(GroupKind::Branch, None, branch.span, steps, |walk, steps| walk.expr(branch, steps));
            after.started.extend(std::mem::take(&mut self.state.started));
            after.ended.extend(std::mem::take(&mut self.state.ended));
            after.before.extend(std::mem::take(&mut self.state.before));
            let left = std::mem::take(&mut self.state.pending);
            after.pending.retain(|pending| left.contains(pending));
        }
        self.state = after;
    }

    /// Calls that belong together; no group is made of none.
    fn group(
        &mut self,
        group: GroupKind,
        why: Option<String>,
        span: Span,
        steps: &mut Vec<Step>,
        body: impl FnOnce(&mut Self, &mut Vec<Step>),
    ) {
        let mut inner = Vec::new();
        let outer: Vec<LocalId> = self.state.pending.iter().map(|(local, _)| *local).collect();
        body(self, &mut inner);
        // What was never mentioned is settled at the end of its block.
        let all = std::mem::take(&mut self.state.pending);
        let (kept, left): (Vec<_>, Vec<_>) = all.into_iter().partition(|(local, _)| outer.contains(local));
        self.state.pending = kept;
        self.state.ended.extend(left.iter().map(|(_, number)| number));
        if !inner.is_empty() {
            steps.push(Step::Group(Group { group, why, at: self.place(span), steps: inner }));
        }
    }

    /// Says of each call where it is awaited.
    fn set_awaited(&self, steps: &mut [Step]) {
        for step in steps {
            match step {
                Step::Call(call) => call.awaited = self.awaited.get(&call.number).map(|&span| self.place(span)),
                Step::Group(group) => self.set_awaited(&mut group.steps),
            }
        }
    }

    fn place(&self, span: Span) -> Place {
        let file = self.program.files.get(span.file.0 as usize);
        let before = file.and_then(|file| file.text.get(..span.start as usize)).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Place {
            file: file.map(|file| file.name.clone()).unwrap_or_default(),
            line: count(before.matches('\n').count() + 1),
            column: count(before[line_start..].chars().count() + 1),
        }
    }
}

/// Whether it is a native dot of the clock or of random numbers.
fn is_ordered(callee: &Function) -> bool {
    callee.kind == FunctionKind::NativeDot && callee.uses.iter().any(|name| matches!(name.as_str(), "time" | "random"))
}

/// The call of a pending `let` or an operand, which may have fields and conversions around it.
fn core_call(value: &Expr) -> Option<(&DotCall, Span)> {
    match &value.kind {
        ExprKind::CallDot(call) => Some((call, value.span)),
        ExprKind::Field(inner, _) | ExprKind::Some(inner) | ExprKind::Widen(inner) => core_call(inner),
        _ => None,
    }
}
