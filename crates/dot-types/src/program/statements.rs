//! Statements, and the places that they assign.

use std::sync::Arc;

use dot_syntax::Span;

use super::{BinaryOp, Expr, FunctionId, LocalId, Pattern, Type};

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
        /// The name is *pending* until it is first mentioned: the pattern is a [`PatternKind::Bind`](super::PatternKind::Bind), the
        /// value an [`ExprKind::CallDot`](super::ExprKind::CallDot), perhaps inside of [`Field`](super::ExprKind::Field),
        /// [`Some`](super::ExprKind::Some) or [`Widen`](super::ExprKind::Widen). False where nothing is won by it.
        pending: bool,
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
    /// `for p in e { … }`, as [`Clause::For`](super::Clause::For).
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
    /// `mock`, in a test: calls of the target that start from now on, anywhere in the run, are answered by this.
    Mock {
        /// The dot or native dot.
        target: FunctionId,
        /// What answers.
        with: MockWith,
    },
    /// An expression for what it does; its value, if it has one, is dropped.
    Expr(Expr),
}

/// What answers for a mocked dot.
#[derive(Clone, Debug)]
pub enum MockWith {
    /// An anonymous dot, whose parameters are the captures and then the first parameters of the target, as many as the lambda asked for.
    Dot {
        /// The anonymous dot.
        function: FunctionId,
        /// What it captures.
        captures: Vec<Expr>,
    },
    /// `each [a, b]`: a list of `Result<T, Fault>`, one after the other; a further call is a fault `mock`.
    Each(Expr),
}

/// `assert`
#[derive(Clone, Debug)]
pub struct Assert {
    /// The condition, of type Bool; `true` where there is a comparison.
    pub condition: Expr,
    /// The condition as the source has it.
    pub source: Arc<str>,
    /// The condition, if it is a comparison of data: evaluate the sides, compare them, and show both in the fault's message.
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
