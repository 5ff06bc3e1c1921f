//! Operators.

use std::cmp::Ordering;

use dot_abi::fault::Fault;
use dot_types::program::BinaryOp;

use super::machine::{Bug, Eval, Machine, check_size};
use super::value::Value;

impl<'p> Machine<'p, '_> {
    pub(super) fn negate(&self, value: &Value<'p>) -> Eval<'p> {
        match value {
            Value::Int(a) => checked(a.checked_neg()).map(Value::Int),
            Value::Duration(a) => checked(a.checked_neg()).map(Value::Duration),
            Value::Float(a) => Ok(Value::Float(-a)),
            Value::Decimal(a) => Ok(Value::Decimal(a.negate())),
            _ => Err(Bug("this can't be negated").into()),
        }
    }

    pub(super) fn binary(&self, op: BinaryOp, left: &Value<'p>, right: &Value<'p>) -> Eval<'p> {
        match op {
            BinaryOp::Add => add(left, right),
            BinaryOp::Subtract => subtract(left, right),
            BinaryOp::Multiply => multiply(left, right),
            BinaryOp::Divide => divide(left, right),
            BinaryOp::Remainder => remainder(left, right),
            BinaryOp::Equal => Ok(Value::Bool(left.same(right))),
            BinaryOp::NotEqual => Ok(Value::Bool(!left.same(right))),
            BinaryOp::Less => Ok(Value::Bool(order(left, right) == Some(Ordering::Less))),
            BinaryOp::Greater => Ok(Value::Bool(order(left, right) == Some(Ordering::Greater))),
            BinaryOp::LessEqual => Ok(Value::Bool(order(left, right).is_some_and(Ordering::is_le))),
            BinaryOp::GreaterEqual => Ok(Value::Bool(order(left, right).is_some_and(Ordering::is_ge))),
            BinaryOp::In => contains(left, right),
        }
    }
}

/// Floats as IEEE 754 has it, everything else in the order of `compare`.
fn order(left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    match (left, right) {
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        _ => Some(left.cmp(right)),
    }
}

fn checked<'p>(result: Option<i64>) -> Eval<'p, i64> {
    result.ok_or_else(|| Fault::overflow().into())
}

fn add<'p>(left: &Value<'p>, right: &Value<'p>) -> Eval<'p> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => checked(a.checked_add(*b)).map(Value::Int),
        (Value::Duration(a), Value::Duration(b)) => checked(a.checked_add(*b)).map(Value::Duration),
        (Value::Time(a), Value::Duration(b)) | (Value::Duration(a), Value::Time(b)) => {
            checked(a.checked_add(*b)).map(Value::Time)
        }
        (Value::Float(a), Value::Float(b)) => Ok(Value::Float(a + b)),
        (Value::Decimal(a), Value::Decimal(b)) => Ok(Value::Decimal(a.plus(*b)?)),
        (Value::Text(a), Value::Text(b)) => {
            check_size(a.len() + b.len())?;
            Ok(Value::text(format!("{a}{b}")))
        }
        (Value::Bytes(a), Value::Bytes(b)) => {
            check_size(a.len() + b.len())?;
            Ok(Value::Bytes([&**a, &**b].concat().into()))
        }
        (Value::List(a), Value::List(b)) => {
            check_size(a.len() + b.len())?;
            Ok(Value::list([&***a, &***b].concat()))
        }
        _ => Err(Bug("these can't be added").into()),
    }
}

fn subtract<'p>(left: &Value<'p>, right: &Value<'p>) -> Eval<'p> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => checked(a.checked_sub(*b)).map(Value::Int),
        (Value::Duration(a), Value::Duration(b)) => checked(a.checked_sub(*b)).map(Value::Duration),
        (Value::Time(a), Value::Duration(b)) => checked(a.checked_sub(*b)).map(Value::Time),
        (Value::Time(a), Value::Time(b)) => checked(a.checked_sub(*b)).map(Value::Duration),
        (Value::Float(a), Value::Float(b)) => Ok(Value::Float(a - b)),
        (Value::Decimal(a), Value::Decimal(b)) => Ok(Value::Decimal(a.minus(*b)?)),
        _ => Err(Bug("these can't be subtracted").into()),
    }
}

fn multiply<'p>(left: &Value<'p>, right: &Value<'p>) -> Eval<'p> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => checked(a.checked_mul(*b)).map(Value::Int),
        (Value::Duration(a), Value::Int(b)) | (Value::Int(a), Value::Duration(b)) => {
            checked(a.checked_mul(*b)).map(Value::Duration)
        }
        (Value::Float(a), Value::Float(b)) => Ok(Value::Float(a * b)),
        (Value::Decimal(a), Value::Decimal(b)) => Ok(Value::Decimal(a.times(*b)?)),
        _ => Err(Bug("these can't be multiplied").into()),
    }
}

fn divide<'p>(left: &Value<'p>, right: &Value<'p>) -> Eval<'p> {
    match (left, right) {
        (Value::Int(_) | Value::Duration(_), Value::Int(0)) | (_, Value::Duration(0)) => {
            Err(Fault::divide_by_zero().into())
        }
        (Value::Int(a), Value::Int(b)) => checked(a.checked_div(*b)).map(Value::Int),
        (Value::Duration(a), Value::Int(b)) => checked(a.checked_div(*b)).map(Value::Duration),
        (Value::Duration(a), Value::Duration(b)) => Ok(Value::Float(*a as f64 / *b as f64)),
        (Value::Float(a), Value::Float(b)) => Ok(Value::Float(a / b)),
        (Value::Decimal(a), Value::Decimal(b)) => Ok(Value::Decimal(a.divide(*b)?)),
        _ => Err(Bug("these can't be divided").into()),
    }
}

fn remainder<'p>(left: &Value<'p>, right: &Value<'p>) -> Eval<'p> {
    match (left, right) {
        (Value::Int(_), Value::Int(0)) => Err(Fault::divide_by_zero().into()),
        (Value::Int(a), Value::Int(b)) => Ok(Value::Int(a.wrapping_rem(*b))),
        (Value::Float(a), Value::Float(b)) => Ok(Value::Float(a % b)),
        (Value::Decimal(a), Value::Decimal(b)) => Ok(Value::Decimal(a.remainder(*b)?)),
        _ => Err(Bug("these have no remainder").into()),
    }
}

fn contains<'p>(item: &Value<'p>, whole: &Value<'p>) -> Eval<'p> {
    Ok(Value::Bool(match (item, whole) {
        (_, Value::List(items)) => items.iter().any(|other| other.same(item)),
        (_, Value::Set(items)) => items.contains(item),
        (_, Value::Map(map)) => map.contains_key(item),
        (Value::Text(part), Value::Text(text)) => text.contains(&**part),
        _ => return Err(Bug("nothing can be in this").into()),
    }))
}
