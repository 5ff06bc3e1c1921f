//! Expressions of any type: branches, parts of what is in scope, calls.

use super::types::{Bound, Kind, Ty};
use super::{Generator, Mode, Signature, Variable};

impl Generator {
    /// `if`, `match`, a fold or a block.
    pub(super) fn control(&mut self, ty: &Ty, mode: Mode, depth: u32) -> String {
        match self.below(6) {
            5 if self.nesting < 2 => self.fold(ty, depth),
            0 | 1 => {
                let condition = self.operand(&Ty::Bool, depth);
                let (then, otherwise) = (self.expr(ty, mode, depth), self.expr(ty, mode, depth));
                format!("(if {condition} {{ {then} }} else {{ {otherwise} }})")
            }
            2 | 3 => {
                let subject = self.any_type(1);
                self.match_expr(&subject, depth, &mut |this| this.expr(ty, mode, depth))
            }
            _ if mode == Mode::Known => format!("({})", self.block(ty, depth)),
            _ => self.build(ty, mode, depth),
        }
    }

    /// What the items of a list make of a first value, one after the other.
    fn fold(&mut self, ty: &Ty, depth: u32) -> String {
        let item = self.any_type(0);
        let list = self.operand(&Ty::list(item.clone()), depth);
        let first = self.expr(ty, Mode::Inferred, depth);
        self.nesting += 1;
        let step = self.lambda(&[ty.clone(), item], ty, Mode::Known, depth);
        self.nesting -= 1;
        format!("{list}.fold({first}, {step})")
    }

    /// `match` over a value of a type; `arm` writes what each arm gives.
    pub(super) fn match_expr(
        &mut self,
        subject: &Ty,
        depth: u32,
        arm: &mut dyn FnMut(&mut Generator) -> String,
    ) -> String {
        let value = self.operand(subject, depth);
        let mut text = format!("(match {value} {{\n");
        for pattern in self.exhaustive(subject) {
            let line = self.scoped(|this| {
                for (name, ty) in pattern.bound {
                    this.declare(name, ty, false);
                }
                let guard = if pattern.guarded { format!(" if {}", this.operand(&Ty::Bool, 1)) } else { String::new() };
                format!("{}{guard} => {}\n", pattern.text, arm(this))
            });
            text.push_str(&line);
        }
        text.push_str("})");
        text
    }

    /// A block with a few statements and a value.
    pub(super) fn block(&mut self, ty: &Ty, depth: u32) -> String {
        self.scoped(|this| {
            let mut text = "{\n".to_owned();
            for _ in 0..1 + this.below(3) {
                let statement = this.statement(depth.min(2));
                text.push_str(&statement);
            }
            let value = this.expr(ty, Mode::Known, depth);
            format!("{text}{value}\n}}")
        })
    }

    /// A part of a variable that has the type: a field, an item, what `??` gives.
    pub(super) fn access(&mut self, ty: &Ty, depth: u32) -> Option<String> {
        let variables = self.visible(|variable| !matches!(variable.ty, Ty::Param(_)));
        let mut found = Vec::new();
        for variable in &variables {
            self.parts_of_type(variable, ty, &mut found);
        }
        let chosen = self.pick(&found)?.clone();
        Some(match chosen {
            Access::Direct(text) => text,
            Access::Index(list) => {
                let index =
                    if self.percent(70) { self.below(3).to_string() } else { self.expr(&Ty::Int, Mode::Known, depth) };
                if ty.is_option() || self.percent(30) {
                    format!("{list}[{index}]")
                } else {
                    format!("({list}.get({index}) ?? {})", self.fallback(ty, depth))
                }
            }
            Access::Key(map, key) => {
                let key = self.expr(&key, Mode::Known, depth);
                if ty.is_option() || self.percent(25) {
                    format!("{map}[{key}]")
                } else {
                    format!("({map}.get({key}) ?? {})", self.fallback(ty, depth))
                }
            }
            Access::Option(option) => match (self.result.clone(), self.percent(30)) {
                (Some(Ty::Option(_)), true) => format!("{option}?"),
                _ => format!("({option} ?? {})", self.fallback(ty, depth)),
            },
            Access::Result(result, error) => match &self.result {
                Some(Ty::Result(_, other)) if **other == error => format!("{result}?"),
                _ => format!("{result}.unwrap_or({})", self.expr(ty, Mode::Known, depth)),
            },
            Access::Call(function, params) => {
                let args: Vec<_> = params.iter().map(|param| self.expr(param, Mode::Known, depth)).collect();
                format!("{function}({})", args.join(", "))
            }
        })
    }

    /// The right side of `??`.
    fn fallback(&mut self, ty: &Ty, depth: u32) -> String {
        if self.percent(6) {
            return "fail \"nothing there\"".to_owned();
        }
        if let Some(result) = self.result.clone()
            && self.percent(6)
        {
            return format!("return {}", self.leaf(&result, Mode::Known));
        }

        self.operand(ty, depth)
    }

    fn parts_of_type(&self, variable: &Variable, ty: &Ty, found: &mut Vec<Access>) {
        let name = &variable.name;
        match &variable.ty {
            Ty::List(item) if **item == *ty => found.push(Access::Index(name.clone())),
            Ty::Map(key, value) if **value == *ty => found.push(Access::Key(name.clone(), (**key).clone())),
            Ty::Option(item) if **item == *ty => found.push(Access::Option(name.clone())),
            Ty::Result(value, error) if **value == *ty => found.push(Access::Result(name.clone(), (**error).clone())),
            Ty::Function(params, result) if **result == *ty => {
                found.push(Access::Call(name.clone(), params.clone()));
            }
            Ty::Named(index, args) => {
                let Kind::Record(fields) = &self.types.declared[*index].kind else { return };
                for field in fields {
                    let (field_type, field) = (field.ty.substitute(args), field.name.as_deref().unwrap_or_default());
                    match field_type {
                        direct if direct == *ty => found.push(Access::Direct(format!("{name}.{field}"))),
                        Ty::List(item) if *item == *ty => found.push(Access::Index(format!("{name}.{field}"))),
                        Ty::Option(item) if *item == *ty => found.push(Access::Option(format!("{name}.{field}"))),
                        Ty::Function(params, result) if *result == *ty => {
                            found.push(Access::Call(format!("({name}.{field})"), params));
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    /// A call of a function whose result has the type.
    pub(super) fn call(&mut self, ty: &Ty, depth: u32) -> Option<String> {
        if let Some(call) = self.recursive_call(ty, depth) {
            return Some(call);
        }
        let mut fitting = Vec::new();
        for function in &self.functions {
            let mut args = vec![None; function.generics.len()];
            // An argument that is an option could make a `T??`, and a function in an option can't be written.
            let plain =
                |args: &[Option<Ty>]| !args.iter().flatten().any(|arg| matches!(arg, Ty::Option(_) | Ty::Function(..)));
            let fits = function.result.unify(ty, &mut args) && plain(&args) && (self.may_print || !function.prints);
            let bounds = function.generics.iter().zip(&args);
            let fulfilled = |(bound, arg): (_, &Option<Ty>)| arg.as_ref().is_none_or(|arg| self.types.fits(arg, bound));
            if fits && bounds.map(|(bound, arg)| (*bound, arg)).all(fulfilled) && self.nesting < 3 {
                fitting.push((function.clone(), args));
            }
        }
        let (function, args) = self.pick(&fitting)?.clone();
        let args: Vec<Ty> = args
            .into_iter()
            .zip(&function.generics)
            .map(|(arg, bound)| arg.unwrap_or_else(|| self.argument_type(*bound)))
            .collect();
        Some(self.call_of(&function, &args, None, depth))
    }

    /// A type argument that nothing determines.
    fn argument_type(&mut self, bound: Bound) -> Ty {
        match self.fitting_type(bound, 0) {
            Ty::Option(_) | Ty::Function(..) => Ty::Int,
            ty => ty,
        }
    }

    /// A call of the function that is being written, with less fuel.
    fn recursive_call(&mut self, ty: &Ty, depth: u32) -> Option<String> {
        let (function, left) = self.recursion.clone()?;
        if left == 0 || function.result != *ty || self.nesting > 0 || self.level > 0 {
            return None;
        }
        self.recursion = Some((function.clone(), left - 1));
        let args: Vec<Ty> = (0..function.generics.len()).map(Ty::Param).collect();
        Some(self.call_of(&function, &args, Some("fuel - 1"), depth))
    }

    fn call_of(&mut self, function: &Signature, types: &[Ty], fuel: Option<&str>, depth: u32) -> String {
        // With the type arguments written the arguments' types are known, otherwise they must say it.
        let written = !types.is_empty() && self.percent(60);
        let mut args = Vec::new();
        // Once one argument is named, those behind it are.
        let (mut named, mut all_named) = (self.percent(10), false);
        let omitted = self.percent(50);
        for (index, param) in function.params.iter().enumerate() {
            if param.has_default && omitted {
                break;
            }
            let ty = param.ty.substitute(types);
            let mode = if written || !param.ty.is_generic() { Mode::Known } else { Mode::Inferred };
            let value = if index == 0 && function.fueled {
                fuel.map_or_else(|| self.below(4).to_string(), str::to_owned)
            } else {
                self.expr(&ty, mode, depth)
            };
            named = named || self.percent(15);
            all_named = if index == 0 { named } else { all_named };
            args.push(if named { format!("{}: {value}", param.name) } else { value });
        }
        if all_named {
            self.shuffle(&mut args);
        }
        let names: Vec<_> = types.iter().map(|ty| self.types.name(ty)).collect();
        let names = if written { format!("<{}>", names.join(", ")) } else { String::new() };
        format!("{}{names}({})", function.name, args.join(", "))
    }

    /// The name of a function that is a value of a function type.
    pub(super) fn function_value(&mut self, params: &[Ty], result: &Ty) -> Option<String> {
        let names: Vec<String> = self
            .functions
            .iter()
            .filter(|function| {
                let same = function.params.iter().map(|param| &param.ty).eq(params) && function.result == *result;
                let plain = function.generics.is_empty() && !function.fueled;
                same && plain && !function.prints && !function.params.iter().any(|param| param.has_default)
            })
            .map(|function| function.name.clone())
            .collect();
        self.pick(&names).cloned()
    }
}

/// A way from a variable to a value of a wanted type.
#[derive(Clone)]
enum Access {
    Direct(String),
    Index(String),
    Key(String, Ty),
    Option(String),
    Result(String, Ty),
    Call(String, Vec<Ty>),
}
