//! Policies: what stands behind `with`.
//!
//! Their values are known before the program runs: literals, and constants that are literals. What only the whole
//! program can tell, such as whether a dot calls itself, is asked in [`crate::class`].

use std::rc::Rc;

use dot_abi::policy::{LONGEST_BACKOFF_NS, OnUnknown, Policies, Rate};
use dot_syntax::{Span, ast};

use crate::checker::Checker;
use crate::evaluate::{Value, evaluate};
use crate::messages::{policies, unavailable};
use crate::modules::{Entity, ModuleId};
use crate::program::FunctionKind;
use crate::suggest;

/// The policies of this version.
const KNOWN: &[&str] = &["retry", "backoff", "timeout", "concurrency", "rate", "memory", "cpu", "on_unknown"];
/// Those that are planned.
const LATER: &[&str] = &["cache", "every", "cron"];

/// The most further attempts.
const MOST_RETRIES: i64 = 1_000;
/// The most activations of a dot at once, and attempts in a stretch of time: what a run remembers of them is bounded.
const MOST_AT_ONCE: i64 = 100_000;
/// The least memory that an activation can begin with, and the most that it can address.
const MEMORY_BYTES: (i64, i64) = (1 << 20, 4 << 30);
/// Constants may refer to each other this deep.
const DEPTH_LIMIT: u32 = 50;

impl Checker<'_> {
    /// The policies of a declaration. What is wrong is reported and left out.
    pub(crate) fn policies(&mut self, module: ModuleId, kind: FunctionKind, decl: &ast::FunctionDecl) -> Policies {
        let mut declared = Policies::default();
        if !matches!(kind, FunctionKind::Dot | FunctionKind::NativeDot) {
            if let Some(name) = decl.policies.iter().find_map(|policy| policy.name) {
                self.report(policies::on_function(decl.name, name.span));
            }
            return declared;
        }
        for (index, policy) in decl.policies.iter().enumerate() {
            let Some(name) = policy.name else { continue };
            let earlier = decl.policies[..index].iter().filter_map(|earlier| earlier.name);
            if let Some(first) = earlier.into_iter().find(|earlier| earlier.symbol == name.symbol) {
                self.report(policies::twice(name, first.span));
                continue;
            }
            self.policy(module, name, &policy.value, &mut declared);
            if kind == FunctionKind::NativeDot && matches!(name.symbol.as_str(), "memory" | "cpu") {
                self.report(policies::on_native(name));
            }
        }
        declared
    }

    fn policy(&mut self, module: ModuleId, name: ast::Name, written: &ast::Expr, declared: &mut Policies) {
        match name.symbol.as_str() {
            "retry" => {
                let count = self.count(module, name, written, (0, MOST_RETRIES));
                declared.retry = count.unwrap_or(0);
            }
            "backoff" => declared.backoff_ns = self.time(module, name, written, (0, LONGEST_BACKOFF_NS as i64)),
            "timeout" => declared.timeout_ns = self.time(module, name, written, (1, i64::MAX)),
            "cpu" => declared.cpu_ns = self.time(module, name, written, (1, i64::MAX)),
            "concurrency" => declared.concurrency = self.count(module, name, written, (1, MOST_AT_ONCE)),
            "rate" => declared.rate = self.rate(module, name, written),
            "memory" => match self.constant_value(module, written, 0) {
                Some(Value::Int(bytes)) if (MEMORY_BYTES.0..=MEMORY_BYTES.1).contains(&bytes) => {
                    declared.memory_bytes = Some(bytes as u64);
                }
                Some(Value::Int(_)) => self.report(policies::memory_range(written.span, MEMORY_BYTES)),
                _ => self.report(policies::not_a(name, written.span, "a size", "memory: 64MB")),
            },
            "on_unknown" => match &written.kind {
                ast::ExprKind::Name(word) if word.symbol == "resend" => declared.on_unknown = OnUnknown::Resend,
                _ => self.report(policies::on_unknown(written.span)),
            },
            word if LATER.contains(&word) => self.report(unavailable::policy(name)),
            word => {
                let near = suggest::nearest(word, KNOWN.iter().copied());
                self.report(policies::unknown(name, near, KNOWN));
            }
        }
    }

    /// A number of times.
    fn count(&mut self, module: ModuleId, name: ast::Name, written: &ast::Expr, range: (i64, i64)) -> Option<u32> {
        match self.constant_value(module, written, 0) {
            Some(Value::Int(count)) if (range.0..=range.1).contains(&count) => u32::try_from(count).ok(),
            Some(Value::Int(_)) => {
                self.report(policies::count_range(name, written.span, range));
                None
            }
            _ => {
                let example = format!("{}: 3", name.symbol);
                self.report(policies::not_a(name, written.span, "an `Int`", &example));
                None
            }
        }
    }

    /// A stretch of time in nanoseconds.
    fn time(&mut self, module: ModuleId, name: ast::Name, written: &ast::Expr, range: (i64, i64)) -> Option<u64> {
        match self.constant_value(module, written, 0) {
            Some(Value::Duration(nanos)) if (range.0..=range.1).contains(&nanos) => u64::try_from(nanos).ok(),
            Some(Value::Duration(_)) => {
                self.report(policies::time_range(name, written.span, range));
                None
            }
            _ => {
                let example = format!("{}: 10s", name.symbol);
                self.report(policies::not_a(name, written.span, "a `Duration`", &example));
                None
            }
        }
    }

    /// `10 per 1s`, which the parser gives as a pair.
    fn rate(&mut self, module: ModuleId, name: ast::Name, written: &ast::Expr) -> Option<Rate> {
        let ast::ExprKind::Tuple(parts) = &written.kind else {
            self.report(policies::not_a(name, written.span, "a number of times in a `Duration`", "rate: 10 per 1s"));
            return None;
        };
        let [count, period] = &parts[..] else { return None };
        let count = self.count(module, name, count, (1, MOST_AT_ONCE));
        let per_ns = self.time(module, name, period, (1, i64::MAX));
        Some(Rate { count: count?, per_ns: per_ns? })
    }

    /// The value of a literal, or of a constant that is one.
    fn constant_value(&self, module: ModuleId, written: &ast::Expr, depth: u32) -> Option<Value> {
        if depth > DEPTH_LIMIT {
            return None;
        }
        let constant = |of: ModuleId, name: ast::Name| match self.module(of).names.get(&name.symbol)?.entity {
            Entity::Constant(index) => {
                let info = &self.constant_infos[index];
                let tree = Rc::clone(&self.module(info.module).tree);
                let ast::ItemKind::Constant(decl) = &tree.items.get(info.item)?.kind else { return None };
                self.constant_value(info.module, &decl.value, depth + 1)
            }
            _ => None,
        };
        match &written.kind {
            ast::ExprKind::Name(name) => constant(module, *name),
            ast::ExprKind::Field(base, name) => {
                let ast::ExprKind::Name(head) = &base.kind else { return None };
                match self.module(module).names.get(&head.symbol)?.entity {
                    Entity::Module(other) => constant(other, *name),
                    _ => None,
                }
            }
            ast::ExprKind::Paren(inner) => self.constant_value(module, inner, depth + 1),
            _ => evaluate(written, &Value::Bool(false)),
        }
    }
}

/// Where the policy of a name stands in a declaration.
pub(crate) fn place(decl: &ast::FunctionDecl, name: &str) -> Option<Span> {
    decl.policies.iter().filter_map(|policy| policy.name).find(|known| known.symbol == name).map(|known| known.span)
}
