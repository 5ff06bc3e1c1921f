//! Typed natives: [`dot_abi::library`] does the work, here its arguments are read and its results written.

use std::sync::Arc;

use dot_abi::fault::Fault;
use dot_abi::json::DecodeLimits;
use dot_abi::library::{self, Arg, Made, Meter, Param, Shape};
use dot_abi::native::{HOST_MODULE, Native};
use dot_abi::types::{TypeDesc, TypeRef, TypeTable};
use dot_abi::value::Value;
use wasmtime::{Caller, FuncType, Linker, Val, ValType};

use super::native;
use super::text::new_texts;
use crate::activation::Activation;
use crate::guest::{Guest, broken};
use crate::lift::lift;
use crate::lower::{lower_unasked, unfulfilled};
use crate::unit::UnitInner;

pub(super) fn link(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    for native in Native::ALL.iter().copied().filter(|native| native.is_typed()) {
        link_one(linker, native, library::shape(native))?;
    }
    Ok(())
}

fn link_one(linker: &mut Linker<Activation>, name: Native, shape: Shape) -> wasmtime::Result<()> {
    let told = shape.generics + 1;
    let params = std::iter::repeat_n(ValType::I32, told).chain(std::iter::repeat_n(ValType::I64, shape.params.len()));
    let ty = FuncType::new(linker.engine(), params, [ValType::I64]);
    linker.func_new(HOST_MODULE, name.name(), ty, move |mut caller: Caller<'_, Activation>, params, results| {
        let types: Vec<TypeRef> =
            params.iter().take(told).map(|ty| TypeRef(ty.i32().unwrap_or_default() as u32)).collect();
        let slots: Vec<u64> = params.iter().skip(told).map(|slot| slot.i64().unwrap_or_default() as u64).collect();
        let slot = native(&mut caller, |guest| Call::new(guest, name, &types)?.run(guest, shape, &slots))?;
        if let Some(result) = results.first_mut() {
            *result = Val::I64(slot as i64);
        }
        Ok(())
    })?;
    Ok(())
}

/// A call of a typed native.
struct Call<'c> {
    native: Native,
    unit: Arc<UnitInner>,
    type_args: &'c [TypeRef],
    result: TypeRef,
}

impl<'c> Call<'c> {
    fn new(guest: &Guest<'_>, native: Native, types: &'c [TypeRef]) -> Result<Call<'c>, Fault> {
        let unit = Arc::clone(&guest.unit);
        let count = unit.manifest.types.types.len();
        match types.split_last() {
            Some((&result, type_args)) if types.iter().all(|ty| (ty.0 as usize) < count) => {
                Ok(Call { native, unit, type_args, result })
            }
            _ => Err(broken("it told a native a type that is not in its table")),
        }
    }

    fn types(&self) -> &TypeTable {
        &self.unit.manifest.types
    }

    fn run(&self, guest: &mut Guest<'_>, shape: Shape, slots: &[u64]) -> Result<u64, Fault> {
        let lifted = self.lifted(guest, shape, slots)?;
        if self.native.decodes() {
            return self.decode(guest, shape, slots);
        }
        let made = {
            let args = self.read(guest, shape, slots, lifted)?;
            let meter = OfActivation(guest.store.data());
            library::call(self.native, self.types(), &args, &meter)?
        };
        guest.store.data().check_cpu()?;
        match made {
            Made::Text(text) => guest.new_text(&text).map(u64::from),
            Made::Value(value) => lower_unasked(guest, self.result, &value),
            Made::Parts(parts) => {
                let text = slots.first().copied().unwrap_or_default() as u32;
                new_texts(guest, text, parts.into_iter().map(|part| part.start as u32..part.end as u32).collect())
                    .map(u64::from)
            }
        }
    }

    /// The values of generic parameters, which can't be read in place.
    fn lifted(
        &self,
        guest: &mut Guest<'_>,
        shape: Shape,
        slots: &[u64],
    ) -> Result<Vec<Option<(TypeRef, Value)>>, Fault> {
        let mut lift_one = |(param, slot): (&Param, &u64)| match param {
            Param::Generic(index) => {
                let ty = self.type_arg(*index)?;
                lift(guest, ty, *slot).map(|value| Some((ty, value)))
            }
            Param::Content(index) => {
                let ty = self.type_arg(*index)?;
                match self.types().get(self.types().base(ty)) {
                    TypeDesc::Text | TypeDesc::Bytes => Ok(None),
                    _ => lift(guest, ty, *slot).map(|value| Some((ty, value))),
                }
            }
            Param::Text | Param::Bytes | Param::Bool => Ok(None),
        };
        shape.params.iter().zip(slots).map(&mut lift_one).collect()
    }

    fn type_arg(&self, index: usize) -> Result<TypeRef, Fault> {
        self.type_args.get(index).copied().ok_or_else(|| broken("it called a native without a type"))
    }

    /// The arguments, texts in place.
    fn read<'g>(
        &self,
        guest: &'g Guest<'_>,
        shape: Shape,
        slots: &[u64],
        lifted: Vec<Option<(TypeRef, Value)>>,
    ) -> Result<Vec<Arg<'g>>, Fault> {
        let read_one = |((param, slot), lifted): ((&Param, &u64), Option<(TypeRef, Value)>)| {
            let address = *slot as u32;
            Ok(match (param, lifted) {
                (_, Some((ty, value))) => Arg::Value(ty, value),
                (Param::Text, None) => Arg::Text(guest.text(address)?),
                (Param::Bytes, None) => Arg::Bytes(guest.bytes(address)?),
                (Param::Bool, None) => Arg::Bool(*slot != 0),
                (Param::Content(index), None) => match self.types().get(self.types().base(self.type_arg(*index)?)) {
                    TypeDesc::Text => Arg::Text(guest.text(address)?),
                    _ => Arg::Bytes(guest.bytes(address)?),
                },
                (Param::Generic(_), None) => return Err(broken("it called a native without a type")),
            })
        };
        shape.params.iter().zip(slots).zip(lifted).map(read_one).collect()
    }

    /// Conditions run in the guest, so its text is copied: nothing of it may be borrowed meanwhile.
    fn decode(&self, guest: &mut Guest<'_>, shape: Shape, slots: &[u64]) -> Result<u64, Fault> {
        let limits = OfActivation(guest.store.data()).limits();
        let mut texts = Vec::new();
        for (param, slot) in shape.params.iter().zip(slots) {
            let text = match param {
                Param::Text => guest.text(*slot as u32)?,
                _ => "",
            };
            // What is too long is refused by its length, without a copy.
            if text.len() > limits.size_bytes {
                return Err(guest.store.data().limits.value_fault());
            }
            texts.push(text.to_owned());
        }
        let params = shape.params.iter().zip(slots).zip(&texts);
        let args: Vec<Arg<'_>> = params
            .map(|((param, slot), text)| match param {
                Param::Text => Arg::Text(text),
                _ => Arg::Bool(*slot != 0),
            })
            .collect();
        let decoded = library::decode(self.native, self.types(), self.type_args, &args, &limits, &mut |ty, value| {
            let base = self.types().base(ty);
            let slot = lower_unasked(guest, base, value)?;
            let answer = unfulfilled(guest, ty, slot)?;
            guest.drop(base, slot)?;
            Ok(answer)
        })?;
        guest.store.data().check_cpu()?;
        lower_unasked(guest, self.result, &decoded)
    }
}

/// What an activation lets a native use.
struct OfActivation<'a>(&'a Activation);

impl Meter for OfActivation<'_> {
    fn limits(&self) -> DecodeLimits {
        let size_bytes = usize::try_from(self.0.limits.value_size_bytes).unwrap_or(usize::MAX);
        DecodeLimits { size_bytes, ..DecodeLimits::default() }
    }

    fn check(&self, size_bytes: usize) -> Result<(), Fault> {
        let limits = &self.0.limits;
        if size_bytes as u64 > limits.value_size_bytes {
            return Err(limits.value_fault());
        }
        self.0.check_cpu()
    }
}
