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

use std::sync::Arc;

use dot_abi::manifest::Class;
use dot_abi::native::Native;
use dot_syntax::{Span, Symbol};

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
    /// `Duration`
    Duration,
    /// `Text`
    Text,
    /// `Bytes`
    Bytes,
    /// `Fault`
    Fault,
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

/// An expression with its type.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type. Where it is [`Type::Never`] control does not go on behind it.
    pub ty: Type,
    /// The place.
    pub span: Span,
}

/// A part of something, evaluated where it stands and put at an index.
#[derive(Clone, Debug)]
pub struct Part {
    /// The index of the parameter, field or slot.
    pub index: usize,
    /// The value.
    pub value: Expr,
}

/// The kinds of expressions.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `()`
    Unit,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A duration in nanoseconds.
    Duration(i64),
    /// A text.
    Text(Arc<str>),
    /// Texts one behind the other (interpolation); each part is a `Text`.
    Concat(Vec<Expr>),
    /// A variable.
    Local(LocalId),
    /// A top-level `let`.
    Constant(ConstantId),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{"a": 1}`: a later key replaces an earlier one.
    Map(Vec<(Expr, Expr)>),
    /// `Set` literal: what `{}` is where a set is expected.
    EmptySet,
    /// `(a, b)`
    Tuple(Vec<Expr>),
    /// A record of the expression's type, every field there.
    Record(Vec<Part>),
    /// A record like another one but for some fields.
    Update {
        /// How many of the fields are evaluated before the base.
        before: usize,
        /// The base, of the same type.
        base: Box<Expr>,
        /// The new fields.
        fields: Vec<Part>,
    },
    /// A case of the expression's type, every field there.
    Case {
        /// The index of the case.
        case: usize,
        /// The fields.
        fields: Vec<Part>,
    },
    /// `None`
    None,
    /// A `T` as a `T?`.
    Some(Box<Expr>),
    /// A value of a refined type as one of its base, at any depth (`List<Port>` as `List<Int>`): no operation.
    Widen(Box<Expr>),
    /// A value of the base as one of the refined type; a fault if the condition does not hold.
    Refine(Box<Expr>),
    /// A value of the base as an option of the refined type.
    RefineOption(Box<Expr>),
    /// A field of a record, or a part of a tuple.
    Field(Box<Expr>, usize),
    /// `xs[i]` of a List, `m[k]` of a Map; a fault if it is not there.
    Index(Box<Expr>, Box<Expr>),
    /// `-a` of Int, Float or Duration.
    Negate(Box<Expr>),
    /// `not a`
    Not(Box<Expr>),
    /// An operator that evaluates both sides.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `a and b`
    And(Box<Expr>, Box<Expr>),
    /// `a or b`
    Or(Box<Expr>, Box<Expr>),
    /// `a..b` as a `List<Int>`; empty if it runs backwards. Lowering need not build it where it is only walked.
    Range {
        /// The first number.
        start: Box<Expr>,
        /// The end.
        end: Box<Expr>,
        /// Whether the end is in it.
        inclusive: bool,
    },
    /// A call of a function, native or native dot.
    Call {
        /// What is called.
        function: FunctionId,
        /// One per type parameter.
        type_args: Vec<Type>,
        /// Every argument; those left out stand last, as calls of the default's function.
        args: Vec<Part>,
    },
    /// A call of a value of a function type. The callee is evaluated first.
    CallValue {
        /// The callee.
        callee: Box<Expr>,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// `(a, b) => e`; also a named function where a value of function type is expected.
    Lambda(Box<Lambda>),
    /// `{ …; e }`; the value of the block is `()` if there is no last expression.
    Block(Vec<Statement>, Option<Box<Expr>>),
    /// `if c { a } else { b }`; without `else` it is `()`.
    If {
        /// The condition.
        condition: Box<Expr>,
        /// If it holds.
        then: Box<Expr>,
        /// If not.
        otherwise: Option<Box<Expr>>,
    },
    /// `match`, exhaustive: an arm is found for every value.
    Match {
        /// What is looked at, once.
        subject: Box<Expr>,
        /// The arms.
        arms: Vec<Arm>,
    },
    /// `p` matches or not: `e is P`, without bindings.
    Is(Box<Expr>, Pattern),
    /// `[e for … if …]`
    Comprehension {
        /// The clauses, outermost first; the first one is a `for`.
        clauses: Vec<Clause>,
        /// What each turn gives.
        body: Box<Expr>,
    },
    /// Leaves the function or lambda.
    Return(Box<Expr>),
    /// Leaves the innermost loop.
    Break,
    /// Goes on with the innermost loop's next turn.
    Continue,
    /// Ends the activation with a message.
    Fail(Box<Expr>),
}

/// Operators that evaluate both sides. The sides have the same type unless said otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BinaryOp {
    /// `+` of Int (checked), Float, Duration (checked), Text, List, Bytes.
    Add,
    /// `-` of Int, Duration (checked), Float.
    Subtract,
    /// `*` of Int (checked), Float; Duration by Int (checked, either side).
    Multiply,
    /// `/` of Int (truncates; faults: zero, overflow), Float; Duration by Int; Duration by Duration gives Float (fault: zero).
    Divide,
    /// `%` of Int (sign of the dividend; fault: zero; `Int.min % -1` is 0), Float.
    Remainder,
    /// `==` of data. Floats as IEEE has it, at every depth.
    Equal,
    /// `!=` of data: `not ==`.
    NotEqual,
    /// `<` of data; floats as IEEE at the top, in the total order of `compare` inside other values.
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `x in xs`: an item of the List or Set, or key of the Map, on the right; a part of a Text.
    In,
}

/// A lambda.
#[derive(Clone, Debug)]
pub struct Lambda {
    /// The parameters; they and all variables inside are locals of the enclosing function.
    pub params: Vec<LocalId>,
    /// The variables of the enclosing bodies that it mentions, captured by value when it is made.
    /// Inside, the same ids name the captured values.
    pub captures: Vec<LocalId>,
    /// The body.
    pub body: Expr,
}

/// An arm of a match.
#[derive(Clone, Debug)]
pub struct Arm {
    /// What matches.
    pub pattern: Pattern,
    /// What must hold besides.
    pub guard: Option<Expr>,
    /// What it gives.
    pub body: Expr,
}

/// A clause of a comprehension.
#[derive(Clone, Debug)]
pub enum Clause {
    /// Walks a `List<T>` (items), a `Map<K, V>` (pairs, as a tuple), a `Set<T>`, a `Text` (its characters) or `Bytes`
    /// (Ints); what the pattern does not match is left out.
    For(Pattern, Expr),
    /// Leaves out what does not fulfil it.
    If(Expr),
}

/// A pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// What it is.
    pub kind: PatternKind,
    /// The type of what it looks at.
    pub ty: Type,
    /// The place.
    pub span: Span,
}

/// The kinds of patterns.
#[derive(Clone, Debug)]
pub enum PatternKind {
    /// Everything.
    Wildcard,
    /// Everything, bound.
    Bind(LocalId),
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float, by `==`.
    Float(f64),
    /// A duration in nanoseconds.
    Duration(i64),
    /// A text.
    Text(Arc<str>),
    /// The parts of a tuple, or the unit.
    Tuple(Vec<Pattern>),
    /// Fields of a record, by index; those not named match everything.
    Record(Vec<(usize, Pattern)>),
    /// A case of a union and its fields, by index.
    Case(usize, Vec<(usize, Pattern)>),
    /// `None`
    None,
    /// `Some(p)`
    Some(Box<Pattern>),
    /// One of them; all bind the same variables (the same [`LocalId`]s).
    Or(Vec<Pattern>),
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// The place.
    pub span: Span,
}

/// The kinds of statements.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "statements are walked, not moved")]
pub enum StatementKind {
    /// `let P = e`, `let P = e else { … }`, `var x = e`. Without `otherwise` the pattern matches everything.
    Let {
        /// The pattern.
        pattern: Pattern,
        /// The value.
        value: Expr,
        /// Of type [`Type::Never`].
        otherwise: Option<Expr>,
    },
    /// `x = e`, `xs[i].f = e`. See [`Place`] for the order.
    Assign {
        /// What is assigned.
        place: Place,
        /// The value.
        value: Expr,
    },
    /// `x += e`: reads the place, evaluates the value, combines, writes.
    AssignOp {
        /// What is assigned.
        place: Place,
        /// The operator.
        op: BinaryOp,
        /// The type of the operation's result: that of the place.
        value: Expr,
    },
    /// `(a, b) = e`: one place per part of the tuple; the places' indices are evaluated, then the value, then written left to right.
    AssignTuple {
        /// The places.
        places: Vec<Place>,
        /// The tuple.
        value: Expr,
    },
    /// `for p in e { … }`, as [`Clause::For`].
    For {
        /// What is bound; what it does not match is skipped.
        pattern: Pattern,
        /// What is walked: evaluated once, not changed by assignments inside.
        iterable: Expr,
        /// Of type `()` or [`Type::Never`].
        body: Expr,
    },
    /// `while c { … }`
    While {
        /// The condition.
        condition: Expr,
        /// Of type `()` or [`Type::Never`].
        body: Expr,
    },
    /// `assert`
    Assert(Assert),
    /// An expression for what it does; its value, if it has one, is dropped.
    Expr(Expr),
}

/// `assert`
#[derive(Clone, Debug)]
pub struct Assert {
    /// The condition, of type Bool.
    pub condition: Expr,
    /// The condition as the source has it.
    pub source: Arc<str>,
    /// If the condition is a comparison of data: the fault's message shows both sides. The
    /// condition is then not evaluated a second time: evaluate these, compare, report.
    pub comparison: Option<(BinaryOp, Expr, Expr)>,
    /// The text behind the comma, evaluated only when it fails.
    pub message: Option<Expr>,
}

/// What is assigned: a variable, or something inside of it.
///
/// The indices are evaluated left to right, then the value, then the steps are walked (where an
/// inner index or key may be missing: a fault) and the last one is written: an index must exist, a
/// key is inserted if it is missing, a field is replaced.
#[derive(Clone, Debug)]
pub struct Place {
    /// The variable.
    pub local: LocalId,
    /// The way into it.
    pub steps: Vec<Step>,
    /// The type of what is assigned.
    pub ty: Type,
    /// The place in the source.
    pub span: Span,
}

/// A step into a value.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it is.
    pub kind: StepKind,
    /// The type of what it leads to.
    pub ty: Type,
    /// The place in the source.
    pub span: Span,
}

/// The kinds of steps.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// A field of a record.
    Field(usize),
    /// An index of a List or a key of a Map.
    Index(Expr),
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
