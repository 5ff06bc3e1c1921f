//! Statements: each ends with a line end.

use super::types::{Kind, Ty};
use super::{Generator, Mode, Variable};

impl Generator {
    pub(super) fn statement(&mut self, depth: u32) -> String {
        self.fuel -= 1;
        match self.below(26) {
            0..=4 => self.let_statement(depth),
            5..=7 => self.var_statement(depth),
            8..=12 => self.assignment(depth).unwrap_or_else(|| self.var_statement(depth)),
            13 | 14 => self.alias(depth).unwrap_or_else(|| self.let_statement(depth)),
            15..=17 if depth > 0 && self.nesting < 2 => self.loop_statement(depth - 1),
            18 | 19 if depth > 0 => self.if_statement(depth - 1),
            20 if depth > 0 => self.match_statement(depth - 1),
            21 => self.let_else(depth),
            22 if self.may_print => {
                let ty = self.data_type(1);
                format!("print({})\n", self.expr(&ty, Mode::Inferred, depth))
            }
            23 if self.percent(40) => self.assert(depth),
            24 | 25 if self.nesting == 0 => self.growth().unwrap_or_else(|| self.var_statement(depth)),
            _ => self.swap(depth).unwrap_or_else(|| self.let_statement(depth)),
        }
    }

    fn let_statement(&mut self, depth: u32) -> String {
        let ty = self.any_type(2);
        let (value, annotation) = self.value(&ty, depth);
        if annotation.is_empty() && matches!(ty, Ty::Tuple(_)) && self.percent(60) {
            return format!("let {} = {value}\n", self.binding(&ty));
        }
        let name = self.variable_name();
        self.declare(&name, ty, false);
        format!("let {name}{annotation} = {value}\n")
    }

    /// A value, and a type annotation if the value alone would not say its type.
    fn value(&mut self, ty: &Ty, depth: u32) -> (String, String) {
        if self.percent(50) {
            (self.expr(ty, Mode::Inferred, depth), String::new())
        } else {
            (self.expr(ty, Mode::Known, depth), format!(": {}", self.types.name(ty)))
        }
    }

    fn var_statement(&mut self, depth: u32) -> String {
        let ty = self.any_type(2);
        let (value, annotation) = self.value(&ty, depth);
        let name = self.variable_name();
        self.declare(&name, ty, true);
        format!("var {name}{annotation} = {value}\n")
    }

    /// A second name for a value that is then changed through one of them.
    fn alias(&mut self, depth: u32) -> Option<String> {
        let level = self.level;
        let variables = self.visible(|v| v.mutable && v.level == level && v.ty != Ty::Int && v.ty != Ty::Bool);
        let variable = self.pick(&variables)?.clone();
        let name = self.variable_name();
        let keyword = if self.percent(50) { "var" } else { "let" };
        let text = format!("{keyword} {name} = {}\n", variable.name);
        self.declare(&name, variable.ty.clone(), keyword == "var");
        let change = if name == variable.name { None } else { self.assign_to(&variable, depth) };
        Some(text + &change.unwrap_or_default())
    }

    fn assignment(&mut self, depth: u32) -> Option<String> {
        let level = self.level;
        let variables = self.visible(|variable| variable.mutable && variable.level == level);
        let variable = self.pick(&variables)?.clone();
        self.assign_to(&variable, depth)
    }

    /// An assignment to a variable or to something inside of it.
    fn assign_to(&mut self, variable: &Variable, depth: u32) -> Option<String> {
        let (mut place, mut ty) = (variable.name.clone(), variable.ty.clone());
        for _ in 0..3 {
            if self.percent(25) {
                break;
            }
            match self.step_into(&ty, depth) {
                Some((step, inner)) => (place, ty) = (place + &step, inner),
                None => break,
            }
        }
        if self.percent(40) {
            let change = match &ty {
                Ty::Int => Some(("+-*", Ty::Int)),
                Ty::Float => Some(("+-*/", Ty::Float)),
                Ty::Decimal => Some(("+-*/%", Ty::Decimal)),
                Ty::Text | Ty::Bytes | Ty::List(_) => Some(("+", ty.clone())),
                Ty::Duration | Ty::Time => Some(("+-", Ty::Duration)),
                _ => None,
            };
            if let Some((ops, operand)) = change {
                let index = self.below(ops.len());
                let mode = if matches!(operand, Ty::List(_)) { Mode::Inferred } else { Mode::Known };
                return Some(format!("{place} {}= {}\n", &ops[index..=index], self.expr(&operand, mode, depth)));
            }
        }
        Some(format!("{place} = {}\n", self.expr(&ty, Mode::Known, depth)))
    }

    /// `[i]`, `[key]` or `.field` of a value, and what it leads to.
    fn step_into(&mut self, ty: &Ty, depth: u32) -> Option<(String, Ty)> {
        match ty {
            Ty::List(item) => {
                let index = match self.below(10) {
                    0 => self.expr(&Ty::Int, Mode::Known, depth.min(1)),
                    1..=6 => "0".to_owned(),
                    _ => self.below(3).to_string(),
                };
                Some((format!("[{index}]"), (**item).clone()))
            }
            Ty::Map(key, value) => {
                Some((format!("[{}]", self.expr(key, Mode::Known, depth.min(1))), (**value).clone()))
            }
            Ty::Named(index, args) => {
                let declared = self.types.declared[*index].clone();
                let Kind::Record(fields) = &declared.kind else { return None };
                let field = &fields[self.below(fields.len())];
                Some((format!(".{}", field.name.as_deref().unwrap_or_default()), field.ty.substitute(args)))
            }
            _ => None,
        }
    }

    /// `(a, b) = (b, a)`
    fn swap(&mut self, depth: u32) -> Option<String> {
        let level = self.level;
        let variables = self.visible(|variable| variable.mutable && variable.level == level);
        let first = self.pick(&variables)?.clone();
        let others: Vec<_> = variables.into_iter().filter(|v| v.ty == first.ty && v.name != first.name).collect();
        match self.pick(&others).cloned() {
            Some(other) => Some(format!("({}, {}) = ({}, {})\n", first.name, other.name, other.name, first.name)),
            None => self.assign_to(&first, depth),
        }
    }

    fn loop_statement(&mut self, depth: u32) -> String {
        self.nesting += 1;
        let text = self.scoped(|this| if this.percent(25) { this.while_loop(depth) } else { this.for_loop(depth) });
        self.nesting -= 1;
        text
    }

    fn for_loop(&mut self, depth: u32) -> String {
        let source = if self.percent(35) { Ty::Int } else { self.any_type(1) };
        let (iterable, item) = self.walked(&source, depth);
        let mut bound = Vec::new();
        let filtered = if self.percent(25) { self.refutable(&item, &mut bound, 1) } else { None };
        let pattern = match filtered {
            Some(pattern) => pattern,
            None => {
                bound.clear();
                self.irrefutable(&item, &mut bound, 1)
            }
        };
        for (name, ty) in bound {
            self.declare(name, ty, false);
        }
        // In a head a brace opens the body, so the pattern of a record stands in parentheses.
        let pattern = if pattern.starts_with("Record") { format!("({pattern})") } else { pattern };
        format!("for {pattern} in {iterable} {{\n{}}}\n", self.loop_body(depth))
    }

    fn while_loop(&mut self, depth: u32) -> String {
        let counter = self.fresh("i");
        let condition = if self.percent(30) { format!(" and {}", self.operand(&Ty::Bool, 1)) } else { String::new() };
        let bound = 1 + self.below(4);
        self.declare(&counter, Ty::Int, false);
        let body = self.loop_body(depth);
        format!("var {counter} = 0\nwhile {counter} < {bound}{condition} {{\n{counter} += 1\n{body}}}\n")
    }

    /// The body alone is inside of the loop: a `break` in its head would leave the loop around it.
    fn loop_body(&mut self, depth: u32) -> String {
        let in_loop = self.in_loop.replace(self.level);
        let text = self.scoped(|this| {
            let mut text = String::new();
            for _ in 0..1 + this.below(3) {
                text.push_str(&this.statement(depth));
            }
            if this.percent(30) {
                let leave = this.leave();
                text.push_str(&format!("if {} {{ {leave} }}\n", this.operand(&Ty::Bool, 1)));
                text.push_str(&this.statement(0));
            }
            text
        });
        self.in_loop = in_loop;
        text
    }

    /// What leaves the loop or function around.
    fn leave(&mut self) -> String {
        let in_loop = self.in_loop == Some(self.level);
        match (self.below(5), self.result.clone()) {
            (0, _) if in_loop => "continue".to_owned(),
            (1 | 2, _) if in_loop => "break".to_owned(),
            (3, Some(result)) => format!("return {}", self.expr(&result, Mode::Known, 1)),
            (4, _) => format!("fail {}", self.interpolation()),
            _ if in_loop => "break".to_owned(),
            (_, Some(result)) => format!("return {}", self.expr(&result, Mode::Known, 1)),
            _ => "fail \"stopped\"".to_owned(),
        }
    }

    fn if_statement(&mut self, depth: u32) -> String {
        let condition = self.operand(&Ty::Bool, depth);
        let then = self.statements(depth);
        let otherwise = match self.below(3) {
            0 => String::new(),
            1 => format!(" else {{\n{}}}", self.statements(depth)),
            _ => {
                let condition = self.operand(&Ty::Bool, depth);
                format!(" else if {condition} {{\n{}}}", self.statements(depth))
            }
        };
        format!("if {condition} {{\n{then}}}{otherwise}\n")
    }

    fn statements(&mut self, depth: u32) -> String {
        self.scoped(|this| {
            let mut text: String = (0..1 + this.below(2)).map(|_| this.statement(depth)).collect();
            if this.percent(12) {
                text.push_str(&format!("{}\n", this.leave()));
            }
            text
        })
    }

    fn match_statement(&mut self, depth: u32) -> String {
        let subject = self.any_type(1);
        let text = self.match_expr(&subject, depth, &mut |this| format!("{{\n{}}}", this.statements(depth)));
        // A statement needs no parentheses.
        format!("{}\n", text.trim_start_matches('(').trim_end_matches(')'))
    }

    fn let_else(&mut self, depth: u32) -> String {
        let ty = self.any_type(1);
        let mut bound = Vec::new();
        let Some(pattern) = self.refutable(&ty, &mut bound, 1) else { return self.let_statement(depth) };
        let value = self.expr(&ty, Mode::Inferred, depth);
        let leave = self.leave();
        for (name, ty) in bound {
            self.declare(name, ty, false);
        }
        format!("let {pattern} = {value} else {{ {leave} }}\n")
    }

    fn assert(&mut self, depth: u32) -> String {
        let condition = self.expr(&Ty::Bool, Mode::Known, depth);
        let message = if self.percent(40) { format!(", {}", self.interpolation()) } else { String::new() };
        format!("assert {condition}{message}\n")
    }
}
