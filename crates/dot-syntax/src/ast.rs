//! The syntax tree: what the parser makes of a file, with a span on every node.
//!
//! The tree says what was written, not what it means: names are unresolved, `a.b(c)` is a call of
//! a field whether `a` is a module, a type or a value, and nodes named `Error` stand where the
//! parser recovered (a diagnostic has been given for each).

use crate::{Span, Symbol};

/// A name and where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Name {
    /// The text.
    pub symbol: Symbol,
    /// The place.
    pub span: Span,
}

/// A text literal without interpolation and where it stands (`as "json-name"`, a test's name).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Literal {
    /// The text after escapes.
    pub text: String,
    /// The place, quotes included.
    pub span: Span,
}

/// A file.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Module {
    /// The `//!` lines at the head, without their markers.
    pub docs: Option<String>,
    /// The items in source order.
    pub items: Vec<Item>,
}

/// Something declared at the top level.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    /// The `///` lines before it, without their markers, joined by newlines.
    pub docs: Option<String>,
    /// The place of `pub`, if it is there.
    pub public: Option<Span>,
    /// What it is.
    pub kind: ItemKind,
    /// From `pub` or the keyword to the end.
    pub span: Span,
}

/// The kinds of items.
#[derive(Clone, PartialEq, Debug)]
pub enum ItemKind {
    /// `import billing/invoice as inv`
    Import(Import),
    /// `type User = { … }`
    Type(TypeDecl),
    /// `fn`, `dot`, `native fn`, `native read dot`
    Function(FunctionDecl),
    /// `let limit = 10`
    Constant(ConstantDecl),
    /// `store todos: Map<Int, Todo>`
    Store(StoreDecl),
    /// `test "name" { … }`
    Test(TestDecl),
    /// What the parser skipped.
    Error,
}

/// `import a/b as c`
#[derive(Clone, PartialEq, Debug)]
pub struct Import {
    /// The path's segments, at least one.
    pub path: Vec<Name>,
    /// The name behind `as`.
    pub alias: Option<Name>,
}

/// `let NAME: TYPE = VALUE` at the top level.
#[derive(Clone, PartialEq, Debug)]
pub struct ConstantDecl {
    /// The name.
    pub name: Name,
    /// The written type.
    pub ty: Option<TypeExpr>,
    /// The value.
    pub value: Expr,
}

/// `store NAME: TYPE`
#[derive(Clone, PartialEq, Debug)]
pub struct StoreDecl {
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: TypeExpr,
}

/// `test "NAME" { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct TestDecl {
    /// The name.
    pub name: Literal,
    /// The body.
    pub body: Block,
}

/// `type NAME<A, B: key> = BODY`
#[derive(Clone, PartialEq, Debug)]
pub struct TypeDecl {
    /// The name.
    pub name: Name,
    /// The type parameters.
    pub generics: Vec<Generic>,
    /// What stands behind `=`.
    pub body: TypeBody,
}

/// What a type declaration declares.
#[derive(Clone, PartialEq, Debug)]
pub enum TypeBody {
    /// `{ a: A, b: B = default }`
    Record(Vec<Param>),
    /// `| A(x: X) | B`
    Union(Vec<Case>),
    /// `Int where it > 0`, or another name for a type.
    Alias {
        /// The base.
        base: TypeExpr,
        /// The condition on `it`.
        refinement: Option<Expr>,
    },
    /// `native type`: known to the compiler (only in the standard library).
    Native,
    /// What the parser skipped.
    Error,
}

/// A case of a union.
#[derive(Clone, PartialEq, Debug)]
pub struct Case {
    /// The `///` lines before it.
    pub docs: Option<String>,
    /// The name.
    pub name: Name,
    /// The fields; a bare case has none.
    pub fields: Vec<Param>,
    /// `as "tag"`.
    pub tag: Option<Literal>,
    /// The place.
    pub span: Span,
}

/// A type parameter with its bound (`data` or `key`).
#[derive(Clone, PartialEq, Debug)]
pub struct Generic {
    /// The name.
    pub name: Name,
    /// The bound.
    pub bound: Option<Name>,
}

/// A parameter of a function, a field of a record, or a field of a case.
#[derive(Clone, PartialEq, Debug)]
pub struct Param {
    /// The `///` lines before it (or the `///` behind it on its line).
    pub docs: Option<String>,
    /// The name.
    pub name: Name,
    /// `as "json-name"`, behind the type.
    pub rename: Option<Literal>,
    /// The type. In a union's case a field may be written as a bare type: then the name is `_0`, `_1`, ….
    pub ty: TypeExpr,
    /// `where CONDITION` on `it`.
    pub refinement: Option<Expr>,
    /// `= DEFAULT`.
    pub default: Option<Expr>,
    /// The place.
    pub span: Span,
}

/// Whether a function is a `fn` or a `dot`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FunctionKind {
    /// Pure, runs inside the dot that calls it.
    Fn,
    /// The unit of everything.
    Dot,
}

/// `fn NAME…` or `dot NAME…`, with a body or `native`.
#[derive(Clone, PartialEq, Debug)]
pub struct FunctionDecl {
    /// `fn` or `dot`.
    pub kind: FunctionKind,
    /// The place of `native`, if it is there.
    pub native: Option<Span>,
    /// The class written between `native` and `dot`: `pure note read wait write`.
    pub class: Option<Name>,
    /// The name.
    pub name: Name,
    /// The type parameters.
    pub generics: Vec<Generic>,
    /// The parameters.
    pub params: Vec<Param>,
    /// The result type; `()` if it is absent.
    pub result: Option<TypeExpr>,
    /// The capabilities behind `uses`; `None` without the word.
    pub uses: Option<Vec<Use>>,
    /// The policies behind `with`.
    pub policies: Vec<Arg>,
    /// The body; `None` for natives.
    pub body: Option<Block>,
}

/// A capability behind `uses`: `http`, `todos.read`, `http("api.example.org")`.
#[derive(Clone, PartialEq, Debug)]
pub struct Use {
    /// `http`, or `todos` and `read`.
    pub path: Vec<Name>,
    /// What it is narrowed to.
    pub args: Vec<Expr>,
    /// The place.
    pub span: Span,
}

/// A written type.
#[derive(Clone, PartialEq, Debug)]
pub struct TypeExpr {
    /// What it is.
    pub kind: TypeExprKind,
    /// The place.
    pub span: Span,
}

/// The kinds of written types.
#[derive(Clone, PartialEq, Debug)]
pub enum TypeExprKind {
    /// `Int`, `Map<Text, Int>`, `invoice.Line`
    Named {
        /// One segment, or a module and a name.
        path: Vec<Name>,
        /// The type arguments.
        args: Vec<TypeExpr>,
    },
    /// `T?`
    Option(Box<TypeExpr>),
    /// `()` and `(A, B)`
    Tuple(Vec<TypeExpr>),
    /// `fn(A, B) -> C`
    Function(Vec<TypeExpr>, Box<TypeExpr>),
    /// What the parser skipped.
    Error,
}

/// `{ … }` with statements; the value is that of the last one if it is an expression.
#[derive(Clone, PartialEq, Debug)]
pub struct Block {
    /// The statements in order.
    pub statements: Vec<Statement>,
    /// The place, braces included.
    pub span: Span,
}

/// A statement.
#[derive(Clone, PartialEq, Debug)]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// The place.
    pub span: Span,
}

/// The kinds of statements.
#[derive(Clone, PartialEq, Debug)]
pub enum StatementKind {
    /// `let PATTERN: TYPE = VALUE else { … }`
    Let {
        /// What is bound.
        pattern: Pattern,
        /// The written type.
        ty: Option<TypeExpr>,
        /// The value.
        value: Expr,
        /// Where control goes when the pattern does not match.
        otherwise: Option<Block>,
    },
    /// `var NAME: TYPE = VALUE` (the pattern may be a tuple of names)
    Var {
        /// What is bound.
        pattern: Pattern,
        /// The written type.
        ty: Option<TypeExpr>,
        /// The value.
        value: Expr,
    },
    /// `TARGET = VALUE`, `TARGET += VALUE`, `(a, b) = VALUE`
    Assign {
        /// A name, field, index or tuple of them.
        target: Expr,
        /// The operator before `=`.
        op: Option<(BinaryOp, Span)>,
        /// The value.
        value: Expr,
    },
    /// `for PATTERN in ITERABLE { … }`
    For {
        /// What is bound; a refutable pattern filters.
        pattern: Pattern,
        /// What is walked.
        iterable: Expr,
        /// What is repeated.
        body: Block,
    },
    /// `while CONDITION { … }`
    While {
        /// What is asked before each turn.
        condition: Expr,
        /// What is repeated.
        body: Block,
    },
    /// `assert CONDITION`, `assert CONDITION, MESSAGE`, `assert EXPR fails TEXT`
    Assert {
        /// The condition, or what should fail.
        value: Expr,
        /// The text behind the comma.
        message: Option<Expr>,
        /// The text behind `fails`.
        fails: Option<Expr>,
    },
    /// `mock OPERATION = VALUE`
    Mock {
        /// The operation.
        target: Expr,
        /// A lambda or `each [...]`.
        value: Expr,
    },
    /// `on fault { … }`
    OnFault(Block),
    /// An expression.
    Expr(Expr),
    /// What the parser skipped.
    Error,
}

/// An expression.
#[derive(Clone, PartialEq, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// The place.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Clone, PartialEq, Debug)]
pub enum ExprKind {
    /// `42`, `0xff`: the magnitude; a minus is [`UnaryOp::Negate`] around it. At most 2^64 - 1; larger ones were diagnosed.
    Int(u64),
    /// `1.5e3`
    Float(f64),
    /// `true`, `false`
    Bool(bool),
    /// `250ms`, in nanoseconds.
    Duration(i64),
    /// `64MB`, in bytes.
    Size(i64),
    /// `"a ${b} c"`, in its pieces; neighbouring texts are joined.
    Text(Vec<TextPart>),
    /// A name, of a value, a type, a case or a module.
    Name(Name),
    /// `(e)`
    Paren(Box<Expr>),
    /// `()` and `(a, b)`
    Tuple(Vec<Expr>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `[body for p in e if c]`
    Comprehension(Box<Comprehension>),
    /// `User { ..base, name, id: 1 }`, `{ id: 1 }`
    Record {
        /// The type name in front, as a type expression.
        ty: Option<TypeExpr>,
        /// The fields in order.
        fields: Vec<FieldInit>,
        /// `..base`
        spread: Option<Box<Spread>>,
    },
    /// `{"a": 1}`: keys are text literals or any expression in `[ ]`-free position (texts only).
    Map(Vec<(Expr, Expr)>),
    /// `{}` where a value is expected.
    EmptyBraces,
    /// `-a`, `not a`
    Unary(UnaryOp, Box<Expr>),
    /// `a + b`
    Binary {
        /// The operator.
        op: BinaryOp,
        /// The place of the operator.
        op_span: Span,
        /// The left side.
        left: Box<Expr>,
        /// The right side.
        right: Box<Expr>,
    },
    /// `a..b`, `a..=b`
    Range {
        /// The first number.
        start: Box<Expr>,
        /// The end.
        end: Box<Expr>,
        /// Whether the end is in it.
        inclusive: bool,
    },
    /// `e is PATTERN`
    Is(Box<Expr>, Pattern),
    /// `a.b`
    Field(Box<Expr>, Name),
    /// `a[i]`
    Index(Box<Expr>, Box<Expr>),
    /// `f<T>(a, name: b)`
    Call {
        /// What is called.
        callee: Box<Expr>,
        /// The type arguments.
        type_args: Vec<TypeExpr>,
        /// The arguments.
        args: Vec<Arg>,
    },
    /// `e?`
    Question(Box<Expr>),
    /// `x => e`, `(a, b) => e`, `(a: Int) => e`
    Lambda {
        /// The parameters.
        params: Vec<LambdaParam>,
        /// The body.
        body: Box<Expr>,
    },
    /// `{ … }` in the place of an expression.
    Block(Block),
    /// `if c { … } else …`
    If {
        /// The condition.
        condition: Box<Expr>,
        /// What runs if it holds.
        then: Block,
        /// What runs if not: a block or another `if`.
        otherwise: Option<Box<Expr>>,
    },
    /// `match e { … }`
    Match {
        /// What is looked at.
        subject: Box<Expr>,
        /// The arms in order.
        arms: Vec<Arm>,
    },
    /// `return e`
    Return(Option<Box<Expr>>),
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `fail e`, `fail retry e`
    Fail {
        /// Whether `retry` stands there.
        retry: bool,
        /// The message or fault.
        value: Box<Expr>,
    },
    /// `try e`
    Try(Box<Expr>),
    /// `parallel (…)`, `parallel(limit: n) […]`
    Parallel {
        /// The options in parentheses.
        options: Vec<Arg>,
        /// A tuple or a comprehension.
        body: Box<Expr>,
    },
    /// `race (a, b)`
    Race(Box<Expr>),
    /// `transaction { … }`
    Transaction(Block),
    /// What the parser skipped.
    Error,
}

/// A piece of a text.
#[derive(Clone, PartialEq, Debug)]
pub enum TextPart {
    /// What stands there, after escapes.
    Literal(String),
    /// `${e}`
    Interpolation(Expr),
}

/// `[body for … in … if …]`
#[derive(Clone, PartialEq, Debug)]
pub struct Comprehension {
    /// What each turn gives.
    pub body: Expr,
    /// At least one, the first is a `for`.
    pub clauses: Vec<Clause>,
}

/// A clause of a comprehension.
#[derive(Clone, PartialEq, Debug)]
pub enum Clause {
    /// `for PATTERN in ITERABLE`
    For(Pattern, Expr),
    /// `if CONDITION`
    If(Expr),
}

/// A field of a record literal.
#[derive(Clone, PartialEq, Debug)]
pub struct FieldInit {
    /// The name.
    pub name: Name,
    /// The value; without one it is the variable of that name.
    pub value: Option<Expr>,
}

/// `..base` in a record literal.
#[derive(Clone, PartialEq, Debug)]
pub struct Spread {
    /// How many fields stand in front of it.
    pub before: usize,
    /// The value behind the dots.
    pub value: Expr,
}

/// An argument, by position or by name.
#[derive(Clone, PartialEq, Debug)]
pub struct Arg {
    /// The name before `:`.
    pub name: Option<Name>,
    /// The value.
    pub value: Expr,
}

/// A parameter of a lambda.
#[derive(Clone, PartialEq, Debug)]
pub struct LambdaParam {
    /// What is bound; irrefutable.
    pub pattern: Pattern,
    /// The written type.
    pub ty: Option<TypeExpr>,
}

/// `PATTERN if GUARD => BODY`
#[derive(Clone, PartialEq, Debug)]
pub struct Arm {
    /// What matches.
    pub pattern: Pattern,
    /// What must hold besides.
    pub guard: Option<Expr>,
    /// What it gives.
    pub body: Expr,
    /// The place.
    pub span: Span,
}

/// A pattern.
#[derive(Clone, PartialEq, Debug)]
pub struct Pattern {
    /// What it is.
    pub kind: PatternKind,
    /// The place.
    pub span: Span,
}

/// The kinds of patterns. A name with a capital letter is a case or type, any other a variable.
#[derive(Clone, PartialEq, Debug)]
pub enum PatternKind {
    /// `_`
    Wildcard,
    /// `name`
    Bind(Name),
    /// A number, text, duration or truth value, `-1` included; texts without interpolation.
    Literal(Box<Expr>),
    /// `(a, b)`, `()`
    Tuple(Vec<Pattern>),
    /// `None`, `Card(number: n, ..)`, `Payment.Card(n, c)`
    Case {
        /// The name, with its type or module in front.
        path: Vec<Name>,
        /// The parts; `None` without parentheses.
        args: Option<Vec<PatternArg>>,
        /// Whether `..` ends them.
        rest: bool,
    },
    /// `User { name, id: i, .. }`, `{ name }`
    Record {
        /// The type name in front.
        path: Vec<Name>,
        /// The parts.
        fields: Vec<PatternArg>,
        /// Whether `..` ends them.
        rest: bool,
    },
    /// `a | b`
    Or(Vec<Pattern>),
    /// What the parser skipped.
    Error,
}

/// A part of a pattern, by position or by name.
#[derive(Clone, PartialEq, Debug)]
pub struct PatternArg {
    /// The field's name; always there in a record pattern.
    pub name: Option<Name>,
    /// The pattern; a record's `name` alone binds a variable of that name.
    pub pattern: Pattern,
}

/// Operators before their operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOp {
    /// `-`
    Negate,
    /// `not`
    Not,
}

/// Operators between their operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `in`
    In,
    /// `not in`
    NotIn,
    /// `and`
    And,
    /// `or`
    Or,
    /// `??`
    Coalesce,
}
