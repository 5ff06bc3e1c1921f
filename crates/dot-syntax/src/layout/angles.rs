//! Settles `<`: touching a name it opens type arguments, anywhere else it compares.

use crate::{Diagnostic, Span, Spanned, Token, codes};

/// What is open while the `>` of type arguments is looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Open {
    /// A `<` that touches a name, by its index.
    Angle(usize),
    /// A `(` inside type arguments.
    Paren,
}

/// Turns the `<` and `>` of type arguments into tokens of their own, in one pass.
pub(super) fn settle(tokens: &mut [Spanned], diagnostics: &mut Vec<Diagnostic>) {
    let mut open = Vec::new();
    let mut before: Option<Spanned> = None;
    for at in 0..tokens.len() {
        let spanned = tokens[at];
        let touches =
            before.is_some_and(|name| matches!(name.token, Token::Name(_)) && name.span.end == spanned.span.start);
        match spanned.token {
            Token::Less if touches => open.push(Open::Angle(at)),
            Token::Greater => {
                if let Some(Open::Angle(less)) = open.pop() {
                    tokens[less].token = Token::TypeArgsOpen;
                    tokens[at].token = Token::TypeArgsClose;
                } else {
                    abandon(&mut open, 0, tokens, diagnostics);
                }
            }
            Token::ParenOpen if !open.is_empty() => open.push(Open::Paren),
            Token::ParenClose => {
                let paren = open.iter().rposition(|open| *open == Open::Paren).unwrap_or_default();
                abandon(&mut open, paren, tokens, diagnostics);
            }
            token if stands_in_types(token) => {}
            _ => abandon(&mut open, 0, tokens, diagnostics),
        }
        before = Some(spanned);
    }
    abandon(&mut open, 0, tokens, diagnostics);
}

/// Gives up what was opened from a place on: each `<` of it compares.
fn abandon(open: &mut Vec<Open>, from: usize, tokens: &[Spanned], diagnostics: &mut Vec<Diagnostic>) {
    for open in open.drain(from..) {
        if let Open::Angle(less) = open
            && let Some(less) = tokens.get(less)
        {
            diagnostics.push(tight(less.span));
        }
    }
}

/// Whether a token can stand between `<` and `>`; the colon stands before a bound, and what is wrong is left to the parser.
fn stands_in_types(token: Token) -> bool {
    use Token::*;
    matches!(token, Name(_) | Dot | Comma | Question | Coalesce | Arrow | Colon | Fn | Unknown)
}

fn tight(less: Span) -> Diagnostic {
    let message = "`<` that touches a name opens type arguments, but what follows are none";
    Diagnostic::error(codes::TIGHT_LESS, less, message)
        .help("write a space before `<` to compare")
        .fix(Span { end: less.start, ..less }, " ")
}

#[cfg(test)]
mod tests {
    use crate::{FileId, Token, tokens};

    fn check(text: &str, type_args: usize, comparisons: usize) {
        let settled = tokens(FileId(0), text);
        let count = |wanted: Token| settled.tokens.iter().filter(|spanned| spanned.token == wanted).count();
        assert_eq!(count(Token::TypeArgsOpen), type_args, "{text}");
        assert_eq!(count(Token::TypeArgsClose), type_args, "{text}");
        assert_eq!(count(Token::Less), comparisons, "{text}");
    }

    #[test]
    fn less() {
        check("a < b and c > d", 0, 1);
        check("f<Int>(x)", 1, 0);
        check("Map<Text, List<(Int, fn(A) -> B)?>>", 2, 0);
        check("a<1", 0, 1);
        check("f(a<b, c)", 0, 1);
        check("g(f<T>(x), a<b)", 1, 1);
        check("a <b and c> d", 0, 1);
    }
}
