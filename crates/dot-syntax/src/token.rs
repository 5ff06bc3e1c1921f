//! Tokens: what the lexer finds and the layout settles.

use crate::{Diagnostic, Span, Symbol};

/// Makes the enum of tokens with a fixed spelling beside those that carry a value.
macro_rules! tokens {
    (
        keywords { $($keyword:ident = $keyword_text:literal,)* }
        marks { $($mark:ident = $mark_text:literal,)* }
    ) => {
        /// A token. Those with a fixed spelling have no payload; the layout adds and replaces some.
        #[derive(Clone, Copy, PartialEq, Debug)]
        pub enum Token {
            /// A name, also a keyword in the place of a name.
            Name(Symbol),
            /// An integer.
            Int(u64),
            /// A floating-point number.
            Float(f64),
            /// A duration in nanoseconds.
            Duration(i64),
            /// A size in bytes.
            Size(i64),
            /// A piece of a text, as an index of [`Tokens::texts`].
            TextPart(u32),
            /// The quote that opens a text.
            TextOpen,
            /// The quote that closes a text.
            TextClose,
            /// `${` in a text.
            InterpolationOpen,
            /// The `}` of a `${`.
            InterpolationClose,
            /// Where a statement ends (made by the layout, also from `;`).
            Newline,
            /// Characters that are no token; they have been diagnosed.
            Unknown,
            /// The end of the file.
            End,
            $(#[doc = concat!("`", $keyword_text, "`")] $keyword,)*
            $(#[doc = concat!("`", $mark_text, "`")] $mark,)*
        }

        impl Token {
            /// The keyword of a spelling.
            pub fn keyword(text: &str) -> Option<Token> {
                match text {
                    $($keyword_text => Some(Token::$keyword),)*
                    _ => None,
                }
            }

            /// Whether it is a keyword.
            pub fn is_keyword(self) -> bool {
                matches!(self, $(Token::$keyword)|*)
            }

            /// The spelling, for tokens that have one.
            pub fn spelling(self) -> Option<&'static str> {
                match self {
                    $(Token::$keyword => Some($keyword_text),)*
                    $(Token::$mark => Some($mark_text),)*
                    _ => None,
                }
            }
        }
    };
}

tokens! {
    keywords {
        And = "and",
        Assert = "assert",
        Break = "break",
        Continue = "continue",
        DotWord = "dot",
        Else = "else",
        Fail = "fail",
        False = "false",
        Fn = "fn",
        For = "for",
        If = "if",
        Import = "import",
        In = "in",
        Is = "is",
        Let = "let",
        Match = "match",
        Not = "not",
        Or = "or",
        Parallel = "parallel",
        Pub = "pub",
        Race = "race",
        Return = "return",
        Transaction = "transaction",
        True = "true",
        Try = "try",
        Type = "type",
        Var = "var",
        Where = "where",
        While = "while",
    }
    marks {
        ParenOpen = "(",
        LambdaOpen = "(",
        ParenClose = ")",
        BracketOpen = "[",
        BracketClose = "]",
        BraceOpen = "{",
        BlockOpen = "{",
        LiteralOpen = "{",
        BraceClose = "}",
        TypeArgsOpen = "<",
        TypeArgsClose = ">",
        Less = "<",
        LessEqual = "<=",
        Greater = ">",
        GreaterEqual = ">=",
        Equal = "==",
        NotEqual = "!=",
        Assign = "=",
        AddAssign = "+=",
        SubtractAssign = "-=",
        MultiplyAssign = "*=",
        DivideAssign = "/=",
        RemainderAssign = "%=",
        CoalesceAssign = "??=",
        FatArrow = "=>",
        Arrow = "->",
        Plus = "+",
        PlusPlus = "++",
        Minus = "-",
        MinusMinus = "--",
        Star = "*",
        StarStar = "**",
        Slash = "/",
        Percent = "%",
        Question = "?",
        Coalesce = "??",
        Dot = ".",
        DotDot = "..",
        DotDotEqual = "..=",
        Colon = ":",
        ColonAssign = ":=",
        Comma = ",",
        Semicolon = ";",
        Pipe = "|",
    }
}

impl Token {
    /// The token in words, as an error names what was found.
    pub fn describe(self) -> String {
        match self {
            Token::Name(symbol) => format!("the name `{symbol}`"),
            Token::Int(_) | Token::Float(_) => "a number".into(),
            Token::Duration(_) => "a duration".into(),
            Token::Size(_) => "a size".into(),
            Token::TextPart(_) | Token::TextOpen => "a text".into(),
            Token::TextClose => "the end of a text".into(),
            Token::InterpolationOpen => "`${`".into(),
            Token::InterpolationClose => "the `}` of `${`".into(),
            Token::Newline => "the end of the line".into(),
            Token::Unknown => "a character that is no token".into(),
            Token::End => "the end of the file".into(),
            token => format!("`{}`", token.spelling().unwrap_or_default()),
        }
    }

    /// Whether it opens a bracket, `${` included.
    pub(crate) fn opens(self) -> bool {
        use Token::*;
        matches!(self, ParenOpen | LambdaOpen | BracketOpen | BraceOpen | BlockOpen | LiteralOpen | InterpolationOpen)
    }

    /// Whether it closes a bracket, that of `${` included.
    pub(crate) fn closes(self) -> bool {
        matches!(self, Token::ParenClose | Token::BracketClose | Token::BraceClose | Token::InterpolationClose)
    }

    /// Whether an operand ends with it, so that no value is expected behind it.
    pub(crate) fn ends_operand(self) -> bool {
        use Token::*;
        matches!(
            self,
            Name(_) | Int(_) | Float(_) | Duration(_) | Size(_) | True | False | TextClose | ParenClose | BracketClose
        ) || matches!(self, BraceClose | TypeArgsClose | Question | Unknown | Break | Continue)
    }

    /// Whether it stands between two operands.
    pub(crate) fn is_binary(self) -> bool {
        use Token::*;
        matches!(
            self,
            Plus | Minus
                | Star
                | StarStar
                | Slash
                | Percent
                | Coalesce
                | DotDot
                | DotDotEqual
                | And
                | Or
                | In
                | Is
                | Pipe
        ) || matches!(self, Less | LessEqual | Greater | GreaterEqual | Equal | NotEqual)
    }

    /// Whether it is `=` or an operator with `=`.
    pub(crate) fn is_assignment(self) -> bool {
        use Token::*;
        matches!(self, Assign | AddAssign | SubtractAssign | MultiplyAssign | DivideAssign | RemainderAssign)
            || matches!(self, CoalesceAssign | ColonAssign)
    }
}

/// A token and where it stands.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Spanned {
    /// What it is.
    pub token: Token,
    /// Where it stands; empty for what the layout added.
    pub span: Span,
    /// Whether it is the first of its line.
    pub starts_line: bool,
}

/// The kinds of comments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CommentKind {
    /// `// …`
    Line,
    /// `/// …`: documents what follows.
    Doc,
    /// `//! …`: documents the file.
    ModuleDoc,
}

/// A comment; its text is that of its span.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Comment {
    /// What it is.
    pub kind: CommentKind,
    /// The place, without the end of the line.
    pub span: Span,
    /// Whether something stands before it on its line.
    pub trailing: bool,
}

/// A file as tokens.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Tokens {
    /// The tokens in order; the last one is [`Token::End`].
    pub tokens: Vec<Spanned>,
    /// The comments in order.
    pub comments: Vec<Comment>,
    /// The pieces of texts after escapes and indentation.
    pub texts: Vec<String>,
    /// What was wrong.
    pub diagnostics: Vec<Diagnostic>,
}
