//! The tokens of code, as logos finds them.

use logos::Logos;

use crate::Token;

/// What other languages write, with what the lexer makes of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Habit {
    /// `&&`
    And,
    /// `||`
    Or,
    /// `!`
    Not,
    /// `===`
    Equal,
    /// `!==` and `<>`
    NotEqual,
    /// `...`
    Spread,
    /// `..<`
    HalfOpen,
    /// `# …`
    HashComment,
    /// `/* … */`
    BlockComment,
    /// `f"…"`
    FormatQuote,
    /// `'…'`
    SingleQuote,
    /// A text in backticks.
    Backtick,
    /// `'''…'''`
    TripleSingleQuote,
    /// `&`
    Ampersand,
    /// `::`
    Path,
}

/// A token of code; texts are read by hand from their quote on.
#[derive(Logos, Clone, Copy, PartialEq, Debug)]
#[logos(skip r"[ \t\r\f\u{FEFF}\u{A0}]+")]
pub(super) enum Raw {
    #[token("\n")]
    Newline,
    #[regex(r"[\p{XID_Start}_]\p{XID_Continue}*")]
    Name,
    #[regex(r"[0-9][0-9_]*(\.[0-9][0-9_]*)?([eE][+-]?[0-9][0-9_]*)?\p{XID_Continue}*")]
    Number,
    #[regex(r"//[^\n]*", allow_greedy = true)]
    Comment,
    #[token("\"")]
    Quote,
    #[token("\"\"\"")]
    TripleQuote,
    #[regex("r#*\"")]
    VerbatimQuote,
    #[token("{")]
    BraceOpen,
    #[token("}")]
    BraceClose,
    #[token("&&", |_| Habit::And)]
    #[token("||", |_| Habit::Or)]
    #[token("!", |_| Habit::Not)]
    #[token("===", |_| Habit::Equal)]
    #[token("!==", |_| Habit::NotEqual)]
    #[token("<>", |_| Habit::NotEqual)]
    #[token("...", |_| Habit::Spread)]
    #[token("..<", |_| Habit::HalfOpen)]
    #[regex("#[^\n]*", |_| Habit::HashComment, allow_greedy = true)]
    #[token("/*", |_| Habit::BlockComment)]
    #[token("f\"", |_| Habit::FormatQuote)]
    #[token("'", |_| Habit::SingleQuote)]
    #[token("`", |_| Habit::Backtick)]
    #[token("'''", |_| Habit::TripleSingleQuote)]
    #[token("&", |_| Habit::Ampersand)]
    #[token("::", |_| Habit::Path)]
    Habit(Habit),
    #[token("(", |_| Token::ParenOpen)]
    #[token(")", |_| Token::ParenClose)]
    #[token("[", |_| Token::BracketOpen)]
    #[token("]", |_| Token::BracketClose)]
    #[token("<", |_| Token::Less)]
    #[token("<=", |_| Token::LessEqual)]
    #[token(">", |_| Token::Greater)]
    #[token(">=", |_| Token::GreaterEqual)]
    #[token("==", |_| Token::Equal)]
    #[token("!=", |_| Token::NotEqual)]
    #[token("=", |_| Token::Assign)]
    #[token("+=", |_| Token::AddAssign)]
    #[token("-=", |_| Token::SubtractAssign)]
    #[token("*=", |_| Token::MultiplyAssign)]
    #[token("/=", |_| Token::DivideAssign)]
    #[token("%=", |_| Token::RemainderAssign)]
    #[token("??=", |_| Token::CoalesceAssign)]
    #[token("=>", |_| Token::FatArrow)]
    #[token("->", |_| Token::Arrow)]
    #[token("+", |_| Token::Plus)]
    #[token("++", |_| Token::PlusPlus)]
    #[token("-", |_| Token::Minus)]
    #[token("--", |_| Token::MinusMinus)]
    #[token("*", |_| Token::Star)]
    #[token("**", |_| Token::StarStar)]
    #[token("/", |_| Token::Slash)]
    #[token("%", |_| Token::Percent)]
    #[token("?", |_| Token::Question)]
    #[token("??", |_| Token::Coalesce)]
    #[token(".", |_| Token::Dot)]
    #[token("..", |_| Token::DotDot)]
    #[token("..=", |_| Token::DotDotEqual)]
    #[token(":", |_| Token::Colon)]
    #[token(":=", |_| Token::ColonAssign)]
    #[token(",", |_| Token::Comma)]
    #[token(";", |_| Token::Semicolon)]
    #[token("|", |_| Token::Pipe)]
    Mark(Token),
}
