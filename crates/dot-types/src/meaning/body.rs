//! How bodies are written: expressions, statements, patterns.

use super::{Declaration, Walk};
use crate::program::{
    Arm, Assert, BinaryOp, Clause, DotCall, Expr, ExprKind, FanOut, FunctionId, Lambda, LocalId, MockWith, Part,
    Pattern, PatternKind, Place, Statement, StatementKind, StepKind, Type,
};

impl Walk<'_> {
    /// Types are written where they decide what an expression does; elsewhere they follow from its parts.
    pub(super) fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Unit => self.tag(0),
            ExprKind::Bool(value) => self.bool(1, *value),
            ExprKind::Int(value) => self.int(2, *value),
            ExprKind::Float(value) => self.float(3, *value),
            ExprKind::Duration(value) => self.int(4, *value),
            ExprKind::Decimal(value) => self.literal_text(45, &value.to_string()),
            ExprKind::Text(value) => self.literal_text(5, value),
            ExprKind::Local(id) => self.variable(6, *id),
            ExprKind::Constant(id) => self.declared(7, Declaration::Constant(*id)),
            ExprKind::Concat(parts) => self.several(8, parts),
            ExprKind::List(items) => self.typed_several(9, expr, items),
            ExprKind::Map(entries) => self.map(expr, entries),
            ExprKind::EmptySet => self.typed_several(11, expr, &[]),
            ExprKind::Tuple(items) => self.several(12, items),
            ExprKind::Record(parts) => self.made(13, expr, 0, parts),
            ExprKind::Update { before, base, fields } => self.update(*before, base, fields),
            ExprKind::Case { case, fields } => self.made(15, expr, *case, fields),
            ExprKind::None => self.typed_several(16, expr, &[]),
            ExprKind::Some(inner) => self.one(17, inner),
            ExprKind::Widen(inner) => self.typed(18, expr, inner),
            ExprKind::Refine(inner) => self.typed(19, expr, inner),
            ExprKind::RefineOption(inner) => self.typed(20, expr, inner),
            ExprKind::Field(inner, index) => self.indexed(21, inner, *index),
            ExprKind::Index(left, right) => self.two(22, left, right),
            ExprKind::Negate(inner) => self.one(23, inner),
            ExprKind::Not(inner) => self.one(24, inner),
            ExprKind::Binary(op, left, right) => self.binary(25, *op, left, right),
            ExprKind::And(left, right) => self.two(26, left, right),
            ExprKind::Or(left, right) => self.two(27, left, right),
            ExprKind::Range { start, end, inclusive: false } => self.two(28, start, end),
            ExprKind::Range { start, end, inclusive: true } => self.two(29, start, end),
            ExprKind::Call { function, type_args, args } => self.call(*function, type_args, args),
            ExprKind::CallValue { callee, args } => self.call_value(callee, args),
            ExprKind::Lambda(lambda) => self.lambda(lambda),
            ExprKind::Block(statements, last) => self.block(statements, last.as_deref()),
            ExprKind::If { condition, then, otherwise } => self.condition(condition, then, otherwise.as_deref()),
            ExprKind::Match { subject, arms } => self.arms(subject, arms),
            ExprKind::Is(inner, pattern) => self.matched(36, inner, pattern),
            ExprKind::Comprehension { clauses, body, fan_out } => self.comprehension(clauses, body, *fan_out),
            ExprKind::CallDot(call) => self.call_dot(call),
            ExprKind::Parallel(parts) => self.several(43, parts),
            ExprKind::Limited(limit, inner) => self.two(46, limit, inner),
            ExprKind::CallsOf(function) => self.declared(44, Declaration::Function(*function)),
            ExprKind::Return(inner) => self.one(38, inner),
            ExprKind::Break => self.tag(39),
            ExprKind::Continue => self.tag(40),
            ExprKind::Fail(inner) => self.one(41, inner),
            ExprKind::FailRetry(inner) => self.one(45, inner),
        }
    }

    fn map(&mut self, expr: &Expr, entries: &[(Expr, Expr)]) {
        self.typed_several(10, expr, &[]);
        self.number(entries.len());
        for (key, value) in entries {
            self.expr(key);
            self.expr(value);
        }
    }

    fn made(&mut self, tag: u8, expr: &Expr, case: usize, parts: &[Part]) {
        self.tag(tag);
        self.ty(&expr.ty);
        self.number(case);
        self.parts(parts);
    }

    fn update(&mut self, before: usize, base: &Expr, fields: &[Part]) {
        self.one(14, base);
        self.number(before);
        self.parts(fields);
    }

    fn call(&mut self, function: FunctionId, type_args: &[Type], args: &[Part]) {
        self.declared(30, Declaration::Function(function));
        self.types(type_args);
        self.parts(args);
    }

    fn call_dot(&mut self, DotCall { function, args, number, is_try }: &DotCall) {
        self.declared(42, Declaration::Function(*function));
        self.number(*number as usize);
        self.tag(u8::from(*is_try));
        self.parts(args);
    }

    fn call_value(&mut self, callee: &Expr, args: &[Expr]) {
        self.one(31, callee);
        self.list(args);
    }

    fn block(&mut self, statements: &[Statement], last: Option<&Expr>) {
        self.tag(33);
        self.number(statements.len());
        statements.iter().for_each(|statement| self.statement(statement));
        self.optional(last);
    }

    fn condition(&mut self, condition: &Expr, then: &Expr, otherwise: Option<&Expr>) {
        self.two(34, condition, then);
        self.optional(otherwise);
    }

    fn arms(&mut self, subject: &Expr, arms: &[Arm]) {
        self.one(35, subject);
        self.number(arms.len());
        for arm in arms {
            self.pattern(&arm.pattern);
            self.optional(arm.guard.as_ref());
            self.expr(&arm.body);
        }
    }

    fn comprehension(&mut self, clauses: &[Clause], body: &Expr, fan_out: FanOut) {
        self.tag(37);
        self.tag(fan_out as u8);
        self.number(clauses.len());
        for clause in clauses {
            match clause {
                Clause::For(pattern, iterable) => self.matched(0, iterable, pattern),
                Clause::If(condition) => self.one(1, condition),
            }
        }
        self.expr(body);
    }

    /// What is captured follows from the body.
    fn lambda(&mut self, Lambda { params, captures: _, body }: &Lambda) {
        self.tag(32);
        self.number(params.len());
        params.iter().for_each(|&param| self.local(param));
        self.expr(body);
    }

    fn statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Let { pattern, value, otherwise, pending } => {
                self.matched(0, value, pattern);
                self.tag(u8::from(*pending));
                self.optional(otherwise.as_ref());
            }
            StatementKind::Assign { place, value } => {
                self.tag(1);
                self.place(place);
                self.expr(value);
            }
            StatementKind::AssignOp { place, op, value } => {
                self.tag(2);
                self.place(place);
                self.tag(operator(*op));
                self.expr(value);
            }
            StatementKind::AssignTuple { places, value } => {
                self.tag(3);
                self.number(places.len());
                places.iter().for_each(|place| self.place(place));
                self.expr(value);
            }
            StatementKind::For { pattern, iterable, body } => {
                self.matched(4, iterable, pattern);
                self.expr(body);
            }
            StatementKind::While { condition, body } => self.two(5, condition, body),
            StatementKind::Assert(assert) => self.assert(assert),
            StatementKind::Expr(expr) => self.one(7, expr),
            StatementKind::Mock { target, with } => self.mock(*target, with),
        }
    }

    fn mock(&mut self, target: FunctionId, with: &MockWith) {
        self.declared(8, Declaration::Function(target));
        match with {
            MockWith::Dot { function, captures } => {
                self.declared(0, Declaration::Function(*function));
                self.list(captures);
            }
            MockWith::Each(answers) => self.one(1, answers),
        }
    }

    /// The source of the condition only words a message.
    fn assert(&mut self, Assert { condition, comparison, message, source: _ }: &Assert) {
        self.tag(6);
        match comparison {
            Some((op, left, right)) => self.binary(1, *op, left, right),
            None => self.one(0, condition),
        }
        self.optional(message.as_ref());
    }

    fn place(&mut self, place: &Place) {
        self.local(place.local);
        self.number(place.steps.len());
        for step in &place.steps {
            match &step.kind {
                StepKind::Field(index) => self.tagged_number(0, *index),
                StepKind::Index(index) => self.one(1, index),
            }
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match &pattern.kind {
            PatternKind::Wildcard => self.tag(0),
            PatternKind::Bind(local) => self.variable(1, *local),
            PatternKind::Bool(value) => self.bool(2, *value),
            PatternKind::Int(value) => self.int(3, *value),
            PatternKind::Float(value) => self.float(4, *value),
            PatternKind::Duration(value) => self.int(5, *value),
            PatternKind::Decimal(value) => self.literal_text(13, &value.to_string()),
            PatternKind::Text(value) => self.literal_text(6, value),
            PatternKind::Tuple(parts) => self.patterns(7, parts),
            PatternKind::Record(fields) => self.field_patterns(8, 0, fields),
            PatternKind::Case(case, fields) => self.field_patterns(9, *case, fields),
            PatternKind::None => self.tag(10),
            PatternKind::Some(inner) => self.patterns(11, std::slice::from_ref(inner)),
            PatternKind::Or(alternatives) => self.patterns(12, alternatives),
        }
    }

    fn patterns(&mut self, tag: u8, patterns: &[Pattern]) {
        self.tag(tag);
        self.number(patterns.len());
        patterns.iter().for_each(|pattern| self.pattern(pattern));
    }

    fn field_patterns(&mut self, tag: u8, case: usize, fields: &[(usize, Pattern)]) {
        self.tagged_number(tag, case);
        self.number(fields.len());
        for (index, pattern) in fields {
            self.number(*index);
            self.pattern(pattern);
        }
    }

    fn bool(&mut self, tag: u8, value: bool) {
        self.tag(tag);
        self.tag(u8::from(value));
    }

    fn int(&mut self, tag: u8, value: i64) {
        self.tag(tag);
        self.bytes(&value.to_le_bytes());
    }

    fn float(&mut self, tag: u8, value: f64) {
        self.tag(tag);
        self.bytes(&value.to_bits().to_le_bytes());
    }

    fn literal_text(&mut self, tag: u8, value: &str) {
        self.tag(tag);
        self.text(value);
    }

    fn variable(&mut self, tag: u8, id: LocalId) {
        self.tag(tag);
        self.local(id);
    }

    fn declared(&mut self, tag: u8, declaration: Declaration) {
        self.tag(tag);
        self.mention(declaration);
    }

    fn tagged_number(&mut self, tag: u8, number: usize) {
        self.tag(tag);
        self.number(number);
    }

    fn indexed(&mut self, tag: u8, inner: &Expr, index: usize) {
        self.one(tag, inner);
        self.number(index);
    }

    fn matched(&mut self, tag: u8, value: &Expr, pattern: &Pattern) {
        self.one(tag, value);
        self.pattern(pattern);
    }

    fn binary(&mut self, tag: u8, op: BinaryOp, left: &Expr, right: &Expr) {
        self.two(tag, left, right);
        self.tag(operator(op));
    }

    fn typed_several(&mut self, tag: u8, expr: &Expr, items: &[Expr]) {
        self.several(tag, items);
        self.ty(&expr.ty);
    }

    fn one(&mut self, tag: u8, inner: &Expr) {
        self.tag(tag);
        self.expr(inner);
    }

    fn typed(&mut self, tag: u8, expr: &Expr, inner: &Expr) {
        self.one(tag, inner);
        self.ty(&expr.ty);
    }

    fn two(&mut self, tag: u8, left: &Expr, right: &Expr) {
        self.tag(tag);
        self.expr(left);
        self.expr(right);
    }

    fn several(&mut self, tag: u8, items: &[Expr]) {
        self.tag(tag);
        self.list(items);
    }

    fn list(&mut self, items: &[Expr]) {
        self.number(items.len());
        items.iter().for_each(|item| self.expr(item));
    }

    fn parts(&mut self, parts: &[Part]) {
        self.number(parts.len());
        for part in parts {
            self.number(part.index);
            self.expr(&part.value);
        }
    }

    fn optional(&mut self, expr: Option<&Expr>) {
        match expr {
            Some(expr) => self.one(1, expr),
            None => self.tag(0),
        }
    }
}

/// A number of its own for each operator, whatever their order in the source.
fn operator(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Add => 0,
        BinaryOp::Subtract => 1,
        BinaryOp::Multiply => 2,
        BinaryOp::Divide => 3,
        BinaryOp::Remainder => 4,
        BinaryOp::Equal => 5,
        BinaryOp::NotEqual => 6,
        BinaryOp::Less => 7,
        BinaryOp::LessEqual => 8,
        BinaryOp::Greater => 9,
        BinaryOp::GreaterEqual => 10,
        BinaryOp::In => 11,
    }
}
