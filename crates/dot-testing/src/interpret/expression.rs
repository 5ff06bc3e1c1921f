//! Expressions.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use dot_abi::fault::{Fault, FaultCode};
use dot_syntax::Span;
use dot_types::program::{Arm, Clause, Expr, ExprKind, FanOut, FunctionId, Lambda, Part, Type, TypeKind};

use super::activation::to_fault;
use super::machine::{Bug, Eval, Flow, Frame, Machine, check_size};
use super::time::Group;
use super::value::{Closure, Value};

impl<'p> Machine<'p, '_> {
    pub(super) fn expr(&mut self, frame: &mut Frame<'p>, expr: &'p Expr) -> Eval<'p> {
        match &expr.kind {
            ExprKind::Local(local) => Ok(frame.get(*local)?),
            ExprKind::Constant(id) => self.constant(*id),
            ExprKind::Block(statements, last) => {
                for statement in statements {
                    self.statement(frame, statement)?;
                }
                last.as_ref().map_or(Ok(Value::Unit), |last| self.eval(frame, last))
            }
            ExprKind::If { condition, then, otherwise } => {
                if self.eval(frame, condition)?.as_bool()? {
                    self.eval(frame, then)
                } else {
                    otherwise.as_ref().map_or(Ok(Value::Unit), |otherwise| self.eval(frame, otherwise))
                }
            }
            ExprKind::Match { subject, arms } => self.match_arms(frame, subject, arms),
            ExprKind::Call { function, type_args, args } => {
                let args = self.eval_parts(frame, args)?;
                let types = type_args.iter().map(|ty| ty.substitute(&frame.types)).collect();
                self.call(*function, types, args, expr.span)
            }
            ExprKind::CallValue { callee, args } => {
                let callee = self.eval(frame, callee)?;
                let args = self.eval_all(frame, args)?;
                match &callee {
                    Value::Closure(closure) => self.call_closure(closure, args),
                    _ => Err(Bug("what is called is no function").into()),
                }
            }
            ExprKind::Return(value) => Err(Flow::Return(self.eval(frame, value)?)),
            ExprKind::Break => Err(Flow::Break),
            ExprKind::Continue => Err(Flow::Continue),
            ExprKind::Fail(message) => {
                let value = self.eval(frame, message)?;
                if matches!(message.ty, Type::Named(id, _) if self.program.well_known.fault == Some(id)) {
                    return self.fault(to_fault(&value)?, expr.span);
                }
                let message = self.show(frame, &value, &message.ty)?;
                self.fault(Fault::new(FaultCode::Fail, message), expr.span)
            }
            ExprKind::FailRetry(message) => {
                let value = self.eval(frame, message)?;
                let message = self.show(frame, &value, &message.ty)?;
                self.fault(Fault::new(FaultCode::FailRetry, message), expr.span)
            }
            ExprKind::CallDot(call) => self.call_dot(frame, call, expr.span),
            ExprKind::Parallel(parts) => self.parallel(frame, parts, i64::MAX),
            ExprKind::Limited(limit, parts) => self.limited(frame, limit, parts),
            ExprKind::CallsOf(function) => Ok(self.calls_of(*function)),
            _ => self.operation(frame, expr),
        }
    }

    /// What computes a value out of others.
    fn operation(&mut self, frame: &mut Frame<'p>, expr: &'p Expr) -> Eval<'p> {
        match &expr.kind {
            ExprKind::Widen(value) => self.eval(frame, value),
            ExprKind::Refine(value) => self.refine(frame, value, expr),
            ExprKind::RefineOption(value) => self.refine_option(frame, value, expr),
            ExprKind::Field(value, index) => {
                let value = self.eval(frame, value)?;
                Ok(field(&value, *index)?)
            }
            ExprKind::Index(base, index) => {
                let base = self.eval(frame, base)?;
                let key = self.eval(frame, index)?;
                let ty = index.ty.substitute(&frame.types);
                self.index(&base, &key, &ty, expr.span)
            }
            ExprKind::Negate(value) => {
                let value = self.eval(frame, value)?;
                self.negate(&value).map_err(|flow| self.place(flow, expr.span))
            }
            ExprKind::Not(value) => Ok(Value::Bool(!self.eval(frame, value)?.as_bool()?)),
            ExprKind::Binary(op, left, right) => {
                let (left, right) = (self.eval(frame, left)?, self.eval(frame, right)?);
                self.binary(*op, &left, &right).map_err(|flow| self.place(flow, expr.span))
            }
            ExprKind::And(left, right) => {
                Ok(Value::Bool(self.eval(frame, left)?.as_bool()? && self.eval(frame, right)?.as_bool()?))
            }
            ExprKind::Or(left, right) => {
                Ok(Value::Bool(self.eval(frame, left)?.as_bool()? || self.eval(frame, right)?.as_bool()?))
            }
            ExprKind::Is(value, pattern) => {
                let value = self.eval(frame, value)?;
                Ok(Value::Bool(self.matches(frame, pattern, &value)?))
            }
            _ => self.construction(frame, expr),
        }
    }

    /// What makes a value: literals, constructors, lambdas, comprehensions.
    fn construction(&mut self, frame: &mut Frame<'p>, expr: &'p Expr) -> Eval<'p> {
        Ok(match &expr.kind {
            ExprKind::Unit => Value::Unit,
            ExprKind::Bool(value) => Value::Bool(*value),
            ExprKind::Int(value) => Value::Int(*value),
            ExprKind::Float(value) => Value::Float(*value),
            ExprKind::Decimal(value) => Value::Decimal(*value),
            ExprKind::Duration(nanos) => Value::Duration(*nanos),
            ExprKind::Text(text) => Value::text(&**text),
            ExprKind::EmptySet => Value::Set(Rc::new(BTreeSet::new())),
            ExprKind::None => Value::Option(None),
            ExprKind::Some(item) => Value::option(Some(self.eval(frame, item)?)),
            ExprKind::List(items) => Value::list(self.eval_all(frame, items)?),
            ExprKind::Tuple(parts) => Value::parts(self.eval_all(frame, parts)?),
            ExprKind::Record(parts) => Value::parts(self.eval_parts(frame, parts)?),
            ExprKind::Case { case, fields } => Value::Case(*case, Rc::new(self.eval_parts(frame, fields)?)),
            ExprKind::Concat(parts) => return self.concat(frame, parts),
            ExprKind::Map(entries) => return self.map(frame, entries),
            ExprKind::Update { before, base, fields } => return self.update(frame, base, fields.split_at(*before)),
            ExprKind::Range { start, end, inclusive } => return self.range_of(frame, start, end, *inclusive),
            ExprKind::Lambda(lambda) => return self.lambda(frame, lambda),
            ExprKind::Comprehension { clauses, body, fan_out } => {
                let mut items = Vec::new();
                let mut group = (*fan_out != FanOut::InOrder).then(|| Group::of(i64::MAX));
                self.comprehend(frame, clauses, body, &mut group, &mut items)?;
                Value::list(items)
            }
            _ => return Err(Bug("the expression has no meaning").into()),
        })
    }

    fn concat(&mut self, frame: &mut Frame<'p>, parts: &'p [Expr]) -> Eval<'p> {
        let mut text = String::new();
        for part in self.eval_all(frame, parts)? {
            text.push_str(part.as_text()?);
        }
        check_size(text.len())?;
        Ok(Value::text(text))
    }

    fn map(&mut self, frame: &mut Frame<'p>, entries: &'p [(Expr, Expr)]) -> Eval<'p> {
        let mut map = BTreeMap::new();
        for (key, value) in entries {
            let key = self.eval(frame, key)?;
            map.insert(key, self.eval(frame, value)?);
        }
        Ok(Value::Map(Rc::new(map)))
    }

    /// A record with other fields, which stand before and behind the base.
    fn update(
        &mut self,
        frame: &mut Frame<'p>,
        base: &'p Expr,
        (before, behind): (&'p [Part], &'p [Part]),
    ) -> Eval<'p> {
        let mut values = before.iter().map(|part| self.eval(frame, &part.value)).collect::<Result<Vec<_>, _>>()?;
        let Value::Parts(base) = self.eval(frame, base)? else { return Err(Bug("a record was expected").into()) };
        for part in behind {
            values.push(self.eval(frame, &part.value)?);
        }
        let mut parts = base.to_vec();
        for (part, value) in before.iter().chain(behind).zip(values) {
            *parts.get_mut(part.index).ok_or(Bug("a record has no such field"))? = value;
        }
        Ok(Value::parts(parts))
    }

    fn lambda(&mut self, frame: &mut Frame<'p>, lambda: &'p Lambda) -> Eval<'p> {
        let captured = lambda.captures.iter().map(|&local| Ok((local, frame.get(local)?)));
        let captured = captured.collect::<Result<_, Bug>>()?;
        let (locals, types) = (frame.locals.len(), frame.types.clone());
        Ok(Value::Closure(Rc::new(Closure { lambda, captured, locals, types })))
    }

    fn range_of(&mut self, frame: &mut Frame<'p>, start: &'p Expr, end: &'p Expr, inclusive: bool) -> Eval<'p> {
        let start = self.eval(frame, start)?.as_int()?;
        let end = i128::from(self.eval(frame, end)?.as_int()?) + i128::from(inclusive);
        let length = (end - i128::from(start)).max(0);
        check_size(usize::try_from(length).unwrap_or(usize::MAX))?;
        Ok(Value::list((0..length as i64).map(|offset| Value::Int(start + offset)).collect()))
    }

    fn match_arms(&mut self, frame: &mut Frame<'p>, subject: &'p Expr, arms: &'p [Arm]) -> Eval<'p> {
        let subject = self.eval(frame, subject)?;
        for arm in arms {
            if !self.matches(frame, &arm.pattern, &subject)? {
                continue;
            }
            let holds = arm.guard.as_ref().map_or(Ok(Value::Bool(true)), |guard| self.eval(frame, guard))?;
            if holds.as_bool()? {
                return self.eval(frame, &arm.body);
            }
        }
        Err(Bug("no arm of a match fits").into())
    }

    /// Adds what the turns give; with a group they overlap.
    pub(super) fn comprehend(
        &mut self,
        frame: &mut Frame<'p>,
        clauses: &'p [Clause],
        body: &'p Expr,
        group: &mut Option<Group>,
        items: &mut Vec<Value<'p>>,
    ) -> Eval<'p, ()> {
        match clauses {
            [] => items.push(match group {
                Some(group) => self.part_of(group, |this| this.eval(frame, body))?,
                None => self.eval(frame, body)?,
            }),
            [Clause::If(condition), rest @ ..] => {
                if self.eval(frame, condition)?.as_bool()? {
                    self.comprehend(frame, rest, body, group, items)?;
                }
            }
            [Clause::For(pattern, iterable), rest @ ..] => {
                for item in self.eval(frame, iterable)?.items()? {
                    if self.matches(frame, pattern, &item)? {
                        self.comprehend(frame, rest, body, group, items)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// `base[key]`, `key` of type `ty`.
    pub(super) fn index(&mut self, base: &Value<'p>, key: &Value<'p>, ty: &Type, span: Span) -> Eval<'p> {
        match base {
            Value::List(items) => {
                let index = key.as_int()?;
                let item = usize::try_from(index).ok().and_then(|index| items.get(index));
                item.cloned().map_or_else(|| self.fault(Fault::index(index, items.len() as i64), span), Ok)
            }
            Value::Map(map) => match map.get(key) {
                Some(value) => Ok(value.clone()),
                None => {
                    let text = self.text_of(key, ty)?;
                    self.fault(Fault::key(Some(&text)), span)
                }
            },
            _ => Err(Bug("this can't be indexed").into()),
        }
    }

    fn refine(&mut self, frame: &mut Frame<'p>, value: &'p Expr, expr: &'p Expr) -> Eval<'p> {
        let (from, to) = (value.ty.substitute(&frame.types), expr.ty.substitute(&frame.types));
        let value = self.eval(frame, value)?;
        if let Some(failed) = self.failed_condition(&value, &from, &to)? {
            let TypeKind::Refined { source, .. } = &self.program.type_def(failed).kind else {
                return Err(Bug("the type is not refined").into());
            };
            let text = self.text_of(&value, &self.program.base(&to))?;
            let name = &self.program.type_def(failed).name;
            return self.fault(Fault::refinement(name, source, Some(&text)), expr.span);
        }
        Ok(value)
    }

    fn refine_option(&mut self, frame: &mut Frame<'p>, value: &'p Expr, expr: &'p Expr) -> Eval<'p> {
        let (from, to) = (value.ty.substitute(&frame.types), expr.ty.substitute(&frame.types));
        let Type::Option(to) = to else { return Err(Bug("an option was expected").into()) };
        let value = self.eval(frame, value)?;
        let failed = self.failed_condition(&value, &from, &to)?;
        Ok(Value::option(failed.is_none().then_some(value)))
    }

    /// The innermost refined type between `from` and `to` whose condition a value of `from` does not fulfil.
    fn failed_condition(
        &mut self,
        value: &Value<'p>,
        from: &Type,
        to: &Type,
    ) -> Eval<'p, Option<dot_types::program::TypeId>> {
        let Type::Named(id, args) = to else { return Ok(None) };
        let TypeKind::Refined { base, condition, .. } = &self.program.type_def(*id).kind else { return Ok(None) };
        if from == to {
            return Ok(None);
        }
        if let Some(failed) = self.failed_condition(value, from, &base.substitute(args))? {
            return Ok(Some(failed));
        }
        let condition: FunctionId = *condition;
        let span = self.program.function(condition).span;
        let holds = self.call(condition, args.iter().cloned().collect(), vec![value.clone()], span)?.as_bool()?;
        Ok((!holds).then_some(*id))
    }
}

/// A field of a record or part of a tuple.
pub(super) fn field<'p>(value: &Value<'p>, index: usize) -> Result<Value<'p>, Bug> {
    match value {
        Value::Parts(parts) | Value::Case(_, parts) => parts.get(index).cloned().ok_or(Bug("there is no such field")),
        _ => Err(Bug("a record or tuple was expected")),
    }
}
