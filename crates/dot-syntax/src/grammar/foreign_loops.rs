//! Loops as other languages write them: read as what they are, with the Dot spelling as fix.

use super::habits::{self, habit};
use super::{Parse, Parser};
use crate::ast::{Name, Pattern, PatternKind, StatementKind};
use crate::{Diagnostic, Span, Token, codes};

/// Tokens of a head, by their indices: from the first to the one behind the last.
type Part = (usize, usize);

impl Parser<'_> {
    /// What stands behind `for`, if it is not the head of a Dot loop.
    #[inline(never)]
    pub(super) fn foreign_for(&mut self, keyword: Span) -> Option<Parse<StatementKind>> {
        match self.peek() {
            Token::BlockOpen => {
                Some(self.bare_for(keyword, "while true", "an endless loop is one whose condition is `true`"))
            }
            Token::ParenOpen | Token::LambdaOpen => {
                let close = self.closing(self.position)?;
                if !matches!(self.token_at(close + 1), Token::BlockOpen | Token::Newline | Token::Colon) {
                    return None;
                }
                self.parenthesised_for(close)
            }
            _ => self.go_for(keyword),
        }
    }

    /// `for { … }`, `for x < 10 { … }`
    fn bare_for(&mut self, keyword: Span, spelling: &str, why: &str) -> Parse<StatementKind> {
        self.report(habit(keyword, why, spelling));
        self.skip_until(|token| matches!(token, Token::BlockOpen | Token::Newline));
        self.block("of the loop")?;
        Ok(StatementKind::Error)
    }

    /// `for (let i = 0; i < n; i++)`, `for (const x of xs)`, `for (x : xs)`
    fn parenthesised_for(&mut self, close: usize) -> Option<Parse<StatementKind>> {
        let (open, first) = (self.position, self.position + 1);
        let inner: Vec<usize> = self.top_level(first, close).collect();
        let semicolons: Vec<usize> =
            inner.iter().copied().filter(|&at| self.token_at(at) == Token::Semicolon).collect();
        if let [one, two] = semicolons[..] {
            let parts = [(first, one), (one + 1, two), (two + 1, close)];
            return Some(self.counting_for(self.span_of((open, close + 1)), parts, close + 1));
        }
        let is_in = |at: &usize| match self.token_at(*at) {
            Token::In | Token::Colon => true,
            Token::Name(word) => word == "of",
            _ => false,
        };
        let word = inner.iter().copied().find(is_in)?;
        let name = word.checked_sub(1).filter(|&at| at >= first)?;
        let message = "the head of `for` stands without parentheses and without a declaring word in Dot";
        let spelling = if self.token_at(word) == Token::Colon { " in" } else { "in" };
        let diagnostic = Diagnostic::error(codes::HABIT, self.span_of((open, close + 1)), message)
            .help("write `for x in xs { … }`")
            .fix(self.span_of((open, name)), "")
            .fix(self.span_of((word, word + 1)), spelling)
            .fix(self.span_of((close, close + 1)), "");
        self.report(diagnostic);
        Some(self.for_body(&[self.name_at(name)], close + 1))
    }

    /// `for i := 0; i < n; i++ { … }`, `for i, x := range xs { … }`, `for x < 10 { … }`
    fn go_for(&mut self, keyword: Span) -> Option<Parse<StatementKind>> {
        let start = self.position;
        let body =
            (start..self.tokens.len()).find(|&at| matches!(self.token_at(at), Token::BlockOpen | Token::Newline))?;
        if self.token_at(body) != Token::BlockOpen {
            return None;
        }
        let head: Vec<usize> = self.top_level(start, body).collect();
        let position_of = |wanted: &[Token]| head.iter().copied().find(|&at| wanted.contains(&self.token_at(at)));
        let semicolons: Vec<usize> = head.iter().copied().filter(|&at| self.token_at(at) == Token::Semicolon).collect();
        if let [one, two] = semicolons[..] {
            let parts = [(start, one), (one + 1, two), (two + 1, body)];
            return Some(self.counting_for(self.span_of((start, body)), parts, body));
        }
        if let Some(assign) = position_of(&[Token::ColonAssign, Token::Assign])
            && matches!(self.token_at(assign + 1), Token::Name(word) if word == "range")
        {
            return Some(self.range_for((start, assign), (assign + 2, body)));
        }
        let of = |&at: &usize| matches!(self.token_at(at), Token::Name(word) if word == "of");
        if position_of(&[Token::In, Token::Colon]).is_none() && !head.iter().any(of) {
            let compares =
                [Token::Less, Token::LessEqual, Token::Greater, Token::GreaterEqual, Token::Equal, Token::NotEqual];
            position_of(&compares)?;
            return Some(self.bare_for(keyword, "while", "a loop with a condition begins with `while`"));
        }
        if self.token_at(start + 1) == Token::Comma && self.token_at(start + 3) == Token::In {
            let message = "the names of a pair stand in parentheses in Dot";
            let names = self.span_of((start, start + 3));
            let spelling = format!("({})", self.slice(names));
            self.report(
                Diagnostic::error(codes::HABIT, names, message)
                    .help(format!("write `{spelling}`"))
                    .fix(names, spelling),
            );
            let names = [self.name_at(start), self.name_at(start + 2)];
            return Some(self.for_body(&names, body));
        }
        None
    }

    /// `i, x := range xs`
    fn range_for(&mut self, names: Part, list: Part) -> Parse<StatementKind> {
        let xs = self.slice(self.span_of(list));
        let (first, last) =
            (self.slice(self.span_of((names.0, names.0 + 1))), self.slice(self.span_of((names.1 - 1, names.1))));
        let spelling = match (names.1 - names.0, first) {
            (3, "_") => format!("{last} in {xs}"),
            (3, _) => format!("({first}, {last}) in {xs}.enumerate()"),
            _ => format!("{first} in 0..{xs}.len()"),
        };
        let head = self.span_of((names.0, list.1));
        let diagnostic = habit(head, "the items of a list are walked by `for x in xs`", &spelling);
        // `range n` of a number walks the number itself.
        self.report(if names.1 - names.0 == 3 { diagnostic } else { diagnostic.guess() });
        let pair = [self.name_at(names.0), self.name_at(names.1 - 1)];
        self.for_body(if first == "_" || names.1 - names.0 != 3 { &pair[1..] } else { &pair }, list.1)
    }

    /// A loop with a counter, by the three parts of its head.
    fn counting_for(&mut self, head: Span, [init, condition, step]: [Part; 3], body: usize) -> Parse<StatementKind> {
        let message = "a loop with a counter walks a range in Dot";
        let diagnostic = Diagnostic::error(codes::HABIT, head, message);
        let range = self.counted_range(init, condition, step);
        self.report(match &range {
            Some((name, range, is_fixed)) => {
                let spelling = format!("{name} in {range}");
                let diagnostic = diagnostic.help(format!("write `for {spelling} {{ … }}`")).fix(head, spelling);
                // The end of a range is computed once, that of such a loop each time.
                if *is_fixed { diagnostic } else { diagnostic.guess() }
            }
            None => diagnostic.help("write `for i in 0..n { … }`, or a `while` loop"),
        });
        let name = (init.0..init.1).find(|&at| matches!(self.token_at(at + 1), Token::Assign | Token::ColonAssign));
        self.for_body(&[name.and_then(|at| self.name_at(at))], body)
    }

    /// The counter, the range that it walks, and whether its end is a number.
    fn counted_range(&self, init: Part, condition: Part, step: Part) -> Option<(String, String, bool)> {
        let assign = (init.0..init.1).find(|&at| matches!(self.token_at(at), Token::Assign | Token::ColonAssign))?;
        let counter = self.name_at(assign.checked_sub(1)?)?;
        let is_counter = |at: usize| self.name_at(at).is_some_and(|name| name.symbol == counter.symbol);
        let dots = match self.token_at(condition.0 + 1) {
            Token::Less => "..",
            Token::LessEqual => "..=",
            _ => return None,
        };
        let by_one = match (self.token_at(step.0), self.token_at(step.0 + 1), self.token_at(step.0 + 2)) {
            (Token::PlusPlus, ..) => is_counter(step.0 + 1),
            (_, Token::PlusPlus, _) | (_, Token::AddAssign, Token::Int(1)) => is_counter(step.0),
            _ => false,
        };
        if !is_counter(condition.0) || !by_one {
            return None;
        }
        let end = (condition.0 + 2, condition.1);
        let is_fixed = end.1 == end.0 + 1 && matches!(self.token_at(end.0), Token::Int(_));
        let first = self.slice(self.span_of((assign + 1, init.1)));
        Some((counter.symbol.to_string(), format!("{first}{dots}{}", self.slice(self.span_of(end))), is_fixed))
    }

    /// The body of a loop whose head has been understood.
    fn for_body(&mut self, names: &[Option<Name>], body: usize) -> Parse<StatementKind> {
        let start = self.span();
        while self.position < body {
            self.advance();
        }
        let span = self.since(start);
        let body = self.block("of `for`")?;
        let bind = |name: &Option<Name>| match name {
            Some(name) if name.symbol == "_" => Pattern { kind: PatternKind::Wildcard, span: name.span },
            Some(name) => Pattern { kind: PatternKind::Bind(*name), span: name.span },
            None => Pattern { kind: PatternKind::Error, span },
        };
        let pattern = match names {
            [name] => bind(name),
            names => Pattern { kind: PatternKind::Tuple(names.iter().map(bind).collect()), span },
        };
        let iterable = super::expressions::error_expr(span);
        Ok(StatementKind::For { pattern, iterable, body })
    }

    /// `do { … } while (c)`
    #[inline(never)]
    pub(super) fn do_while(&mut self) -> Parse<StatementKind> {
        let keyword = self.advance().span;
        let message = "`do … while` is not written in Dot: a loop that ends in its middle breaks there";
        let help = "write `while true { …; if not c { break } }`";
        self.report(Diagnostic::error(codes::HABIT, keyword, message).help(help));
        self.block("of the loop")?;
        self.skip_until(|token| token == Token::Newline);
        Ok(StatementKind::Error)
    }

    // The tokens of a head.

    fn token_at(&self, at: usize) -> Token {
        self.tokens.get(at).map_or(Token::End, |spanned| spanned.token)
    }

    fn name_at(&self, at: usize) -> Option<Name> {
        let spanned = self.tokens.get(at)?;
        match spanned.token {
            Token::Name(symbol) if habits::type_name(symbol).is_none() => Some(Name { symbol, span: spanned.span }),
            _ => None,
        }
    }

    /// From the first token of a part to the end of its last one; empty before the first one if there is none.
    fn span_of(&self, (first, end): Part) -> Span {
        let start = self.tokens.get(first).map_or(self.span(), |spanned| spanned.span);
        match end.checked_sub(1).filter(|&last| last >= first).and_then(|last| self.tokens.get(last)) {
            Some(last) => start.to(last.span),
            None => Span { end: start.start, ..start },
        }
    }

    /// The index of the token that closes a bracket.
    fn closing(&self, open: usize) -> Option<usize> {
        let mut depth = 0usize;
        for at in open..self.tokens.len() {
            let token = self.token_at(at);
            if token.opens() {
                depth += 1;
            } else if token.closes() {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
        }
        None
    }

    /// The indices of a range of tokens that stand in no bracket of it.
    fn top_level(&self, first: usize, end: usize) -> impl Iterator<Item = usize> {
        let mut depth = 0usize;
        (first..end).filter(move |&at| {
            let token = self.token_at(at);
            if token.opens() {
                depth += 1;
                return false;
            }
            if token.closes() {
                depth = depth.saturating_sub(1);
                return false;
            }
            depth == 0
        })
    }
}
