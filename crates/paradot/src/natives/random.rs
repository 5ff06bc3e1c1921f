//! `random.*`: numbers, identifiers and seeds.

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::manifest::Class;
use dot_abi::value::Value;

use super::{fields, unfit};
use crate::context::Context;
use crate::randomness::Randomness;
use crate::registry::{Descriptor, ParaDot};

/// The native of a name: it waits for what is before it, so that a retry meets the same numbers.
const fn random(name: &'static str) -> Descriptor {
    Descriptor { name, class: Class::Read, uses: &["random"], is_ordered: true }
}

/// `random.int(from: Int, to: Int) -> Int`: both ends included.
#[derive(Clone, Copy, Debug)]
pub struct RandomInt;

impl ParaDot for RandomInt {
    fn descriptor(&self) -> &Descriptor {
        const { &random("random.int") }
    }

    fn run(&self, context: &Context<'_>, input: Value) -> Result<Value, Fault> {
        let [Value::Int(from), Value::Int(to)] = fields(input)? else { return Err(unfit()) };
        if from > to {
            let message = format!("there is no number from {from} to {to}: the first one is greater");
            return Err(Fault::new(FaultCode::Argument, message));
        }
        let offset = Randomness::of(context).up_to(to.wrapping_sub(from) as u64);
        Ok(Value::Int(from.wrapping_add(offset as i64)))
    }
}

/// `random.float() -> Float`: in `0.0..1.0`.
#[derive(Clone, Copy, Debug)]
pub struct RandomFloat;

impl ParaDot for RandomFloat {
    fn descriptor(&self) -> &Descriptor {
        const { &random("random.float") }
    }

    fn run(&self, context: &Context<'_>, input: Value) -> Result<Value, Fault> {
        let [] = fields(input)?;
        Ok(Value::Float(Randomness::of(context).unit()))
    }
}

/// `random.uuid() -> Text`: version 4 of RFC 9562.
#[derive(Clone, Copy, Debug)]
pub struct RandomUuid;

impl ParaDot for RandomUuid {
    fn descriptor(&self) -> &Descriptor {
        const { &random("random.uuid") }
    }

    fn run(&self, context: &Context<'_>, input: Value) -> Result<Value, Fault> {
        let [] = fields(input)?;
        let mut bits = u128::from_be_bytes(Randomness::of(context).bytes());
        bits = bits & !(0xf << 76) | 4 << 76;
        bits = bits & !(0b11 << 62) | 0b10 << 62;
        let digits = format!("{bits:032x}");
        let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
        Ok(Value::Text(parts.join("-").into()))
    }
}

/// `random.seed() -> Int`: any integer, from which functions make many random numbers.
#[derive(Clone, Copy, Debug)]
pub struct RandomSeed;

impl ParaDot for RandomSeed {
    fn descriptor(&self) -> &Descriptor {
        const { &random("random.seed") }
    }

    fn run(&self, context: &Context<'_>, input: Value) -> Result<Value, Fault> {
        let [] = fields(input)?;
        Ok(Value::Int(Randomness::of(context).bits() as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::natives::testing::World;

    fn world(seed: u64) -> World {
        World { seed, ..World::default() }
    }

    #[test]
    fn numbers_lie_between_the_ends() {
        let roll = |seed| world(seed).call(&RandomInt, vec![Value::Int(1), Value::Int(6)]);
        let rolls: Vec<_> = (0..100).map(|seed| roll(seed).expect("a number")).collect();
        assert!((1..=6).all(|number| rolls.contains(&Value::Int(number))), "{rolls:?}");
        assert!(rolls.iter().all(|roll| matches!(roll, Value::Int(1..=6))), "{rolls:?}");
        let all = world(0).call(&RandomInt, vec![Value::Int(i64::MIN), Value::Int(i64::MAX)]);
        assert!(matches!(all, Ok(Value::Int(_))));
        let one = world(0).call(&RandomInt, vec![Value::Int(-3), Value::Int(-3)]);
        assert_eq!(one, Ok(Value::Int(-3)));
        let fault = world(0).call(&RandomInt, vec![Value::Int(2), Value::Int(1)]).expect_err("no number");
        assert_eq!(fault.to_string(), "argument: there is no number from 2 to 1: the first one is greater");
    }

    #[test]
    fn an_identifier_says_its_version() {
        for seed in 0..20 {
            let Ok(Value::Text(text)) = world(seed).call(&RandomUuid, Vec::new()) else { panic!("no text") };
            let lengths: Vec<usize> = text.split('-').map(str::len).collect();
            assert_eq!(lengths, [8, 4, 4, 4, 12], "{text}");
            assert_eq!(&text[14..15], "4", "{text}");
            assert!("89ab".contains(&text[19..20]), "{text}");
        }
    }

    #[test]
    fn the_seed_of_the_run_decides() {
        let seed = |run| world(run).call(&RandomSeed, Vec::new());
        assert_eq!(seed(1), seed(1));
        assert_ne!(seed(1), seed(2));
    }
}
