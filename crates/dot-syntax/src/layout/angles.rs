//! Settles `<`: touching a name it opens type arguments, anywhere else it compares.

use crate::{Diagnostic, Spanned, Token, codes};

/// How many tokens type arguments may have. A bound keeps the search for `>` linear.
const MAX_TYPE_ARGUMENT_TOKENS: usize = 256;

/// Turns the `<` and `>` of type arguments into tokens of their own.
pub(super) fn settle(tokens: &mut [Spanned], diagnostics: &mut Vec<Diagnostic>) {
    for at in 1..tokens.len() {
        let (Some(before), Some(less)) = (tokens.get(at - 1).copied(), tokens.get(at).copied()) else { continue };
        let touches = matches!(before.token, Token::Name(_)) && before.span.end == less.span.start;
        if less.token != Token::Less || !touches {
            continue;
        }
        match find_close(tokens, at) {
            Some(close) => {
                set(tokens, at, Token::TypeArgsOpen);
                set(tokens, close, Token::TypeArgsClose);
            }
            None => diagnostics.push(tight(less)),
        }
    }
}

fn set(tokens: &mut [Spanned], at: usize, token: Token) {
    if let Some(spanned) = tokens.get_mut(at) {
        spanned.token = token;
    }
}

fn tight(less: Spanned) -> Diagnostic {
    let message = "`<` that touches a name opens type arguments, but what follows are none";
    Diagnostic::error(codes::TIGHT_LESS, less.span, message)
        .help("write a space before `<` to compare")
        .fix(crate::Span { end: less.span.start, ..less.span }, " ")
}

/// The `>` that closes a `<`, if everything between them can stand in types.
fn find_close(tokens: &[Spanned], at: usize) -> Option<usize> {
    let mut angles = 0usize;
    let mut parens = 0usize;
    for (index, spanned) in tokens.iter().enumerate().skip(at).take(MAX_TYPE_ARGUMENT_TOKENS) {
        match spanned.token {
            Token::Less | Token::TypeArgsOpen => angles += 1,
            Token::Greater | Token::TypeArgsClose => {
                angles -= 1;
                if angles == 0 {
                    return (parens == 0).then_some(index);
                }
            }
            Token::ParenOpen => parens += 1,
            Token::ParenClose if parens > 0 => parens -= 1,
            Token::Name(_) | Token::Dot | Token::Comma | Token::Question | Token::Arrow => {}
            // The colon stands before a bound, and `??` and other slips are left to the parser.
            Token::Colon | Token::Fn | Token::Coalesce | Token::Unknown => {}
            _ => return None,
        }
    }
    None
}
