//! The typed program: what checking gives, and all that lowering and the reference interpreter know.
//!
//! There are no error nodes, no unresolved names, no implied conversions and no sugar whose meaning
//! depends on a type: a method call is a [`ExprKind::Call`], `e?` and `??` are matches, a `T` where
//! a `T?` is expected is [`ExprKind::Some`], a default that was left out is a call of the function
//! that computes it. Functions may be generic; their bodies mention [`Type::Param`]s.
//!
//! # Order of evaluation
//!
//! Operands and arguments are evaluated left to right *as written*: where the order in the source
//! differs from the declared order (named arguments, record fields) the tree keeps the order of the
//! source and each part says where it goes.

mod expressions;
mod patterns;
mod statements;

use std::sync::Arc;

use dot_abi::manifest::{Class, Narrowing};
use dot_abi::native::Native;
use dot_abi::policy::Policies;
use dot_syntax::{Span, Symbol};

pub use expressions::{Arm, BinaryOp, Clause, DotCall, Expr, ExprKind, FanOut, Lambda, Part};
pub use patterns::{Pattern, PatternKind};
pub use statements::{Assert, MockWith, Place, Statement, StatementKind, Step, StepKind};

/// A checked program: the modules that were asked for and what they reach.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// The files, by [`FileId`](dot_syntax::FileId): the name they were given by and the text.
    pub files: Vec<SourceFile>,
    /// Records, unions and refined types.
    pub types: Vec<TypeDef>,
    /// Functions, dots, natives and the functions that compute defaults.
    pub functions: Vec<Function>,
    /// Top-level `let`s.
    pub constants: Vec<Constant>,
    /// The dots of the root module, in source order.
    pub dots: Vec<FunctionId>,
    /// The tests of the root module, in source order; each is a function without parameters and of result `()`.
    pub tests: Vec<FunctionId>,
    /// The types that the compiler itself must know.
    pub well_known: WellKnown,
}

/// A file.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The name by which it was given or found.
    pub name: String,
    /// The text.
    pub text: Arc<str>,
}

/// An index of [`Program::types`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct TypeId(pub u32);

/// An index of [`Program::functions`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FunctionId(pub u32);

/// An index of [`Program::constants`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ConstantId(pub u32);

/// An index of a function's locals.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct LocalId(pub u32);

/// Declared types with a meaning of their own.
#[derive(Clone, Copy, Debug, Default)]
pub struct WellKnown {
    /// `Result<T, E>`: a union of `Ok(value: T)`, case 0, and `Err(error: E)`, case 1.
    pub result: Option<TypeId>,
    /// `Fault`: a record of `code: Text`, `message: Text`, `step: Text` and `cause: Fault?`.
    pub fault: Option<TypeId>,
    /// `Json`: a union of the cases that [`dot_abi::json::any`] numbers. `None` if the program does not mention it.
    pub json: Option<TypeId>,
}

/// A type. Refined types keep their name; [`Program::base`] gives what memory sees.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    /// `()`
    Unit,
    /// `Bool`
    Bool,
    /// `Int`
    Int,
    /// `Float`
    Float,
    /// `Decimal`
    Decimal,
    /// `Duration`
    Duration,
    /// `Time`
    Time,
    /// `Date`
    Date,
    /// `Text`
    Text,
    /// `Bytes`
    Bytes,
    /// The type of `return`, `break`, `continue`, `fail`.
    Never,
    /// `List<T>`. A range is one.
    List(Arc<Type>),
    /// `Map<K, V>`
    Map(Arc<Type>, Arc<Type>),
    /// `Set<T>`
    Set(Arc<Type>),
    /// `T?`
    Option(Arc<Type>),
    /// `(A, B)`
    Tuple(Arc<[Type]>),
    /// `fn(A) -> B`
    Function(Arc<[Type]>, Arc<Type>),
    /// A declared type with its arguments.
    Named(TypeId, Arc<[Type]>),
    /// A type parameter of the enclosing declaration, by index.
    Param(u32),
}

/// A declared type.
#[derive(Clone, Debug)]
pub struct TypeDef {
    /// The name; with its module in front (`files.Path`) where that is not the root module.
    pub name: Arc<str>,
    /// The documentation.
    pub docs: Arc<str>,
    /// Its type parameters.
    pub generics: Vec<Generic>,
    /// What it is.
    pub kind: TypeKind,
    /// Where its name is declared.
    pub span: Span,
}

/// A type parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Generic {
    /// The name.
    pub name: Symbol,
    /// What its arguments must be.
    pub bound: Bound,
}

/// What the arguments of a type parameter must be; each bound includes those before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Bound {
    /// Anything.
    Any,
    /// No functions inside: has equality, order and encoding.
    Data,
    /// Data without floats: can be a key.
    Key,
}

/// The kinds of declared types. Aliases are gone: they stood for another type.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// A record.
    Record(Vec<Field>),
    /// A union.
    Union(Vec<Case>),
    /// A base with a condition.
    Refined {
        /// The base; may itself be refined.
        base: Type,
        /// A function of one parameter (`it`, of the base type) that gives `Bool`.
        condition: FunctionId,
        /// The condition as the source has it.
        source: Arc<str>,
    },
}

/// A field of a record or of a case.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name; `_0`, `_1`, … for positional fields of cases.
    pub name: Symbol,
    /// The name in JSON where it differs.
    pub rename: Option<Arc<str>>,
    /// The documentation.
    pub docs: Arc<str>,
    /// The type.
    pub ty: Type,
    /// What computes the default. An option without a written default has one too: `None`.
    pub default: Option<Default>,
}

/// A default of a field or parameter.
#[derive(Clone, Debug)]
pub struct Default {
    /// A function without parameters, generic like the declaration that it belongs to.
    pub function: FunctionId,
    /// The default as the source has it; `None` for options.
    pub source: Arc<str>,
}

/// A case of a union.
#[derive(Clone, Debug)]
pub struct Case {
    /// The name.
    pub name: Symbol,
    /// The tag in JSON where it differs.
    pub tag: Option<Arc<str>>,
    /// The documentation.
    pub docs: Arc<str>,
    /// The fields.
    pub fields: Vec<Field>,
}

/// A function: `fn`, `dot`, native, default, condition or test.
#[derive(Clone, Debug)]
pub struct Function {
    /// The name; with its module in front where that is not the root module.
    pub name: Arc<str>,
    /// The documentation.
    pub docs: Arc<str>,
    /// What it is.
    pub kind: FunctionKind,
    /// Whether it is `pub`.
    pub public: bool,
    /// Type parameters.
    pub generics: Vec<Generic>,
    /// The parameters: the first locals, in order.
    pub params: Vec<Param>,
    /// The result's type.
    pub result: Type,
    /// The largest class of what it does.
    pub class: Class,
    /// The capabilities that it needs, itself or through what it calls, sorted.
    pub uses: Vec<Symbol>,
    /// What its `uses` narrows them to, for it and for all that it calls.
    pub narrowed: Vec<Narrowing>,
    /// What it declares behind `with`.
    pub policies: Policies,
    /// Of a race, its parts: anonymous dots whose result is that of the race.
    pub alternatives: Vec<FunctionId>,
    /// The variables of the body, parameters and those of lambdas inside included.
    pub locals: Vec<Local>,
    /// The body; `None` for natives.
    pub body: Option<Expr>,
    /// Where its name is declared.
    pub span: Span,
}

/// What a function is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FunctionKind {
    /// `fn`, and what the checker makes of defaults and conditions.
    Fn,
    /// `dot`
    Dot,
    /// `test`
    Test,
    /// What the checker makes of code that must be an activation of its own: the body of a comprehension that overlaps, what stands behind
    /// `try`, a part of `parallel`, a mock, a call with more behind it. Its parameters are its captures. Its name is
    /// that of the dot it was cut from and its number there: `survey.1`.
    Anonymous,
    /// What the checker makes of `race (a, b)`: [`Function::alternatives`] are started together, and the first one to end decides. It has no
    /// body and no parameters of its own: the arguments of its call are tuples, one for each alternative, of what that one captures.
    Race,
    /// `native fn`
    Native(Native),
    /// `native CLASS dot`, known to the runtime by its name.
    NativeDot,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// The name, and the JSON name, documentation, type and default as for a field. A condition
    /// behind the type has made the type a refined one.
    pub field: Field,
    /// The local that holds it.
    pub local: LocalId,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Local {
    /// The name; invented ones start with `$`.
    pub name: Symbol,
    /// The type.
    pub ty: Type,
    /// Whether it is a `var`.
    pub mutable: bool,
    /// Where it is declared.
    pub span: Span,
}

/// A top-level `let`. Constants refer to each other without cycles.
#[derive(Clone, Debug)]
pub struct Constant {
    /// The name.
    pub name: Arc<str>,
    /// A function without parameters that computes it; once per activation is enough, since it is pure.
    pub function: FunctionId,
    /// The type.
    pub ty: Type,
}

impl Program {
    /// A function.
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.0 as usize]
    }

    /// A declared type.
    pub fn type_def(&self, id: TypeId) -> &TypeDef {
        &self.types[id.0 as usize]
    }

    /// A top-level `let`.
    pub fn constant(&self, id: ConstantId) -> &Constant {
        &self.constants[id.0 as usize]
    }

    /// A type with its outermost conditions removed.
    pub fn base(&self, ty: &Type) -> Type {
        match ty {
            Type::Named(id, args) => match &self.type_def(*id).kind {
                TypeKind::Refined { base, .. } => self.base(&base.substitute(args)),
                _ => ty.clone(),
            },
            _ => ty.clone(),
        }
    }
}

impl Type {
    /// The type with its parameters replaced.
    pub fn substitute(&self, args: &[Type]) -> Type {
        let all = |types: &[Type]| types.iter().map(|ty| ty.substitute(args)).collect();
        let one = |ty: &Type| Arc::new(ty.substitute(args));
        match self {
            Type::Param(index) => args.get(*index as usize).cloned().unwrap_or_else(|| self.clone()),
            Type::List(item) => Type::List(one(item)),
            Type::Set(item) => Type::Set(one(item)),
            Type::Option(item) => Type::Option(one(item)),
            Type::Map(key, value) => Type::Map(one(key), one(value)),
            Type::Tuple(items) => Type::Tuple(all(items)),
            Type::Function(params, result) => Type::Function(all(params), one(result)),
            Type::Named(id, own) => Type::Named(*id, all(own)),
            _ => self.clone(),
        }
    }
}
