//! The body of a function while it is written: statements and control.

use dot_abi::layout::Repr;
use rustc_hash::FxHashMap;
use wasm_encoder::{BlockType, Instruction as I};

use super::expr::memory;
use super::module::{Func, Global, Module};
use super::{Expr, Operand, Var};

/// The body of a function.
pub(crate) struct Code<'m> {
    module: &'m Module,
    params: Vec<Repr>,
    locals: Vec<Repr>,
    named: FxHashMap<(String, Repr), Var>,
    code: Vec<I<'static>>,
    depth: u32,
}

/// Where a branch goes: behind a block, or to the start of a loop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Label(u32);

/// A finished body: the types of the locals and the instructions.
pub(super) struct Body {
    pub(super) locals: Vec<Repr>,
    pub(super) code: Vec<I<'static>>,
}

impl<'m> Code<'m> {
    pub(crate) fn new(module: &'m Module, params: &[Repr]) -> Code<'m> {
        Code {
            module,
            params: params.to_vec(),
            locals: Vec::new(),
            named: FxHashMap::default(),
            code: Vec::new(),
            depth: 0,
        }
    }

    pub(super) fn finish(mut self) -> Body {
        assert_eq!(self.depth, 0, "every block is closed");
        self.code.push(I::End);
        Body { locals: self.locals, code: self.code }
    }

    /// The parameters.
    pub(crate) fn params<const N: usize>(&self) -> [Var; N] {
        assert_eq!(self.params.len(), N, "the number of parameters");
        std::array::from_fn(|index| self.param(index))
    }

    /// One parameter.
    pub(crate) fn param(&self, index: usize) -> Var {
        Var { index: index as u32, ty: self.params[index] }
    }

    /// The variable of a name; a new one when it is asked for first.
    pub(crate) fn var(&mut self, name: &str, ty: Repr) -> Var {
        let key = (name.to_owned(), ty);
        let known = self.named.get(&key).copied();
        known.unwrap_or_else(|| {
            let var = self.fresh(ty);
            self.named.insert(key, var);
            var
        })
    }

    /// A new variable without a name.
    pub(crate) fn fresh(&mut self, ty: Repr) -> Var {
        self.locals.push(ty);
        Var { index: (self.params.len() + self.locals.len() - 1) as u32, ty }
    }

    /// A variable of 32 bits.
    pub(crate) fn narrow(&mut self, name: &str) -> Var {
        self.var(name, Repr::I32)
    }

    /// A variable of 64 bits.
    pub(crate) fn long(&mut self, name: &str) -> Var {
        self.var(name, Repr::I64)
    }

    /// A variable of 32 bits that starts with a value.
    pub(crate) fn let_narrow(&mut self, name: &str, value: impl Into<Expr>) -> Var {
        let var = self.narrow(name);
        self.set(var, value);
        var
    }

    /// A variable of 64 bits that starts with a value.
    pub(crate) fn let_long(&mut self, name: &str, value: impl Into<Expr>) -> Var {
        let var = self.long(name);
        self.set(var, value);
        var
    }

    fn eval(&mut self, value: impl Into<Expr>, ty: Repr) {
        let value = value.into().coerced(ty);
        self.code.extend(value.code);
    }

    /// Assigns.
    pub(crate) fn set(&mut self, var: Var, value: impl Into<Expr>) {
        self.eval(value, var.ty);
        self.code.push(I::LocalSet(var.index));
    }

    /// `var += value`
    pub(crate) fn add(&mut self, var: Var, value: impl Into<Expr>) {
        self.set(var, var + value);
    }

    /// Reads a global.
    pub(crate) fn global(&self, global: Global) -> Expr {
        Expr { code: vec![I::GlobalGet(global.index)], ty: global.ty }
    }

    /// Assigns a global.
    pub(crate) fn set_global(&mut self, global: Global, value: impl Into<Expr>) {
        self.eval(value, global.ty);
        self.code.push(I::GlobalSet(global.index));
    }

    /// Stores a slot.
    pub(crate) fn store(&mut self, address: impl Into<Expr>, offset: u32, value: impl Into<Expr>) {
        let value = value.into();
        self.eval(address, Repr::I32);
        let instruction = match value.ty {
            Repr::I32 => I::I32Store(memory(offset, 4)),
            Repr::I64 => I::I64Store(memory(offset, 8)),
            Repr::F64 => I::F64Store(memory(offset, 8)),
        };
        self.code.extend(value.code);
        self.code.push(instruction);
    }

    /// Stores a byte.
    pub(crate) fn store8(&mut self, address: impl Into<Expr>, offset: u32, value: impl Into<Expr>) {
        self.eval(address, Repr::I32);
        self.eval(value, Repr::I32);
        self.code.push(I::I32Store8(memory(offset, 1)));
    }

    /// Copies bytes; the ranges may overlap.
    pub(crate) fn copy(&mut self, to: impl Into<Expr>, from: impl Into<Expr>, bytes: impl Into<Expr>) {
        self.eval(to, Repr::I32);
        self.eval(from, Repr::I32);
        self.eval(bytes, Repr::I32);
        self.code.push(I::MemoryCopy { src_mem: 0, dst_mem: 0 });
    }

    /// Fills bytes.
    pub(crate) fn fill(&mut self, to: impl Into<Expr>, byte: impl Into<Expr>, bytes: impl Into<Expr>) {
        self.eval(to, Repr::I32);
        self.eval(byte, Repr::I32);
        self.eval(bytes, Repr::I32);
        self.code.push(I::MemoryFill(0));
    }

    /// The size of the memory in pages.
    pub(crate) fn memory_pages(&self) -> Expr {
        Expr { code: vec![I::MemorySize(0)], ty: Repr::I32 }
    }

    /// Grows the memory: the old size in pages, or -1.
    pub(crate) fn memory_grow(&self, pages: impl Into<Expr>) -> Expr {
        let mut code = pages.into().coerced(Repr::I32).code;
        code.push(I::MemoryGrow(0));
        Expr { code, ty: Repr::I32 }
    }

    fn call_code(&self, func: Func, args: Vec<Expr>) -> Vec<I<'static>> {
        let (params, _) = self.module.signature(func);
        assert_eq!(params.len(), args.len(), "arguments of {}", self.module.name_of(func));
        let mut code: Vec<_> = params.iter().zip(args).flat_map(|(&ty, arg)| arg.coerced(ty).code).collect();
        code.push(I::Call(func.0));
        code
    }

    /// The result of a call.
    pub(crate) fn call(&self, func: Func, args: Vec<Expr>) -> Expr {
        let (_, result) = self.module.signature(func);
        Expr { code: self.call_code(func, args), ty: result.expect("a function with a result") }
    }

    /// Calls a function without a result.
    pub(crate) fn run(&mut self, func: Func, args: Vec<Expr>) {
        assert!(self.module.signature(func).1.is_none(), "the result of {}", self.module.name_of(func));
        let code = self.call_code(func, args);
        self.code.extend(code);
    }

    /// The result of a call through the table.
    pub(crate) fn call_indirect(&self, result: Repr, args: Vec<Expr>, index: impl Into<Expr>) -> Expr {
        let params: Vec<Repr> = args.iter().map(Expr::ty).collect();
        let type_index = self.module.signature_index(&params, Some(result));
        let mut code: Vec<_> = args.into_iter().flat_map(|arg| arg.code).collect();
        code.extend(index.into().coerced(Repr::I32).code);
        code.push(I::CallIndirect { type_index, table_index: 0 });
        Expr { code, ty: result }
    }

    /// Computes and forgets.
    pub(crate) fn discard(&mut self, value: impl Into<Expr>) {
        self.code.extend(value.into().code);
        self.code.push(I::Drop);
    }

    /// Leaves the function with a result.
    pub(crate) fn ret(&mut self, value: impl Into<Expr>) {
        self.code.extend(value.into().code);
        self.code.push(I::Return);
    }

    /// Leaves a function without a result.
    pub(crate) fn leave(&mut self) {
        self.code.push(I::Return);
    }

    /// What is never reached.
    pub(crate) fn unreachable(&mut self) {
        self.code.push(I::Unreachable);
    }

    fn open(&mut self, instruction: I<'static>) -> Label {
        self.code.push(instruction);
        self.depth += 1;
        Label(self.depth)
    }

    fn close(&mut self) {
        self.code.push(I::End);
        self.depth -= 1;
    }

    /// Runs the statements if a condition holds.
    pub(crate) fn when(&mut self, condition: impl Into<Expr>, then: impl FnOnce(&mut Self)) {
        self.eval(condition, Repr::I32);
        self.open(I::If(BlockType::Empty));
        then(self);
        self.close();
    }

    /// Runs one of two.
    pub(crate) fn when_else(
        &mut self,
        condition: impl Into<Expr>,
        then: impl FnOnce(&mut Self),
        otherwise: impl FnOnce(&mut Self),
    ) {
        self.eval(condition, Repr::I32);
        self.open(I::If(BlockType::Empty));
        then(self);
        self.code.push(I::Else);
        otherwise(self);
        self.close();
    }

    /// A block: the label goes behind it.
    pub(crate) fn block(&mut self, body: impl FnOnce(&mut Self, Label)) {
        let label = self.open(I::Block(BlockType::Empty));
        body(self, label);
        self.close();
    }

    /// A loop: the label goes to its start; the end of the body leaves it.
    pub(crate) fn repeat(&mut self, body: impl FnOnce(&mut Self, Label)) {
        let label = self.open(I::Loop(BlockType::Empty));
        body(self, label);
        self.close();
    }

    /// Repeats while a condition holds.
    pub(crate) fn while_(&mut self, condition: impl Into<Expr>, body: impl FnOnce(&mut Self)) {
        let condition = condition.into();
        self.block(|f, done| {
            f.repeat(|f, again| {
                f.br_if(done, condition.is_zero());
                body(f);
                f.br(again);
            });
        });
    }

    /// Counts a variable of 32 bits up from its value to a bound.
    pub(crate) fn count_up(&mut self, index: Var, bound: impl Into<Expr>, body: impl FnOnce(&mut Self)) {
        self.while_(index.below(bound), |f| {
            body(f);
            f.add(index, 1);
        });
    }

    /// Goes to a label.
    pub(crate) fn br(&mut self, label: Label) {
        self.code.push(I::Br(self.depth - label.0));
    }

    /// Goes to a label if a condition holds.
    pub(crate) fn br_if(&mut self, label: Label, condition: impl Into<Expr>) {
        self.eval(condition, Repr::I32);
        self.code.push(I::BrIf(self.depth - label.0));
    }

    /// Runs the arm of an index; `arm_of[index]` is the number of the arm, arm `arms` (what lies
    /// outside too) is nothing at all. Each arm is written by `write(code, arm, end)`.
    pub(crate) fn switch(
        &mut self,
        on: impl Into<Expr>,
        arm_of: &[usize],
        arms: usize,
        mut write: impl FnMut(&mut Self, usize, Label),
    ) {
        let end = self.open(I::Block(BlockType::Empty));
        let labels: Vec<Label> = (0..arms).map(|_| self.open(I::Block(BlockType::Empty))).collect();
        self.eval(on, Repr::I32);
        let target = |code: &Self, arm: usize| {
            let label = if arm == arms { end } else { labels[arms - 1 - arm] };
            code.depth - label.0
        };
        let targets: Vec<u32> = arm_of.iter().map(|&arm| target(self, arm)).collect();
        let outside = target(self, arms);
        self.code.push(I::BrTable(targets.into(), outside));
        for arm in 0..arms {
            self.close();
            write(self, arm, end);
            self.br(end);
        }
        self.close();
    }
}
