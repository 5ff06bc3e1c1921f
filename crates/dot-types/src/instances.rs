//! Questions about the whole program: bounds of type arguments, options of options by instantiation, recursion of
//! generics, types without a value, constants that need themselves.

use std::rc::Rc;
use std::sync::Arc;

use dot_syntax::Span;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::checker::Checker;
use crate::graph::components;
use crate::messages::{bounds, types};
use crate::program::{Bound, FunctionId, Generic, Type, TypeDef, TypeId, TypeKind};
use crate::types::{FIRST_VARIABLE, UNKNOWN, parts};

/// What type parameters belong to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) enum Owner {
    Function(FunctionId),
    Type(TypeId),
    /// An alias: gone when it is used, so nothing is asked of it.
    Alias,
}

/// A use of something generic.
pub(crate) struct Instance {
    pub(crate) target: Owner,
    pub(crate) args: Arc<[Type]>,
    pub(crate) span: Span,
    /// Where it is used: the parameters in `args` are its.
    pub(crate) owner: Owner,
    pub(crate) generics: Rc<[Generic]>,
}

/// A bound that a type must fulfil.
pub(crate) struct Obligation {
    pub(crate) ty: Type,
    pub(crate) bound: Bound,
    pub(crate) span: Span,
    pub(crate) generics: Rc<[Generic]>,
    /// What asks for it, in words.
    pub(crate) why: Option<&'static str>,
}

impl Checker<'_> {
    /// Refined types whose base leads back to themselves would be followed for ever: they lose their base.
    pub(crate) fn break_refined_cycles(&mut self) {
        for index in 0..self.types.len() {
            let mut at = index;
            let mut seen = FxHashSet::default();
            while let TypeKind::Refined { base: Type::Named(next, _), .. } = &self.types[at].kind
                && seen.insert(at)
            {
                at = next.0 as usize;
            }
            if seen.contains(&at)
                && let TypeKind::Refined { base, .. } = &mut self.types[at].kind
                && *base != UNKNOWN
            {
                *base = UNKNOWN;
                let span = self.types[at].span;
                self.report(types::alias_cycle(span));
            }
        }
    }

    /// Types of which no value can be made, since each one needs another.
    pub(crate) fn check_type_graph(&mut self) {
        let mut inhabited = vec![false; self.types.len()];
        loop {
            let before = inhabited.iter().filter(|known| **known).count();
            for (index, def) in self.types.iter().enumerate() {
                if !inhabited[index] {
                    inhabited[index] = has_value(def, &inhabited);
                }
            }
            if inhabited.iter().filter(|known| **known).count() == before {
                break;
            }
        }
        for (index, _) in inhabited.iter().enumerate().filter(|(_, known)| !**known) {
            let def = &self.types[index];
            let diagnostic = types::no_finite_value(&def.name, def.span);
            self.report(diagnostic);
        }
        self.compute_bounds();
    }

    /// What the values of each type are, as a greatest fixpoint: recursion by itself takes nothing away.
    fn compute_bounds(&mut self) {
        loop {
            let mut changed = false;
            for index in 0..self.types.len() {
                let mut bound = self.type_infos[index].bound;
                for ty in field_types(&self.types[index]) {
                    bound = bound.min(self.bound_of(ty, None));
                }
                if bound != self.type_infos[index].bound {
                    self.type_infos[index].bound = bound;
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
    }

    /// The most that a type fulfils. Without generics its parameters count as keys.
    pub(crate) fn bound_of(&self, ty: &Type, generics: Option<&[Generic]>) -> Bound {
        let own = match ty {
            Type::Function(..) => return Bound::Any,
            Type::Float => Bound::Data,
            Type::Param(index) if *index < FIRST_VARIABLE => match generics {
                Some(generics) => generics.get(*index as usize).map_or(Bound::Any, |generic| generic.bound),
                None => Bound::Key,
            },
            Type::Named(id, _) => self.type_infos[id.0 as usize].bound,
            _ => Bound::Key,
        };
        parts(ty).fold(own, |bound, part| bound.min(self.bound_of(part, generics)))
    }

    pub(crate) fn check_obligations(&mut self) {
        for obligation in std::mem::take(&mut self.obligations) {
            if self.bound_of(&obligation.ty, Some(&obligation.generics)) < obligation.bound {
                let shown = self.show(&obligation.ty, &obligation.generics);
                let culprit = self.culprit(&obligation.ty, obligation.bound, &obligation.generics);
                self.report(bounds::unfulfilled(&shown, obligation.bound, &culprit, obligation.why, obligation.span));
            }
        }
    }

    /// The part of a type that does not fulfil a bound.
    fn culprit(&self, ty: &Type, bound: Bound, generics: &[Generic]) -> bounds::Culprit {
        let mut ty = ty.clone();
        // Each step goes to a part or a field; types recurse, so the way is cut.
        for _ in 0..100 {
            match &ty {
                Type::Function(..) => return bounds::Culprit::Function,
                Type::Float => return bounds::Culprit::Float,
                Type::Param(index) => {
                    let name = generics.get(*index as usize).map(|generic| generic.name);
                    return name.map_or(bounds::Culprit::Unknown, bounds::Culprit::Parameter);
                }
                _ => {}
            }
            let inside = parts(&ty).find(|part| self.bound_of(part, Some(generics)) < bound).cloned();
            let field = match &ty {
                Type::Named(id, args) if inside.is_none() => {
                    let fields = field_types(&self.types[id.0 as usize]);
                    let mut fields = fields.into_iter().filter(|field| self.bound_of(field, None) < bound);
                    fields.next().map(|field| field.substitute(args))
                }
                _ => None,
            };
            match inside.or(field) {
                Some(next) => ty = next,
                None => break,
            }
        }
        bounds::Culprit::Unknown
    }

    /// Bounds of type arguments, options of options, and recursion that makes ever larger arguments.
    pub(crate) fn check_instances(&mut self) {
        let instances = std::mem::take(&mut self.instances);
        self.spread_below_option(&instances);
        for instance in &instances {
            let declared = self.generics_of(instance.target);
            for (index, (arg, generic)) in instance.args.iter().zip(declared.iter()).enumerate() {
                if self.bound_of(arg, Some(&instance.generics)) < generic.bound && *arg != UNKNOWN {
                    let shown = self.show(arg, &instance.generics);
                    let culprit = self.culprit(arg, generic.bound, &instance.generics);
                    let facts = bounds::Argument { name: generic.name, of: self.name_of(instance.target), shown };
                    self.report(bounds::argument(&facts, generic.bound, &culprit, instance.span));
                }
                if matches!(arg, Type::Option(_)) && self.below_option.contains(&(instance.target, index as u32)) {
                    let shown = self.show(arg, &instance.generics);
                    let of = self.name_of(instance.target);
                    self.report(types::nested_option_by_instance(&of, generic.name, &shown, instance.span));
                }
            }
        }
        self.check_growing(&instances);
    }

    fn generics_of(&self, owner: Owner) -> Vec<Generic> {
        match owner {
            Owner::Function(id) => self.functions[id.0 as usize].generics.clone(),
            Owner::Type(id) => self.types[id.0 as usize].generics.clone(),
            Owner::Alias => Vec::new(),
        }
    }

    fn name_of(&self, owner: Owner) -> String {
        match owner {
            Owner::Function(id) => self.functions[id.0 as usize].name.to_string(),
            Owner::Type(id) => self.types[id.0 as usize].name.to_string(),
            Owner::Alias => String::new(),
        }
    }

    /// Finds all type parameters that end up below a `?`, through whatever they are passed to.
    fn spread_below_option(&mut self, instances: &[Instance]) {
        let mut marks = std::mem::take(&mut self.below_option);
        for (index, def) in self.types.iter().enumerate() {
            for ty in field_types(def) {
                mark_options(Owner::Type(TypeId(index as u32)), ty, &mut marks);
            }
        }
        for (index, function) in self.functions.iter().enumerate().filter(|(_, function)| !function.generics.is_empty())
        {
            let owner = Owner::Function(FunctionId(index as u32));
            let params = function.params.iter().map(|param| &param.field.ty);
            for ty in params.chain([&function.result]) {
                mark_options(owner, ty, &mut marks);
            }
        }
        loop {
            let before = marks.len();
            for instance in instances {
                for (index, arg) in instance.args.iter().enumerate() {
                    if let Type::Param(param) = arg
                        && *param < FIRST_VARIABLE
                        && marks.contains(&(instance.target, index as u32))
                    {
                        marks.insert((instance.owner, *param));
                    }
                }
            }
            if marks.len() == before {
                break;
            }
        }
        self.below_option = marks;
    }

    /// In a circle of generic uses a parameter may only be passed on as it is: otherwise there is no end of types.
    fn check_growing(&mut self, instances: &[Instance]) {
        let mut numbers: FxHashMap<Owner, usize> = FxHashMap::default();
        let mut edges: Vec<(usize, usize)> = Vec::new();
        for instance in instances {
            let count = numbers.len();
            let from = *numbers.entry(instance.owner).or_insert(count);
            let count = numbers.len();
            let to = *numbers.entry(instance.target).or_insert(count);
            edges.push((from, to));
        }
        let component = components(numbers.len(), &edges);
        for (instance, &(from, to)) in instances.iter().zip(&edges) {
            let grows = instance.args.iter().any(|arg| !matches!(arg, Type::Param(_)) && mentions_parameter(arg));
            if grows && component[from] == component[to] && instance.owner != Owner::Alias {
                let of = self.name_of(instance.target);
                self.report(types::growing_recursion(&of, instance.span));
            }
        }
    }

    /// Constants that need their own value, through other constants or through functions.
    pub(crate) fn check_constant_cycles(&mut self) {
        let mut edges: Vec<(usize, usize)> = Vec::new();
        for (function, callees) in &self.callees {
            edges.extend(callees.iter().map(|callee| (function.0 as usize, callee.0 as usize)));
        }
        let component = components(self.functions.len(), &edges);
        let mut circular: FxHashSet<usize> = FxHashSet::default();
        circular.extend(edges.iter().filter(|(from, to)| component[*from] == component[*to]).map(|(from, _)| *from));
        for constant in &self.constants {
            let function = constant.function.0 as usize;
            if circular.contains(&function) {
                let span = self.functions[function].span;
                let name = dot_syntax::Symbol::new(&constant.name);
                self.diagnostics.push(types::constant_cycle(name, span, span));
            }
        }
    }
}

/// The types of the fields of a type, or the base of a refined one.
fn field_types(def: &TypeDef) -> Vec<&Type> {
    match &def.kind {
        TypeKind::Record(fields) => fields.iter().map(|field| &field.ty).collect(),
        TypeKind::Union(cases) => cases.iter().flat_map(|case| &case.fields).map(|field| &field.ty).collect(),
        TypeKind::Refined { base, .. } => vec![base],
    }
}

fn has_value(def: &TypeDef, inhabited: &[bool]) -> bool {
    match &def.kind {
        TypeKind::Record(fields) => fields.iter().all(|field| type_has_value(&field.ty, inhabited)),
        TypeKind::Union(cases) => {
            cases.is_empty()
                || cases.iter().any(|case| case.fields.iter().all(|field| type_has_value(&field.ty, inhabited)))
        }
        TypeKind::Refined { base, .. } => type_has_value(base, inhabited),
    }
}

fn type_has_value(ty: &Type, inhabited: &[bool]) -> bool {
    match ty {
        Type::Named(id, _) => inhabited.get(id.0 as usize).copied().unwrap_or(true),
        Type::Tuple(items) => items.iter().all(|item| type_has_value(item, inhabited)),
        _ => true,
    }
}

fn mark_options(owner: Owner, ty: &Type, marks: &mut FxHashSet<(Owner, u32)>) {
    if let Type::Option(item) = ty
        && let Type::Param(index) = **item
        && index < FIRST_VARIABLE
    {
        marks.insert((owner, index));
    }
    for part in parts(ty) {
        mark_options(owner, part, marks);
    }
}

fn mentions_parameter(ty: &Type) -> bool {
    matches!(ty, Type::Param(index) if *index < FIRST_VARIABLE) || parts(ty).any(mentions_parameter)
}
