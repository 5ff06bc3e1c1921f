//! Assignments: to variables and to places inside of them.
//!
//! On the way down each container is made unique where it is. One that lies in a map, or that an
//! insertion consumes, is taken out of the one around it and put back on the way up. A container that
//! nothing else refers to is changed in place.

use dot_abi::native::Native;
use dot_abi::types::{TypeDesc, TypeRef};
use dot_syntax::Span;
use dot_types::program::{BinaryOp, Expr, ExprKind, Place, StepKind};

use super::functions::{Body, Variable};
use crate::core::{Atom, Local, Op, SiteRef, Statement};

/// A step with its index evaluated.
#[derive(Clone, Copy)]
enum Step {
    Field(u32),
    Item(Atom, SiteRef),
    Entry(Atom, SiteRef),
}

/// A container on the way to a place.
#[derive(Clone, Copy)]
struct Container {
    local: Local,
    /// It was taken out of the one around it, or out of the variable.
    is_taken: bool,
}

impl<'p> Body<'_, 'p> {
    /// `x = e`, `xs[i].f = e`
    pub(super) fn lower_assign(&mut self, place: &'p Place, value: &'p Expr) {
        let (steps, value) = self.steps_and_value(std::slice::from_ref(place), Some(value));
        self.write(place, &steps[0], value);
    }

    /// `xs[i].f += e`: the old value is read before the new one is computed.
    pub(super) fn lower_assign_op(&mut self, span: Span, place: &'p Place, op: BinaryOp, value: &'p Expr) {
        let Some(variable) = self.place_variable(place) else { return };
        let (steps, _) = self.steps_and_value(std::slice::from_ref(place), None);
        let mut steps = steps.into_iter().next().unwrap_or_default();
        // What the value assigns must not change the indices or the old value.
        let indices: Vec<(usize, Atom)> =
            steps.iter().enumerate().filter_map(|(i, step)| Some((i, step.atom()?))).collect();
        let mut kept: Vec<Atom> = indices.iter().map(|(_, atom)| *atom).collect();
        let mut seen: Vec<(usize, u32)> = kept.iter().map(|&atom| (self.position(), self.version(atom))).collect();
        let old = self.read(place, variable, &steps);
        kept.push(old);
        seen.push((self.position(), self.version(old)));
        let before = self.version(Atom::Local(variable));
        let operand = self.atom(value);
        let unchanged = self.version(Atom::Local(variable)) == before;
        self.keep(&mut kept, &seen);
        let old = kept.pop().unwrap_or(old);
        for ((index, _), atom) in indices.into_iter().zip(kept) {
            steps[index].set_atom(atom);
        }
        let types = (self.closed(&place.ty), self.closed(&value.ty));
        let combine = |body: &mut Self, old: Atom| {
            let op = body.binary(span, op, (old, types.0), (operand, types.1));
            Atom::Local(body.let_(types.0, op))
        };
        if unchanged && self.unit.types.table().is_counted(types.0) {
            // The old value is taken out, so that it can be changed in place.
            self.change(place, &steps, combine);
        } else {
            let value = combine(self, old);
            self.write(place, &steps, value);
        }
    }

    /// `(a, b) = e`
    pub(super) fn lower_assign_tuple(&mut self, places: &'p [Place], value: &'p Expr) {
        if let ExprKind::Tuple(items) = &value.kind {
            let (steps, _) = self.steps_and_value(places, None);
            let steps = self.settled(steps);
            let values = self.atoms(items);
            let values: Vec<Atom> = values.into_iter().map(|atom| self.stable(atom)).collect();
            for ((place, steps), value) in places.iter().zip(&steps).zip(values) {
                self.write(place, steps, value);
            }
            return;
        }
        let ty = self.closed(&value.ty);
        let (steps, tuple) = self.steps_and_value(places, Some(value));
        let steps = self.settled(steps);
        let tuple = self.stable(tuple);
        let tuple = self.local_of(tuple, ty);
        for (index, (place, steps)) in places.iter().zip(&steps).enumerate() {
            let ty = self.closed(&place.ty);
            let part = self.let_(ty, Op::Field(tuple, 0, index as u32));
            self.write(place, steps, Atom::Local(part));
        }
    }

    /// Copies of the indices that are variables: one of the places may be such a variable.
    fn settled(&mut self, mut steps: Vec<Vec<Step>>) -> Vec<Vec<Step>> {
        for step in steps.iter_mut().flatten() {
            if let Some(atom) = step.atom() {
                step.set_atom(self.stable(atom));
            }
        }
        steps
    }

    /// Evaluates the indices of places, then a value.
    fn steps_and_value(&mut self, places: &'p [Place], value: Option<&'p Expr>) -> (Vec<Vec<Step>>, Atom) {
        let indices = places.iter().flat_map(|place| &place.steps).filter_map(|step| match &step.kind {
            StepKind::Index(index) => Some(index),
            StepKind::Field(_) => None,
        });
        let atoms = self.atoms(indices.chain(value));
        let mut rest = atoms.iter().copied();
        let mut all = Vec::new();
        for place in places {
            let mut ty = self.closed(&self.source.locals[place.local.0 as usize].ty);
            let mut steps = Vec::new();
            for step in &place.steps {
                let site = self.site(step.span);
                let is_map = matches!(self.unit.types.desc(ty), TypeDesc::Map { .. });
                steps.push(match &step.kind {
                    StepKind::Field(index) => Step::Field(*index as u32),
                    StepKind::Index(_) if is_map => Step::Entry(rest.next().unwrap_or(Atom::Unit), site),
                    StepKind::Index(_) => Step::Item(rest.next().unwrap_or(Atom::Unit), site),
                });
                ty = self.closed(&step.ty);
            }
            all.push(steps);
        }
        (all, rest.next().unwrap_or(Atom::Unit))
    }

    fn place_variable(&mut self, place: &Place) -> Option<Local> {
        match self.variables.get(&place.local) {
            Some(Variable::Atom(Atom::Local(local))) => Some(*local),
            _ => {
                if !self.is_dead() {
                    self.unit.internal(place.span, "an assignment to something that is no variable");
                }
                None
            }
        }
    }

    /// The value at a place.
    fn read(&mut self, place: &'p Place, variable: Local, steps: &[Step]) -> Atom {
        let mut value = variable;
        for (step, source) in steps.iter().zip(&place.steps) {
            let ty = self.closed(&source.ty);
            self.check_step(value, *step);
            let op = match *step {
                Step::Field(index) => Op::Field(value, 0, index),
                Step::Item(index, _) => Op::Item(value, index),
                Step::Entry(key, site) => Op::Entry(value, key, site),
            };
            value = self.let_(ty, op);
        }
        Atom::Local(value)
    }

    /// Replaces the value at a place.
    fn write(&mut self, place: &'p Place, steps: &[Step], value: Atom) {
        let Some(variable) = self.place_variable(place) else { return };
        let Some((last, inner)) = steps.split_last() else {
            return self.assign(variable, Op::Value(value));
        };
        // An insertion copies a shared map itself.
        let unique = !matches!(last, Step::Entry(..));
        let mut containers = self.take_down(variable, place, inner, unique);
        let Some(container) = containers.last_mut() else { return };
        let object = container.local;
        self.check_step(object, *last);
        match *last {
            Step::Field(index) => self.emit(Statement::SetField { object, index, value, drop_old: true }),
            Step::Item(index, _) => self.emit(Statement::SetItem { list: object, index, value, drop_old: true }),
            Step::Entry(key, site) => container.local = self.insert(object, key, value, site),
        }
        self.put_back(variable, inner, containers);
    }

    /// Takes the value out of a place and puts there what becomes of it.
    fn change(&mut self, place: &'p Place, steps: &[Step], new: impl FnOnce(&mut Self, Atom) -> Atom) {
        let Some(variable) = self.place_variable(place) else { return };
        let mut containers = match steps.split_last() {
            None => {
                let value = new(self, Atom::Local(variable));
                return self.assign(variable, Op::Value(value));
            }
            Some((_, inner)) => self.take_down(variable, place, inner, true),
        };
        let (Some(&container), Some(last)) = (containers.last(), steps.last()) else { return };
        let ty = self.closed(&place.ty);
        self.check_step(container.local, *last);
        let old = self.take(container.local, *last, ty);
        let value = new(self, Atom::Local(old));
        let value = self.local_of(value, ty);
        containers.push(Container { local: value, is_taken: true });
        self.put_back(variable, steps, containers);
    }

    /// Makes the variable's object unique and those that the steps lead to; the last one only if asked for.
    fn take_down(&mut self, variable: Local, place: &'p Place, steps: &[Step], unique_last: bool) -> Vec<Container> {
        let is_unique = unique_last || !steps.is_empty();
        let outermost = if is_unique { self.unique(variable) } else { variable };
        let mut containers = vec![Container { local: outermost, is_taken: true }];
        let mut around = outermost;
        for (index, (step, source)) in steps.iter().zip(&place.steps).enumerate() {
            let ty = self.closed(&source.ty);
            let is_unique = unique_last || index + 1 < steps.len();
            self.check_step(around, *step);
            let in_place = if is_unique { step.unique_in(around) } else { None };
            let container = match in_place {
                Some(op) => Container { local: self.let_(ty, op), is_taken: false },
                None => {
                    let taken = self.take(around, *step, ty);
                    Container { local: if is_unique { self.unique(taken) } else { taken }, is_taken: true }
                }
            };
            around = container.local;
            containers.push(container);
        }
        containers
    }

    fn unique(&mut self, object: Local) -> Local {
        self.let_(self.type_of(object), Op::MakeUnique(Atom::Local(object)))
    }

    /// Ends the activation if a step leads to an item that is not there.
    fn check_step(&mut self, container: Local, step: Step) {
        if let Step::Item(index, site) = step {
            self.emit(Statement::CheckIndex(container, index, site));
        }
    }

    fn take(&mut self, container: Local, step: Step, ty: TypeRef) -> Local {
        let op = match step {
            Step::Field(index) => Op::TakeField(container, index),
            Step::Item(index, _) => Op::TakeItem(container, index),
            Step::Entry(key, site) => Op::TakeEntry(container, key, site),
        };
        self.let_(ty, op)
    }

    /// Puts each container that was taken back into the one around it, and the outermost into the variable.
    fn put_back(&mut self, variable: Local, steps: &[Step], mut containers: Vec<Container>) {
        for step in steps.iter().rev() {
            let (Some(child), Some(around)) = (containers.pop(), containers.last()) else { return };
            if !child.is_taken {
                continue;
            }
            let (object, value) = (around.local, Atom::Local(child.local));
            self.emit(match *step {
                Step::Field(index) => Statement::SetField { object, index, value, drop_old: false },
                Step::Item(index, _) => Statement::SetItem { list: object, index, value, drop_old: false },
                Step::Entry(key, _) => Statement::PutEntry { map: object, key, value },
            });
        }
        if let Some(outermost) = containers.pop() {
            self.assign(variable, Op::Value(Atom::Local(outermost.local)));
        }
    }

    fn insert(&mut self, map: Local, key: Atom, value: Atom, site: SiteRef) -> Local {
        let ty = self.type_of(map);
        let types = match self.unit.types.desc(ty) {
            TypeDesc::Map { key, value } => vec![*key, *value],
            _ => Vec::new(),
        };
        self.let_(ty, Op::Native(Native::MapInsert, types, vec![Atom::Local(map), key, value], site))
    }
}

impl Step {
    fn atom(&self) -> Option<Atom> {
        match self {
            Step::Field(_) => None,
            Step::Item(atom, _) | Step::Entry(atom, _) => Some(*atom),
        }
    }

    /// What the step leads to, made unique inside of the container; the values of maps have no such form.
    fn unique_in(&self, container: Local) -> Option<Op> {
        match *self {
            Step::Field(index) => Some(Op::UniqueField(container, index)),
            Step::Item(index, _) => Some(Op::UniqueItem(container, index)),
            Step::Entry(..) => None,
        }
    }

    fn set_atom(&mut self, new: Atom) {
        match self {
            Step::Field(_) => {}
            Step::Item(atom, _) | Step::Entry(atom, _) => *atom = new,
        }
    }
}
