//! The types of a generated program.

use std::rc::Rc;

/// A type. Declared ones are indices of [`Types::declared`].
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Ty {
    Unit,
    Bool,
    Int,
    Float,
    Decimal,
    Duration,
    Time,
    Date,
    Text,
    Bytes,
    List(Box<Ty>),
    Map(Box<Ty>, Box<Ty>),
    Set(Box<Ty>),
    Option(Box<Ty>),
    Result(Box<Ty>, Box<Ty>),
    Tuple(Vec<Ty>),
    Function(Vec<Ty>, Box<Ty>),
    Named(usize, Vec<Ty>),
    /// A type parameter of the function or declaration around it.
    Param(usize),
}

/// A declared type. Its parameters are named `T0`, `T1`, ….
pub(super) struct Declared {
    pub(super) name: String,
    pub(super) generics: usize,
    pub(super) kind: Kind,
}

/// The kinds of declared types.
pub(super) enum Kind {
    Record(Vec<Field>),
    /// The first case has no field of the type itself.
    Union(Vec<Case>),
    Refined {
        base: Ty,
        condition: &'static str,
        /// Literals that fulfil the condition.
        literals: &'static [&'static str],
    },
}

/// A field of a record or case.
pub(super) struct Field {
    /// `None` for a positional field of a case.
    pub(super) name: Option<String>,
    pub(super) ty: Ty,
    pub(super) default: Option<String>,
}

/// A case of a union.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) fields: Vec<Field>,
}

/// What the arguments of a type parameter must be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Bound {
    Any,
    Data,
    Key,
}

/// The declared types of a program, and the parameters of the function that is being written.
#[derive(Default)]
pub(super) struct Types {
    pub(super) declared: Vec<Rc<Declared>>,
    pub(super) params: Vec<Bound>,
}

impl Ty {
    pub(super) fn list(item: Ty) -> Ty {
        Ty::List(Box::new(item))
    }

    pub(super) fn option(item: Ty) -> Ty {
        Ty::Option(Box::new(item))
    }

    pub(super) fn is_option(&self) -> bool {
        matches!(self, Ty::Option(_))
    }

    /// The type with its parameters replaced.
    pub(super) fn substitute(&self, args: &[Ty]) -> Ty {
        let one = |ty: &Ty| Box::new(ty.substitute(args));
        let all = |types: &[Ty]| types.iter().map(|ty| ty.substitute(args)).collect();
        match self {
            Ty::Param(index) => args.get(*index).cloned().unwrap_or_else(|| self.clone()),
            Ty::List(item) => Ty::List(one(item)),
            Ty::Set(item) => Ty::Set(one(item)),
            Ty::Option(item) => Ty::Option(one(item)),
            Ty::Map(key, value) => Ty::Map(one(key), one(value)),
            Ty::Result(value, error) => Ty::Result(one(value), one(error)),
            Ty::Tuple(items) => Ty::Tuple(all(items)),
            Ty::Function(params, result) => Ty::Function(all(params), one(result)),
            Ty::Named(index, own) => Ty::Named(*index, all(own)),
            _ => self.clone(),
        }
    }

    /// Finds type arguments by which `self`, a type with parameters, becomes `other`.
    pub(super) fn unify(&self, other: &Ty, args: &mut [Option<Ty>]) -> bool {
        let all = |a: &[Ty], b: &[Ty], args: &mut [Option<Ty>]| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.unify(b, args))
        };
        match (self, other) {
            (Ty::Param(index), _) => match args.get_mut(*index) {
                Some(Some(known)) => known == other,
                Some(unknown) => {
                    *unknown = Some(other.clone());
                    true
                }
                None => self == other,
            },
            (Ty::List(a), Ty::List(b)) | (Ty::Set(a), Ty::Set(b)) | (Ty::Option(a), Ty::Option(b)) => a.unify(b, args),
            (Ty::Map(k, v), Ty::Map(l, w)) | (Ty::Result(k, v), Ty::Result(l, w)) => {
                k.unify(l, args) && v.unify(w, args)
            }
            (Ty::Tuple(a), Ty::Tuple(b)) => all(a, b, args),
            (Ty::Function(a, r), Ty::Function(b, s)) => all(a, b, args) && r.unify(s, args),
            (Ty::Named(a, left), Ty::Named(b, right)) => a == b && all(left, right, args),
            _ => self == other,
        }
    }

    /// Whether a type parameter is in it.
    pub(super) fn is_generic(&self) -> bool {
        match self {
            Ty::Param(_) => true,
            Ty::List(item) | Ty::Set(item) | Ty::Option(item) => item.is_generic(),
            Ty::Map(a, b) | Ty::Result(a, b) => a.is_generic() || b.is_generic(),
            Ty::Tuple(items) | Ty::Named(_, items) => items.iter().any(Ty::is_generic),
            Ty::Function(params, result) => params.iter().any(Ty::is_generic) || result.is_generic(),
            _ => false,
        }
    }
}

impl Types {
    /// Whether a type fulfils a bound.
    pub(super) fn fits(&self, ty: &Ty, bound: Bound) -> bool {
        self.bound(ty, &mut Vec::new()) >= bound
    }

    /// The strictest bound that a type fulfils. Types in `open` are being looked at.
    fn bound(&self, ty: &Ty, open: &mut Vec<usize>) -> Bound {
        match ty {
            Ty::Float => Bound::Data,
            Ty::Function(..) => Bound::Any,
            Ty::Param(index) => self.params.get(*index).copied().unwrap_or(Bound::Any),
            Ty::List(item) | Ty::Set(item) | Ty::Option(item) => self.bound(item, open),
            Ty::Map(a, b) | Ty::Result(a, b) => self.bound(a, open).min(self.bound(b, open)),
            Ty::Tuple(items) => self.least(items.to_vec(), open),
            Ty::Named(index, args) => {
                if open.contains(index) {
                    return Bound::Key;
                }
                open.push(*index);
                let parts = match &self.declared[*index].kind {
                    Kind::Record(fields) => fields.iter().map(|field| field.ty.substitute(args)).collect(),
                    Kind::Union(cases) => {
                        cases.iter().flat_map(|case| &case.fields).map(|field| field.ty.substitute(args)).collect()
                    }
                    Kind::Refined { base, .. } => vec![base.clone()],
                };
                let bound = self.least(parts, open);
                open.pop();
                // Arguments count also where no field holds them.
                bound.min(self.least(args.clone(), open))
            }
            Ty::Unit | Ty::Bool | Ty::Int | Ty::Decimal | Ty::Duration | Ty::Time | Ty::Date | Ty::Text | Ty::Bytes => {
                Bound::Key
            }
        }
    }

    fn least(&self, types: Vec<Ty>, open: &mut Vec<usize>) -> Bound {
        types.iter().map(|ty| self.bound(ty, open)).min().unwrap_or(Bound::Key)
    }

    pub(super) fn is_data(&self, ty: &Ty) -> bool {
        self.fits(ty, Bound::Data)
    }

    pub(super) fn is_key(&self, ty: &Ty) -> bool {
        self.fits(ty, Bound::Key)
    }

    /// The type as the source writes it.
    pub(super) fn name(&self, ty: &Ty) -> String {
        let all = |types: &[Ty]| types.iter().map(|ty| self.name(ty)).collect::<Vec<_>>().join(", ");
        match ty {
            Ty::Unit => "()".to_owned(),
            Ty::List(item) => format!("List<{}>", self.name(item)),
            Ty::Set(item) => format!("Set<{}>", self.name(item)),
            Ty::Option(item) => format!("{}?", self.name(item)),
            Ty::Map(key, value) => format!("Map<{}, {}>", self.name(key), self.name(value)),
            Ty::Result(value, error) => format!("Result<{}, {}>", self.name(value), self.name(error)),
            Ty::Tuple(items) => format!("({})", all(items)),
            Ty::Function(params, result) => format!("fn({}) -> {}", all(params), self.name(result)),
            Ty::Param(index) => format!("T{index}"),
            Ty::Named(index, args) if args.is_empty() => self.declared[*index].name.clone(),
            Ty::Named(index, args) => format!("{}<{}>", self.declared[*index].name, all(args)),
            simple => format!("{simple:?}"),
        }
    }

    /// The declarations as source.
    pub(super) fn source(&self) -> String {
        self.declared.iter().map(|declared| self.declaration(declared)).collect()
    }

    fn declaration(&self, declared: &Declared) -> String {
        let generics: Vec<_> = (0..declared.generics).map(|index| format!("T{index}")).collect();
        let generics = if generics.is_empty() { String::new() } else { format!("<{}>", generics.join(", ")) };
        let head = format!("type {}{generics} =", declared.name);
        match &declared.kind {
            Kind::Record(fields) => {
                let lines: String = fields.iter().map(|field| format!("  {},\n", self.field(field))).collect();
                format!("{head} {{\n{lines}}}\n\n")
            }
            Kind::Union(cases) => {
                let lines: String = cases.iter().map(|case| format!("\n  | {}", self.case(case))).collect();
                format!("{head}{lines}\n\n")
            }
            Kind::Refined { base, condition, .. } => format!("{head} {} where {condition}\n\n", self.name(base)),
        }
    }

    fn field(&self, field: &Field) -> String {
        let name = field.name.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
        let default = field.default.as_ref().map(|default| format!(" = {default}")).unwrap_or_default();
        format!("{name}{}{default}", self.name(&field.ty))
    }

    fn case(&self, case: &Case) -> String {
        if case.fields.is_empty() {
            return case.name.clone();
        }
        let fields: Vec<_> = case.fields.iter().map(|field| self.field(field)).collect();
        format!("{}({})", case.name, fields.join(", "))
    }
}
