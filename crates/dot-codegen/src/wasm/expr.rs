//! Expressions: instructions that leave one value on the stack.

use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Sub};

use dot_abi::layout::Repr;
use wasm_encoder::{BlockType, Ieee64, Instruction, MemArg, ValType};

/// An expression and the type of its value.
#[derive(Clone, Debug)]
pub(crate) struct Expr {
    pub(super) code: Vec<Instruction<'static>>,
    pub(super) ty: Repr,
}

/// A parameter or local of the function that is being built.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Var {
    pub(super) index: u32,
    /// Its type.
    pub(crate) ty: Repr,
}

/// The arguments of a call, each turned into an expression.
macro_rules! args {
    ($($arg:expr),* $(,)?) => { vec![$($crate::wasm::Expr::from($arg)),*] };
}
pub(crate) use args;

/// A constant of 32 bits.
pub(crate) fn int(value: u32) -> Expr {
    Expr { code: vec![Instruction::I32Const(value as i32)], ty: Repr::I32 }
}

/// A constant of 64 bits.
pub(crate) fn wide(value: i64) -> Expr {
    Expr { code: vec![Instruction::I64Const(value)], ty: Repr::I64 }
}

/// A constant float.
pub(crate) fn float(value: f64) -> Expr {
    Expr { code: vec![Instruction::F64Const(Ieee64::from(value))], ty: Repr::F64 }
}

impl From<Var> for Expr {
    fn from(var: Var) -> Expr {
        Expr { code: vec![Instruction::LocalGet(var.index)], ty: var.ty }
    }
}

impl From<u32> for Expr {
    fn from(value: u32) -> Expr {
        int(value)
    }
}

impl From<i32> for Expr {
    fn from(value: i32) -> Expr {
        int(value as u32)
    }
}

impl From<i64> for Expr {
    fn from(value: i64) -> Expr {
        wide(value)
    }
}

/// The type of a value to the encoder.
pub(super) fn val_type(ty: Repr) -> ValType {
    match ty {
        Repr::I32 => ValType::I32,
        Repr::I64 => ValType::I64,
        Repr::F64 => ValType::F64,
    }
}

/// Where a load or store of so many bytes goes.
pub(super) fn memory(offset: u32, size_bytes: u32) -> MemArg {
    MemArg { offset: u64::from(offset), align: size_bytes.trailing_zeros(), memory_index: 0 }
}

impl Expr {
    /// The type of the value.
    pub(crate) fn ty(&self) -> Repr {
        self.ty
    }

    /// Appends an instruction that turns the value into one of another type.
    fn then(mut self, from: Repr, instruction: Instruction<'static>, to: Repr) -> Expr {
        assert_eq!(self.ty, from, "operand of {instruction:?}");
        self.code.push(instruction);
        Expr { code: self.code, ty: to }
    }

    /// A small constant takes the type that its place expects.
    pub(super) fn coerced(self, ty: Repr) -> Expr {
        match (self.code.as_slice(), ty) {
            ([Instruction::I32Const(value)], Repr::I64) => wide(i64::from(*value)),
            _ => {
                assert_eq!(self.ty, ty, "operand {:?}", self.code);
                self
            }
        }
    }

    fn binary(mut self, right: Expr, instruction: [Option<Instruction<'static>>; 3], to: Option<Repr>) -> Expr {
        let right = right.coerced(self.ty);
        self.code.extend(right.code);
        let [narrow, wide, float] = instruction;
        let chosen = match self.ty {
            Repr::I32 => narrow,
            Repr::I64 => wide,
            Repr::F64 => float,
        };
        self.code.push(chosen.expect("an operation that the type has"));
        Expr { code: self.code, ty: to.unwrap_or(self.ty) }
    }
}

macro_rules! operators {
    ($($Trait:ident $method:ident: $narrow:expr, $wide:expr, $float:expr;)*) => {
        $(
            impl<R: Into<Expr>> $Trait<R> for Expr {
                type Output = Expr;
                fn $method(self, right: R) -> Expr {
                    self.binary(right.into(), [$narrow, $wide, $float], None)
                }
            }
            impl<R: Into<Expr>> $Trait<R> for Var {
                type Output = Expr;
                fn $method(self, right: R) -> Expr {
                    Expr::from(self).$method(right)
                }
            }
        )*
    };
}

use Instruction as I;

operators! {
    Add add: Some(I::I32Add), Some(I::I64Add), Some(I::F64Add);
    Sub sub: Some(I::I32Sub), Some(I::I64Sub), Some(I::F64Sub);
    Mul mul: Some(I::I32Mul), Some(I::I64Mul), Some(I::F64Mul);
    Div div: None, None, Some(I::F64Div);
    BitAnd bitand: Some(I::I32And), Some(I::I64And), None;
    BitOr bitor: Some(I::I32Or), Some(I::I64Or), None;
    BitXor bitxor: Some(I::I32Xor), Some(I::I64Xor), None;
}

macro_rules! binaries {
    ($($(#[$doc:meta])* $method:ident: $narrow:expr, $wide:expr, $float:expr => $to:expr;)*) => {
        $(
            $(#[$doc])*
            fn $method(self, right: impl Into<Expr>) -> Expr {
                self.into().binary(right.into(), [$narrow, $wide, $float], $to)
            }
        )*
    };
}

macro_rules! conversions {
    ($($(#[$doc:meta])* $method:ident: $from:ident, $instruction:expr => $to:ident;)*) => {
        $(
            $(#[$doc])*
            fn $method(self) -> Expr {
                self.into().then(Repr::$from, $instruction, Repr::$to)
            }
        )*
    };
}

macro_rules! loads {
    ($($(#[$doc:meta])* $method:ident: $instruction:ident, $size:literal => $to:ident;)*) => {
        $(
            $(#[$doc])*
            fn $method(self, offset: u32) -> Expr {
                self.into().then(Repr::I32, I::$instruction(memory(offset, $size)), Repr::$to)
            }
        )*
    };
}

/// What expressions are built from.
#[expect(clippy::wrong_self_convention, reason = "operands are consumed by what is built of them")]
pub(crate) trait Operand: Into<Expr> + Sized {
    binaries! {
        /// `==`
        equals: Some(I::I32Eq), Some(I::I64Eq), Some(I::F64Eq) => Some(Repr::I32);
        /// `!=`
        differs: Some(I::I32Ne), Some(I::I64Ne), Some(I::F64Ne) => Some(Repr::I32);
        /// `<` of signed integers or floats
        less: Some(I::I32LtS), Some(I::I64LtS), Some(I::F64Lt) => Some(Repr::I32);
        /// `<=` of signed integers or floats
        at_most: Some(I::I32LeS), Some(I::I64LeS), Some(I::F64Le) => Some(Repr::I32);
        /// `>` of signed integers or floats
        greater: Some(I::I32GtS), Some(I::I64GtS), Some(I::F64Gt) => Some(Repr::I32);
        /// `>=` of signed integers or floats
        at_least: Some(I::I32GeS), Some(I::I64GeS), Some(I::F64Ge) => Some(Repr::I32);
        /// `<` of unsigned integers
        below: Some(I::I32LtU), Some(I::I64LtU), None => Some(Repr::I32);
        /// `<=` of unsigned integers
        not_above: Some(I::I32LeU), Some(I::I64LeU), None => Some(Repr::I32);
        /// `>` of unsigned integers
        above: Some(I::I32GtU), Some(I::I64GtU), None => Some(Repr::I32);
        /// `>=` of unsigned integers
        not_below: Some(I::I32GeU), Some(I::I64GeU), None => Some(Repr::I32);
        /// Division of signed integers; traps on zero and overflow.
        div_signed: Some(I::I32DivS), Some(I::I64DivS), None => None;
        /// Division of unsigned integers; traps on zero.
        div_unsigned: Some(I::I32DivU), Some(I::I64DivU), None => None;
        /// Remainder of signed integers; traps on zero.
        rem_signed: Some(I::I32RemS), Some(I::I64RemS), None => None;
        /// Remainder of unsigned integers; traps on zero.
        rem_unsigned: Some(I::I32RemU), Some(I::I64RemU), None => None;
        /// `<<`
        shl: Some(I::I32Shl), Some(I::I64Shl), None => None;
        /// `>>` with zeros
        shr: Some(I::I32ShrU), Some(I::I64ShrU), None => None;
        /// `>>` with the sign
        shr_signed: Some(I::I32ShrS), Some(I::I64ShrS), None => None;
        /// Rotation to the left
        rotate: Some(I::I32Rotl), Some(I::I64Rotl), None => None;
        /// The first with the sign of the second
        copy_sign: None, None, Some(I::F64Copysign) => None;
    }

    conversions! {
        /// The lower 32 bits
        wrap: I64, I::I32WrapI64 => I32;
        /// 64 bits with zeros
        extend: I32, I::I64ExtendI32U => I64;
        /// 64 bits with the sign
        extend_signed: I32, I::I64ExtendI32S => I64;
        /// The bits of a float
        bits: F64, I::I64ReinterpretF64 => I64;
        /// The float of bits
        as_float: I64, I::F64ReinterpretI64 => F64;
        /// The nearest float
        to_float: I64, I::F64ConvertI64S => F64;
        /// The integer; traps if it does not fit
        truncate_to_int: F64, I::I64TruncF64S => I64;
        /// IEEE negation
        negate: F64, I::F64Neg => F64;
        /// The absolute value
        abs: F64, I::F64Abs => F64;
        /// The square root
        sqrt: F64, I::F64Sqrt => F64;
        /// Down to an integer
        floor: F64, I::F64Floor => F64;
        /// Up to an integer
        ceil: F64, I::F64Ceil => F64;
        /// Towards zero
        trunc: F64, I::F64Trunc => F64;
        /// Leading zeros of 32 bits
        leading_zeros: I32, I::I32Clz => I32;
        /// Ones in 64 bits
        ones: I64, I::I64Popcnt => I64;
    }

    loads! {
        /// A byte
        load8: I32Load8U, 1 => I32;
        /// 32 bits
        load32: I32Load, 4 => I32;
        /// 64 bits
        load64: I64Load, 8 => I64;
        /// A float
        load_float: F64Load, 8 => F64;
        /// 32 bits, widened with zeros
        load32_wide: I64Load32U, 4 => I64;
        /// A byte, widened with zeros
        load8_wide: I64Load8U, 1 => I64;
    }

    /// A slot in memory.
    fn load(self, ty: Repr, offset: u32) -> Expr {
        match ty {
            Repr::I32 => self.load32(offset),
            Repr::I64 => self.load64(offset),
            Repr::F64 => self.load_float(offset),
        }
    }

    /// Whether the value is zero.
    fn is_zero(self) -> Expr {
        let value = self.into();
        match value.ty {
            Repr::I64 => value.then(Repr::I64, I::I64Eqz, Repr::I32),
            _ => value.then(Repr::I32, I::I32Eqz, Repr::I32),
        }
    }

    /// One of two values that are both computed.
    fn select(self, yes: impl Into<Expr>, no: impl Into<Expr>) -> Expr {
        let (mut yes, no): (Expr, Expr) = (yes.into(), no.into());
        let no = no.coerced(yes.ty);
        yes.code.extend(no.code);
        yes.code.extend(self.into().coerced(Repr::I32).code);
        yes.code.push(I::Select);
        yes
    }

    /// One of two values, of which only one is computed.
    fn choose(self, yes: impl Into<Expr>, no: impl Into<Expr>) -> Expr {
        let (yes, no): (Expr, Expr) = (yes.into(), no.into());
        let (ty, no) = (yes.ty, no.coerced(yes.ty));
        let mut code = self.into().coerced(Repr::I32).code;
        code.push(I::If(BlockType::Result(val_type(ty))));
        code.extend(yes.code);
        code.push(I::Else);
        code.extend(no.code);
        code.push(I::End);
        Expr { code, ty }
    }

    /// Both hold; the second is computed only if the first does.
    fn and_then(self, other: impl Into<Expr>) -> Expr {
        self.choose(other, 0)
    }

    /// The slot, widened to 64 bits.
    fn widened(self) -> Expr {
        let value = self.into();
        match value.ty {
            Repr::I32 => value.extend(),
            Repr::I64 => value,
            Repr::F64 => value.bits(),
        }
    }

    /// The slot of a type out of its 64 bits.
    fn narrowed(self, ty: Repr) -> Expr {
        match ty {
            Repr::I32 => self.wrap(),
            Repr::I64 => self.into(),
            Repr::F64 => self.as_float(),
        }
    }
}

impl Operand for Expr {}
impl Operand for Var {}

impl Var {
    /// Assigns and gives the value.
    pub(crate) fn tee(self, value: impl Into<Expr>) -> Expr {
        let value = value.into().coerced(self.ty);
        value.then(self.ty, I::LocalTee(self.index), self.ty)
    }
}
