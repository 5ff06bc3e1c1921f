//! Units out of hand-made core, and how they are run.
//!
//! A body is written without counts, as lowering gives it; they are placed as for any unit. Each unit runs
//! in three modes (plain; freed memory overwritten; freed memory overwritten and never used again), which
//! must agree and leave no object alive.

// Each test file uses its own part of this module.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::sync::{Arc, LazyLock};

use dot_abi::fault::Fault;
use dot_abi::manifest::{Class, Site, UnitKind};
use dot_abi::native::Native;
pub(crate) use dot_abi::types::Field;
use dot_abi::types::{Case, TypeDesc, TypeRef, TypeTable};
use dot_abi::value::Value;
use dot_codegen::core::{
    Atom, Block, Constant, Function, FunctionRef, Label, Local, Op, SiteRef, Statement, Take, Unit,
};
use dot_codegen::count;
use dot_codegen::emit::{Options, emit_with};
use dot_codegen::lower::Lowered;
use dot_codegen::suspend::suspend;
use dot_runtime::{Engine, EngineConfig, Host, Limits, Outcome, RunError};
use paradot::Output;

/// Where everything stands: the tests have one place.
pub(crate) const SITE: SiteRef = SiteRef(0);

/// A type table that grows.
#[derive(Default)]
pub(crate) struct Types {
    pub(crate) table: TypeTable,
}

impl Types {
    /// The index of a type.
    pub(crate) fn add(&mut self, desc: TypeDesc) -> TypeRef {
        let found = self.table.types.iter().position(|other| *other == desc);
        let index = found.unwrap_or_else(|| {
            self.table.types.push(desc);
            self.table.types.len() - 1
        });
        TypeRef(index as u32)
    }

    pub(crate) fn list(&mut self, item: TypeRef) -> TypeRef {
        self.add(TypeDesc::List { item })
    }

    pub(crate) fn option(&mut self, item: TypeRef) -> TypeRef {
        self.add(TypeDesc::Option { item })
    }

    pub(crate) fn set(&mut self, item: TypeRef) -> TypeRef {
        self.add(TypeDesc::Set { item })
    }

    pub(crate) fn union(&mut self, name: &str, cases: &[&[TypeRef]]) -> TypeRef {
        self.add(union(name, cases))
    }

    pub(crate) fn map(&mut self, key: TypeRef, value: TypeRef) -> TypeRef {
        self.add(TypeDesc::Map { key, value })
    }

    pub(crate) fn tuple(&mut self, items: &[TypeRef]) -> TypeRef {
        self.add(TypeDesc::Tuple { items: items.to_vec() })
    }

    pub(crate) fn record(&mut self, name: &str, fields: &[TypeRef]) -> TypeRef {
        let fields = fields.iter().enumerate().map(|(index, &ty)| field(&format!("f{index}"), ty)).collect();
        self.add(TypeDesc::Record { name: name.to_owned(), docs: String::new(), fields })
    }
}

/// A field without a default.
pub(crate) fn field(name: &str, ty: TypeRef) -> Field {
    Field { name: name.to_owned(), rename: None, docs: String::new(), ty, optional: false, default: String::new() }
}

/// A union whose cases have these fields.
pub(crate) fn union(name: &str, cases: &[&[TypeRef]]) -> TypeDesc {
    let case = |(index, fields): (usize, &&[TypeRef])| Case {
        name: format!("C{index}"),
        tag: None,
        docs: String::new(),
        fields: fields.iter().enumerate().map(|(index, &ty)| field(&format!("_{index}"), ty)).collect(),
    };
    let cases = cases.iter().enumerate().map(case).collect();
    TypeDesc::Union { name: name.to_owned(), docs: String::new(), cases, is_json: false }
}

/// The body of a function while it is written.
pub(crate) struct Body {
    params: usize,
    locals: Vec<TypeRef>,
    blocks: Vec<Block>,
    labels: u32,
}

impl Body {
    pub(crate) fn new(params: &[TypeRef]) -> Body {
        Body { params: params.len(), locals: params.to_vec(), blocks: vec![Vec::new()], labels: 0 }
    }

    pub(crate) fn param(&self, index: u32) -> Local {
        Local(index)
    }

    pub(crate) fn push(&mut self, statement: Statement) {
        self.blocks.last_mut().expect("an open block").push(statement);
    }

    /// A new local with the value of an operation.
    pub(crate) fn set(&mut self, ty: TypeRef, op: Op) -> Local {
        self.locals.push(ty);
        let local = Local(self.locals.len() as u32 - 1);
        self.assign(local, op);
        local
    }

    pub(crate) fn assign(&mut self, local: Local, op: Op) {
        self.push(Statement::Let(local, op));
    }

    pub(crate) fn ret(&mut self, value: impl Into<Operand>) {
        self.push(Statement::Return(value.into().0));
    }

    /// Statements of their own.
    pub(crate) fn block(&mut self, write: impl FnOnce(&mut Body)) -> Block {
        self.blocks.push(Vec::new());
        write(self);
        self.blocks.pop().expect("the block that was opened")
    }

    pub(crate) fn when(&mut self, condition: Local, then: impl FnOnce(&mut Body)) {
        let then = self.block(then);
        self.push(Statement::If(Atom::Local(condition), then, Vec::new()));
    }

    /// `while index < bound { …; index += 1 }` from 0; the body gets the index.
    pub(crate) fn count_up(
        &mut self,
        types: &mut Types,
        bound: impl Into<Operand>,
        write: impl FnOnce(&mut Body, &mut Types, Local),
    ) {
        use dot_codegen::core::{Comparison, Scalar};
        let (int, truth) = (types.add(TypeDesc::Int), types.add(TypeDesc::Bool));
        let bound = bound.into().0;
        let index = self.set(int, Op::Value(Atom::Int(0)));
        self.labels += 1;
        let label = Label(self.labels);
        let body = self.block(|body| {
            let is_over = Op::Compare(Comparison::GreaterEqual, int, Atom::Local(index), bound);
            let is_over = body.set(truth, is_over);
            body.when(is_over, |body| body.push(Statement::Break(label)));
            write(body, types, index);
            body.assign(index, Op::Scalar(Scalar::AddInt, Atom::Local(index), Atom::Int(1), SITE));
        });
        self.push(Statement::Loop(label, body));
    }

    pub(crate) fn function(self, name: &str, result: TypeRef) -> Function {
        let [body] = <[Block; 1]>::try_from(self.blocks).expect("every block is closed");
        let takes = vec![Take::Own; self.params];
        Function { name: name.to_owned(), takes, locals: self.locals, result, closure: None, waits: Vec::new(), body }
    }
}

/// An atom out of what is at hand.
#[derive(Clone, Copy)]
pub(crate) struct Operand(pub(crate) Atom);

impl From<Local> for Operand {
    fn from(local: Local) -> Operand {
        Operand(Atom::Local(local))
    }
}

impl From<i64> for Operand {
    fn from(value: i64) -> Operand {
        Operand(Atom::Int(value))
    }
}

impl From<Atom> for Operand {
    fn from(atom: Atom) -> Operand {
        Operand(atom)
    }
}

/// The atom of a local.
pub(crate) fn at(local: Local) -> Atom {
    Atom::Local(local)
}

/// A program whose entry is its first function.
pub(crate) struct Program {
    pub(crate) types: Types,
    pub(crate) functions: Vec<Function>,
    pub(crate) texts: Vec<String>,
    pub(crate) pinned: Vec<FunctionRef>,
    pub(crate) constants: Vec<Constant>,
    pub(crate) refinements: Vec<(TypeRef, FunctionRef)>,
    pub(crate) defaults: Vec<(TypeRef, u32, u32, FunctionRef)>,
}

impl Program {
    /// A program of one function, written by `write`, which gets the parameters.
    pub(crate) fn new(
        mut types: Types,
        params: &[TypeRef],
        result: TypeRef,
        write: impl FnOnce(&mut Body, &mut Types),
    ) -> Program {
        let mut body = Body::new(params);
        write(&mut body, &mut types);
        let functions = vec![body.function("main", result)];
        Program {
            types,
            functions,
            texts: Vec::new(),
            pinned: vec![FunctionRef(0)],
            constants: Vec::new(),
            refinements: Vec::new(),
            defaults: Vec::new(),
        }
    }

    pub(crate) fn unit(mut self) -> Lowered {
        let entry = &self.functions[0];
        let (params, output) = (entry.locals[..entry.takes.len()].to_vec(), entry.result);
        let input = self.types.record("Input", &params);
        let unit = Unit {
            name: "main".to_owned(),
            kind: UnitKind::Dot,
            docs: String::new(),
            meaning: "0".repeat(64),
            class: Class::Pure,
            uses: Vec::new(),
            narrowed: Vec::new(),
            policies: Default::default(),
            types: self.types.table,
            input,
            output,
            functions: self.functions,
            entry: FunctionRef(0),
            constants: self.constants,
            texts: self.texts,
            refinements: self.refinements,
            defaults: self.defaults,
            calls: Vec::new(),
            natives: Vec::new(),
            mocks: Vec::new(),
            frames: Vec::new(),
            files: vec!["test.dot".to_owned()],
            sites: vec![Site(0, 0, 1)],
        };
        Lowered { unit, pinned: self.pinned, callees: Vec::new() }
    }
}

static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| Engine::new(EngineConfig { stack_bytes: 1 << 20, instances: 4, cache: None }).expect("an engine"));

struct NoOutput;

impl Output for NoOutput {
    fn write(&self, _: &[u8]) -> std::io::Result<()> {
        Ok(())
    }
}

const MODES: [Options; 3] = [
    Options { poison: false, reuse: true },
    Options { poison: true, reuse: true },
    Options { poison: true, reuse: false },
];

/// What a unit's runs gave.
pub(crate) struct Ran {
    pub(crate) result: Result<Value, Fault>,
    /// The memory that it took in the plain mode.
    pub(crate) peak_memory: u64,
}

/// A program that was compiled in every mode.
pub(crate) struct Compiled {
    units: [dot_runtime::Unit; 3],
    limits: Limits,
}

impl Program {
    pub(crate) fn compile(self) -> Compiled {
        let resumable = suspend(count::insert(self.unit()).expect("balanced counts"));
        let units = MODES.map(|mode| {
            let (_, bytes) = emit_with(&resumable, mode);
            assert_eq!(bytes, emit_with(&resumable, mode).1, "the same unit gives the same bytes");
            if let Err(problem) = wasmparser::validate(&bytes) {
                panic!("no valid module: {problem}");
            }
            ENGINE.load(&bytes).expect("a unit that loads")
        });
        Compiled { units, limits: Limits::default() }
    }
}

impl Compiled {
    /// Sets the memory limit.
    pub(crate) fn with_memory(mut self, memory_bytes: u64) -> Compiled {
        self.limits.memory_bytes = memory_bytes;
        self
    }

    fn try_in(&self, mode: usize, input: &[Value]) -> Result<Outcome, RunError> {
        let mut host = Host::new(Arc::new(NoOutput));
        host.limits = self.limits;
        self.units[mode].run(Value::Record(input.to_vec()), &host)
    }

    /// What is wrong with an input that is refused before anything runs.
    pub(crate) fn refused(&self, input: &[Value]) -> Vec<dot_abi::json::Problem> {
        match self.try_in(0, input) {
            Err(RunError::Input(problems)) => problems,
            other => panic!("the input is accepted: {other:?}"),
        }
    }

    fn run_in(&self, mode: usize, input: &[Value]) -> Result<Outcome, Fault> {
        let outcome = self.try_in(mode, input).map_err(|error| match error {
            RunError::Fault(fault) => fault,
            RunError::Input(problems) => panic!("{problems:?}"),
        });
        if let Ok(outcome) = &outcome {
            assert_eq!(outcome.live_objects, 0, "no object stays alive");
        }
        outcome
    }

    /// Runs the plain mode.
    pub(crate) fn run_plain(&self, input: &[Value]) -> Result<Outcome, Fault> {
        self.run_in(0, input)
    }

    /// The value or fault, which every mode gives.
    pub(crate) fn run(&self, input: &[Value]) -> Result<Value, Fault> {
        let [first, rest @ ..] = [0, 1, 2].map(|mode| self.run_in(mode, input).map(|outcome| outcome.value));
        for other in rest {
            // NaN differs from itself, its text does not.
            assert_eq!(format!("{first:?}"), format!("{other:?}"), "for {input:?}");
        }
        first
    }

    /// The value.
    pub(crate) fn value(&self, input: &[Value]) -> Value {
        self.run(input).expect("a run without a fault")
    }

    /// The fault, as people see it.
    pub(crate) fn fault(&self, input: &[Value]) -> String {
        self.run(input).expect_err("a run that fails").to_string()
    }
}

/// A program of one operation whose operands are the parameters.
pub(crate) fn operation(
    types: Types,
    params: &[TypeRef],
    result: TypeRef,
    op: impl FnOnce(Vec<Atom>) -> Op,
) -> Compiled {
    let program = Program::new(types, params, result, |body, _| {
        let operands = (0..params.len() as u32).map(|index| at(body.param(index))).collect();
        let value = body.set(result, op(operands));
        body.ret(value);
    });
    program.compile()
}

/// A program of one native.
pub(crate) fn native(native: Native, types: Types, args: &[TypeRef], params: &[TypeRef], result: TypeRef) -> Compiled {
    operation(types, params, result, |operands| Op::Native(native, args.to_vec(), operands, SITE))
}

/// A text value.
pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.into())
}

/// A list of integers.
pub(crate) fn ints(items: impl IntoIterator<Item = i64>) -> Value {
    Value::List(items.into_iter().map(Value::Int).collect())
}
