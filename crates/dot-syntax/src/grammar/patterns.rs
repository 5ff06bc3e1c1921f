//! Patterns.

use super::{Parse, Parser, habits, is_capitalised};
use crate::ast::{Expr, ExprKind, Name, Pattern, PatternArg, PatternKind, UnaryOp};
use crate::{Diagnostic, Span, Symbol, Token, codes};

impl Parser<'_> {
    /// `a | b`
    pub(super) fn pattern(&mut self) -> Parse<Pattern> {
        self.nested(|p| {
            let start = p.span();
            p.eat(Token::Pipe);
            let first = p.single_pattern()?;
            if !p.at(Token::Pipe) {
                return Ok(first);
            }
            let mut alternatives = vec![first];
            while p.eat(Token::Pipe) {
                alternatives.push(p.single_pattern()?);
            }
            Ok(Pattern { kind: PatternKind::Or(alternatives), span: p.since(start) })
        })
    }

    fn single_pattern(&mut self) -> Parse<Pattern> {
        let start = self.span();
        let kind = match self.peek() {
            Token::Name(name) if name == "_" => {
                self.advance();
                PatternKind::Wildcard
            }
            Token::Name(_) => self.named_pattern()?,
            Token::ParenOpen | Token::LambdaOpen => return self.tuple_pattern(),
            Token::LiteralOpen => self.record_pattern(Vec::new())?,
            Token::Minus => self.negative_pattern()?,
            Token::Int(_) | Token::Float(_) | Token::Duration(_) | Token::Size(_) | Token::True | Token::False => {
                PatternKind::Literal(Box::new(self.primary()?))
            }
            Token::TextOpen => {
                let literal = self.literal("a text in a pattern")?;
                PatternKind::Literal(Box::new(literals_text(literal.text, literal.span)))
            }
            Token::BracketOpen => return Err(self.list_pattern()),
            token if token.is_keyword() => return Err(self.keyword_for_name("a pattern")),
            _ => return Err(self.unexpected("a pattern")),
        };
        Ok(Pattern { kind, span: self.since(start) })
    }

    fn list_pattern(&mut self) -> super::Failed {
        let start = self.advance().span;
        self.skip_bracket();
        let message = "lists are not taken apart by patterns";
        let help = "bind the list, and ask for `xs.len()` and `xs.get(i)`";
        self.report(Diagnostic::error(codes::UNEXPECTED, self.since(start), message).help(help));
        super::Failed
    }

    fn negative_pattern(&mut self) -> Parse<PatternKind> {
        let start = self.advance().span;
        if !matches!(self.peek(), Token::Int(_) | Token::Float(_) | Token::Duration(_)) {
            return Err(self.unexpected("a number behind `-`"));
        }
        let operand = self.primary()?;
        let kind = ExprKind::Unary(UnaryOp::Negate, Box::new(operand));
        Ok(PatternKind::Literal(Box::new(Expr { kind, span: self.since(start) })))
    }

    /// A variable, a case or a record.
    fn named_pattern(&mut self) -> Parse<PatternKind> {
        let mut first = self.name("a pattern")?;
        if let Some((spelling, _)) = habits::value_word(first.symbol) {
            let message = format!("`{}` is not written in Dot", first.symbol);
            self.report(habits::habit(first.span, &message, spelling));
            if let "true" | "false" = spelling {
                let literal = Expr { kind: ExprKind::Bool(spelling == "true"), span: first.span };
                return Ok(PatternKind::Literal(Box::new(literal)));
            }
            first.symbol = Symbol::new(spelling);
        }
        let mut path = vec![first];
        while self.eat(Token::Dot) {
            path.push(self.name("the name of a case")?);
        }
        if self.at(Token::TypeArgsOpen) {
            self.pattern_type_args();
        }
        match self.peek() {
            Token::ParenOpen => {
                self.advance();
                let (args, rest) = self.pattern_args(Token::ParenClose, Self::pattern_arg);
                Ok(PatternKind::Case { path, args: Some(args), rest })
            }
            Token::LiteralOpen => self.record_pattern(path),
            _ => match path.as_slice() {
                [name] if !is_capitalised(name.symbol) => Ok(PatternKind::Bind(*name)),
                _ => Ok(PatternKind::Case { path, args: None, rest: false }),
            },
        }
    }

    fn pattern_type_args(&mut self) {
        let start = self.span();
        self.type_args();
        let span = self.since(start);
        let message = "a pattern has no type arguments: the type of what is matched is known";
        self.report(Diagnostic::error(codes::UNEXPECTED, span, message).help("remove them").fix(span, ""));
    }

    fn record_pattern(&mut self, path: Vec<Name>) -> Parse<PatternKind> {
        self.advance();
        let (fields, rest) = self.pattern_args(Token::BraceClose, Self::pattern_field);
        Ok(PatternKind::Record { path, fields, rest })
    }

    /// The parts of a case or record, and whether `..` ends them.
    fn pattern_args(
        &mut self,
        close: Token,
        mut part: impl FnMut(&mut Self) -> Parse<PatternArg>,
    ) -> (Vec<PatternArg>, bool) {
        let mut rest = None;
        let parts = self.list(close, "a part of the pattern", |p| {
            if p.at(Token::DotDot) {
                rest = Some(p.advance().span);
                return Ok(None);
            }
            part(p).map(Some)
        });
        (parts.into_iter().flatten().collect(), rest.is_some())
    }

    /// `name: pattern` or `pattern`
    fn pattern_arg(&mut self) -> Parse<PatternArg> {
        let named = matches!(self.peek(), Token::Name(_)) && self.ahead(1) == Token::Colon;
        let name = if named { Some(self.name("the name of a field")?) } else { None };
        if named {
            self.advance();
        }
        Ok(PatternArg { name, pattern: self.pattern()? })
    }

    /// `name: pattern` or `name`
    fn pattern_field(&mut self) -> Parse<PatternArg> {
        let name = self.name("the name of a field")?;
        let pattern = match self.eat(Token::Colon) {
            true => self.pattern()?,
            false => Pattern { kind: PatternKind::Bind(name), span: name.span },
        };
        Ok(PatternArg { name: Some(name), pattern })
    }

    fn tuple_pattern(&mut self) -> Parse<Pattern> {
        let start = self.advance().span;
        let mut parts = self.list(Token::ParenClose, "a pattern", Self::pattern);
        let span = self.since(start);
        match parts.pop() {
            Some(single) if parts.is_empty() => Ok(Pattern { span, ..single }),
            last => {
                parts.extend(last);
                Ok(Pattern { kind: PatternKind::Tuple(parts), span })
            }
        }
    }
}

fn literals_text(text: String, span: Span) -> Expr {
    let parts = if text.is_empty() { Vec::new() } else { vec![crate::ast::TextPart::Literal(text)] };
    Expr { kind: ExprKind::Text(parts), span }
}
