//! What each integer of a function may be: an interval for each local, wherever it is looked at.
//!
//! An interval holds what any assignment of the local gives, so it holds where the local is restored after a wait as
//! well. Checked arithmetic never leaves 64 bits: where the exact result could, the interval ends there.

use dot_abi::layout::Repr;
use dot_abi::native::Native;
use dot_abi::types::{TypeDesc, TypeTable};

use crate::core::{Atom, Function, Local, Op, Scalar, Statement};
use crate::count::operands::blocks;

/// So many rounds are computed exactly; in later ones what still grows, grows at once as far as it can.
const EXACT_ROUNDS: usize = 3;
/// After so many rounds nothing is known.
const MOST_ROUNDS: usize = 12;
/// No object has more bytes.
const MOST_BYTES: i64 = u32::MAX as i64;

/// An interval of integers, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Range {
    pub(crate) least: i64,
    pub(crate) largest: i64,
}

impl Range {
    /// Every integer.
    pub(crate) const ALL: Range = Range { least: i64::MIN, largest: i64::MAX };

    fn new(least: i64, largest: i64) -> Range {
        Range { least, largest }
    }

    /// An interval whose exact ends are known, as far as 64 bits reach.
    fn within(least: i128, largest: i128) -> Range {
        let end = |value: i128| value.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
        Range::new(end(least), end(largest))
    }

    fn join(self, other: Range) -> Range {
        Range::new(self.least.min(other.least), self.largest.max(other.largest))
    }

    /// Whether nothing in it is below zero.
    pub(crate) fn is_natural(self) -> bool {
        self.least >= 0
    }

    pub(crate) fn contains(self, value: i64) -> bool {
        (self.least..=self.largest).contains(&value)
    }
}

/// The exact ends of what an operation gives, before they are brought into 64 bits.
fn exact(op: Scalar, a: Range, b: Range) -> (i128, i128) {
    let ends = |range: Range| [i128::from(range.least), i128::from(range.largest)];
    let ([a0, a1], [b0, b1]) = (ends(a), ends(b));
    match op {
        Scalar::AddInt => (a0 + b0, a1 + b1),
        Scalar::SubtractInt => (a0 - b1, a1 - b0),
        _ => {
            let products = [a0 * b0, a0 * b1, a1 * b0, a1 * b1];
            products.into_iter().fold((i128::MAX, i128::MIN), |(least, largest), p| (least.min(p), largest.max(p)))
        }
    }
}

/// Whether a sum, difference or product of what is in two intervals always fits into 64 bits.
pub(crate) fn fits(op: Scalar, a: Range, b: Range) -> bool {
    let (least, largest) = exact(op, a, b);
    least >= i64::MIN.into() && largest <= i64::MAX.into()
}

/// The intervals of a function's locals.
#[derive(Clone, Debug)]
pub(crate) struct Ranges(Vec<Option<Range>>);

impl Ranges {
    pub(crate) fn of(types: &TypeTable, function: &Function) -> Ranges {
        let is_int = |local: Local| types.repr(function.locals[local.0 as usize]) == Repr::I64;
        // Nothing is asked of what is no integer; a parameter may be any.
        let unknown = |index: u32| index < function.takes.len() as u32 || !is_int(Local(index));
        let locals = 0..function.locals.len() as u32;
        let mut ranges = Ranges(locals.map(|index| unknown(index).then_some(Range::ALL)).collect());
        let mut assignments = Vec::new();
        collect(&function.body, &mut |local, op| {
            if is_int(local) {
                assignments.push((local, op));
            }
        });
        let scope = Scope { types, function };
        for round in 0..MOST_ROUNDS {
            let mut changed = false;
            for &(local, op) in &assignments {
                changed |= ranges.widen(local, scope.value(op, &ranges), round >= EXACT_ROUNDS);
            }
            if !changed {
                return ranges;
            }
        }
        Ranges(vec![Some(Range::ALL); function.locals.len()])
    }

    /// What an operand may be.
    pub(crate) fn atom(&self, atom: Atom) -> Range {
        match atom {
            Atom::Int(value) => Range::new(value, value),
            Atom::Local(local) => self.0.get(local.0 as usize).copied().flatten().unwrap_or(Range::ALL),
            _ => Range::ALL,
        }
    }

    /// Adds what an assignment gives; whether that is new.
    fn widen(&mut self, local: Local, given: Option<Range>, at_once: bool) -> bool {
        let (known, Some(given)) = (&mut self.0[local.0 as usize], given) else { return false };
        let joined = match *known {
            None => given,
            Some(old) if at_once => {
                let least = if given.least < old.least { i64::MIN } else { old.least };
                Range::new(least, if given.largest > old.largest { i64::MAX } else { old.largest })
            }
            Some(old) => old.join(given),
        };
        known.replace(joined) != Some(joined)
    }
}

/// What operations are computed with.
#[derive(Clone, Copy)]
struct Scope<'u> {
    types: &'u TypeTable,
    function: &'u Function,
}

impl Scope<'_> {
    /// What an operation gives; nothing if it is not reached as far as is known.
    fn value(self, op: &Op, ranges: &Ranges) -> Option<Range> {
        // A local that nothing was assigned to yet.
        let known = |atom: &Atom| match atom {
            Atom::Local(local) => ranges.0[local.0 as usize],
            other => Some(ranges.atom(*other)),
        };
        match op {
            Op::Value(a) => known(a),
            Op::Scalar(scalar, a, b, _) => Some(scalar_range(*scalar, known(a)?, known(b)?)),
            Op::Native(native, _, atoms, _) => match (native, atoms.as_slice()) {
                (Native::ListLen, [Atom::Local(list)]) => Some(self.length(*list)),
                (native, [a, b]) => Some(native_range(*native, known(a)?, known(b)?)),
                _ => Some(Range::ALL),
            },
            Op::Length(object) => Some(self.length(*object)),
            Op::Byte(..) => Some(Range::new(0, 255)),
            _ => Some(Range::ALL),
        }
    }

    /// The length of a list, text, map, set or bytes is bounded by memory.
    fn length(self, object: Local) -> Range {
        let ty = self.types.base(self.function.locals[object.0 as usize]);
        let size = match self.types.get(ty) {
            TypeDesc::List { item } => self.types.item_size(*item),
            _ => 1,
        };
        Range::new(0, MOST_BYTES / i64::from(size))
    }
}

fn scalar_range(op: Scalar, a: Range, b: Range) -> Range {
    match op {
        Scalar::AddInt | Scalar::SubtractInt | Scalar::MultiplyInt => {
            let (least, largest) = exact(op, a, b);
            Range::within(least, largest)
        }
        // It comes behind a, and is b at most.
        Scalar::NextInt => Range::new(a.least.saturating_add(1), b.largest),
        Scalar::DivideInt if b.least > 0 => {
            let quotients = [a.least / b.least, a.least / b.largest, a.largest / b.least, a.largest / b.largest];
            let least = quotients.into_iter().fold(i64::MAX, i64::min);
            Range::new(least, quotients.into_iter().fold(i64::MIN, i64::max))
        }
        Scalar::RemainderInt if b.least > 0 => {
            let most = b.largest - 1;
            let least = if a.is_natural() { 0 } else { -most };
            Range::new(least, if a.is_natural() { most.min(a.largest) } else { most })
        }
        _ => Range::ALL,
    }
}

fn native_range(native: Native, a: Range, b: Range) -> Range {
    let wrapping = |op: Scalar| if fits(op, a, b) { scalar_range(op, a, b) } else { Range::ALL };
    match native {
        Native::IntWrappingAdd => wrapping(Scalar::AddInt),
        Native::IntWrappingSub => wrapping(Scalar::SubtractInt),
        Native::IntWrappingMul => wrapping(Scalar::MultiplyInt),
        Native::IntBitAnd if a.is_natural() && b.is_natural() => Range::new(0, a.largest.min(b.largest)),
        Native::IntBitAnd if a.is_natural() => Range::new(0, a.largest),
        Native::IntBitAnd if b.is_natural() => Range::new(0, b.largest),
        Native::IntShiftRight if a.is_natural() => Range::new(0, a.largest),
        _ => Range::ALL,
    }
}

/// Calls `each` with every assignment.
fn collect<'f>(block: &'f [Statement], each: &mut impl FnMut(Local, &'f Op)) {
    for statement in block {
        if let Statement::Let(local, op) = statement {
            each(*local, op);
        }
        for inner in blocks(statement) {
            collect(inner, each);
        }
    }
}
