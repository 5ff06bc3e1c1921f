//! Lowering: one dot or test of a typed program, and all that it reaches, as core without counts.
//!
//! Functions are made *monomorphic*: an instance is a function with its type arguments. The entry is
//! lowered first; instances that a body mentions are put on a list and follow, so that the depth of
//! a program's call graph never becomes depth of recursion here. Inside a body recursion follows
//! the nesting of the source, which the parser bounds.
//!
//! | module | what it lowers |
//! |---|---|
//! | [`functions`], [`control`] | an instance; the builder of bodies |
//! | [`expressions`], [`operators`] | expressions |
//! | [`statements`] | statements and blocks |
//! | [`patterns`], [`options`] | `match`, `is`, `let … else` |
//! | [`loops`] | `for`, `while`, comprehensions, `in` |
//! | [`places`] | assignments |
//! | [`closures`] | lambdas |
//! | [`calls`], [`inline`] | calls, refinements; what is put where it is called |
//! | [`steps`], [`pending`], [`fan_out`] | calls of dots: where they start and where they are awaited |
//! | [`constants`] | top-level `let`s, conditions and defaults that the host asks for |
//! | [`types`], [`sites`] | the tables |

mod calls;
mod closures;
mod constants;
mod control;
mod expressions;
mod fan_out;
mod functions;
mod inline;
mod loops;
mod operators;
mod options;
mod patterns;
mod pending;
mod places;
mod sites;
mod statements;
mod steps;
mod types;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use dot_abi::manifest::{CallSite, MockSite, NativeDeclaration, UnitKind};
use dot_abi::types::TypeRef;
use dot_syntax::{Code, Diagnostic, Span};
use dot_types::program::{ConstantId, FunctionId, FunctionKind, Program, Type};
use indexmap::IndexSet;
use rustc_hash::FxHashMap;

use crate::core::{CallRef, Constant, ConstantRef, Function, FunctionRef, Take, Unit};
use sites::{Sites, Texts};
use steps::CallKey;
use types::Types;

/// The most instances and lambdas that a unit may have.
const MAX_FUNCTIONS: usize = 50_000;

/// A unit in core whose references are not counted yet.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// The unit; no function borrows a parameter, nothing is dup'ed or dropped.
    pub unit: Unit,
    /// Functions that are called from outside of the unit's code: all their operands are consumed.
    pub pinned: Vec<FunctionRef>,
    /// The dots and anonymous dots that the unit calls: units of their own.
    pub callees: Vec<FunctionId>,
}

/// A function with its type arguments.
type Instance = (FunctionId, Arc<[Type]>);

/// Lowers a dot or test.
#[expect(clippy::result_large_err, reason = "one diagnostic for each unit")]
pub fn lower(program: &Program, entry: FunctionId) -> Result<Lowered, Diagnostic> {
    let mut lowering = Lowering::new(program);
    let root = lowering.instance(entry, Arc::from([]));
    let input = lowering.types.input(entry);
    lowering.all();
    lowering.for_the_host(entry, input);
    match lowering.error.take() {
        Some(error) => Err(error),
        None => Ok(lowering.finish(entry, root, input)),
    }
}

/// A unit under construction.
struct Lowering<'p> {
    program: &'p Program,
    types: Types<'p>,
    texts: Texts,
    sites: Sites,
    /// `None` while a function waits for its turn.
    functions: Vec<Option<Function>>,
    instances: FxHashMap<Instance, FunctionRef>,
    waiting: VecDeque<(Instance, FunctionRef)>,
    constants: Vec<Constant>,
    constant_index: FxHashMap<ConstantId, ConstantRef>,
    calls: Vec<CallSite>,
    call_index: FxHashMap<CallKey, CallRef>,
    callees: IndexSet<FunctionId>,
    natives: BTreeMap<String, NativeDeclaration>,
    mocks: Vec<MockSite>,
    refinements: Vec<(TypeRef, FunctionRef)>,
    defaults: Vec<(TypeRef, u32, u32, FunctionRef)>,
    pinned: Vec<FunctionRef>,
    /// The types of values that natives make, whose conditions the host asks as it does those of the input.
    made_outside: Vec<TypeRef>,
    /// The first thing that went wrong. Lowering goes on to the end of the function and then stops.
    error: Option<Diagnostic>,
}

impl<'p> Lowering<'p> {
    fn new(program: &'p Program) -> Lowering<'p> {
        Lowering {
            program,
            types: Types::new(program),
            texts: Texts::default(),
            sites: Sites::default(),
            functions: Vec::new(),
            instances: FxHashMap::default(),
            waiting: VecDeque::new(),
            constants: Vec::new(),
            constant_index: FxHashMap::default(),
            calls: Vec::new(),
            call_index: FxHashMap::default(),
            callees: IndexSet::new(),
            natives: BTreeMap::new(),
            mocks: Vec::new(),
            refinements: Vec::new(),
            defaults: Vec::new(),
            pinned: Vec::new(),
            made_outside: Vec::new(),
            error: None,
        }
    }

    /// The core function of an instance, lowered later if it is new.
    fn instance(&mut self, function: FunctionId, args: Arc<[Type]>) -> FunctionRef {
        let instance = (function, args);
        if let Some(&known) = self.instances.get(&instance) {
            return known;
        }
        let reference = self.reserve(self.program.function(function).span);
        self.instances.insert(instance.clone(), reference);
        self.waiting.push_back((instance, reference));
        reference
    }

    /// A function reference whose function follows.
    fn reserve(&mut self, span: Span) -> FunctionRef {
        if self.functions.len() == MAX_FUNCTIONS {
            let message = format!("the unit has more than {MAX_FUNCTIONS} functions, each with its type arguments");
            let help = "Use fewer type arguments for generic functions, or split the dot into several.";
            self.fail(Diagnostic::error(Code("E0905"), span, message).help(help));
        }
        self.functions.push(None);
        FunctionRef(self.functions.len() as u32 - 1)
    }

    /// Lowers what waits, until nothing does.
    fn all(&mut self) {
        while self.error.is_none() {
            let Some(((function, args), reference)) = self.waiting.pop_front() else { return };
            let lowered = functions::lower_function(self, function, args);
            self.functions[reference.0 as usize] = Some(lowered);
        }
    }

    fn fail(&mut self, error: Diagnostic) {
        self.error.get_or_insert(error);
    }

    /// Something that the checker must never let through.
    fn internal(&mut self, span: Span, what: &str) {
        let message = format!("the compiler met {what} in a checked program: this is an error of the compiler");
        self.fail(Diagnostic::error(Code("E0999"), span, message).help("please report it with the program"));
    }

    fn finish(mut self, entry: FunctionId, root: FunctionRef, input: TypeRef) -> Lowered {
        let function = self.program.function(entry);
        let output = self.types.of(&function.result);
        let (files, sites) = self.sites.finish(self.program);
        let functions: Vec<Function> = self.functions.into_iter().flatten().collect();
        let mut pinned = self.pinned;
        pinned.push(root);
        let unit = Unit {
            name: function.name.to_string(),
            kind: match function.kind {
                FunctionKind::Test => UnitKind::Test,
                FunctionKind::Anonymous => UnitKind::Anonymous,
                _ => UnitKind::Dot,
            },
            docs: function.docs.to_string(),
            meaning: dot_types::meaning(self.program, entry).to_string(),
            class: function.class,
            uses: function.uses.iter().map(|name| name.to_string()).collect(),
            narrowed: function.narrowed.clone(),
            policies: function.policies.clone(),
            types: self.types.into_table(),
            input,
            output,
            functions,
            entry: root,
            constants: self.constants,
            texts: self.texts.finish(),
            refinements: self.refinements,
            defaults: self.defaults,
            calls: self.calls,
            natives: self.natives.into_values().collect(),
            mocks: self.mocks,
            frames: Vec::new(),
            files,
            sites,
        };
        Lowered { unit, pinned, callees: self.callees.into_iter().collect() }
    }
}

/// All operands consumed: what lowering says of every function.
fn all_own(params: usize) -> Vec<Take> {
    vec![Take::Own; params]
}
