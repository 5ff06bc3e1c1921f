//! Declarations of other languages: diagnosed, and read as what they mean.

use super::habits::{self, habit};
use super::{Failed, Parse, Parser};
use crate::ast::{FunctionKind, ItemKind, Name, TypeExpr, TypeExprKind};
use crate::{Diagnostic, Span, Symbol, Token, codes};

impl Parser<'_> {
    /// A declaration that begins with a word of another language.
    #[inline(never)]
    pub(super) fn foreign_item(&mut self) -> Parse<ItemKind> {
        let Token::Name(word) = self.peek() else { return Err(self.statement_outside()) };
        let name_follows = matches!(self.ahead(1), Token::Name(_)) || self.ahead(1).is_keyword();
        if word == "from" && name_follows {
            return Err(self.foreign_import(self.span()));
        }
        if word == "enum" && matches!(self.ahead(1), Token::Name(_)) && self.ahead(2) == Token::LiteralOpen {
            return Err(self.enumeration());
        }
        let is_constant = matches!(self.ahead(2), Token::Colon | Token::Assign);
        if let Some(why) = habits::needless_modifier(word).filter(|_| name_follows && !is_constant) {
            let span = self.advance().span;
            let removed = Span { end: self.span().start, ..span };
            let message = format!("`{word}` is not written in Dot: {why}");
            self.report(Diagnostic::error(codes::HABIT, span, message).help("remove it").fix(removed, ""));
            return self.item_kind();
        }
        let follows = name_follows || matches!(self.ahead(1), Token::TypeArgsOpen | Token::ParenOpen);
        if let Some((why, help)) = habits::unlike_item(word).filter(|_| follows) {
            return Err(self.unlike_item(word, why, help));
        }
        let exports =
            word == "export" && matches!(self.ahead(1), Token::Name(_) | Token::Let | Token::Type | Token::Fn);
        let Some((spelling, why)) = habits::declaration_word(word).filter(|_| name_follows || exports) else {
            return Err(self.statement_outside());
        };
        let span = self.advance().span;
        let mut diagnostic = habit(span, &format!("`{word}` is not written in Dot: {why}"), spelling);
        if matches!(word.as_str(), "enum" | "union") {
            diagnostic = diagnostic.help("write `type Color = Red | Green`");
            diagnostic.fix.clear();
        }
        if spelling == "type" && !matches!(self.ahead(1), Token::LiteralOpen | Token::TypeArgsOpen) && word != "enum" {
            diagnostic = diagnostic.help("write `type Point = { x: Int }`, and its functions beside it");
            diagnostic.fix.clear();
        }
        if spelling == "import" {
            diagnostic = Diagnostic::error(codes::HABIT, span, diagnostic.message).help(
                "write `import billing/invoice`, and then `invoice.total(…)`; the standard library needs no import",
            );
        }
        self.report(diagnostic);
        match spelling {
            "fn" => self.function_rest(FunctionKind::Fn, None, None),
            "type" => self.foreign_type(word),
            "let" => self.constant_rest(),
            "pub" => self.item_kind(),
            _ => Err(Failed),
        }
    }

    /// The scope of `pub(crate)`.
    #[inline(never)]
    pub(super) fn pub_scope(&mut self) {
        let open = self.advance().span;
        self.skip_bracket();
        let span = self.since(open);
        let message = "`pub` has no scope in Dot: it marks what other files may use";
        self.report(Diagnostic::error(codes::HABIT, span, message).help("remove it").fix(span, ""));
    }

    fn foreign_type(&mut self, word: Symbol) -> Parse<ItemKind> {
        if matches!(word.as_str(), "enum" | "union") || self.ahead(1) != Token::LiteralOpen {
            // The inside of a class is too unlike a type to be read as one.
            self.skip_until(|token| matches!(token, Token::Newline | Token::Colon));
            if self.at(Token::Colon) {
                self.skip_indented();
            }
            return Err(Failed);
        }
        self.type_rest()
    }

    /// What Dot has something else for: `impl`, `package`, `trait`.
    fn unlike_item(&mut self, word: Symbol, why: &str, help: &str) -> Failed {
        let span = self.advance().span;
        let message = format!("`{word}` is not written in Dot: {why}");
        let name = matches!(self.peek(), Token::Name(_)) && !self.current.starts_line;
        let ends = matches!(self.ahead(1), Token::Newline | Token::End);
        let mut diagnostic = Diagnostic::error(codes::HABIT, span, message).help(help);
        if name && ends && matches!(word.as_str(), "package" | "module" | "namespace") {
            diagnostic = diagnostic.fix(Span { end: self.span().end, ..span }, "");
        } else if name && ends && word == "mod" {
            diagnostic = diagnostic.fix(span, "import");
        }
        self.report(diagnostic);
        self.skip_until(|token| token == Token::Newline);
        Failed
    }

    /// `enum Color { Red, Square { side: Float } }`
    fn enumeration(&mut self) -> Failed {
        let word = self.advance().span;
        let name = self.advance().span;
        let open = self.span();
        let message = "`enum` is not written in Dot: unions of cases are declared with `type`";
        let mut edits = vec![(word, "type".to_owned()), (open, "=".to_owned())];
        let mut is_simple = true;
        self.advance();
        let mut first = true;
        while !self.at(Token::BraceClose) && !self.at(Token::End) {
            let Token::Name(_) = self.peek() else {
                is_simple = false;
                break;
            };
            let case = self.advance().span;
            let bar = if first && !self.slice(open.to(case)).contains('\n') { "" } else { "| " };
            edits.push((Span { end: case.start, ..case }, bar.to_owned()));
            first = false;
            if matches!(self.peek(), Token::ParenOpen | Token::LiteralOpen | Token::BlockOpen) {
                let inner = self.advance();
                self.skip_bracket();
                if inner.token != Token::ParenOpen {
                    let gap = Span { start: case.end, end: inner.span.end, ..case };
                    edits.push((gap, "(".to_owned()));
                    edits.push((self.previous, ")".to_owned()));
                }
            }
            if self.at(Token::Comma) {
                let comma = self.advance().span;
                edits.push((comma, String::new()));
            }
        }
        let close = self.span();
        is_simple &= self.at(Token::BraceClose) && !first && close.start < close.end;
        let gap = Span { start: self.previous.end, end: close.start, ..close };
        let start = if self.slice(gap).trim().is_empty() { gap.start } else { close.start };
        edits.push((Span { start, ..close }, String::new()));
        self.skip_bracket();
        let diagnostic =
            Diagnostic::error(codes::HABIT, word.to(name), message).help("write `type Color = Red | Green`");
        let fixed = |diagnostic: Diagnostic, (span, text): (Span, String)| diagnostic.fix(span, text);
        self.report(if is_simple { edits.into_iter().fold(diagnostic, fixed) } else { diagnostic });
        Failed
    }

    /// An import of names of a file, or of a path in quotes.
    pub(super) fn foreign_import(&mut self, start: Span) -> Failed {
        self.skip_until(|token| token == Token::Newline);
        let message = "a file is imported as a whole in Dot, and what it has is named behind its name";
        let help = "write `import billing/invoice`, and then `invoice.total(…)`";
        self.report(Diagnostic::error(codes::HABIT, self.since(start), message).help(help));
        Failed
    }

    /// A parameter or field as other languages write it, behind its name.
    #[inline(never)]
    pub(super) fn foreign_param(&mut self, name: Name) -> Parse<(Name, TypeExpr)> {
        let end = Span { start: name.span.end, ..name.span };
        match (self.peek(), self.ahead(1)) {
            // `name?: T`
            (Token::Question, Token::Colon) => {
                let question = self.advance().span;
                self.advance();
                let ty = self.type_expr()?;
                let message = "what may be left out has a `?` behind its type in Dot";
                let behind = Span { start: ty.span.end, ..ty.span };
                let diagnostic = Diagnostic::error(codes::HABIT, question, message).help("write `name: T?`");
                let is_option = matches!(ty.kind, TypeExprKind::Option(_));
                let diagnostic = diagnostic.fix(question, "");
                self.report(if is_option { diagnostic } else { diagnostic.fix(behind, "?") });
                let kind = if is_option { ty.kind } else { TypeExprKind::Option(Box::new(ty.clone())) };
                Ok((name, TypeExpr { kind, span: ty.span }))
            }
            // `mut name: T`, `readonly name: T`
            (Token::Name(inner), Token::Colon) if habits::modifies_param(name.symbol) => {
                let span = self.span();
                let removed = Span { end: span.start, ..name.span };
                let message = format!("`{}` is not written before a name in Dot", name.symbol);
                self.report(Diagnostic::error(codes::HABIT, name.span, message).help("remove it").fix(removed, ""));
                self.advance();
                self.advance();
                Ok((Name { symbol: inner, span }, self.type_expr()?))
            }
            // `int name`
            (Token::Name(inner), _) if habits::type_name(name.symbol).is_some() => {
                let span = self.advance().span;
                let spelling = habits::type_name(name.symbol).unwrap_or_default();
                let message = "the type of a parameter or field stands behind its name and a `:`";
                self.report(habit(name.span.to(span), message, &format!("{inner}: {spelling}")));
                let symbol = Symbol::new(spelling);
                let path = vec![Name { symbol, span: name.span }];
                let ty = TypeExpr { kind: TypeExprKind::Named { path, args: Vec::new() }, span: name.span };
                Ok((Name { symbol: inner, span }, ty))
            }
            // `name int`
            (Token::Name(_) | Token::BracketOpen | Token::Star | Token::Fn, _) if !self.current.starts_line => {
                let message = "the type of a parameter or field stands behind a `:` in Dot";
                self.report(
                    Diagnostic::error(codes::HABIT, self.span(), message).help("write `name: T`").fix(end, ":"),
                );
                Ok((name, self.type_expr()?))
            }
            _ if matches!(name.symbol.as_str(), "self" | "this") => {
                let message =
                    format!("`{}` is not written in Dot: a method is a function of its type's file", name.symbol);
                let help = "name the value and its type, as in `fn area(shape: Shape)`, and call it as `shape.area()`";
                self.report(Diagnostic::error(codes::HABIT, name.span, message).help(help));
                Err(Failed)
            }
            _ => {
                let help = format!("write its type behind it, as in `{}: Text`", name.symbol);
                Err(self.unexpected_with("`:` behind the name", Some(help)))
            }
        }
    }

    /// `*args`, `...args`
    #[inline(never)]
    pub(super) fn rest_param(&mut self) -> Failed {
        let span = self.advance().span;
        let message = "a function has as many arguments as parameters in Dot";
        let help = "take a list, as in `args: List<Text>`, and give it as `[a, b]`";
        self.report(Diagnostic::error(codes::HABIT, span, message).help(help));
        Failed
    }

    /// A result type without its arrow: `func f() int {`, `fn f() => Int {`
    #[inline(never)]
    pub(super) fn foreign_result(&mut self) -> Option<TypeExpr> {
        let body =
            |token| matches!(token, Token::BlockOpen | Token::TypeArgsOpen | Token::BracketOpen | Token::Question);
        match self.peek() {
            Token::FatArrow if matches!(self.ahead(1), Token::Name(_)) && body(self.ahead(2)) => {
                self.report(habit(
                    self.span(),
                    "a result type stands behind `->`; `=>` begins the body of a lambda",
                    "->",
                ));
                self.advance();
            }
            Token::Name(word)
                if body(self.ahead(1)) && !matches!(word.as_str(), "uses" | "with") && !self.current.starts_line =>
            {
                let here = Span { end: self.span().start, ..self.span() };
                let message = "a result type stands behind `->`";
                self.report(
                    Diagnostic::error(codes::HABIT, self.span(), message).help("write `-> T`").fix(here, "-> "),
                );
            }
            _ => return None,
        }
        Some(self.type_or_error())
    }

    /// `where T: Ord`
    #[inline(never)]
    pub(super) fn where_clause(&mut self) {
        let span = self.advance().span;
        let message =
            "`where` stands behind a parameter's type and holds a condition; bounds stand with the type parameter";
        let help = "write `<T: data>`, or `<T: key>` for what can be the key of a map";
        self.report(Diagnostic::error(codes::HABIT, span, message).help(help));
        self.skip_until(|token| matches!(token, Token::BlockOpen | Token::Newline));
    }
}
