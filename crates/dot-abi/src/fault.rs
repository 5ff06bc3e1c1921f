//! Faults: every way in which a step can fail, in one table, and the words for those that guest code causes.
//!
//! # Where a fault stands
//!
//! At the expression of the typed program that caused it: the operator's whole expression, the
//! index expression, the call of the native, the `fail`, the refinement. In an assignment a missing
//! inner index or key stands at its step, `x += e` that overflows at the whole statement, and a
//! failed `assert` at the whole statement.
//!
//! # Words
//!
//! The makers below are what the runtime uses for the operands that guest code gives, and
//! the [`texts`] are what the guest itself passes, so that every engine says the same.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::{duration_to_text, shorten};

/// The most characters of a message that leave a run.
pub const LONGEST_MESSAGE: usize = 10_000;

/// A step that failed. It holds deterministic data only.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Fault {
    /// What kind of failure.
    pub code: FaultCode,
    /// One sentence: what failed, with the values that matter.
    pub message: String,
    /// What to do about it, where that is known (`raise it with --memory`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where in the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<SourceRange>,
    /// The step that failed (see [`crate::step`]); the innermost one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// The fault that led to this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Box<Fault>>,
    /// What the other side said, where it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Box<Answer>>,
}

/// The answer of another side that is a fault: that of an HTTP server, say.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The status of HTTP.
    pub status: u16,
    /// The beginning of the body, if it is text.
    pub body: String,
    /// For how long it asks to be left alone, in nanoseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ns: Option<u64>,
}

/// A place in a source file, by bytes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SourceRange {
    /// The file as it was named to the compiler.
    pub file: String,
    /// The first byte.
    pub start: u32,
    /// The byte behind the last one.
    pub end: u32,
}

macro_rules! fault_codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $text:literal;)*) => {
        /// The kinds of faults. The numbers pass through the unit interface and are never reused.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        #[repr(i32)]
        pub enum FaultCode {
            $($(#[$doc])* $name = $number,)*
        }

        impl FaultCode {
            /// Every code.
            pub const ALL: &[FaultCode] = &[$(FaultCode::$name),*];

            /// The code as people see it.
            pub fn as_str(self) -> &'static str {
                match self { $(FaultCode::$name => $text,)* }
            }

            /// The code of its word.
            pub fn from_text(text: &str) -> Option<FaultCode> {
                match text { $($text => Some(FaultCode::$name),)* _ => None }
            }

            /// The code of a number that came through the unit interface.
            pub fn from_number(number: i32) -> Option<FaultCode> {
                match number { $($number => Some(FaultCode::$name),)* _ => None }
            }
        }
    };
}

fault_codes! {
    /// `fail "…"`: operand a is the address of the message's text.
    Fail = 1, "fail";
    /// `assert` did not hold: operand a is the address of the message's text, or 0.
    Assert = 2, "assert";
    /// Integer or duration arithmetic left 64 bits.
    Overflow = 3, "overflow";
    /// Division or remainder by zero.
    DivideByZero = 4, "divide-by-zero";
    /// An index outside of a list, text or bytes: operand a is the index, b the length.
    Index = 5, "index";
    /// A key that a map does not hold: operand a is the address of the key as text, or 0.
    Key = 6, "key";
    /// A value that does not fulfil the condition of its refined type: operand a is the type's index in the table, b the address of the value as text, or 0.
    Refinement = 7, "refinement";
    /// A float that is no 64-bit integer, an unknown code point, bytes that are no UTF-8: operand a is the address of the message's text.
    Conversion = 8, "conversion";
    /// A native was called with arguments outside of its domain: operand a is the address of the message's text.
    Argument = 9, "argument";
    /// JSON that does not fit its type.
    Decode = 10, "decode";
    /// A capability that was not granted.
    Capability = 11, "capability";
    /// A file or another thing of the outside that could not be read or written.
    Io = 12, "io";
    /// What was asked over a network could not be asked or did not answer.
    Network = 13, "network";
    /// A step took longer than it may.
    Timeout = 14, "timeout";
    /// A mocked dot was called more often than its mock has answers.
    Mock = 15, "mock";
    /// An answer that is no success: a status of 400 or above.
    Status = 16, "status";
    /// A write of which nobody knows whether it happened: it was sent, and there was no answer.
    Unknown = 17, "unknown";
    /// `fail retry "…"`: operand a is the address of the message's text.
    FailRetry = 18, "retry";
    /// A native dot that the host does not provide, or not as it is declared.
    Native = 19, "native";
    /// The memory limit.
    MemoryLimit = 20, "memory-limit";
    /// The limit on CPU time.
    CpuLimit = 21, "cpu-limit";
    /// The limit on the stack.
    StackLimit = 22, "stack-limit";
    /// The limit on the size of a value that enters or leaves.
    ValueLimit = 23, "value-limit";
    /// The limit on output.
    OutputLimit = 24, "output-limit";
    /// A limit on the calls of dots: in flight, in all, or nested.
    CallLimit = 25, "call-limit";
    /// Dot itself is wrong: a trap or a state that no program can cause.
    Internal = 99, "internal";
}

impl Fault {
    /// A fault with a code and a message.
    pub fn new(code: FaultCode, message: impl Into<String>) -> Fault {
        Fault { code, message: message.into(), help: None, at: None, step: None, cause: None, answer: None }
    }

    /// Whether the same step may succeed when it is done again: what `retry` repeats.
    pub fn may_pass(&self) -> bool {
        match self.code {
            FaultCode::Network | FaultCode::Timeout | FaultCode::FailRetry => true,
            FaultCode::Status => {
                self.answer.as_ref().is_some_and(|answer| matches!(answer.status, 408 | 425 | 429 | 500..=599))
            }
            _ => false,
        }
    }

    /// Adds what to do.
    pub fn help(mut self, help: impl Into<String>) -> Fault {
        self.help = Some(help.into());
        self
    }

    /// The fault with a message of at most [`LONGEST_MESSAGE`] characters, as it leaves a run: a program can put a text of
    /// any length into one.
    pub fn bounded(self) -> Fault {
        Fault { message: shorten(&self.message, LONGEST_MESSAGE), ..self }
    }

    /// Adds the step, unless one is known already.
    pub fn step(mut self, step: &str) -> Fault {
        self.step.get_or_insert_with(|| step.to_owned());
        self
    }

    /// Adds the place, unless one is known already.
    pub fn at(mut self, at: SourceRange) -> Fault {
        self.at.get_or_insert(at);
        self
    }
}

/// The faults of guest code, by the operands that the codes above list.
impl Fault {
    /// Integer or duration arithmetic left 64 bits.
    pub fn overflow() -> Fault {
        Fault::new(FaultCode::Overflow, "the result does not fit in 64 bits")
    }

    /// Division or remainder by zero.
    pub fn divide_by_zero() -> Fault {
        Fault::new(FaultCode::DivideByZero, "the divisor is zero")
    }

    /// An index outside of `0..length`.
    pub fn index(index: i64, length: i64) -> Fault {
        Fault::new(FaultCode::Index, format!("the index {index} is out of range: the length is {length}"))
    }

    /// A key that a map does not hold; the key as `Text.of` gives it.
    pub fn key(key: Option<&str>) -> Fault {
        let message = match key {
            Some(key) => format!("the map has no key `{key}`"),
            None => "the map does not have this key".to_owned(),
        };
        Fault::new(FaultCode::Key, message)
    }

    /// A mocked dot was called and its mock has no answer left.
    pub fn mock_exhausted(name: &str) -> Fault {
        Fault::new(FaultCode::Mock, format!("the mock of `{name}` has no answer left for this call"))
    }

    /// An attempt of a step took longer than the `timeout` that is declared for it.
    pub fn timed_out(timeout_ns: u64) -> Fault {
        let timeout = duration_to_text(i64::try_from(timeout_ns).unwrap_or(i64::MAX));
        Fault::new(FaultCode::Timeout, format!("the step took longer than its timeout of {timeout}"))
    }

    /// An attempt was ended by a fault while a write of it was under way.
    pub fn unknown_after(cause: Fault) -> Fault {
        let message = "a write was under way when the step was ended: nobody knows whether it happened";
        let fault = Fault::new(FaultCode::Unknown, message)
            .help("look whether it happened; where it may happen twice, declare on_unknown: resend");
        Fault { cause: Some(Box::new(cause)), ..fault }
    }

    /// A value that does not fulfil the condition of a refined type: the type's name, the condition
    /// as the source has it, the value as `Text.of` gives it.
    pub fn refinement(name: &str, condition: &str, value: Option<&str>) -> Fault {
        let value = value.map(|value| format!(" `{value}`")).unwrap_or_default();
        let message = format!("the value{value} does not fulfil the condition of {name}: {condition}");
        Fault::new(FaultCode::Refinement, message)
    }
}

/// Messages that guest code and host natives pass with faults of the codes
/// [`Assert`](FaultCode::Assert), [`Conversion`](FaultCode::Conversion) and [`Argument`](FaultCode::Argument).
pub mod texts {
    /// `Float.to_int` of a float that does not fit.
    pub const FLOAT_TO_INT: &str = "the float does not fit in a 64-bit integer";
    /// `Bytes.text` of bytes that are no text.
    pub const BYTES_TO_TEXT: &str = "the bytes are not valid UTF-8";
    /// `Bytes.from` of a number that is no byte.
    pub const BYTE_RANGE: &str = "the items of bytes lie between 0 and 255";
    /// `Int.shift_left`, `Int.shift_right`
    pub const SHIFT_RANGE: &str = "the number of bits lies between 0 and 63";
    /// `List.repeat`, `Text.repeat`
    pub const REPEAT_NEGATIVE: &str = "the number of repetitions is negative";
    /// `Text.split`
    pub const SPLIT_EMPTY: &str = "the separator is empty";
    /// `Text.replace`
    pub const REPLACE_EMPTY: &str = "the part to replace is empty";
    /// `Date.add_days`, `Date.add_months`
    pub const DATE_RANGE: &str = "the date lies outside of the years -9999 to 9999";
    /// `Date.at`
    pub const CLOCK_RANGE: &str = "the hour lies between 0 and 23, the minute between 0 and 59";
    /// `Date.format`, `Time.format`
    pub const PATTERN_LENGTH: &str = "a pattern has at most 1000 bytes";
    /// Arithmetic of decimals.
    pub const DECIMAL_OVERFLOW: &str = "the result has more digits than a Decimal holds";
    /// `Decimal.to_int` of a decimal that does not fit.
    pub const DECIMAL_TO_INT: &str = "the decimal does not fit in a 64-bit integer";
    /// `Decimal.round`, `Decimal.to_fixed`
    pub const DECIMAL_DIGITS: &str = "the number of digits lies between 0 and 28";
    /// `parallel(limit: n)`
    pub const PARALLEL_LIMIT: &str = "the limit of `parallel` is at least 1";
    /// `Float.to_fixed`
    pub const DIGITS_RANGE: &str = "the number of digits lies between 0 and 100";

    /// The message of `assert CONDITION`: this around the condition as the source has it.
    pub const ASSERT: (&str, &str) = ("assertion failed: ", "");
    /// What stands between [`ASSERT`] and the text behind the comma, as `Text.of` gives it, if there is one.
    pub const ASSERT_MESSAGE: &str = ": ";
    /// What `assert … fails` says of a step that did not fail.
    pub const ASSERT_FAILS_NOT: &str = "it did not fail";
    /// What `assert … fails` says in front of a fault's message that does not hold the text.
    pub const ASSERT_FAILS_OTHERWISE: &str = "it failed with another message: ";
    /// What follows if the condition is a comparison: these before, between and behind both sides as `Text.of` gives them.
    pub const ASSERT_SIDES: (&str, &str, &str) = ("\n  left:  ", "\n  right: ", "");
}

impl fmt::Display for FaultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Fault {}
