//! Declarations at the top level.

use super::habits::{self, habit};
use super::{Failed, Parse, Parser};
use crate::ast::{
    Arg, Block, Case, ConstantDecl, Expr, ExprKind, FunctionDecl, FunctionKind, Import, Item, ItemKind, Module, Name,
    Param, StoreDecl, TestDecl, TypeBody, TypeDecl, TypeExpr, Use,
};
use crate::{CommentKind, Diagnostic, Span, Symbol, Token, codes};

/// The classes that a native can have.
const CLASSES: [&str; 5] = ["pure", "note", "read", "wait", "write"];

impl Parser<'_> {
    /// A whole file; reads all tokens.
    pub(super) fn module(&mut self) -> Module {
        let docs = self.module_docs();
        let mut items = Vec::new();
        if self.is_graphviz() {
            self.report_graphviz();
        }
        loop {
            while self.eat(Token::Newline) {}
            if self.at(Token::End) {
                break;
            }
            items.push(self.recovered_item());
        }
        Module { docs, items }
    }

    fn module_docs(&self) -> Option<String> {
        let lines: Vec<&str> = self
            .comments
            .iter()
            .take_while(|comment| comment.span.start < self.span().start)
            .filter(|comment| comment.kind == CommentKind::ModuleDoc)
            .map(|comment| self.doc_text(comment))
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    fn is_graphviz(&self) -> bool {
        let word = |token| match token {
            Token::Name(name) => name.as_str(),
            _ => "",
        };
        match word(self.peek()) {
            "strict" => matches!(word(self.ahead(1)), "digraph" | "graph"),
            "digraph" | "graph" => {
                let opens = |token| matches!(token, Token::BlockOpen | Token::LiteralOpen);
                opens(self.ahead(1)) || opens(self.ahead(2)) || self.ahead(1) == Token::TextOpen
            }
            _ => false,
        }
    }

    fn report_graphviz(&mut self) {
        let message = "this is a Graphviz file: its language is called DOT, too, but draws graphs and does not run";
        let diagnostic = Diagnostic::error(codes::GRAPHVIZ, self.span(), message);
        self.report(
            diagnostic.help("draw it with Graphviz, `dot -Tsvg FILE`; a Dot program begins with `dot main() { … }`"),
        );
        while !self.at(Token::End) {
            self.advance();
        }
    }

    fn recovered_item(&mut self) -> Item {
        let start = self.span();
        let docs = self.docs_before();
        self.bound_reached = false;
        match self.item() {
            Ok(mut item) => {
                if !self.at(Token::Newline) && !self.at(Token::End) {
                    self.unexpected("the end of the declaration");
                    self.skip_item();
                }
                item.docs = docs;
                item
            }
            Err(Failed) => {
                self.skip_item();
                Item { docs, public: None, kind: ItemKind::Error, span: self.since(start) }
            }
        }
    }

    /// Skips to the next line that begins a declaration, or stands at the left margin.
    fn skip_item(&mut self) {
        loop {
            self.skip_until(|token| token == Token::Newline);
            if self.at(Token::End) {
                return;
            }
            self.advance();
            let before = self.text.get(..self.span().start as usize).unwrap_or_default();
            if self.begins_item() || before.ends_with('\n') {
                return;
            }
        }
    }

    fn begins_item(&self) -> bool {
        let next = self.ahead(1);
        match self.peek() {
            Token::Fn | Token::DotWord | Token::Type | Token::Import | Token::Pub => true,
            Token::Name(word) => match word.as_str() {
                "test" => next == Token::TextOpen,
                "store" => matches!(next, Token::Name(_)),
                "native" => next.is_keyword() || matches!(next, Token::Name(_)),
                "from" | "async" => matches!(next, Token::Name(_)) || next.is_keyword(),
                _ => habits::begins_item(word) && (matches!(next, Token::Name(_)) || next.is_keyword()),
            },
            _ => false,
        }
    }

    /// `pub` and a declaration.
    pub(super) fn item(&mut self) -> Parse<Item> {
        let start = self.span();
        let public = if self.eat(Token::Pub) { Some(start) } else { None };
        if public.is_some() && self.at(Token::ParenOpen) {
            self.pub_scope();
        }
        let removed = Span { end: self.span().start, ..start };
        let kind = self.item_kind()?;
        if let Some(public) = public
            && let ItemKind::Import(_) | ItemKind::Store(_) | ItemKind::Test(_) = kind
        {
            let message = "`pub` marks what other files may use, and they can't use an import, a store or a test";
            self.report(Diagnostic::error(codes::UNEXPECTED, public, message).help("remove it").fix(removed, ""));
        }
        Ok(Item { docs: None, public, kind, span: self.since(start) })
    }

    pub(super) fn item_kind(&mut self) -> Parse<ItemKind> {
        match self.peek() {
            Token::Import => self.import(),
            Token::Type => self.type_declaration(false),
            Token::Fn | Token::DotWord => self.function(None, None),
            Token::Let => self.constant(),
            Token::Name(word) => match word.as_str() {
                "native" => self.native(),
                "store" if matches!(self.ahead(1), Token::Name(_)) => self.store(),
                "test" if self.ahead(1) == Token::TextOpen => self.test(),
                _ => self.foreign_item(),
            },
            _ => Err(self.statement_outside()),
        }
    }

    pub(super) fn statement_outside(&mut self) -> Failed {
        // A script without a `dot` around it is one mistake, not one a line.
        let repeated = self.diagnostics.last().is_some_and(|last| last.code == codes::STATEMENT_OUTSIDE);
        if repeated || self.at(Token::Unknown) || self.peek().closes() {
            return Failed;
        }
        let found = self.peek().describe();
        let message =
            format!("a file holds declarations, but here is {found}, and statements stand in a `dot` or `fn`");
        let help = "write `dot main() { … }` around it; what is declared begins with \
                    `dot`, `fn`, `type`, `let`, `import`, `store` or `test`";
        self.report(Diagnostic::error(codes::STATEMENT_OUTSIDE, self.span(), message).help(help));
        Failed
    }

    /// `import a/b as c`
    fn import(&mut self) -> Parse<ItemKind> {
        let start = self.advance().span;
        if matches!(self.peek(), Token::TextOpen | Token::LiteralOpen | Token::BlockOpen | Token::Star) {
            return Err(self.foreign_import(start));
        }
        let mut path = vec![self.name("the name of a file")?];
        if self.at_word("from") || self.at(Token::Comma) || self.at(Token::Dot) {
            return Err(self.foreign_import(start));
        }
        while self.eat(Token::Slash) {
            path.push(self.name("the name of a file")?);
        }
        let alias = if self.eat_word("as") { Some(self.name("the name to import it as")?) } else { None };
        Ok(ItemKind::Import(Import { path, alias }))
    }

    /// `let NAME: TYPE = VALUE`
    fn constant(&mut self) -> Parse<ItemKind> {
        self.advance();
        self.constant_rest()
    }

    pub(super) fn constant_rest(&mut self) -> Parse<ItemKind> {
        let name = self.name("the name of a constant")?;
        let ty = self.written_type()?;
        self.equals("behind the name")?;
        Ok(ItemKind::Constant(ConstantDecl { name, ty, value: self.expression()? }))
    }

    /// `store NAME: TYPE`
    fn store(&mut self) -> Parse<ItemKind> {
        self.advance();
        let name = self.name("the name of a store")?;
        self.expect(Token::Colon, "behind the name of the store")?;
        Ok(ItemKind::Store(StoreDecl { name, ty: self.type_expr()? }))
    }

    /// `test "NAME" { … }`
    fn test(&mut self) -> Parse<ItemKind> {
        self.advance();
        let name = self.literal("the name of the test")?;
        Ok(ItemKind::Test(TestDecl { name, body: self.block("of the test")? }))
    }

    /// `native fn`, `native read dot`, `native type`
    fn native(&mut self) -> Parse<ItemKind> {
        let native = self.advance().span;
        match self.peek() {
            Token::Type => self.type_declaration(true),
            Token::Name(class) if CLASSES.contains(&class.as_str()) => {
                let class = self.name("a class")?;
                self.function(Some(native), Some(class))
            }
            _ => self.function(Some(native), None),
        }
    }

    fn type_declaration(&mut self, native: bool) -> Parse<ItemKind> {
        self.advance();
        if native {
            let name = self.name("the name of a type")?;
            let generics = self.generics();
            return Ok(ItemKind::Type(TypeDecl { name, generics, body: TypeBody::Native }));
        }
        self.type_rest()
    }

    pub(super) fn type_rest(&mut self) -> Parse<ItemKind> {
        let name = self.name("the name of a type")?;
        let generics = self.generics();
        if self.at(Token::LiteralOpen) {
            let here = self.behind();
            let message = "`=` is missing between the name of the type and its fields";
            self.report(Diagnostic::error(codes::HABIT, here, message).help("write `=`").fix(here, " ="));
        } else {
            self.expect(Token::Assign, "behind the name of the type")?;
        }
        let body = self.type_body()?;
        Ok(ItemKind::Type(TypeDecl { name, generics, body }))
    }

    fn type_body(&mut self) -> Parse<TypeBody> {
        if self.eat(Token::LiteralOpen) {
            return Ok(TypeBody::Record(self.list(Token::BraceClose, "a field", |p| p.param("a field"))));
        }
        let case_behind = match self.ahead(1) {
            Token::ParenOpen | Token::Pipe => true,
            Token::Name(word) => word == "as",
            _ => false,
        };
        if self.at(Token::Pipe) || matches!(self.peek(), Token::Name(_)) && case_behind {
            return self.union();
        }
        let base = self.type_expr()?;
        let refinement = if self.eat(Token::Where) { Some(self.expression()?) } else { None };
        Ok(TypeBody::Alias { base, refinement })
    }

    /// `| A(x: X) | B`
    fn union(&mut self) -> Parse<TypeBody> {
        let mut cases = Vec::new();
        let mut docs = self.docs_before();
        self.eat(Token::Pipe);
        loop {
            let docs_here = self.docs_before();
            cases.push(self.case(docs.take().or(docs_here))?);
            docs = self.docs_before();
            if !self.eat(Token::Pipe) {
                return Ok(TypeBody::Union(cases));
            }
        }
    }

    fn case(&mut self, docs: Option<String>) -> Parse<Case> {
        let start = self.span();
        let name = self.name("the name of a case")?;
        let mut fields = Vec::new();
        if self.eat(Token::ParenOpen) {
            let mut index = 0;
            fields = self.list(Token::ParenClose, "a field", |p| {
                let field = p.case_field(index);
                index += 1;
                field
            });
        }
        let tag = if self.eat_word("as") { Some(self.literal("the name in JSON")?) } else { None };
        let docs = docs.or_else(|| self.docs_behind());
        Ok(Case { docs, name, fields, tag, span: self.since(start) })
    }

    /// `name: T`, or a type alone, whose field is named `_0`, `_1`, ….
    fn case_field(&mut self, index: usize) -> Parse<Param> {
        if matches!(self.peek(), Token::Name(_)) && self.ahead(1) == Token::Colon {
            return self.param("a field");
        }
        let docs = self.docs_before();
        let start = self.span();
        let ty = self.type_expr()?;
        let name = Name { symbol: Symbol::new(&format!("_{index}")), span: ty.span };
        self.param_rest(start, docs, name, ty)
    }

    /// A parameter or field: `name: T as "json" where c = default`
    fn param(&mut self, what: &str) -> Parse<Param> {
        let docs = self.docs_before();
        let start = self.span();
        if matches!(self.peek(), Token::Star | Token::StarStar | Token::DotDot) {
            return Err(self.rest_param());
        }
        let mut name = self.name(what)?;
        let ty = if self.eat(Token::Colon) {
            self.type_expr()?
        } else {
            let (meant, ty) = self.foreign_param(name)?;
            name = meant;
            ty
        };
        self.param_rest(start, docs, name, ty)
    }

    fn param_rest(&mut self, start: Span, docs: Option<String>, name: Name, ty: TypeExpr) -> Parse<Param> {
        let rename = if self.eat_word("as") { Some(self.literal("the name in JSON")?) } else { None };
        let refinement = if self.eat(Token::Where) { Some(self.expression()?) } else { None };
        let default = if self.eat(Token::Assign) { Some(self.expression()?) } else { None };
        let span = self.since(start);
        let docs = docs.or_else(|| self.docs_behind());
        Ok(Param { docs, name, rename, ty, refinement, default, span })
    }

    /// `fn NAME…` or `dot NAME…`
    fn function(&mut self, native: Option<Span>, class: Option<Name>) -> Parse<ItemKind> {
        let kind = match self.peek() {
            Token::Fn => FunctionKind::Fn,
            Token::DotWord => FunctionKind::Dot,
            _ => return Err(self.unexpected("`fn`, `dot` or a class, one of `pure note read wait write`")),
        };
        self.advance();
        self.function_rest(kind, native, class)
    }

    pub(super) fn function_rest(
        &mut self,
        kind: FunctionKind,
        native: Option<Span>,
        class: Option<Name>,
    ) -> Parse<ItemKind> {
        let name = self.name("the name of the function")?;
        let generics = self.generics();
        if !self.eat(Token::ParenOpen) {
            return Err(self.unexpected("`(` of the parameters"));
        }
        let params = self.list(Token::ParenClose, "a parameter", |p| p.param("a parameter"));
        let result = self.result_type();
        let (uses, policies) = self.header()?;
        let body = self.function_body(native)?;
        let decl = FunctionDecl { kind, native, class, name, generics, params, result, uses, policies, body };
        Ok(ItemKind::Function(decl))
    }

    /// `-> T`, also written `: T`.
    fn result_type(&mut self) -> Option<TypeExpr> {
        let next = self.tokens.get(self.position + 1);
        let type_follows = next.is_some_and(|next| {
            let begins = matches!(next.token, Token::Name(_) | Token::ParenOpen | Token::BracketOpen | Token::Fn);
            begins && !next.starts_line
        });
        if self.at(Token::Colon) && type_follows {
            let colon = self.span();
            let spaced = self.previous.end < colon.start;
            let spelling = if spaced { "->" } else { " ->" };
            self.report(habit(colon, "a result type stands behind `->`", spelling));
        } else if !self.at(Token::Arrow) {
            return self.foreign_result();
        }
        self.advance();
        Some(self.type_or_error())
    }

    /// `uses …` and `with …`
    fn header(&mut self) -> Parse<(Option<Vec<Use>>, Vec<Arg>)> {
        let mut uses: Option<Vec<Use>> = None;
        let mut policies = Vec::new();
        loop {
            if self.eat_word("uses") {
                let uses = uses.get_or_insert_default();
                uses.push(self.capability()?);
                while self.eat(Token::Comma) {
                    uses.push(self.capability()?);
                }
            } else if self.at(Token::Where) {
                self.where_clause();
            } else if self.eat_word("with") {
                policies.push(self.policy()?);
                while self.eat(Token::Comma) {
                    policies.push(self.policy()?);
                }
            } else {
                return Ok((uses, policies));
            }
        }
    }

    /// `http`, `todos.read`, `http("api.example.org")`
    fn capability(&mut self) -> Parse<Use> {
        let start = self.span();
        let mut path = vec![self.name("the name of a capability")?];
        while self.eat(Token::Dot) {
            path.push(self.name("the name of an operation")?);
        }
        let args = match self.eat(Token::ParenOpen) {
            true => self.list(Token::ParenClose, "what it is narrowed to", Self::expression),
            false => Vec::new(),
        };
        Ok(Use { path, args, span: self.since(start) })
    }

    /// `name: value`, or `rate: 10 per 1s`, whose value is the pair of both.
    fn policy(&mut self) -> Parse<Arg> {
        let name = self.name("the name of a policy")?;
        self.expect(Token::Colon, "behind the name of the policy")?;
        let mut value = self.expression()?;
        if self.eat_word("per") {
            let period = self.expression()?;
            let span = value.span.to(period.span);
            value = Expr { kind: ExprKind::Tuple(vec![value, period]), span };
        }
        Ok(Arg { name: Some(name), value })
    }

    fn function_body(&mut self, native: Option<Span>) -> Parse<Option<Block>> {
        if native.is_some() {
            if self.at(Token::BlockOpen) {
                let message = "what is `native` is written in Rust, so it has no body";
                let help = "remove the body, or the word `native`";
                self.report(Diagnostic::error(codes::UNEXPECTED, self.span(), message).help(help));
                self.block("of the function")?;
            }
            return Ok(None);
        }
        if self.at(Token::Assign) || self.at(Token::FatArrow) {
            let message = "the body of a function stands in braces";
            let diagnostic = Diagnostic::error(codes::HABIT, self.span(), message).help("write `{ … }`");
            self.advance();
            let start = self.span();
            self.expression()?;
            let body = self.since(start);
            let mark = Span { end: body.start, ..diagnostic.span };
            self.report(diagnostic.fix(mark, "{ ").fix(Span { start: body.end, ..body }, " }"));
            return Err(Failed);
        }
        self.block("of the function").map(Some)
    }
}
