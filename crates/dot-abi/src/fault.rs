//! Faults: every way in which a step can fail, in one table.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// Dot itself is wrong: a trap or a state that no program can cause.
    Internal = 99, "internal";
}

impl Fault {
    /// A fault with a code and a message.
    pub fn new(code: FaultCode, message: impl Into<String>) -> Fault {
        Fault { code, message: message.into(), help: None, at: None }
    }

    /// Adds what to do.
    pub fn help(mut self, help: impl Into<String>) -> Fault {
        self.help = Some(help.into());
        self
    }

    /// Adds the place, unless one is known already.
    pub fn at(mut self, at: SourceRange) -> Fault {
        self.at.get_or_insert(at);
        self
    }
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
