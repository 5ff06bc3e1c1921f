//! The bodies of dots and tests, printed with what the checker made of their calls: `#0` is the number of a call, `let~` a
//! pending `let`; in front of a comprehension stands how its turns go.

use dot_types::each_child;
use dot_types::program::{
    Clause, DotCall, Expr, ExprKind, FanOut, Function, FunctionKind, MockWith, Pattern, PatternKind, Program,
    Statement, StatementKind,
};

/// The dots, tests and anonymous dots of a program's own files.
pub(crate) fn printed(program: &Program) -> String {
    let own = program.functions.iter().filter(|function| crate::is_own(program, function));
    let kinds = [FunctionKind::Dot, FunctionKind::Test, FunctionKind::Anonymous];
    own.filter(|function| kinds.contains(&function.kind)).map(|function| one(program, function)).collect()
}

fn one(program: &Program, function: &Function) -> String {
    let printer = Printer { program, function };
    let params: Vec<&str> = function.params.iter().map(|param| param.field.name.as_str()).collect();
    let class = format!("{:?}", function.class).to_lowercase();
    let body = function.body.as_ref().map(|body| printer.expr(body, 0)).unwrap_or_default();
    format!(
        "{class} {}({}) -> {} = {body}\n",
        function.name,
        params.join(", "),
        crate::show(program, &function.result, function)
    )
}

struct Printer<'p> {
    program: &'p Program,
    function: &'p Function,
}

impl Printer<'_> {
    fn all<'e>(&self, parts: impl IntoIterator<Item = &'e Expr>, depth: usize) -> String {
        parts.into_iter().map(|part| self.expr(part, depth)).collect::<Vec<_>>().join(", ")
    }

    fn expr(&self, expr: &Expr, depth: usize) -> String {
        let one = |expr: &Expr| self.expr(expr, depth);
        match &expr.kind {
            ExprKind::Unit => "()".to_owned(),
            ExprKind::Int(number) => number.to_string(),
            ExprKind::Bool(truth) => truth.to_string(),
            ExprKind::Text(text) => format!("{text:?}"),
            ExprKind::Local(local) => self.function.locals[local.0 as usize].name.to_string(),
            ExprKind::Field(inner, index) => format!("{}.{index}", one(inner)),
            ExprKind::Some(inner) => format!("Some({})", one(inner)),
            ExprKind::Widen(inner) => format!("widen({})", one(inner)),
            ExprKind::FailRetry(inner) => format!("fail retry {}", one(inner)),
            ExprKind::Fail(inner) => format!("fail {}", one(inner)),
            ExprKind::Return(inner) => format!("return {}", one(inner)),
            ExprKind::Tuple(parts) => format!("({})", self.all(parts, depth)),
            ExprKind::List(items) => format!("[{}]", self.all(items, depth)),
            ExprKind::Binary(op, left, right) => format!("{op:?}({}, {})", one(left), one(right)),
            ExprKind::Call { function, args, .. } => {
                let args = self.all(args.iter().map(|part| &part.value), depth);
                format!("{}({args})", self.program.function(*function).name)
            }
            ExprKind::CallDot(call) => self.call_dot(call, depth),
            ExprKind::Parallel(parts) => format!("parallel ({})", self.all(parts, depth)),
            ExprKind::Limited(limit, inner) => format!("limited {} {}", one(limit), one(inner)),
            ExprKind::CallsOf(function) => format!("calls of {}", self.program.function(*function).name),
            ExprKind::Comprehension { clauses, body, fan_out } => {
                let word = match fan_out {
                    FanOut::InOrder => "in order",
                    FanOut::Overlap => "overlap",
                    FanOut::Parallel => "parallel",
                };
                let clauses: String = clauses.iter().map(|clause| self.clause(clause, depth)).collect();
                format!("{word} [{}{clauses}]", one(body))
            }
            ExprKind::Block(statements, last) => self.block(statements, last.as_deref(), depth),
            ExprKind::Match { subject, arms } => {
                let arms: Vec<String> =
                    arms.iter().map(|arm| format!("{} => {}", self.pattern(&arm.pattern), one(&arm.body))).collect();
                format!("match {} {{ {} }}", one(subject), arms.join("; "))
            }
            _ => {
                let mut parts = Vec::new();
                each_child(expr, &mut |child| parts.push(one(child)));
                let kind = format!("{:?}", expr.kind);
                let kind: String = kind.chars().take_while(|c| c.is_alphanumeric()).collect();
                format!("{kind}({})", parts.join(", "))
            }
        }
    }

    fn call_dot(&self, call: &DotCall, depth: usize) -> String {
        let args = self.all(call.args.iter().map(|part| &part.value), depth);
        let word = if call.is_try { "try " } else { "" };
        format!("{word}{}#{}({args})", self.program.function(call.function).name, call.number)
    }

    fn clause(&self, clause: &Clause, depth: usize) -> String {
        match clause {
            Clause::For(pattern, list) => format!(" for {} in {}", self.pattern(pattern), self.expr(list, depth)),
            Clause::If(condition) => format!(" if {}", self.expr(condition, depth)),
        }
    }

    fn pattern(&self, pattern: &Pattern) -> String {
        let all = |parts: &mut dyn Iterator<Item = &Pattern>| {
            parts.map(|part| self.pattern(part)).collect::<Vec<_>>().join(", ")
        };
        match &pattern.kind {
            PatternKind::Bind(local) => self.function.locals[local.0 as usize].name.to_string(),
            PatternKind::Tuple(parts) => format!("({})", all(&mut parts.iter())),
            PatternKind::Case(case, parts) => format!("case {case}({})", all(&mut parts.iter().map(|(_, part)| part))),
            PatternKind::Some(inner) => format!("Some({})", self.pattern(inner)),
            PatternKind::None => "None".to_owned(),
            _ => "_".to_owned(),
        }
    }

    fn block(&self, statements: &[Statement], last: Option<&Expr>, depth: usize) -> String {
        let margin = "  ".repeat(depth + 1);
        let mut text = "{\n".to_owned();
        for statement in statements {
            text += &format!("{margin}{}\n", self.statement(statement, depth + 1));
        }
        if let Some(last) = last {
            text += &format!("{margin}{}\n", self.expr(last, depth + 1));
        }
        text + &"  ".repeat(depth) + "}"
    }

    fn statement(&self, statement: &Statement, depth: usize) -> String {
        let one = |expr: &Expr| self.expr(expr, depth);
        match &statement.kind {
            StatementKind::Let { pattern, value, pending, .. } => {
                format!("let{} {} = {}", if *pending { "~" } else { "" }, self.pattern(pattern), one(value))
            }
            StatementKind::For { pattern, iterable, body } => {
                format!("for {} in {} {}", self.pattern(pattern), one(iterable), one(body))
            }
            StatementKind::While { condition, body } => format!("while {} {}", one(condition), one(body)),
            StatementKind::Assign { value, .. }
            | StatementKind::AssignOp { value, .. }
            | StatementKind::AssignTuple { value, .. } => {
                format!("_ = {}", one(value))
            }
            StatementKind::Assert(assert) => match &assert.comparison {
                Some((op, left, right)) => format!("assert {op:?}({}, {})", one(left), one(right)),
                None => format!("assert {}", one(&assert.condition)),
            },
            StatementKind::Mock { target, with } => {
                let target = &self.program.function(*target).name;
                match with {
                    MockWith::Dot { function, captures } => {
                        format!(
                            "mock {target} = {}({})",
                            self.program.function(*function).name,
                            self.all(captures, depth)
                        )
                    }
                    MockWith::Each(answers) => format!("mock {target} = each {}", one(answers)),
                }
            }
            StatementKind::Expr(expr) => one(expr),
        }
    }
}
