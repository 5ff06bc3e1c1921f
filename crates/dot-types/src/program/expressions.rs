//! Expressions.

use std::sync::Arc;

use dot_abi::decimal::Decimal;
use dot_syntax::Span;

use super::{ConstantId, FunctionId, LocalId, Pattern, Statement, Type};

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
    /// A decimal.
    Decimal(Decimal),
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
    /// `-a` of Int, Float, Decimal or Duration.
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
    /// A call of a function or pure native, or a note: a native dot of class note, which is done at once and gives `()`.
    Call {
        /// What is called.
        function: FunctionId,
        /// One per type parameter.
        type_args: Vec<Type>,
        /// Every argument; those left out stand last, as calls of the default's function.
        args: Vec<Part>,
    },
    /// A call of a dot, or of a native dot that is no note. Only in the body of a dot or test itself, never in a lambda.
    CallDot(Box<DotCall>),
    /// `parallel (f(x), g(y))`: every part a [`ExprKind::CallDot`]; a tuple of what they give. The parts overlap whatever
    /// they do, in the order of the source where calls are made one after the other.
    Parallel(Vec<Expr>),
    /// `parallel(limit: n) …`: an `Int` that is evaluated first and is at least 1 (fault: argument), and a [`ExprKind::Parallel`]
    /// or a [`ExprKind::Comprehension`] whose turns are [`FanOut::Parallel`], of which at most so many parts are under way at once.
    Limited(Box<Expr>, Box<Expr>),
    /// `op.calls` in a test: the arguments of the calls so far of a dot or native dot, in the order of the source: a `List` of what a
    /// single parameter holds, or of tuples of them all, or of `()`. It waits for every earlier call.
    CallsOf(FunctionId),
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
        /// Whether the turns overlap.
        fan_out: FanOut,
    },
    /// Leaves the function or lambda.
    Return(Box<Expr>),
    /// Leaves the innermost loop.
    Break,
    /// Goes on with the innermost loop's next turn.
    Continue,
    /// Ends the activation with a message, a `Text`; or raises a `Fault` again with its code, message, step and cause.
    Fail(Box<Expr>),
    /// `fail retry`: ends the activation with a message, a `Text`, as a fault that may pass.
    FailRetry(Box<Expr>),
}

/// A call of a dot or native dot: a step.
#[derive(Clone, Debug)]
pub struct DotCall {
    /// The dot, anonymous dot or native dot.
    pub function: FunctionId,
    /// Every argument, without calls of dots inside except as direct operands; those left out stand last, as calls of the
    /// default's function. An anonymous dot gets its captures.
    pub args: Vec<Part>,
    /// The number of this call among the calls of the body, from 0 in the order of the source: part of the step's name.
    pub number: u32,
    /// `try`: the expression's type is `Result<T, Fault>`, and a fault of the call is a value.
    pub is_try: bool,
}

/// Whether the turns of a comprehension overlap.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FanOut {
    /// One turn ends before the next begins. Calls of dots may stand anywhere.
    InOrder,
    /// The body is an [`ExprKind::CallDot`] whose arguments, like all clauses but the first `for`, call no dots: it is pure, a note or a read.
    Overlap,
    /// As `Overlap`, by the word `parallel`, whatever the body does.
    Parallel,
}

/// Operators that evaluate both sides. The sides have the same type unless said otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BinaryOp {
    /// `+` of Int (checked), Float, Decimal (fault: overflow), Duration (checked), Text, List, Bytes; Time and Duration (checked, either side).
    Add,
    /// `-` of Int, Duration (checked), Float, Decimal (fault: overflow); Time less Duration; Time less Time gives Duration (checked).
    Subtract,
    /// `*` of Int (checked), Float, Decimal (fault: overflow); Duration by Int (checked, either side).
    Multiply,
    /// `/` of Int (truncates; faults: zero, overflow), Float, Decimal (28 digits; faults: zero, overflow); Duration by Int; Duration by Duration gives Float (fault: zero).
    Divide,
    /// `%` of Int (sign of the dividend; fault: zero; `Int.min % -1` is 0), Float, Decimal (fault: zero).
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
