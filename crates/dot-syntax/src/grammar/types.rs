//! Types as they are written.

use super::{Failed, Parse, Parser, habits};
use crate::ast::{Generic, Name, TypeExpr, TypeExprKind};
use crate::{Diagnostic, Span, Token, codes};

impl Parser<'_> {
    /// `Int`, `Map<K, V>`, `T?`, `(A, B)`, `fn(A) -> B`
    pub(super) fn type_expr(&mut self) -> Parse<TypeExpr> {
        self.nested(|p| {
            let start = p.span();
            let mut ty = p.type_primary()?;
            loop {
                match p.peek() {
                    Token::Question => p.option_mark(start, &mut ty)?,
                    Token::Coalesce => {
                        p.option_of_option(p.span());
                        p.option_mark(start, &mut ty)?;
                    }
                    Token::BracketOpen if p.ahead(1) == Token::BracketClose => p.array_suffix(start, &mut ty),
                    Token::BracketOpen if p.previous.end == p.span().start => p.bracketed_args(&mut ty)?,
                    Token::Pipe => p.inline_union(start, &mut ty),
                    _ => return Ok(ty),
                }
            }
        })
    }

    fn option_mark(&mut self, start: Span, ty: &mut TypeExpr) -> Parse<()> {
        let question = self.advance().span;
        if matches!(ty.kind, TypeExprKind::Option(_)) {
            self.option_of_option(question);
            return Ok(());
        }
        self.grow()?;
        let inner = std::mem::replace(ty, error_type(start));
        *ty = TypeExpr { kind: TypeExprKind::Option(Box::new(inner)), span: self.since(start) };
        Ok(())
    }

    fn option_of_option(&mut self, span: Span) {
        let message = "`T??` is not a type: a value that may be absent is absent in one way only";
        self.report(Diagnostic::error(codes::OPTION_OF_OPTION, span, message).help("write one `?`"));
    }

    /// `T[]`
    fn array_suffix(&mut self, start: Span, ty: &mut TypeExpr) {
        let open = self.advance().span;
        let close = self.advance().span;
        let span = self.since(start);
        let before = Span { end: start.start, ..start };
        self.report(list_habit(span).fix(before, "List<").fix(open.to(close), ">"));
        let item = std::mem::replace(ty, error_type(start));
        *ty = list_of(item, span);
    }

    /// `[]T`
    #[inline(never)]
    fn array_prefix(&mut self) -> Parse<TypeExpr> {
        let open = self.advance().span;
        let close = self.advance().span;
        let item = self.type_expr()?;
        let span = self.since(open);
        self.report(list_habit(span).fix(open.to(close), "List<").fix(Span { start: span.end, ..span }, ">"));
        Ok(list_of(item, span))
    }

    /// `List[T]`, `dict[str, int]`, `map[string]int`
    #[inline(never)]
    fn bracketed_args(&mut self, ty: &mut TypeExpr) -> Parse<()> {
        let open = self.advance().span;
        let mut parts = self.list(Token::BracketClose, "a type", Self::type_expr);
        let close = self.previous;
        let message = "type arguments stand between `<` and `>` in Dot";
        let diagnostic = Diagnostic::error(codes::HABIT, open.to(close), message).help("write `List<T>`");
        let is_map = matches!(&ty.kind, TypeExprKind::Named { path, .. } if matches!(path.as_slice(), [name] if name.symbol == "Map"));
        if is_map && parts.len() == 1 && matches!(self.peek(), Token::Name(_)) && close.end == self.span().start {
            parts.push(self.type_expr()?);
            let behind = self.behind();
            self.report(diagnostic.fix(open, "<").fix(close, ", ").fix(behind, ">"));
        } else {
            self.report(diagnostic.fix(open, "<").fix(close, ">"));
        }
        if let TypeExprKind::Named { args, .. } = &mut ty.kind {
            *args = parts;
        }
        ty.span = self.since(ty.span);
        Ok(())
    }

    /// `"red" | "green"`
    #[inline(never)]
    fn text_union(&mut self) -> Failed {
        let start = self.span();
        while self.at(Token::TextOpen) && self.text().is_ok() && self.eat(Token::Pipe) {}
        let message = "a text is no type in Dot: a union has cases with names";
        let help = "write `type Color = Red as \"red\" | Green as \"green\"`";
        self.report(Diagnostic::error(codes::HABIT, self.since(start), message).help(help));
        Failed
    }

    /// `A | B` in the place of a type.
    fn inline_union(&mut self, start: Span, ty: &mut TypeExpr) {
        self.advance();
        let null = matches!(self.peek(), Token::Name(name) if habits::is_null(name));
        if null {
            self.advance();
            let message = "a type whose value may be absent has a `?`";
            let diagnostic = Diagnostic::error(codes::HABIT, self.since(start), message).help("write `T?`");
            let union = Span { start: ty.span.end, ..self.since(start) };
            self.report(diagnostic.fix(union, "?"));
            return;
        }
        let message = "a union has no place here: its cases need a name";
        let help = "declare it, as in `type Shape = Circle(Float) | Square(Float)`, and write its name here";
        let span = self.previous;
        self.report(Diagnostic::error(codes::UNEXPECTED, span, message).help(help));
        // What follows is read so that the rest of the line is understood.
        if let Ok(rest) = self.type_expr() {
            ty.span = ty.span.to(rest.span);
        }
    }

    fn type_primary(&mut self) -> Parse<TypeExpr> {
        let start = self.span();
        match self.peek() {
            Token::Name(_) => self.named_type(),
            Token::ParenOpen | Token::LambdaOpen => self.tuple_type(),
            Token::Fn => self.function_type(),
            Token::Star => {
                let star = self.advance().span;
                let message = "`*` is not written in Dot: a value is passed as it is, and there are no pointers";
                self.report(Diagnostic::error(codes::HABIT, star, message).help("remove it").fix(star, ""));
                self.type_primary()
            }
            Token::TextOpen => Err(self.text_union()),
            Token::BracketOpen if self.ahead(1) == Token::BracketClose => self.array_prefix(),
            Token::BracketOpen => {
                let open = self.advance().span;
                let mut parts = self.list(Token::BracketClose, "a type", Self::type_expr);
                let span = self.since(start);
                self.report(list_habit(span).fix(open, "List<").fix(self.previous, ">"));
                Ok(parts.pop().unwrap_or_else(|| error_type(span)))
            }
            _ => Err(self.unexpected("a type")),
        }
    }

    fn named_type(&mut self) -> Parse<TypeExpr> {
        let start = self.span();
        let mut path = vec![self.name("a type")?];
        while self.eat(Token::Dot) {
            path.push(self.name("the name of a type")?);
        }
        let is_function = matches!(path.as_slice(), [name] if matches!(name.symbol.as_str(), "func" | "function"));
        if is_function && self.at(Token::ParenOpen) {
            self.report(habits::habit(self.previous, "the type of a function begins with `fn`", "fn"));
            return self.function_type_rest(start);
        }
        let args = if self.at(Token::TypeArgsOpen) { self.type_args() } else { Vec::new() };
        if let [name] = path.as_mut_slice() {
            self.foreign_type_name(name);
            if name.symbol == "()" {
                return Ok(TypeExpr { kind: TypeExprKind::Tuple(Vec::new()), span: self.since(start) });
            }
        }
        Ok(TypeExpr { kind: TypeExprKind::Named { path, args }, span: self.since(start) })
    }

    fn foreign_type_name(&mut self, name: &mut Name) {
        if let Some(spelling) = habits::type_name(name.symbol) {
            let message = format!("`{}` is no type of Dot", name.symbol);
            let diagnostic = habits::habit(name.span, &message, spelling);
            let is_sure = habits::is_sure_type(name.symbol);
            self.report(if is_sure { diagnostic } else { diagnostic.guess() });
            name.symbol = crate::Symbol::new(spelling);
        }
    }

    /// `<A, B>`
    pub(super) fn type_args(&mut self) -> Vec<TypeExpr> {
        self.advance();
        self.list(Token::TypeArgsClose, "a type", Self::type_expr)
    }

    fn tuple_type(&mut self) -> Parse<TypeExpr> {
        let start = self.advance().span;
        let mut parts = self.list(Token::ParenClose, "a type", Self::type_expr);
        if self.at(Token::FatArrow) || self.at(Token::Arrow) {
            let message = "the type of a function begins with `fn` and has `->` before its result";
            let diagnostic = Diagnostic::error(codes::HABIT, self.since(start), message)
                .help("write `fn(A) -> B`")
                .fix(Span { end: start.start, ..start }, "fn")
                .fix(self.span(), "->");
            self.report(diagnostic);
            self.advance();
            let result = Box::new(self.type_expr()?);
            return Ok(TypeExpr { kind: TypeExprKind::Function(parts, result), span: self.since(start) });
        }
        let span = self.since(start);
        match parts.pop() {
            Some(single) if parts.is_empty() => Ok(TypeExpr { span, ..single }),
            Some(last) => {
                parts.push(last);
                Ok(TypeExpr { kind: TypeExprKind::Tuple(parts), span })
            }
            None => Ok(TypeExpr { kind: TypeExprKind::Tuple(parts), span }),
        }
    }

    fn function_type(&mut self) -> Parse<TypeExpr> {
        let start = self.advance().span;
        self.function_type_rest(start)
    }

    fn function_type_rest(&mut self, start: Span) -> Parse<TypeExpr> {
        if !self.eat(Token::ParenOpen) {
            return Err(self.unexpected("`(` of a function type"));
        }
        let params = self.list(Token::ParenClose, "a type", Self::type_expr);
        let result = match self.eat(Token::Arrow) {
            true => self.type_expr()?,
            false => TypeExpr { kind: TypeExprKind::Tuple(Vec::new()), span: self.behind() },
        };
        Ok(TypeExpr { kind: TypeExprKind::Function(params, Box::new(result)), span: self.since(start) })
    }

    /// `<A, B: key>` of a declaration, if it is there.
    pub(super) fn generics(&mut self) -> Vec<Generic> {
        if !self.eat(Token::TypeArgsOpen) {
            return Vec::new();
        }
        self.list(Token::TypeArgsClose, "a type parameter", |p| {
            let name = p.name("the name of a type parameter")?;
            if p.at_word("extends") || p.at_word("implements") {
                let gap = Span { start: p.previous.end, end: p.span().end, ..p.span() };
                let message = "the bound of a type parameter stands behind a `:`";
                p.report(Diagnostic::error(codes::HABIT, p.span(), message).help("write `:`").fix(gap, ":"));
                p.current.token = Token::Colon;
            }
            let bound = if p.eat(Token::Colon) { Some(p.name("a bound (`data` or `key`)")?) } else { None };
            Ok(Generic { name, bound })
        })
    }

    /// A type, or a node that says that there was none.
    pub(super) fn type_or_error(&mut self) -> TypeExpr {
        let start = self.span();
        self.type_expr().unwrap_or_else(|Failed| error_type(start))
    }
}

fn list_of(item: TypeExpr, span: Span) -> TypeExpr {
    let path = vec![Name { symbol: crate::Symbol::new("List"), span }];
    TypeExpr { kind: TypeExprKind::Named { path, args: vec![item] }, span }
}

fn list_habit(span: Span) -> Diagnostic {
    let message = "the type of a list is not written with brackets in Dot";
    Diagnostic::error(codes::HABIT, span, message).help("write `List<T>`")
}

pub(super) fn error_type(span: Span) -> TypeExpr {
    TypeExpr { kind: TypeExprKind::Error, span }
}
