//! Statements and the places that assignments write to.

use std::rc::Rc;

use dot_abi::fault::{Fault, FaultCode, texts};
use dot_types::program::{Assert, Expr, Pattern, Place, Statement, StatementKind, Step, StepKind, Type};

use super::expression::field;
use super::machine::{Bug, Eval, Flow, Frame, Machine};
use super::value::Value;

/// The steps of a place with their indices evaluated: `None` for fields.
type Keys<'p> = Vec<Option<Value<'p>>>;

impl<'p> Machine<'p, '_> {
    pub(super) fn statement(&mut self, frame: &mut Frame<'p>, statement: &'p Statement) -> Eval<'p, ()> {
        match &statement.kind {
            StatementKind::Let { pattern, value, otherwise, .. } => {
                let value = self.eval(frame, value)?;
                match (self.matches(frame, pattern, &value)?, otherwise) {
                    (true, _) => Ok(()),
                    (false, Some(otherwise)) => self.eval(frame, otherwise).map(drop),
                    (false, None) => Err(Bug("a let without else does not match").into()),
                }
            }
            StatementKind::Assign { place, value } => {
                let keys = self.keys(frame, place)?;
                let value = self.eval(frame, value)?;
                self.assign(frame, place, &keys, value)
            }
            StatementKind::AssignOp { place, op, value } => {
                let keys = self.keys(frame, place)?;
                let old = self.read(frame, place, &keys)?;
                let value = self.eval(frame, value)?;
                let new = self.binary(*op, &old, &value).map_err(|flow| self.place(flow, statement.span))?;
                self.assign(frame, place, &keys, new)
            }
            StatementKind::AssignTuple { places, value } => {
                let keys = places.iter().map(|place| self.keys(frame, place)).collect::<Result<Vec<_>, _>>()?;
                let value = self.eval(frame, value)?;
                for (index, (place, keys)) in places.iter().zip(&keys).enumerate() {
                    self.assign(frame, place, keys, field(&value, index)?)?;
                }
                Ok(())
            }
            StatementKind::For { pattern, iterable, body } => self.for_loop(frame, pattern, iterable, body),
            StatementKind::While { condition, body } => {
                while self.eval(frame, condition)?.as_bool()? {
                    if !self.turn(frame, body)? {
                        break;
                    }
                }
                Ok(())
            }
            StatementKind::Assert(assert) => {
                let failed = self.assert(frame, assert)?;
                failed.map_or(Ok(()), |message| self.fault(Fault::new(FaultCode::Assert, message), statement.span))
            }
            StatementKind::Mock { target, with } => self.mock(frame, *target, with),
            StatementKind::Expr(expr) => self.eval(frame, expr).map(drop),
        }
    }

    fn for_loop(
        &mut self,
        frame: &mut Frame<'p>,
        pattern: &'p Pattern,
        iterable: &'p Expr,
        body: &'p Expr,
    ) -> Eval<'p, ()> {
        for item in self.eval(frame, iterable)?.items()? {
            if self.matches(frame, pattern, &item)? && !self.turn(frame, body)? {
                break;
            }
        }
        Ok(())
    }

    /// One turn of a loop; whether there may be a next one.
    fn turn(&mut self, frame: &mut Frame<'p>, body: &'p Expr) -> Eval<'p, bool> {
        match self.eval(frame, body) {
            Ok(_) | Err(Flow::Continue) => Ok(true),
            Err(Flow::Break) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// The message, if the assertion does not hold.
    fn assert(&mut self, frame: &mut Frame<'p>, assert: &'p Assert) -> Eval<'p, Option<String>> {
        let sides = match &assert.comparison {
            Some((op, left, right)) => {
                let (a, b) = (self.eval(frame, left)?, self.eval(frame, right)?);
                if self.binary(*op, &a, &b)?.as_bool()? {
                    return Ok(None);
                }
                Some((self.show(frame, &a, &left.ty)?, self.show(frame, &b, &right.ty)?))
            }
            None if self.eval(frame, &assert.condition)?.as_bool()? => return Ok(None),
            None => None,
        };
        let message = match &assert.message {
            Some(message) => {
                let value = self.eval(frame, message)?;
                format!("{}{}", texts::ASSERT_MESSAGE, self.show(frame, &value, &message.ty)?)
            }
            None => String::new(),
        };
        let (before, behind) = texts::ASSERT;
        let (left, between, end) = texts::ASSERT_SIDES;
        let sides = sides.map(|(a, b)| format!("{left}{a}{between}{b}{end}")).unwrap_or_default();
        Ok(Some(format!("{before}{}{behind}{message}{sides}", assert.source)))
    }

    /// The text of a value of a type that the frame's type arguments close.
    pub(super) fn show(&mut self, frame: &Frame<'p>, value: &Value<'p>, ty: &Type) -> Eval<'p, String> {
        self.text_of(value, &ty.substitute(&frame.types))
    }

    fn keys(&mut self, frame: &mut Frame<'p>, place: &'p Place) -> Eval<'p, Keys<'p>> {
        let key = |step: &'p Step| match &step.kind {
            StepKind::Field(_) => Ok(None),
            StepKind::Index(index) => self.eval(frame, index).map(Some),
        };
        place.steps.iter().map(key).collect()
    }

    fn read(&mut self, frame: &mut Frame<'p>, place: &'p Place, keys: &Keys<'p>) -> Eval<'p> {
        let mut value = frame.get(place.local)?;
        for (step, key) in place.steps.iter().zip(keys) {
            value = self.step(frame, &value, step, key.as_ref())?;
        }
        Ok(value)
    }

    /// What a step leads to.
    fn step(&mut self, frame: &Frame<'p>, value: &Value<'p>, step: &'p Step, key: Option<&Value<'p>>) -> Eval<'p> {
        match (&step.kind, key) {
            (StepKind::Field(index), _) => Ok(field(value, *index)?),
            (StepKind::Index(index), Some(key)) => {
                let ty = index.ty.substitute(&frame.types);
                self.index(value, key, &ty, step.span)
            }
            _ => Err(Bug("an index was not evaluated").into()),
        }
    }

    fn assign(&mut self, frame: &mut Frame<'p>, place: &'p Place, keys: &Keys<'p>, value: Value<'p>) -> Eval<'p, ()> {
        if place.steps.is_empty() {
            frame.set(place.local, value);
            return Ok(());
        }
        let root = frame.get(place.local)?;
        let changed = self.with(frame, &root, &place.steps, keys, value)?;
        frame.set(place.local, changed);
        Ok(())
    }

    /// A copy of `whole` in which what the steps lead to is replaced.
    fn with(
        &mut self,
        frame: &Frame<'p>,
        whole: &Value<'p>,
        steps: &'p [Step],
        keys: &[Option<Value<'p>>],
        value: Value<'p>,
    ) -> Eval<'p> {
        let ([step, steps @ ..], [key, keys @ ..]) = (steps, keys) else { return Ok(value) };
        let inserts = steps.is_empty() && matches!(whole, Value::Map(_));
        let part = if inserts {
            value
        } else {
            let inner = self.step(frame, whole, step, key.as_ref())?;
            self.with(frame, &inner, steps, keys, value)?
        };
        match (whole, &step.kind, key) {
            (Value::Parts(parts), StepKind::Field(index), _) => {
                let mut parts = parts.to_vec();
                parts[*index] = part;
                Ok(Value::parts(parts))
            }
            (Value::List(items), StepKind::Index(_), Some(index)) => {
                let mut items = items.to_vec();
                items[index.as_int()? as usize] = part;
                Ok(Value::list(items))
            }
            (Value::Map(map), StepKind::Index(_), Some(key)) => {
                let mut map = (**map).clone();
                map.insert(key.clone(), part);
                Ok(Value::Map(Rc::new(map)))
            }
            _ => Err(Bug("a place is not of its type").into()),
        }
    }
}
