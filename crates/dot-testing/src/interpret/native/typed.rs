//! Typed natives: [`dot_abi::library`] makes plain values, here they get their defaults and conditions.

use std::rc::Rc;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::json::{DecodeLimits, Unfulfilled};
use dot_abi::library::{self, Arg, Made, Meter, Param};
use dot_abi::native::Native;
use dot_abi::types::TypeRef;
use dot_abi::value::Value as Plain;
use dot_types::program::{Field, Type, TypeKind};

use crate::interpret::Stop;
use crate::interpret::machine::{Bug, Eval, Flow, Machine, check_size};
use crate::interpret::value::Value;

/// The interpreter gives up by the number of its steps; what one native may make is bounded here.
struct Bounded;

impl Meter for Bounded {
    fn limits(&self) -> DecodeLimits {
        DecodeLimits::default()
    }

    fn check(&self, size_bytes: usize) -> Result<(), Fault> {
        if size_bytes > self.limits().size_bytes {
            return Err(Fault::new(FaultCode::ValueLimit, "a value is larger than the limit"));
        }
        Ok(())
    }
}

impl<'p> Machine<'p, '_> {
    pub(in crate::interpret) fn typed_native(
        &mut self,
        native: Native,
        types: &[Type],
        result: &Type,
        args: &[Value<'p>],
    ) -> Eval<'p> {
        let references: Vec<TypeRef> = types.iter().map(|ty| self.types.of(ty)).collect();
        let mut plain = Vec::with_capacity(args.len());
        for (param, arg) in library::shape(native).params.iter().zip(args) {
            plain.push(match (param, arg) {
                (Param::Text, Value::Text(text)) => Arg::Text(text),
                (Param::Bool, Value::Bool(truth)) => Arg::Bool(*truth),
                (Param::Bytes, Value::Bytes(bytes)) => Arg::Bytes(bytes),
                (Param::Generic(index) | Param::Content(index), value) => {
                    let ty = types.get(*index).ok_or(Bug("a native misses a type argument"))?;
                    Arg::Value(self.types.of(ty), self.types.lift(value, ty)?)
                }
                _ => return Err(Bug("a native does not take this argument").into()),
            });
        }
        if native.decodes() {
            let decoded = self.decode(native, &references, &plain)?;
            return self.filled(&decoded, result);
        }
        match library::call(native, &self.types.table, &plain, &Bounded)? {
            Made::Text(text) => {
                check_size(text.len())?;
                Ok(Value::text(text))
            }
            Made::Value(value) => self.filled(&value, result),
            Made::Parts(parts) => match plain.first() {
                Some(Arg::Text(text)) => {
                    check_size(parts.len())?;
                    Ok(Value::texts(parts.into_iter().filter_map(|part| text.get(part))))
                }
                _ => Err(Bug("a native gives parts of no text").into()),
            },
        }
    }

    fn decode(&mut self, native: Native, types: &[TypeRef], args: &[Arg<'_>]) -> Eval<'p, Plain> {
        let table = self.types.table.clone();
        // What ends a condition other than with an answer; the decoder knows faults only.
        let mut stopped = None;
        let decoded = library::decode(native, &table, types, args, &DecodeLimits::default(), &mut |ty, value| {
            self.unfulfilled(ty, value).map_err(|flow| match flow {
                Flow::Stop(stop) => match *stop {
                    Stop::Fault(fault) => fault,
                    other => {
                        stopped = Some(Flow::Stop(Box::new(other)));
                        Fault::new(FaultCode::Internal, "the interpreter gave up in a condition")
                    }
                },
                _ => Fault::new(FaultCode::Internal, "control left a condition"),
            })
        });
        match stopped {
            Some(flow) => Err(flow),
            None => Ok(decoded?),
        }
    }

    /// The condition of a type, the innermost first, that a value of the base does not fulfil.
    fn unfulfilled(&mut self, ty: TypeRef, value: &Plain) -> Eval<'p, Option<Unfulfilled>> {
        let source = self.types.source(ty)?;
        let base = self.program.base(&source);
        let value = self.filled(value, &base)?;
        let mut refined = Vec::new();
        let mut at = source;
        while let Type::Named(id, args) = &at {
            let TypeKind::Refined { base, condition, .. } = &self.program.type_def(*id).kind else { break };
            refined.push((at.clone(), *condition, args.clone()));
            at = base.substitute(args);
        }
        for (ty, condition, args) in refined.into_iter().rev() {
            let span = self.program.function(condition).span;
            let ty = self.types.of(&ty);
            match self.call(condition, Rc::from(&*args), vec![value.clone()], span) {
                Ok(Value::Bool(true)) => {}
                Ok(_) => return Ok(Some(Unfulfilled { ty, why: None })),
                Err(Flow::Stop(stop)) => match *stop {
                    Stop::Fault(fault) => return Ok(Some(Unfulfilled { ty, why: Some(fault.message) })),
                    other => return Err(Flow::Stop(Box::new(other))),
                },
                Err(other) => return Err(other),
            }
        }
        Ok(None)
    }

    /// A plain value with the defaults of fields that were left out.
    fn filled(&mut self, plain: &Plain, ty: &Type) -> Eval<'p> {
        let ty = self.program.base(ty);
        Ok(match (plain, &ty) {
            (Plain::List(items), Type::List(item)) => Value::list(self.all_filled(items, |_| item)?),
            (Plain::Set(items), Type::Set(item)) => {
                Value::Set(Rc::new(self.all_filled(items, |_| item)?.into_iter().collect()))
            }
            (Plain::Map(entries), Type::Map(key, value)) => {
                let entries = entries.iter().map(|(k, v)| Ok((self.filled(k, key)?, self.filled(v, value)?)));
                Value::Map(Rc::new(entries.collect::<Eval<'p, _>>()?))
            }
            (Plain::Option(Some(item)), Type::Option(ty)) => Value::option(Some(self.filled(item, ty)?)),
            (Plain::Tuple(parts), Type::Tuple(types)) => Value::parts(self.all_filled(parts, |index| &types[index])?),
            (Plain::Record(parts), Type::Named(id, args)) => match &self.program.type_def(*id).kind {
                TypeKind::Record(fields) => Value::parts(self.fields_filled(parts, fields, args)?),
                _ => return Err(Bug("a record is of no record type").into()),
            },
            (Plain::Case(index, parts), Type::Named(id, args)) => match &self.program.type_def(*id).kind {
                TypeKind::Union(cases) => {
                    let case = cases.get(*index as usize).ok_or(Bug("a union has no such case"))?;
                    Value::Case(*index as usize, Rc::new(self.fields_filled(parts, &case.fields, args)?))
                }
                _ => return Err(Bug("a case is of no union").into()),
            },
            _ => Value::lower(plain)?,
        })
    }

    fn all_filled<'t>(&mut self, parts: &[Plain], ty: impl Fn(usize) -> &'t Type) -> Eval<'p, Vec<Value<'p>>> {
        parts.iter().enumerate().map(|(index, part)| self.filled(part, ty(index))).collect()
    }

    fn fields_filled(&mut self, parts: &[Plain], fields: &'p [Field], args: &[Type]) -> Eval<'p, Vec<Value<'p>>> {
        let mut filled = Vec::with_capacity(parts.len());
        for (part, field) in parts.iter().zip(fields) {
            filled.push(match (part, &field.default) {
                (Plain::Default, Some(default)) => {
                    let span = self.program.function(default.function).span;
                    self.call(default.function, Rc::from(args), Vec::new(), span)?
                }
                _ => self.filled(part, &field.ty.substitute(args))?,
            });
        }
        Ok(filled)
    }
}
