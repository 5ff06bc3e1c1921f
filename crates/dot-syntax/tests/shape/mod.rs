//! Trees as S-expressions, short enough to be read in a test.

use dot_syntax::ast::*;

/// An item.
pub(crate) fn item(item: &Item) -> String {
    let docs = docs(&item.docs);
    let public = if item.public.is_some() { "pub " } else { "" };
    let kind = match &item.kind {
        ItemKind::Import(import) => {
            let alias = import.alias.map(|alias| format!(" as {}", alias.symbol)).unwrap_or_default();
            format!("(import {}{alias})", path(&import.path, "/"))
        }
        ItemKind::Type(ty) => format!("(type {}{} {})", ty.name.symbol, generics(&ty.generics), type_body(&ty.body)),
        ItemKind::Function(function) => function_decl(function),
        ItemKind::Constant(constant) => {
            format!("(let {}{} {})", constant.name.symbol, written(&constant.ty), expr(&constant.value))
        }
        ItemKind::Store(store) => format!("(store {}: {})", store.name.symbol, type_expr(&store.ty)),
        ItemKind::Test(test) => format!("(test {:?} {})", test.name.text, block(&test.body)),
        ItemKind::Error => "error".into(),
    };
    format!("{docs}{public}{kind}")
}

fn docs(docs: &Option<String>) -> String {
    docs.as_ref().map(|docs| format!("#{docs:?} ")).unwrap_or_default()
}

fn path(path: &[Name], separator: &str) -> String {
    path.iter().map(|name| name.symbol.as_str()).collect::<Vec<_>>().join(separator)
}

fn joined<T>(parts: &[T], shape: impl Fn(&T) -> String) -> String {
    parts.iter().map(shape).collect::<Vec<_>>().join(" ")
}

fn written(ty: &Option<TypeExpr>) -> String {
    ty.as_ref().map(|ty| format!(": {}", type_expr(ty))).unwrap_or_default()
}

fn generics(generics: &[Generic]) -> String {
    if generics.is_empty() {
        return String::new();
    }
    let one = |generic: &Generic| match generic.bound {
        Some(bound) => format!("{}: {}", generic.name.symbol, bound.symbol),
        None => generic.name.symbol.to_string(),
    };
    format!("<{}>", joined(generics, one))
}

fn type_body(body: &TypeBody) -> String {
    match body {
        TypeBody::Record(fields) => format!("{{{}}}", joined(fields, param)),
        TypeBody::Union(cases) => format!("(union {})", joined(cases, case)),
        TypeBody::Alias { base, refinement } => {
            let refinement = refinement.as_ref().map(|e| format!(" where {}", expr(e))).unwrap_or_default();
            format!("(alias {}{refinement})", type_expr(base))
        }
        TypeBody::Native => "native".into(),
        TypeBody::Error => "error".into(),
    }
}

fn case(case: &Case) -> String {
    let fields = if case.fields.is_empty() { String::new() } else { format!("({})", joined(&case.fields, param)) };
    let tag = case.tag.as_ref().map(|tag| format!(" as {:?}", tag.text)).unwrap_or_default();
    format!("{}{}{fields}{tag}", docs(&case.docs), case.name.symbol)
}

fn param(param: &Param) -> String {
    let rename = param.rename.as_ref().map(|rename| format!(" as {:?}", rename.text)).unwrap_or_default();
    let refinement = param.refinement.as_ref().map(|e| format!(" where {}", expr(e))).unwrap_or_default();
    let default = param.default.as_ref().map(|e| format!(" = {}", expr(e))).unwrap_or_default();
    let (docs, name, ty) = (docs(&param.docs), param.name.symbol, type_expr(&param.ty));
    format!("[{docs}{name}: {ty}{rename}{refinement}{default}]")
}

fn function_decl(function: &FunctionDecl) -> String {
    let mut words = Vec::new();
    words.extend(function.native.map(|_| "native".to_owned()));
    words.extend(function.class.map(|class| class.symbol.to_string()));
    words.push(if function.kind == FunctionKind::Fn { "fn".into() } else { "dot".into() });
    words.push(format!("{}{}", function.name.symbol, generics(&function.generics)));
    words.push(format!("({})", joined(&function.params, param)));
    words.extend(function.result.as_ref().map(|ty| format!("-> {}", type_expr(ty))));
    words.extend(function.uses.as_ref().map(|uses| {
        let one = |used: &Use| format!("{}({})", path(&used.path, "."), joined(&used.args, expr));
        format!("uses [{}]", joined(uses, one))
    }));
    if !function.policies.is_empty() {
        words.push(format!("with [{}]", joined(&function.policies, arg)));
    }
    words.extend(function.body.as_ref().map(block));
    format!("({})", words.join(" "))
}

fn type_expr(ty: &TypeExpr) -> String {
    match &ty.kind {
        TypeExprKind::Named { path: names, args } if args.is_empty() => path(names, "."),
        TypeExprKind::Named { path: names, args } => format!("{}<{}>", path(names, "."), joined(args, type_expr)),
        TypeExprKind::Option(inner) => format!("{}?", type_expr(inner)),
        TypeExprKind::Tuple(parts) => format!("({})", joined(parts, type_expr)),
        TypeExprKind::Function(params, result) => format!("fn({}) -> {}", joined(params, type_expr), type_expr(result)),
        TypeExprKind::Error => "error".into(),
    }
}

fn block(block: &Block) -> String {
    format!("{{{}}}", joined(&block.statements, statement))
}

/// A statement.
pub(crate) fn statement(statement: &Statement) -> String {
    match &statement.kind {
        StatementKind::Let { pattern: bound, ty, value, otherwise } => {
            let otherwise = otherwise.as_ref().map(|body| format!(" else {}", block(body))).unwrap_or_default();
            format!("(let {}{} {}{otherwise})", pattern(bound), written(ty), expr(value))
        }
        StatementKind::Var { pattern: bound, ty, value } => {
            format!("(var {}{} {})", pattern(bound), written(ty), expr(value))
        }
        StatementKind::Assign { target, op, value } => {
            let op = op.map(|(op, _)| format!("{op:?} ")).unwrap_or_default();
            format!("(= {op}{} {})", expr(target), expr(value))
        }
        StatementKind::For { pattern: bound, iterable, body } => {
            format!("(for {} {} {})", pattern(bound), expr(iterable), block(body))
        }
        StatementKind::While { condition, body } => format!("(while {} {})", expr(condition), block(body)),
        StatementKind::Assert { value, message, fails } => {
            let message = message.as_ref().map(|e| format!(", {}", expr(e))).unwrap_or_default();
            let fails = fails.as_ref().map(|e| format!(" fails {}", expr(e))).unwrap_or_default();
            format!("(assert {}{fails}{message})", expr(value))
        }
        StatementKind::Mock { target, value } => format!("(mock {} {})", expr(target), expr(value)),
        StatementKind::OnFault(body) => format!("(on-fault {})", block(body)),
        StatementKind::Expr(value) => expr(value),
        StatementKind::Error => "error".into(),
    }
}

fn arg(arg: &Arg) -> String {
    let name = arg.name.map(|name| format!("{}: ", name.symbol)).unwrap_or_default();
    format!("{name}{}", expr(&arg.value))
}

fn text(parts: &[TextPart]) -> String {
    let one = |part: &TextPart| match part {
        TextPart::Literal(text) => format!("{text:?}"),
        TextPart::Interpolation(value) => format!("${{{}}}", expr(value)),
    };
    format!("(text {})", joined(parts, one))
}

fn expr(value: &Expr) -> String {
    use ExprKind::*;
    match &value.kind {
        Int(value) => value.to_string(),
        Float(value) => format!("{value:?}"),
        Bool(value) => value.to_string(),
        Duration(value) => format!("{value}ns"),
        Size(value) => format!("{value}B"),
        Text(parts) => text(parts),
        Name(name) => name.symbol.to_string(),
        Paren(inner) => format!("(paren {})", expr(inner)),
        Tuple(parts) => format!("(tuple {})", joined(parts, expr)),
        List(parts) => format!("(list {})", joined(parts, expr)),
        Map(pairs) => format!("(map {})", joined(pairs, |(key, value)| format!("{}: {}", expr(key), expr(value)))),
        EmptyBraces => "empty-braces".into(),
        Break => "break".into(),
        Continue => "continue".into(),
        Error => "error".into(),
        Unary(op, operand) => format!("({op:?} {})", expr(operand)),
        Binary { op, left, right, .. } => format!("({op:?} {} {})", expr(left), expr(right)),
        Range { start, end, inclusive } => {
            format!("({} {} {})", if *inclusive { "..=" } else { ".." }, expr(start), expr(end))
        }
        Is(value, asked) => format!("(is {} {})", expr(value), pattern(asked)),
        Field(value, name) => format!("{}.{}", expr(value), name.symbol),
        Index(value, index) => format!("(index {} {})", expr(value), expr(index)),
        Question(value) => format!("(? {})", expr(value)),
        Try(value) => format!("(try {})", expr(value)),
        Race(value) => format!("(race {})", expr(value)),
        Block(body) => block(body),
        Transaction(body) => format!("(transaction {})", block(body)),
        Return(value) => format!("(return {})", value.as_deref().map(expr).unwrap_or_default()),
        Fail { retry, value } => format!("(fail{} {})", if *retry { " retry" } else { "" }, expr(value)),
        _ => compound(value),
    }
}

fn compound(value: &Expr) -> String {
    match &value.kind {
        ExprKind::Comprehension(comprehension) => {
            let one = |clause: &Clause| match clause {
                Clause::For(bound, iterable) => format!("(for {} {})", pattern(bound), expr(iterable)),
                Clause::If(condition) => format!("(if {})", expr(condition)),
            };
            format!("(comprehension {} {})", expr(&comprehension.body), joined(&comprehension.clauses, one))
        }
        ExprKind::Record { ty, fields, spread } => {
            let ty = ty.as_ref().map(type_expr).unwrap_or("_".into());
            let spread = spread
                .as_deref()
                .map(|spread| format!(" ..{}@{}", expr(&spread.value), spread.before))
                .unwrap_or_default();
            let one = |field: &FieldInit| match &field.value {
                Some(value) => format!("{}: {}", field.name.symbol, expr(value)),
                None => field.name.symbol.to_string(),
            };
            format!("(record {ty}{spread} {})", joined(fields, one))
        }
        ExprKind::Call { callee, type_args, args } => {
            let types =
                if type_args.is_empty() { String::new() } else { format!("<{}>", joined(type_args, type_expr)) };
            format!("(call{types} {} {})", expr(callee), joined(args, arg))
        }
        ExprKind::Lambda { params, body } => {
            let one = |param: &LambdaParam| format!("{}{}", pattern(&param.pattern), written(&param.ty));
            format!("(lambda [{}] {})", joined(params, one), expr(body))
        }
        ExprKind::If { condition, then, otherwise } => {
            let otherwise = otherwise.as_deref().map(|value| format!(" {}", expr(value))).unwrap_or_default();
            format!("(if {} {}{otherwise})", expr(condition), block(then))
        }
        ExprKind::Match { subject, arms } => {
            let one = |arm: &Arm| {
                let guard = arm.guard.as_ref().map(|guard| format!(" if {}", expr(guard))).unwrap_or_default();
                format!("[{}{guard} {}]", pattern(&arm.pattern), expr(&arm.body))
            };
            format!("(match {} {})", expr(subject), joined(arms, one))
        }
        ExprKind::Parallel { options, body } => format!("(parallel [{}] {})", joined(options, arg), expr(body)),
        other => format!("{other:?}"),
    }
}

fn pattern(asked: &Pattern) -> String {
    let rest = |rest: &bool| if *rest { " .." } else { "" };
    match &asked.kind {
        PatternKind::Wildcard => "_".into(),
        PatternKind::Bind(name) => name.symbol.to_string(),
        PatternKind::Literal(value) => expr(value),
        PatternKind::Tuple(parts) => format!("(tuple {})", joined(parts, pattern)),
        PatternKind::Case { path: names, args: None, .. } => format!("(case {})", path(names, ".")),
        PatternKind::Case { path: names, args: Some(args), rest: more } => {
            format!("(case {} [{}]{})", path(names, "."), joined(args, pattern_arg), rest(more))
        }
        PatternKind::Record { path: names, fields, rest: more } => {
            format!("(record {} [{}]{})", path(names, "."), joined(fields, pattern_arg), rest(more))
        }
        PatternKind::Or(alternatives) => format!("(or {})", joined(alternatives, pattern)),
        PatternKind::Error => "error".into(),
    }
}

fn pattern_arg(arg: &PatternArg) -> String {
    let name = arg.name.map(|name| format!("{}: ", name.symbol)).unwrap_or_default();
    format!("{name}{}", pattern(&arg.pattern))
}
