//! Patterns.

use super::Generator;
use super::types::{Case, Kind, Ty};

/// An arm's pattern with what it binds.
pub(super) struct Arm {
    pub(super) text: String,
    pub(super) bound: Vec<(String, Ty)>,
    /// Whether it needs a guard: it alone would leave nothing for the arms behind it.
    pub(super) guarded: bool,
}

/// What a pattern binds while it is written.
type Bound = Vec<(String, Ty)>;

impl Generator {
    /// A pattern that matches everything, with its variables declared.
    pub(super) fn binding(&mut self, ty: &Ty) -> String {
        let mut bound = Bound::new();
        let pattern = self.irrefutable(ty, &mut bound, 1);
        for (name, ty) in bound {
            self.declare(name, ty, false);
        }
        pattern
    }

    /// A pattern that matches everything.
    pub(super) fn irrefutable(&mut self, ty: &Ty, bound: &mut Bound, depth: u32) -> String {
        match ty {
            Ty::Tuple(items) if depth > 0 && self.percent(75) => {
                let parts: Vec<_> = items.iter().map(|item| self.irrefutable(item, bound, depth - 1)).collect();
                format!("({})", parts.join(", "))
            }
            Ty::Named(index, args) if depth > 0 && self.percent(25) => {
                let declared = self.types.declared[*index].clone();
                let Kind::Record(fields) = &declared.kind else { return self.bind(ty, bound) };
                let field = &fields[self.below(fields.len())];
                let inner = self.irrefutable(&field.ty.substitute(args), bound, depth - 1);
                format!("{} {{ {}: {inner}, .. }}", declared.name, field.name.as_deref().unwrap_or_default())
            }
            _ if self.percent(15) => "_".to_owned(),
            _ => self.bind(ty, bound),
        }
    }

    fn bind(&mut self, ty: &Ty, bound: &mut Bound) -> String {
        let name = self.fresh("v");
        bound.push((name.clone(), ty.clone()));
        name
    }

    /// A pattern that does not match everything, if the type has such.
    pub(super) fn refutable(&mut self, ty: &Ty, bound: &mut Bound, depth: u32) -> Option<String> {
        Some(match ty {
            Ty::Bool => if self.percent(50) { "true" } else { "false" }.to_owned(),
            Ty::Int => ["0", "1", "-1", "2", "255"][self.below(5)].to_owned(),
            Ty::Float => ["0.0", "1.5", "-2.25"][self.below(3)].to_owned(),
            Ty::Duration => ["0s", "1s", "2m"][self.below(3)].to_owned(),
            Ty::Text => ["\"\"", "\"a\"", "\"äö\""][self.below(3)].to_owned(),
            Ty::Option(item) => match self.below(3) {
                0 => "None".to_owned(),
                _ => format!("Some({})", self.nested(item, bound, depth)),
            },
            Ty::Result(value, error) => match self.below(2) {
                0 => format!("Ok({})", self.nested(value, bound, depth)),
                _ => format!("Err({})", self.nested(error, bound, depth)),
            },
            Ty::Tuple(items) => {
                let special = self.below(items.len());
                let mut parts = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    parts.push(if index == special {
                        self.refutable(item, bound, depth.checked_sub(1)?)?
                    } else {
                        self.irrefutable(item, bound, 0)
                    });
                }
                format!("({})", parts.join(", "))
            }
            Ty::Named(index, args) => {
                let declared = self.types.declared[*index].clone();
                match &declared.kind {
                    Kind::Union(cases) => {
                        let case = self.below(cases.len());
                        self.case_pattern(cases, case, args, bound, depth)
                    }
                    Kind::Record(fields) => {
                        let field = &fields[self.below(fields.len())];
                        let inner = self.refutable(&field.ty.substitute(args), bound, depth.checked_sub(1)?)?;
                        format!("{} {{ {}: {inner}, .. }}", declared.name, field.name.as_deref().unwrap_or_default())
                    }
                    Kind::Refined { .. } => return None,
                }
            }
            _ => return None,
        })
    }

    /// A refutable pattern or one that binds.
    fn nested(&mut self, ty: &Ty, bound: &mut Bound, depth: u32) -> String {
        if depth > 0 && self.percent(35) {
            let mut inner = Bound::new();
            if let Some(pattern) = self.refutable(ty, &mut inner, depth - 1) {
                bound.append(&mut inner);
                return pattern;
            }
        }
        self.irrefutable(ty, bound, depth.min(1))
    }

    fn case_pattern(&mut self, cases: &[Case], index: usize, args: &[Ty], bound: &mut Bound, depth: u32) -> String {
        let case = &cases[index];
        if case.fields.is_empty() {
            return case.name.clone();
        }
        if self.percent(15) {
            return format!("{}(..)", case.name);
        }
        let named = case.fields[0].name.clone().filter(|_| self.percent(30));
        if let Some(name) = named {
            let inner = self.nested(&case.fields[0].ty.substitute(args), bound, depth);
            return format!("{}({name}: {inner}, ..)", case.name);
        }
        let parts: Vec<_> =
            case.fields.iter().map(|field| self.nested(&field.ty.substitute(args), bound, depth)).collect();
        format!("{}({})", case.name, parts.join(", "))
    }

    /// A pattern for `is`, without variables.
    pub(super) fn test_pattern(&mut self, ty: &Ty) -> Option<String> {
        for _ in 0..4 {
            let mut bound = Bound::new();
            let pattern = self.refutable(ty, &mut bound, 1)?;
            if bound.is_empty() {
                return Some(pattern);
            }
        }
        matches!(ty, Ty::Option(_)).then(|| "None".to_owned())
    }

    /// Patterns that together match everything, none of them in vain.
    pub(super) fn exhaustive(&mut self, ty: &Ty) -> Vec<Arm> {
        let mut arms = Vec::new();
        if self.percent(60) {
            let mut bound = Bound::new();
            if let Some(text) = self.refutable(ty, &mut bound, 2) {
                let guarded = self.percent(30) || !matches!(ty, Ty::Int | Ty::Text | Ty::Float | Ty::Duration);
                arms.push(Arm { text, bound, guarded });
            }
        }
        arms.extend(self.shared_field(ty).filter(|_| self.percent(40)));
        let complete = self.complete(ty).filter(|_| self.percent(80));
        match complete {
            Some(mut all) => arms.append(&mut all),
            None => {
                let mut bound = Bound::new();
                let text = self.irrefutable(ty, &mut bound, 1);
                arms.push(Arm { text, bound, guarded: false });
            }
        }
        arms
    }

    /// `A(v, ..) | B(v, ..)` of two cases whose first fields have one type.
    fn shared_field(&mut self, ty: &Ty) -> Option<Arm> {
        let Ty::Named(index, args) = ty else { return None };
        let declared = self.types.declared[*index].clone();
        let Kind::Union(cases) = &declared.kind else { return None };
        let first = |case: &Case| Some(case.fields.first()?.ty.substitute(args));
        let field = first(cases.first()?)?;
        let alike: Vec<&Case> = cases.iter().filter(|case| first(case).as_ref() == Some(&field)).collect();
        let [one, .., other] = alike.as_slice() else { return None };
        let name = self.fresh("v");
        let part = |case: &Case| {
            let rest = if case.fields.len() > 1 { ", .." } else { "" };
            format!("{}({name}{rest})", case.name)
        };
        let text = format!("{} | {}", part(other), part(one));
        Some(Arm { text, bound: vec![(name, field)], guarded: true })
    }

    /// An arm for each case of a type that has cases.
    fn complete(&mut self, ty: &Ty) -> Option<Vec<Arm>> {
        let arm = |this: &mut Generator, head: &str, parts: &[Ty]| {
            let mut bound = Bound::new();
            let parts: Vec<_> = parts.iter().map(|part| this.irrefutable(part, &mut bound, 1)).collect();
            let text = if parts.is_empty() { head.to_owned() } else { format!("{head}({})", parts.join(", ")) };
            Arm { text, bound, guarded: false }
        };
        match ty {
            Ty::Bool => Some(vec![arm(self, "true", &[]), arm(self, "false", &[])]),
            Ty::Option(item) => Some(vec![arm(self, "Some", &[(**item).clone()]), arm(self, "None", &[])]),
            Ty::Result(value, error) => {
                Some(vec![arm(self, "Ok", &[(**value).clone()]), arm(self, "Err", &[(**error).clone()])])
            }
            Ty::Named(index, args) => {
                let declared = self.types.declared[*index].clone();
                let Kind::Union(cases) = &declared.kind else { return None };
                let mut arms = Vec::new();
                for case in cases {
                    let parts: Vec<_> = case.fields.iter().map(|field| field.ty.substitute(args)).collect();
                    arms.push(arm(self, &case.name, &parts));
                }
                self.join_last(&mut arms);
                Some(arms)
            }
            _ => None,
        }
    }

    /// At times makes one arm of the last two, if neither binds anything.
    fn join_last(&mut self, arms: &mut Vec<Arm>) {
        if arms.len() < 3 || !self.percent(40) || arms[arms.len() - 2..].iter().any(|arm| !arm.bound.is_empty()) {
            return;
        }
        if let (Some(last), Some(before)) = (arms.pop(), arms.last_mut()) {
            before.text = format!("{} | {}", before.text, last.text);
        }
    }
}
