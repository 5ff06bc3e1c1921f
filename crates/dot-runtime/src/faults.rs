//! Faults as records of the guest, and as what the scheduler refuses.

use dot_abi::fault::{Answer, Fault, FaultCode};
use dot_abi::json::MAX_DEPTH;
use dot_abi::value::Value;
use paradot::schedule::Refusal;

use crate::guest::broken;

/// The record of a fault: code, message, step, cause, answer.
pub(crate) fn to_value(fault: &Fault) -> Value {
    let mut chain = vec![fault];
    while let Some(cause) = chain.last().and_then(|fault| fault.cause.as_deref()) {
        chain.push(cause);
    }
    let text = |text: &str| Value::Text(text.into());
    let record = |cause: Option<Box<Value>>, fault: &&Fault| {
        let step = fault.step.as_deref().unwrap_or_default();
        let answer = Value::Option(fault.answer.as_deref().map(|answer| Box::new(of_answer(answer))));
        let fields = vec![text(fault.code.as_str()), text(&fault.message), text(step), Value::Option(cause), answer];
        Some(Box::new(Value::Record(fields)))
    };
    // The outermost is first in the chain, so the last record made is that of the fault itself.
    chain.iter().rev().fold(None, record).map_or(Value::Unit, |value| *value)
}

/// The fault that a record describes; a word that is no code is a plain `fail`.
pub(crate) fn from_value(value: &Value) -> Result<Fault, Fault> {
    from_record(value, MAX_DEPTH)
}

fn from_record(value: &Value, depth: usize) -> Result<Fault, Fault> {
    let unfit = || broken("a fault is not the record that faults are");
    let Value::Record(fields) = value else { return Err(unfit()) };
    let [Value::Text(code), Value::Text(message), Value::Text(step), Value::Option(cause), Value::Option(answer)] =
        fields.as_slice()
    else {
        return Err(unfit());
    };
    let mut fault = Fault::new(FaultCode::from_text(code).unwrap_or(FaultCode::Fail), &**message);
    fault.step = (!step.is_empty()).then(|| step.to_string());
    fault.answer = answer.as_deref().map(|answer| to_answer(answer).ok_or_else(unfit)).transpose()?.map(Box::new);
    let depth = depth.checked_sub(1).ok_or_else(unfit)?;
    fault.cause = cause.as_deref().map(|cause| from_record(cause, depth).map(Box::new)).transpose()?;
    Ok(fault)
}

/// The record of an answer: status, body, retry_after.
fn of_answer(answer: &Answer) -> Value {
    let retry_after = answer.retry_after_ns.map(|nanos| Value::Duration(i64::try_from(nanos).unwrap_or(i64::MAX)));
    let body = Value::Text(answer.body.as_str().into());
    Value::Record(vec![Value::Int(answer.status.into()), body, Value::Option(retry_after.map(Box::new))])
}

/// The answer that a record describes. A program can make one with any number as its status.
fn to_answer(record: &Value) -> Option<Answer> {
    let Value::Record(fields) = record else { return None };
    let [Value::Int(status), Value::Text(body), Value::Option(retry_after)] = fields.as_slice() else { return None };
    let retry_after_ns = match retry_after.as_deref() {
        None => None,
        Some(Value::Duration(nanos)) => Some(u64::try_from(*nanos).unwrap_or(0)),
        Some(_) => return None,
    };
    Some(Answer { status: u16::try_from(*status).unwrap_or(0), body: body.to_string(), retry_after_ns })
}

/// What an activation ends with to which the scheduler gives no answer.
pub(crate) fn refused(refusal: Refusal) -> Fault {
    match refusal {
        Refusal::Fault(fault) => fault,
        Refusal::Broken(what) => broken(what),
        // Nobody sees it: the fault that stopped the activation is the one that counts.
        Refusal::Stopped => Fault::new(FaultCode::Internal, "the activation was stopped"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_and_faults_are_two_forms_of_one_thing() {
        let mut fault = Fault::new(FaultCode::Fail, "outer").step("main/f:0#0");
        fault.cause = Some(Box::new(Fault::new(FaultCode::Io, "inner")));
        fault.answer = Some(Box::new(Answer { status: 429, body: "slow".to_owned(), retry_after_ns: Some(2) }));
        assert_eq!(from_value(&to_value(&fault)), Ok(fault));
        assert!(from_value(&Value::Unit).is_err());
    }
}
