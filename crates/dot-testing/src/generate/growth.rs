//! Loops that make collections large and small again: what a handful of items does not reach.

use super::types::Ty;
use super::{Generator, Mode, Variable};

impl Generator {
    /// A loop over a variable that holds a collection or a text.
    pub(super) fn growth(&mut self) -> Option<String> {
        let level = self.level;
        let grows = |ty: &Ty| match ty {
            Ty::List(_) | Ty::Text => true,
            Ty::Map(key, _) | Ty::Set(key) => matches!(**key, Ty::Int | Ty::Text),
            _ => false,
        };
        let variables = self.visible(|variable| variable.mutable && variable.level == level && grows(&variable.ty));
        let variable = self.pick(&variables)?.clone();
        let (counter, turns) = (self.fresh("i"), 5 + self.below(60));
        let body = self.scoped(|this| {
            this.declare(&counter, Ty::Int, false);
            this.growing(&variable, &counter)
        });
        Some(format!("for {counter} in 0..{turns} {{\n{body}}}\n"))
    }

    /// What one turn does.
    fn growing(&mut self, variable: &Variable, counter: &str) -> String {
        let name = &variable.name;
        let (add, remove) = match &variable.ty {
            Ty::List(item) => {
                let item = self.leaf(item, Mode::Known);
                let add = match self.below(3) {
                    0 => format!("{name} += {}", self.typed(&variable.ty, Mode::Inferred, format!("[{item}]"))),
                    1 => format!("{name} = {name}.push({item})\n{name}[{counter} % {name}.len()] = {item}"),
                    _ => format!("{name} = {name}.push({item})"),
                };
                (add, format!("{name} = {name}.slice({})", self.below(3)))
            }
            Ty::Map(key, value) => {
                let (here, there) = (self.scattered(key, counter), self.scattered(key, counter));
                let value = self.leaf(value, Mode::Known);
                let add = match self.percent(60) {
                    true => format!("{name}[{here}] = {value}"),
                    false => format!("{name} = {name}.insert({here}, {value})"),
                };
                (add, format!("{name} = {name}.remove({there})"))
            }
            Ty::Set(item) => {
                let (here, there) = (self.scattered(item, counter), self.scattered(item, counter));
                (format!("{name} = {name}.insert({here})"), format!("{name} = {name}.remove({there})"))
            }
            _ => (format!("{name} += \"${{{counter}}},\""), format!("{name} = {name}.slice(2)")),
        };
        match self.below(3) {
            0 => format!("{add}\n"),
            turn => format!("{add}\nif {counter} % {} == {turn} {{ {remove} }}\n", turn + 1),
        }
    }

    /// A key that jumps around as the counter grows.
    fn scattered(&mut self, key: &Ty, counter: &str) -> String {
        let (step, count) = ([1, 5, 7][self.below(3)], [3, 11, 23, 64][self.below(4)]);
        match key {
            Ty::Text => format!("\"k${{{counter} * {step} % {count}}}\""),
            _ => format!("{counter} * {step} % {count}"),
        }
    }
}
