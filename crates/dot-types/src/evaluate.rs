//! A small evaluator of conditions: enough to check most literals against refined types while the program is checked.

use dot_abi::decimal::Decimal;
use dot_syntax::ast::{self, BinaryOp, ExprKind, TextPart, UnaryOp};

/// A value that a condition is asked about.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Value {
    Bool(bool),
    Int(i64),
    Float(f64),
    Decimal(Decimal),
    Duration(i64),
    Text(String),
    /// A list, set or map of which only the length is known.
    List(usize),
}

/// The value of an expression about `it`; `None` for all that is not simple, and for what would be a fault.
pub(crate) fn evaluate(expression: &ast::Expr, it: &Value) -> Option<Value> {
    match &expression.kind {
        ExprKind::Int(value) => Some(Value::Int(i64::try_from(*value).ok()?)),
        ExprKind::Float(value) => Some(Value::Float(*value)),
        ExprKind::Bool(value) => Some(Value::Bool(*value)),
        ExprKind::Duration(value) => Some(Value::Duration(*value)),
        ExprKind::Size(value) => Some(Value::Int(*value)),
        ExprKind::Text(parts) => match &parts[..] {
            [] => Some(Value::Text(String::new())),
            [TextPart::Literal(text)] => Some(Value::Text(text.clone())),
            _ => None,
        },
        ExprKind::Name(name) if name.symbol == "it" => Some(it.clone()),
        ExprKind::Paren(inner) => evaluate(inner, it),
        ExprKind::Unary(op, operand) => unary(*op, evaluate(operand, it)?),
        ExprKind::Binary { op, left, right, .. } => binary(*op, left, right, it),
        ExprKind::Call { callee, type_args, args } if type_args.is_empty() => match &callee.kind {
            ExprKind::Field(base, method) => call(&evaluate(base, it)?, method.symbol.as_str(), args, it),
            _ => None,
        },
        _ => None,
    }
}

fn unary(op: UnaryOp, operand: Value) -> Option<Value> {
    match (op, operand) {
        (UnaryOp::Not, Value::Bool(value)) => Some(Value::Bool(!value)),
        (UnaryOp::Negate, Value::Int(value)) => value.checked_neg().map(Value::Int),
        (UnaryOp::Negate, Value::Float(value)) => Some(Value::Float(-value)),
        (UnaryOp::Negate, Value::Decimal(value)) => Some(Value::Decimal(value.negate())),
        (UnaryOp::Negate, Value::Duration(value)) => value.checked_neg().map(Value::Duration),
        _ => None,
    }
}

fn binary(op: BinaryOp, left: &ast::Expr, right: &ast::Expr, it: &Value) -> Option<Value> {
    let left = evaluate(left, it)?;
    match (op, &left) {
        (BinaryOp::And, Value::Bool(false)) | (BinaryOp::Or, Value::Bool(true)) => return Some(left),
        _ => {}
    }
    let right = evaluate(right, it)?;
    match (op, left, right) {
        (BinaryOp::And | BinaryOp::Or, Value::Bool(_), right @ Value::Bool(_)) => Some(right),
        (op, Value::Int(a), Value::Float(b)) => compare(op, &(a as f64), &b),
        (op, Value::Float(a), Value::Int(b)) => compare(op, &a, &(b as f64)),
        (op, Value::Int(a), Value::Int(b)) => compare(op, &a, &b).or_else(|| arithmetic(op, a, b)),
        (op, Value::Float(a), Value::Float(b)) => compare(op, &a, &b),
        (op, Value::Decimal(a), Value::Decimal(b)) => compare(op, &a, &b),
        // A literal with a point has lost its digits here, so the program looks at it.
        (op, Value::Decimal(a), Value::Int(b)) => compare(op, &a, &Decimal::of(b)),
        (op, Value::Int(a), Value::Decimal(b)) => compare(op, &Decimal::of(a), &b),
        (op, Value::Duration(a), Value::Duration(b)) => compare(op, &a, &b),
        (op, Value::Bool(a), Value::Bool(b)) => compare(op, &a, &b),
        (BinaryOp::In, Value::Text(a), Value::Text(b)) => Some(Value::Bool(b.contains(&a))),
        (BinaryOp::NotIn, Value::Text(a), Value::Text(b)) => Some(Value::Bool(!b.contains(&a))),
        (op, Value::Text(a), Value::Text(b)) => compare(op, &a, &b),
        _ => None,
    }
}

fn compare<T: PartialOrd>(op: BinaryOp, a: &T, b: &T) -> Option<Value> {
    let holds = match op {
        BinaryOp::Equal => a == b,
        BinaryOp::NotEqual => a != b,
        BinaryOp::Less => a < b,
        BinaryOp::LessEqual => a <= b,
        BinaryOp::Greater => a > b,
        BinaryOp::GreaterEqual => a >= b,
        _ => return None,
    };
    Some(Value::Bool(holds))
}

fn arithmetic(op: BinaryOp, a: i64, b: i64) -> Option<Value> {
    let result = match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Subtract => a.checked_sub(b),
        BinaryOp::Multiply => a.checked_mul(b),
        BinaryOp::Divide => a.checked_div(b),
        BinaryOp::Remainder => a.checked_rem(b),
        _ => None,
    };
    result.map(Value::Int)
}

/// The methods that conditions on texts and lists are mostly made of.
fn call(receiver: &Value, method: &str, args: &[ast::Arg], it: &Value) -> Option<Value> {
    let argument = match args {
        [] => None,
        [ast::Arg { name: None, value }] => Some(evaluate(value, it)?),
        _ => return None,
    };
    match (receiver, method, argument) {
        (Value::Text(text), "len", None) => Some(Value::Int(text.chars().count() as i64)),
        (Value::Text(text), "byte_len", None) => Some(Value::Int(text.len() as i64)),
        (Value::Text(text), "is_empty", None) => Some(Value::Bool(text.is_empty())),
        (Value::Text(text), "starts_with", Some(Value::Text(part))) => Some(Value::Bool(text.starts_with(&part))),
        (Value::Text(text), "ends_with", Some(Value::Text(part))) => Some(Value::Bool(text.ends_with(&part))),
        (Value::Text(text), "contains", Some(Value::Text(part))) => Some(Value::Bool(text.contains(&part))),
        (Value::List(len), "len", None) => Some(Value::Int(*len as i64)),
        (Value::List(len), "is_empty", None) => Some(Value::Bool(*len == 0)),
        (Value::Int(value), "abs", None) => value.checked_abs().map(Value::Int),
        _ => None,
    }
}
