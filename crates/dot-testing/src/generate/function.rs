//! Functions, constants and `main`.

use super::types::{Bound, Ty};
use super::{Generator, Mode, Parameter, Signature, Variable};

/// How many composite expressions a function has at most.
const FUEL: i32 = 36;
/// How many variables it prints at its end.
const PRINTED: usize = 8;

impl Generator {
    pub(super) fn constant(&mut self) -> String {
        let ty = self.data_type(1);
        self.fuel = 0;
        let value = self.literal(&ty, Mode::Known, 1);
        let name = self.fresh("constant");
        let text = format!("let {name}: {} = {value}\n\n", self.types.name(&ty));
        self.declare(name, ty, false);
        text
    }

    pub(super) fn function(&mut self) -> String {
        let generics = if self.percent(30) { 1 + self.below(2) } else { 0 };
        let generics: Vec<Bound> =
            (0..generics).map(|_| [Bound::Any, Bound::Data, Bound::Key][self.below(3)]).collect();
        self.types.params = generics.clone();
        let signature = self.signature(generics);
        let text = self.scoped(|this| this.function_text(&signature));
        self.types.params.clear();
        self.functions.push(signature);
        text
    }

    fn signature(&mut self, generics: Vec<Bound>) -> Signature {
        let fueled = self.percent(35);
        let mut params = Vec::new();
        if fueled {
            params.push(Parameter { name: "fuel".to_owned(), ty: Ty::Int, has_default: false });
        }
        // A value of each type parameter is there, since nothing else could make one.
        for index in 0..generics.len() {
            params.push(Parameter { name: self.fresh("a"), ty: Ty::Param(index), has_default: false });
        }
        for _ in 0..1 + self.below(3) {
            let ty =
                if !generics.is_empty() && self.percent(50) { self.generic_type(&generics) } else { self.any_type(2) };
            params.push(Parameter { name: self.fresh("a"), ty, has_default: false });
        }
        let default = self.percent(20);
        if let Some(last) = params.last_mut() {
            last.has_default = !last.ty.is_generic() && default && last.name != "fuel";
        }
        let result =
            if !generics.is_empty() && self.percent(70) { self.generic_type(&generics) } else { self.any_type(2) };
        let prints = self.percent(25);
        Signature { name: self.fresh("f"), generics, params, result, fueled, prints }
    }

    /// A type with the first type parameter, or the second, in it.
    fn generic_type(&mut self, generics: &[Bound]) -> Ty {
        let index = self.below(generics.len());
        let param = Ty::Param(index);
        match self.below(8) {
            0 | 1 => param,
            2 | 3 => Ty::list(param),
            4 => Ty::option(param),
            5 if generics[index] == Bound::Key => Ty::Map(Box::new(param), Box::new(self.any_type(0))),
            5 => Ty::Map(Box::new(Ty::Text), Box::new(param)),
            6 if generics[index] == Bound::Key => Ty::Set(Box::new(param)),
            6 => Ty::Function(vec![param.clone()], Box::new(param)),
            _ => Ty::Tuple(vec![self.any_type(0), param]),
        }
    }

    fn function_text(&mut self, signature: &Signature) -> String {
        let generics: Vec<_> = signature.generics.iter().enumerate().map(generic).collect();
        let generics = if generics.is_empty() { String::new() } else { format!("<{}>", generics.join(", ")) };
        let mut params = Vec::new();
        self.fuel = 0;
        for param in &signature.params {
            let default = match param.has_default {
                true => format!(" = {}", self.literal(&param.ty, Mode::Known, 1)),
                false => String::new(),
            };
            params.push(format!("{}: {}{default}", param.name, self.types.name(&param.ty)));
        }
        for param in &signature.params {
            self.declare(&param.name, param.ty.clone(), false);
        }
        let result = self.types.name(&signature.result);
        let head = format!("fn {}{generics}({}) -> {result}", signature.name, params.join(", "));
        self.may_print = signature.prints;
        let mut body = String::new();
        if signature.fueled {
            self.fuel = 5;
            let base = self.expr(&signature.result, Mode::Known, 1);
            body.push_str(&format!("if fuel <= 0 {{ return {base} }}\n"));
            self.recursion = Some((signature.clone(), 2));
        }
        body.push_str(&self.body(&signature.result, 3));
        self.recursion = None;
        format!("{head} {{\n{body}}}\n\n")
    }

    fn body(&mut self, result: &Ty, statements: usize) -> String {
        self.fuel = FUEL;
        self.result = Some(result.clone());
        let mut text = String::new();
        for _ in 0..1 + self.below(statements) + self.below(3) {
            text.push_str(&self.statement(3));
        }
        if self.may_print {
            text.push_str(&self.print_variables());
        }
        text.push_str(&self.expr(result, Mode::Known, 3));
        self.result = None;
        text + "\n"
    }

    /// Prints what the variables hold at the end, so that nothing that happened to them stays hidden.
    fn print_variables(&mut self) -> String {
        let local = |v: &Variable| v.name.starts_with(['v', 'a', 'g']);
        let variables = self.visible(local);
        let data = variables.iter().rev().filter(|variable| self.types.is_data(&variable.ty)).take(PRINTED);
        data.map(|variable| format!("print({})\n", variable.name)).collect()
    }

    pub(super) fn main(&mut self, given: &Ty) -> String {
        let result = self.data_type(2);
        self.may_print = true;
        self.declare("pick", Ty::Int, false);
        self.declare("given", given.clone(), false);
        let body = self.body(&result, 9);
        let (given, result) = (self.types.name(given), self.types.name(&result));
        format!("dot main(pick: Int, given: {given}) -> {result} {{\n{body}}}\n")
    }
}

/// A type parameter with its bound as the source has it.
fn generic((index, bound): (usize, &Bound)) -> String {
    match bound {
        Bound::Any => format!("T{index}"),
        Bound::Data => format!("T{index}: data"),
        Bound::Key => format!("T{index}: key"),
    }
}
