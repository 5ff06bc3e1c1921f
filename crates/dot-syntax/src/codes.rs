//! The codes of everything that this crate says, each with its title.

use crate::Code;

/// A character that begins no token.
pub const UNKNOWN_CHARACTER: Code = Code("E0101");
/// A text that is not closed.
pub const OPEN_TEXT: Code = Code("E0102");
/// An escape that does not exist.
pub const ESCAPE: Code = Code("E0103");
/// A number that is badly written or too large.
pub const NUMBER: Code = Code("E0104");
/// A file that is too large.
pub const FILE_SIZE: Code = Code("E0105");
/// A bracket without its partner.
pub const BRACKET: Code = Code("E0106");
/// Brackets, texts or operators nested too deep.
pub const TOO_DEEP: Code = Code("E0107");
/// A habit from another language.
pub const HABIT: Code = Code("E0110");
/// Something else was expected here.
pub const UNEXPECTED: Code = Code("E0111");
/// A comparison of a comparison.
pub const COMPARISON_CHAIN: Code = Code("E0112");
/// A comparison that looks like type arguments.
pub const TIGHT_LESS: Code = Code("E0113");
/// A statement at the top level.
pub const STATEMENT_OUTSIDE: Code = Code("E0114");
/// A declaration inside a block.
pub const ITEM_INSIDE: Code = Code("E0115");
/// An option of an option.
pub const OPTION_OF_OPTION: Code = Code("E0116");
/// Something that can't be assigned to.
pub const NOT_ASSIGNABLE: Code = Code("E0117");
/// Fields and quoted keys in one literal.
pub const MIXED_LITERAL: Code = Code("E0118");
/// An interpolation without an expression.
pub const EMPTY_INTERPOLATION: Code = Code("E0119");
/// A Graphviz file.
pub const GRAPHVIZ: Code = Code("E0120");
/// Parentheses around a condition.
pub const CONDITION_PARENTHESES: Code = Code("W0101");

/// Every code of this crate with its title.
pub const ALL: &[(Code, &str)] = &[
    (UNKNOWN_CHARACTER, "a character that begins no token"),
    (OPEN_TEXT, "a text that is not closed"),
    (ESCAPE, "an escape that does not exist"),
    (NUMBER, "a number that is badly written or too large"),
    (FILE_SIZE, "a file that is too large"),
    (BRACKET, "a bracket without its partner"),
    (TOO_DEEP, "brackets, texts or operators nested too deep"),
    (HABIT, "a habit from another language"),
    (UNEXPECTED, "something else was expected here"),
    (COMPARISON_CHAIN, "a comparison of a comparison"),
    (TIGHT_LESS, "a comparison that looks like type arguments"),
    (STATEMENT_OUTSIDE, "a statement at the top level"),
    (ITEM_INSIDE, "a declaration inside a block"),
    (OPTION_OF_OPTION, "an option of an option"),
    (NOT_ASSIGNABLE, "something that can't be assigned to"),
    (MIXED_LITERAL, "fields and quoted keys in one literal"),
    (EMPTY_INTERPOLATION, "an interpolation without an expression"),
    (GRAPHVIZ, "a Graphviz file"),
    (CONDITION_PARENTHESES, "parentheses around a condition"),
];
