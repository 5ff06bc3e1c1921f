//! Expressions.

use super::{Generator, Place, Ty};

impl Generator {
    /// An expression of a type, small enough for `depth`.
    pub(super) fn expr(&mut self, ty: Ty, depth: u32) -> String {
        self.fuel -= 1;
        if depth == 0 || self.fuel <= 0 {
            return self.leaf(ty);
        }
        let found = match self.below(10) {
            0..=2 => self.variable(ty),
            3..=5 => self.call(ty, depth - 1),
            6 => Some(self.choice(ty, depth - 1)),
            _ => None,
        };
        found.unwrap_or_else(|| self.build(ty, depth - 1))
    }

    /// What costs nothing: a variable or a literal.
    pub(super) fn leaf(&mut self, ty: Ty) -> String {
        if self.percent(65)
            && let Some(name) = self.variable(ty)
        {
            return name;
        }
        let number = self.below(10);
        match ty {
            Ty::Int => number.to_string(),
            Ty::List => format!("[{number}, {}]", self.below(10)),
            Ty::Pair => format!("Pair {{ a: {number}, b: {} }}", self.below(10)),
            Ty::Option if number < 4 => "maybe(0)".to_owned(),
            Ty::Option => format!("maybe({number})"),
            Ty::Outcome => format!("given({number})"),
        }
    }

    pub(super) fn variable(&mut self, ty: Ty) -> Option<String> {
        let names: Vec<String> = self.scope.iter().filter(|v| v.ty == ty).map(|v| v.name.clone()).collect();
        let skip = names.len().saturating_sub(4);
        self.pick(&names[skip..])
    }

    /// `if`, `match`, `??`.
    fn choice(&mut self, ty: Ty, depth: u32) -> String {
        match self.below(4) {
            0 | 1 => {
                let condition = self.condition(depth);
                let (then, otherwise) = (self.block(ty, depth), self.block(ty, depth));
                format!("if {condition} {{\n{then}\n}} else {{\n{otherwise}\n}}")
            }
            2 => {
                let subject = self.expr(Ty::Option, depth);
                let name = self.fresh("m");
                let some = self.scoped(|this| {
                    this.declare(&name, Ty::Int, false);
                    this.expr(ty, depth)
                });
                let none = self.expr(ty, depth);
                format!("match {subject} {{\nSome({name}) => {some}\nNone => {none}\n}}")
            }
            _ => {
                let subject = self.expr(Ty::Int, depth);
                let (zero, other) = (self.expr(ty, depth), self.expr(ty, depth));
                let guard = self.condition(0);
                let third = self.leaf(ty);
                format!("match {subject} {{\n0 | 1 => {zero}\nn if n > 4 and {guard} => {third}\n_ => {other}\n}}")
            }
        }
    }

    /// The inside of a block that gives a value: at times with a `let` in front.
    fn block(&mut self, ty: Ty, depth: u32) -> String {
        self.scoped(|this| {
            let mut text = String::new();
            if this.percent(30)
                && let Some(call) = this.call(Ty::Int, depth)
            {
                let name = this.fresh("v");
                this.declare(&name, Ty::Int, false);
                text = format!("let {name} = {call}\n");
            }
            text.push_str(&this.expr(ty, depth));
            text
        })
    }

    pub(super) fn condition(&mut self, depth: u32) -> String {
        match self.below(6) {
            0 => format!("{} > {}", self.expr(Ty::Int, depth), self.below(8)),
            1 => format!("{} % 2 == 0", self.leaf(Ty::Int)),
            2 if depth > 0 => {
                format!("({} > 3 and {} < 7)", self.expr(Ty::Int, depth - 1), self.expr(Ty::Int, depth - 1))
            }
            3 if depth > 0 => {
                format!("({} > 6 or {} < 3)", self.expr(Ty::Int, depth - 1), self.expr(Ty::Int, depth - 1))
            }
            4 => format!("{} is Some(_)", self.leaf(Ty::Option)),
            _ => format!("{} < {}", self.leaf(Ty::Int), self.leaf(Ty::Int)),
        }
    }

    fn build(&mut self, ty: Ty, depth: u32) -> String {
        match ty {
            Ty::Int => self.number(depth),
            Ty::List => match self.below(6) {
                0..=2 => self.comprehension(depth),
                3 => format!("[{}, {}]", self.expr(Ty::Int, depth), self.expr(Ty::Int, depth)),
                4 => format!("([{}] + {})", self.expr(Ty::Int, depth), self.expr(Ty::List, depth)),
                _ => self.leaf(ty),
            },
            Ty::Pair => match self.below(3) {
                0 => format!("Pair {{ b: {}, a: {} }}", self.expr(Ty::Int, depth), self.expr(Ty::Int, depth)),
                1 => match self.variable(Ty::Pair) {
                    Some(name) => format!("Pair {{ ..{name}, a: {} }}", self.expr(Ty::Int, depth)),
                    None => self.leaf(ty),
                },
                _ => format!("Pair {{ a: {}, b: {} }}", self.expr(Ty::Int, depth), self.expr(Ty::Int, depth)),
            },
            Ty::Option => format!("maybe({})", self.expr(Ty::Int, depth)),
            Ty::Outcome => {
                let tried = if self.place.calls { self.tried(depth) } else { None };
                tried.unwrap_or_else(|| self.leaf(ty))
            }
        }
    }

    fn number(&mut self, depth: u32) -> String {
        match self.below(14) {
            0 | 1 => format!("add({}, {})", self.expr(Ty::Int, depth), self.expr(Ty::Int, depth)),
            2 => format!("({} + {})", self.expr(Ty::Int, depth), self.expr(Ty::Int, depth)),
            3 => format!("(({} - {}) % 10)", self.expr(Ty::Int, depth), self.expr(Ty::Int, depth)),
            4 => format!("sum({})", self.expr(Ty::List, depth)),
            5 => format!("({}).len()", self.expr(Ty::List, depth)),
            6 => match self.variable(Ty::Pair) {
                Some(name) => format!("({name}.a + {name}.b)"),
                None => self.leaf(Ty::Int),
            },
            7 => format!("worked({})", self.expr(Ty::Outcome, depth)),
            8 => format!("({} ?? {})", self.expr(Ty::Option, depth), self.expr(Ty::Int, depth)),
            9 if self.percent(30) => format!("checked({})", self.expr(Ty::Int, depth)),
            10 if self.percent(20) => format!("{}[{}]", self.leaf(Ty::List), self.below(3)),
            11 if self.percent(12) => format!("(Int.highest - 4 + {})", self.leaf(Ty::Int)),
            12 => self.lambda(depth),
            13 if self.percent(30) => format!("(12 / {})", self.leaf(Ty::Int)),
            _ => self.leaf(Ty::Int),
        }
    }

    /// A lambda that captures what is around it, called by a function of the standard library.
    fn lambda(&mut self, depth: u32) -> String {
        let items = self.expr(Ty::List, depth);
        let name = self.fresh("l");
        let body = self.at(Place::default(), |this| {
            this.declare(&name, Ty::Int, false);
            this.expr(Ty::Int, depth.min(1))
        });
        format!("sum(({items}).map({name} => {body}))")
    }
}
