//! Calls, and what overlaps: comprehensions, `parallel`, `try`.

use super::{Class, Generator, Place, Signature, Ty};

/// How many turns a comprehension or loop takes at most.
const TURNS: u64 = 4;

impl Generator {
    /// A call of a dot or of the world that gives a type, if one can be afforded. `() `is not given by any.
    pub(super) fn call(&mut self, ty: Ty, depth: u32) -> Option<String> {
        if !self.place.calls || self.fuel <= 0 {
            return None;
        }
        let class = self.class;
        let mut known: Vec<Signature> =
            self.dots.iter().filter(|dot| dot.result == ty && dot.class <= class).cloned().collect();
        known.extend(self.recursion.clone().filter(|dot| dot.result == ty && self.times == 1));
        if ty == Ty::Int && (known.is_empty() || self.percent(55)) {
            return self.operation(depth);
        }
        let dot = self.pick(&known)?;
        if !self.afford(dot.calls) {
            return None;
        }
        let recursive = self.recursion.as_ref().is_some_and(|own| own.name == dot.name);
        let mut args = Vec::new();
        if recursive {
            self.recursion = None;
            args.push("fuel - 1".to_owned());
        } else if dot.fueled {
            args.push(self.below(3).to_string());
        }
        for param in dot.params {
            args.push(self.expr(param, depth.min(2)));
        }
        Some(format!("{}({})", dot.name, args.join(", ")))
    }

    /// An operation of the world that gives a number.
    fn operation(&mut self, depth: u32) -> Option<String> {
        let classes = [Class::Pure, Class::Read, Class::Wait, Class::Write];
        let classes: Vec<Class> = classes.into_iter().filter(|class| *class <= self.class).collect();
        if !self.afford(1) {
            return None;
        }
        let name = match self.pick(&classes)? {
            Class::Pure | Class::Note => "pure",
            Class::Read => "read",
            Class::Wait => "wait",
            Class::Write => "write",
        };
        let arg = self.expr(Ty::Int, depth.min(1));
        Some(format!("world.{name}({arg})"))
    }

    /// What may stand in an activation of its own: no control leaves it, nothing outside is assigned.
    fn anonymous() -> Place {
        Place { calls: true, ..Place::default() }
    }

    /// `[e for x in xs if c]` and its kin, as a list of numbers. Behind the first `for` of a `parallel`, no clause calls a dot.
    pub(super) fn comprehension(&mut self, depth: u32) -> String {
        let is_parallel = self.place.calls && self.percent(15);
        let parallel = if is_parallel { "parallel " } else { "" };
        let place = Self::anonymous();
        self.at(place, |this| {
            let mut clauses = this.for_clause(depth);
            this.place.calls = !is_parallel;
            let mut turns = TURNS;
            if this.percent(25) {
                clauses.push_str(&this.for_clause(0));
                turns *= TURNS;
            }
            if this.percent(25) {
                let condition = this.condition(0);
                clauses.push_str(&format!(" if {condition}"));
            }
            this.place.calls = true;
            let body = this.repeated(turns, |this| this.turn(depth));
            format!("{parallel}[{body}{clauses}]")
        })
    }

    /// The body of a comprehension: often exactly a call.
    fn turn(&mut self, depth: u32) -> String {
        match self.below(8) {
            0..=3 => self.call(Ty::Int, depth).unwrap_or_else(|| self.leaf(Ty::Int)),
            4 => {
                let tried = self.call(Ty::Int, 1).map(|call| format!("worked(try {call})"));
                tried.unwrap_or_else(|| self.leaf(Ty::Int))
            }
            _ => self.expr(Ty::Int, depth),
        }
    }

    /// ` for x in xs`, perhaps with a pattern that leaves items out.
    fn for_clause(&mut self, depth: u32) -> String {
        let name = self.fresh("i");
        let (pattern, items) = match self.below(5) {
            0 => {
                let items = self.expr(Ty::List, depth.min(1));
                (format!("Some({name})"), format!("[maybe(k) for k in ({items}).take(4)]"))
            }
            1 => {
                let items = self.expr(Ty::List, depth.min(1));
                (name.clone(), format!("({items}).take(4)"))
            }
            _ => (name.clone(), format!("0..{}", 1 + self.below(TURNS as usize))),
        };
        self.declare(&name, Ty::Int, false);
        format!(" for {pattern} in {items}")
    }

    /// `parallel (f(x), g(y))` of two numbers; at times a part is more than a call, or none.
    pub(super) fn parallel(&mut self, depth: u32) -> String {
        let place = Self::anonymous();
        self.at(place, |this| {
            let part = |this: &mut Generator| {
                if depth > 0 && this.percent(20) {
                    return this.expr(Ty::Int, depth - 1);
                }
                let call = this.call(Ty::Int, depth);
                call.unwrap_or_else(|| format!("add({}, 1)", this.leaf(Ty::Int)))
            };
            let (first, second) = (part(this), part(this));
            format!("parallel ({first}, {second})")
        })
    }

    /// `try f(x)`, or of more than a call.
    pub(super) fn tried(&mut self, depth: u32) -> Option<String> {
        let place = Self::anonymous();
        self.at(place, |this| match this.below(5) {
            0 if depth > 0 => Some(format!("try sum({})", this.comprehension(depth - 1))),
            1 if depth > 0 => {
                let (first, second) = (this.call(Ty::Int, depth - 1)?, this.expr(Ty::Int, depth - 1));
                Some(format!("try add({first}, {second})"))
            }
            _ => this.call(Ty::Int, depth).map(|call| format!("try {call}")),
        })
    }
}
