//! Lists, maps, sets and options.

use std::slice::from_ref;

use super::types::Ty;
use super::{Generator, Mode};

/// An empty map or set: behind `=>` the braces alone would be a block.
const EMPTY: &str = "({})";

impl Generator {
    pub(super) fn list_literal(&mut self, item: &Ty, mode: Mode, depth: u32) -> String {
        let count = self.below(4);
        let is_number = matches!(item, Ty::Int | Ty::Float | Ty::Decimal | Ty::Duration | Ty::Time | Ty::Date);
        let says_its_type = is_number || matches!(item, Ty::Bool | Ty::Text | Ty::Bytes | Ty::Param(_));
        if mode == Mode::Inferred && says_its_type && count > 0 {
            let items: Vec<_> = (0..count).map(|_| self.expr(item, mode, depth.saturating_sub(1))).collect();
            return format!("[{}]", items.join(", "));
        }
        let items: Vec<_> = (0..count).map(|_| self.expr(item, Mode::Known, depth.saturating_sub(1))).collect();
        let literal = format!("[{}]", items.join(", "));
        self.typed(&Ty::list(item.clone()), mode, literal)
    }

    pub(super) fn list_expr(&mut self, item: &Ty, mode: Mode, depth: u32) -> String {
        let list = Ty::list(item.clone());
        match self.below(16) {
            0 => format!("({} + {})", self.operand(&list, depth), self.operand(&list, depth)),
            1 | 2 => format!("{}.push({})", self.operand(&list, depth), self.expr(item, Mode::Known, depth)),
            3 => {
                let (start, end) = (self.below(6) as i64 - 3, self.below(8) as i64 - 3);
                format!("{}.slice({start}, {end})", self.operand(&list, depth))
            }
            4 => format!("{}.reverse()", self.operand(&list, depth)),
            5 if self.types.is_data(item) => format!("{}.sort()", self.operand(&list, depth)),
            6 => {
                let name = ["take", "drop"][self.below(2)];
                format!("{}.{name}({})", self.operand(&list, depth), self.below(4))
            }
            7 => {
                let kept = self.operand(&list, depth);
                format!("{kept}.filter({})", self.lambda(from_ref(item), &Ty::Bool, Mode::Known, depth))
            }
            8 => {
                let from = self.any_type(0);
                let source = self.operand(&Ty::list(from.clone()), depth);
                let mapped = self.lambda(&[from], item, Mode::Known, depth);
                let (from, to) = (self.types.name(&list), mapped);
                // The result of a lambda without an expected type is inferred: the type is said in front.
                format!("same<{from}>({source}.map({to}))")
            }
            9 if self.types.is_data(item) => {
                let key = self.data_type(0);
                let source = self.operand(&list, depth);
                let key = self.inferred_lambda(item, &key, depth);
                format!("{source}.sort_by({key})")
            }
            10 => format!("List.repeat({}, {})", self.expr(item, mode, depth), self.below(4)),
            11 | 12 => self.special_list(item, depth).unwrap_or_else(|| self.list_literal(item, mode, depth)),
            13 | 14 => self.comprehension(item, mode, depth),
            _ => self.list_literal(item, mode, depth),
        }
    }

    /// Lists that only some item types have.
    fn special_list(&mut self, item: &Ty, depth: u32) -> Option<String> {
        Some(match item {
            Ty::Int => {
                let dots = if self.percent(30) { "..=" } else { ".." };
                let end = self.below(6);
                format!("({}{dots}{end})", self.below(3))
            }
            Ty::Text => {
                let text = self.operand(&Ty::Text, depth);
                match self.below(4) {
                    0 => format!("{text}.chars()"),
                    1 => format!("{text}.words()"),
                    2 => format!("{text}.split({})", self.expr(&Ty::Text, Mode::Known, 0)),
                    _ => format!("{text}.lines()"),
                }
            }
            Ty::Tuple(parts) => match parts.as_slice() {
                [Ty::Int, item] if self.percent(50) => {
                    format!("{}.enumerate()", self.operand(&Ty::list(item.clone()), depth))
                }
                [key, value] if self.types.is_key(key) => {
                    let map = Ty::Map(Box::new(key.clone()), Box::new(value.clone()));
                    format!("{}.entries()", self.operand(&map, depth))
                }
                [a, b] => {
                    let (a, b) = (Ty::list(a.clone()), Ty::list(b.clone()));
                    format!("{}.zip({})", self.operand(&a, depth), self.expr(&b, Mode::Inferred, depth))
                }
                _ => return None,
            },
            Ty::List(_) => format!("{}.chunks(2)", self.operand(item, depth)),
            key if self.types.is_key(key) && self.percent(60) => {
                let (key, value) = (Box::new(key.clone()), Box::new(self.any_type(0)));
                match self.below(3) {
                    0 => format!("{}.to_list()", self.operand(&Ty::Set(key), depth)),
                    1 => format!("{}.unique()", self.operand(&Ty::List(key), depth)),
                    _ => format!("{}.keys()", self.operand(&Ty::Map(key, value), depth)),
                }
            }
            item => {
                let map = Ty::Map(Box::new(self.key_type(0)), Box::new(item.clone()));
                format!("{}.values()", self.operand(&map, depth))
            }
        })
    }

    /// A lambda whose result's type the checker must find.
    pub(super) fn inferred_lambda(&mut self, param: &Ty, result: &Ty, depth: u32) -> String {
        self.captured(|this| {
            let name = this.fresh("p");
            this.declare(&name, param.clone(), false);
            let body = this.expr(result, Mode::Inferred, depth);
            format!("({name} => {body})")
        })
    }

    /// `[e for p in xs for q in ys if c]`
    fn comprehension(&mut self, item: &Ty, mode: Mode, depth: u32) -> String {
        self.nesting += 1;
        let source = self.any_type(1);
        let (first, walked) = self.walked(&source, depth);
        let written = self.captured(|this| {
            let pattern = this.binding(&walked);
            let mut clauses = format!("for {pattern} in {first}");
            if this.percent(25) && this.nesting < 3 {
                let inner = this.any_type(0);
                let (second, walked) = this.walked(&inner, 0);
                let pattern = this.binding(&walked);
                clauses.push_str(&format!(" for {pattern} in {second}"));
            }
            if this.percent(40) {
                clauses.push_str(&format!(" if {}", this.operand(&Ty::Bool, depth)));
            }
            let body = this.expr(item, mode, depth);
            format!("[{body} {clauses}]")
        });
        self.nesting -= 1;
        written
    }

    /// Something that `for` can walk, and what it gives at each turn.
    pub(super) fn walked(&mut self, like: &Ty, depth: u32) -> (String, Ty) {
        let (ty, item) = match like {
            Ty::List(item) | Ty::Set(item) => (like.clone(), (**item).clone()),
            Ty::Map(key, value) => (like.clone(), Ty::Tuple(vec![(**key).clone(), (**value).clone()])),
            Ty::Text => (Ty::Text, Ty::Text),
            Ty::Bytes => (Ty::Bytes, Ty::Int),
            Ty::Int => {
                let (end, dots) = (self.below(5), if self.percent(30) { "..=" } else { ".." });
                return (format!("{}{dots}{end}", self.below(2)), Ty::Int);
            }
            other => (Ty::list(other.clone()), other.clone()),
        };
        (self.operand(&ty, depth), item)
    }

    pub(super) fn map_literal(&mut self, key: &Ty, value: &Ty, mode: Mode, depth: u32) -> String {
        let depth = depth.saturating_sub(1);
        let count = self.below(3);
        let ty = Ty::Map(Box::new(key.clone()), Box::new(value.clone()));
        if *key == Ty::Text {
            let entries: Vec<_> = (0..count)
                .map(|_| {
                    let key = self.below(3);
                    format!("\"k{key}\": {}", self.expr(value, Mode::Known, depth))
                })
                .collect();
            let literal = if count == 0 { EMPTY.to_owned() } else { format!("{{{}}}", entries.join(", ")) };
            return self.typed(&ty, mode, literal);
        }
        if count == 0 {
            return self.typed(&ty, mode, EMPTY.to_owned());
        }
        let pair = Ty::Tuple(vec![key.clone(), value.clone()]);
        let pairs: Vec<_> = (0..count).map(|_| self.expr(&pair, Mode::Known, depth)).collect();
        let pairs = format!("same<{}>([{}])", self.types.name(&Ty::list(pair)), pairs.join(", "));
        format!("Map.from({pairs})")
    }

    pub(super) fn map_expr(&mut self, key: &Ty, value: &Ty, mode: Mode, depth: u32) -> String {
        let map = Ty::Map(Box::new(key.clone()), Box::new(value.clone()));
        match self.below(8) {
            7 => {
                let from = self.any_type(0);
                let source = Ty::Map(Box::new(key.clone()), Box::new(from.clone()));
                let source = self.operand(&source, depth);
                format!("{source}.map_values({})", self.inferred_lambda(&from, value, depth))
            }
            0 | 1 => {
                let (whole, key) = (self.operand(&map, depth), self.expr(key, Mode::Known, depth));
                format!("{whole}.insert({key}, {})", self.expr(value, Mode::Known, depth))
            }
            2 => format!("{}.remove({})", self.operand(&map, depth), self.expr(key, Mode::Known, depth)),
            3 => format!("{}.merge({})", self.operand(&map, depth), self.expr(&map, Mode::Known, depth)),
            4 => {
                let pair = Ty::list(Ty::Tuple(vec![key.clone(), value.clone()]));
                format!("Map.from({})", self.expr(&pair, Mode::Inferred, depth))
            }
            5 => {
                let whole = self.operand(&map, depth);
                let keep = self.lambda(&[key.clone(), value.clone()], &Ty::Bool, Mode::Known, depth);
                format!("{whole}.filter({keep})")
            }
            _ => self.map_literal(key, value, mode, depth),
        }
    }

    pub(super) fn set_literal(&mut self, item: &Ty, mode: Mode, depth: u32) -> String {
        if self.percent(20) {
            return self.typed(&Ty::Set(Box::new(item.clone())), mode, EMPTY.to_owned());
        }
        format!("Set.from({})", self.list_literal(item, Mode::Inferred, depth))
    }

    pub(super) fn set_expr(&mut self, item: &Ty, mode: Mode, depth: u32) -> String {
        let set = Ty::Set(Box::new(item.clone()));
        match self.below(6) {
            0 | 1 => format!("{}.insert({})", self.operand(&set, depth), self.expr(item, Mode::Known, depth)),
            2 => format!("{}.remove({})", self.operand(&set, depth), self.expr(item, Mode::Known, depth)),
            3 => {
                let name = ["union", "intersection", "difference"][self.below(3)];
                format!("{}.{name}({})", self.operand(&set, depth), self.expr(&set, Mode::Known, depth))
            }
            4 => format!("Set.from({})", self.expr(&Ty::list(item.clone()), Mode::Inferred, depth)),
            _ => self.set_literal(item, mode, depth),
        }
    }

    pub(super) fn option_literal(&mut self, item: &Ty, mode: Mode, depth: u32) -> String {
        let option = Ty::option(item.clone());
        if self.percent(30) {
            return self.typed(&option, mode, "None".to_owned());
        }
        let value = self.expr(item, Mode::Known, depth.saturating_sub(1));
        let literal = if mode == Mode::Known && self.percent(40) { value } else { format!("Some({value})") };
        self.typed(&option, mode, literal)
    }

    pub(super) fn option_expr(&mut self, item: &Ty, mode: Mode, depth: u32) -> String {
        let list = Ty::list(item.clone());
        match self.below(8) {
            0 => format!("{}.get({})", self.operand(&list, depth), self.expr(&Ty::Int, Mode::Known, depth)),
            1 => {
                let name = ["first", "last"][self.below(2)];
                format!("{}.{name}()", self.operand(&list, depth))
            }
            2 => {
                let key = self.key_type(0);
                let map = Ty::Map(Box::new(key.clone()), Box::new(item.clone()));
                format!("{}.get({})", self.operand(&map, depth), self.expr(&key, Mode::Known, depth))
            }
            3 => {
                let whole = self.operand(&list, depth);
                format!("{whole}.find({})", self.lambda(from_ref(item), &Ty::Bool, Mode::Known, depth))
            }
            4 if self.types.is_data(item) => {
                let name = ["min", "max"][self.below(2)];
                format!("{}.{name}()", self.operand(&list, depth))
            }
            5 if *item == Ty::Int => format!("Int.parse({})", self.expr(&Ty::Text, Mode::Known, depth)),
            5 if *item == Ty::Float => format!("Float.parse({})", self.expr(&Ty::Text, Mode::Known, depth)),
            6 => self.refined_option(item, depth).unwrap_or_else(|| self.option_literal(item, mode, depth)),
            _ => self.option_literal(item, mode, depth),
        }
    }

    /// `Port.of(n)`
    fn refined_option(&mut self, item: &Ty, depth: u32) -> Option<String> {
        let Ty::Named(index, _) = item else { return None };
        let declared = self.types.declared[*index].clone();
        let super::types::Kind::Refined { base, .. } = &declared.kind else { return None };
        Some(format!("{}.of({})", declared.name, self.expr(base, Mode::Known, depth)))
    }
}
