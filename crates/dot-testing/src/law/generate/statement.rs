//! Statements.

use super::{Class, Generator, Place, TYPES, Ty};

impl Generator {
    pub(super) fn statement(&mut self, depth: u32) -> String {
        self.fuel -= 1;
        if self.fuel <= 0 {
            return String::new();
        }
        match self.below(20) {
            0..=6 => self.let_call(depth),
            7 => self.let_value(depth),
            8 => self.let_parallel(depth),
            9 | 10 => self.note(depth),
            11 | 12 => self.assignment(depth),
            13 => self.branch(depth),
            14 => self.loop_over(depth),
            15 => self.counted(depth),
            16 => self.leave(depth),
            17 => self.failure(depth),
            18 => self.unpack(depth),
            _ => self.let_value(depth),
        }
    }

    fn statements(&mut self, place: Place, depth: u32) -> String {
        self.at(place, |this| {
            let text: String = (0..1 + this.below(3)).map(|_| this.statement(depth)).collect();
            if text.is_empty() { this.note(0) } else { text }
        })
    }

    /// `let v = f(x)`: the call stays pending until the name is mentioned.
    fn let_call(&mut self, depth: u32) -> String {
        let ty = if self.percent(60) { Ty::Int } else { TYPES[self.below(TYPES.len())] };
        if self.percent(15) {
            return match self.tried(depth.min(2)) {
                Some(tried) => self.bind(Ty::Outcome, &tried),
                None => self.let_value(depth),
            };
        }
        match self.call(ty, depth.min(2)) {
            Some(call) if ty == Ty::Pair && self.percent(50) => self.bind(Ty::Int, &format!("{call}.b")),
            Some(call) if ty == Ty::List && self.percent(30) => self.bind(Ty::Int, &format!("{call}.len()")),
            Some(call) => self.bind(ty, &call),
            None => self.let_value(depth),
        }
    }

    fn let_value(&mut self, depth: u32) -> String {
        let ty = TYPES[self.below(TYPES.len())];
        let value = self.expr(ty, depth);
        self.bind(ty, &value)
    }

    fn bind(&mut self, ty: Ty, value: &str) -> String {
        let mutable = self.place.assigns && self.percent(15);
        let name = self.fresh(if mutable { "x" } else { "v" });
        self.declare(&name, ty, mutable);
        let word = if mutable { "var" } else { "let" };
        format!("{word} {name}: {} = {value}\n", ty.name())
    }

    fn let_parallel(&mut self, depth: u32) -> String {
        if !self.place.calls {
            return self.let_value(depth);
        }
        let value = self.parallel(depth.min(1));
        let (a, b) = (self.fresh("v"), self.fresh("v"));
        self.declare(&a, Ty::Int, false);
        self.declare(&b, Ty::Int, false);
        format!("let ({a}, {b}) = {value}\n")
    }

    /// A note, or something whose result nobody wants.
    fn note(&mut self, depth: u32) -> String {
        if self.class == Class::Pure {
            let value = self.expr(Ty::Int, depth.min(1));
            return format!("let _ = {value}\n");
        }
        let value = self.expr(Ty::Int, depth.min(1));
        if !self.afford(1) {
            return String::new();
        }
        if self.percent(80) { format!("world.note({value})\n") } else { format!("print({value})\n") }
    }

    fn assignment(&mut self, depth: u32) -> String {
        let places: Vec<String> =
            self.scope.iter().filter(|v| v.mutable && v.ty == Ty::Int).map(|v| v.name.clone()).collect();
        let Some(name) = self.pick(&places).filter(|_| self.place.assigns) else { return self.let_call(depth) };
        let operator = ["=", "+="][self.below(2)];
        format!("{name} {operator} {}\n", self.expr(Ty::Int, depth.min(2)))
    }

    fn branch(&mut self, depth: u32) -> String {
        if depth == 0 {
            return String::new();
        }
        let condition = self.condition(1);
        let then = self.statements(self.place, depth - 1);
        if self.percent(40) {
            return format!("if {condition} {{\n{then}}}\n");
        }
        let otherwise = self.statements(self.place, depth - 1);
        format!("if {condition} {{\n{then}}} else {{\n{otherwise}}}\n")
    }

    fn loop_over(&mut self, depth: u32) -> String {
        if depth == 0 {
            return String::new();
        }
        let name = self.fresh("i");
        let (pattern, items) = match self.below(4) {
            0 => (format!("Some({name})"), format!("[maybe(k) for k in ({}).take(3)]", self.expr(Ty::List, 1))),
            1 => (name.clone(), format!("({}).take(3)", self.expr(Ty::List, 1))),
            _ => (name.clone(), format!("0..{}", 1 + self.below(3))),
        };
        let place = Place { in_loop: true, ..self.place };
        let body = self.repeated(3, |this| {
            this.scoped(|this| {
                this.declare(&name, Ty::Int, false);
                this.statements(place, depth - 1)
            })
        });
        format!("for {pattern} in {items} {{\n{body}}}\n")
    }

    /// A `while` that counts, with calls in its condition at times.
    fn counted(&mut self, depth: u32) -> String {
        if depth == 0 || !self.place.assigns {
            return String::new();
        }
        let name = self.fresh("k");
        let condition = self.repeated(3, |this| if this.percent(40) { this.condition(1) } else { "true".to_owned() });
        let place = Place { in_loop: true, ..self.place };
        let body = self.repeated(2, |this| this.statements(place, depth - 1));
        format!("var {name} = 0\nwhile {name} < 2 and {condition} {{\n{name} += 1\n{body}}}\n")
    }

    /// `return`, `break` or `continue` under a condition.
    fn leave(&mut self, depth: u32) -> String {
        let condition = self.condition(1);
        if self.place.in_loop && self.percent(70) {
            let word = ["break", "continue"][self.below(2)];
            return format!("if {condition} {{ {word} }}\n");
        }
        if !self.place.returns {
            return String::new();
        }
        let result = self.result;
        let value = self.scoped(|this| this.expr(result, depth.min(1)));
        format!("if {condition} {{\nreturn {value}\n}}\n")
    }

    fn failure(&mut self, depth: u32) -> String {
        match self.below(4) {
            0 => format!("assert {}\n", self.condition(1)),
            1 => {
                let value = self.leaf(Ty::Int);
                format!("if {} {{ fail \"${{{value}}} is too much\" }}\n", self.condition(0))
            }
            2 => {
                let name = self.fresh("f");
                let outcome = self.expr(Ty::Outcome, depth.min(2));
                format!("if {outcome} is Err(_) {{ fail \"{name} failed\" }}\n")
            }
            _ => {
                let (value, name) = (self.fresh("v"), self.fresh("f"));
                let outcome = self.expr(Ty::Outcome, depth.min(2));
                let other = self.leaf(Ty::Int);
                self.declare(&value, Ty::Int, false);
                let again = if self.percent(30) { format!("fail {name}") } else { other };
                format!("let {value} = match {outcome} {{\nOk(v) => v\nErr({name}) => {again}\n}}\n")
            }
        }
    }

    /// `let P = e else { … }` and `?`.
    fn unpack(&mut self, depth: u32) -> String {
        let name = self.fresh("v");
        let (pattern, value) = match self.below(2) {
            0 => (format!("Some({name})"), self.expr(Ty::Option, depth.min(2))),
            _ => (format!("Ok({name})"), self.expr(Ty::Outcome, depth.min(2))),
        };
        if !self.place.returns {
            return String::new();
        }
        if self.result == Ty::Outcome && pattern.starts_with("Ok") && self.percent(70) {
            self.declare(&name, Ty::Int, false);
            return format!("let {name} = ({value})?\n");
        }
        let result = self.result;
        let other = self.leaf(result);
        self.declare(&name, Ty::Int, false);
        format!("let {pattern} = {value} else {{ return {other} }}\n")
    }
}
