//! The state of a check, and its order: load, declare, check bodies until nothing new is reached, then ask what
//! only the whole program can answer.

use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use dot_abi::manifest::Class;
use dot_abi::policy::Policies;
use dot_syntax::{Diagnostic, FileId, Severity, Span, Symbol, ast};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::class;
use crate::declare::{Alias, ConstantInfo, Declaration, TypeInfo};
use crate::instances::{Instance, Obligation};
use crate::modules::{Module, ModuleId};
use crate::program::{
    Constant, Expr, ExprKind, Function, FunctionId, FunctionKind, Generic, Param, Program, SourceFile, Type, TypeDef,
    WellKnown,
};
use crate::source::Sources;
use crate::suggest;

/// A body that is still to be checked.
pub(crate) enum Work {
    /// Of a declared function.
    Function(usize),
    /// Of a test: the module and the item.
    Test(FunctionId, ModuleId, usize),
    /// Of a default or a condition.
    Expression(FunctionId, ModuleId, Rc<ast::Expr>),
    /// Of a top-level `let`.
    Constant(usize),
}

/// Names that are asked for at every step.
pub(crate) struct Words {
    pub(crate) none: Symbol,
    pub(crate) some: Symbol,
}

/// The state of a check.
pub(crate) struct Checker<'s> {
    pub(crate) words: Words,
    pub(crate) sources: &'s dyn Sources,
    pub(crate) files: Vec<SourceFile>,
    pub(crate) modules: Vec<Module>,
    /// The modules of the standard library that were mentioned, by name.
    pub(crate) std_modules: FxHashMap<&'static str, ModuleId>,
    pub(crate) types: Vec<TypeDef>,
    /// What is known of the types beside their definition, by the same index.
    pub(crate) type_infos: Vec<TypeInfo>,
    pub(crate) aliases: Vec<Alias>,
    pub(crate) declarations: Vec<Declaration>,
    pub(crate) constant_infos: Vec<ConstantInfo>,
    pub(crate) constants: Vec<Constant>,
    pub(crate) functions: Vec<Function>,
    /// The modules of the functions, by the same index.
    pub(crate) function_modules: Vec<ModuleId>,
    pub(crate) queue: VecDeque<Work>,
    pub(crate) tests: Vec<FunctionId>,
    /// What must hold of types and is asked when all of them are known.
    pub(crate) obligations: Vec<Obligation>,
    /// Generic functions and types with the arguments they are used with.
    pub(crate) instances: Vec<Instance>,
    /// Parameters of generic functions and types that stand below a `?`.
    pub(crate) below_option: FxHashSet<(crate::instances::Owner, u32)>,
    /// Which functions each body calls.
    pub(crate) callees: Vec<(FunctionId, Vec<FunctionId>)>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// What is left of the work of finding names that are near to wrong ones.
    pub(crate) near_names: suggest::Budget,
    /// How many aliases are being resolved inside of each other.
    pub(crate) alias_depth: usize,
    /// How deep the expression that is being checked stands in others, through constants that are being inferred.
    pub(crate) expression_depth: usize,
    /// How many constants without a written type are being inferred inside of each other.
    pub(crate) constant_depth: u32,
}

impl<'s> Checker<'s> {
    pub(crate) fn new(sources: &'s dyn Sources) -> Checker<'s> {
        Checker {
            words: Words { none: Symbol::new("None"), some: Symbol::new("Some") },
            sources,
            files: Vec::new(),
            modules: Vec::new(),
            std_modules: FxHashMap::default(),
            types: Vec::new(),
            type_infos: Vec::new(),
            aliases: Vec::new(),
            declarations: Vec::new(),
            constant_infos: Vec::new(),
            constants: Vec::new(),
            functions: Vec::new(),
            function_modules: Vec::new(),
            queue: VecDeque::new(),
            tests: Vec::new(),
            obligations: Vec::new(),
            instances: Vec::new(),
            below_option: FxHashSet::default(),
            callees: Vec::new(),
            diagnostics: Vec::new(),
            near_names: suggest::Budget::default(),
            alias_depth: 0,
            expression_depth: 0,
            constant_depth: 0,
        }
    }

    /// Checks a program, from its root file on.
    pub(crate) fn check_root(&mut self, root: SourceFile) {
        self.load_program(root);
        self.std_module("prelude");
        let user_modules = self.modules.iter().enumerate().filter(|(_, module)| !module.is_std());
        let user_modules: Vec<ModuleId> = user_modules.map(|(index, _)| ModuleId(index as u32)).collect();
        for &module in &user_modules {
            self.declare_functions(module);
        }
        self.check_reached();
    }

    /// Checks the bodies that were reached, and those that they reach.
    pub(crate) fn check_reached(&mut self) {
        while let Some(work) = self.queue.pop_front() {
            self.check_work(work);
        }
        self.check_whole();
    }

    /// What is left to ask when every body is known.
    fn check_whole(&mut self) {
        self.check_type_graph();
        self.check_instances();
        self.check_obligations();
        self.check_constant_cycles();
        self.check_classes();
        if self.diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error) {
            self.settle_steps();
        }
    }

    /// What functions do to the world, and whether they may and say so.
    fn check_classes(&mut self) {
        // What an error hides may be what needs a capability.
        let is_whole = self.diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error);
        class::infer(&mut self.functions, &self.constants);
        self.diagnostics.extend(class::check_calls(&self.functions, &self.types, &self.constants));
        let recursive = std::cell::OnceCell::new();
        let is_recursive = |id: FunctionId| {
            recursive.get_or_init(|| class::recursive(&self.functions, &self.constants))[id.0 as usize]
        };
        for declaration in &self.declarations {
            let is_dot = |kind| matches!(kind, FunctionKind::Dot | FunctionKind::NativeDot);
            let Some(signature) = declaration.signature.as_ref().filter(|one| is_dot(one.kind)) else { continue };
            let tree = &self.modules[declaration.module.0 as usize].tree;
            if let Some(ast::ItemKind::Function(written)) = tree.items.get(declaration.item).map(|item| &item.kind) {
                let function = &self.functions[signature.id.0 as usize];
                self.diagnostics.extend(class::check_policies(&self.functions, signature.id, written, is_recursive));
                if signature.kind == FunctionKind::Dot {
                    let found = class::check_uses(function, written, &self.functions, &self.constants);
                    let is_sure = |one: &Diagnostic| is_whole || one.severity == Severity::Error;
                    self.diagnostics.extend(found.into_iter().filter(is_sure));
                }
            }
        }
    }

    pub(crate) fn into_parts(self) -> (Program, Vec<Diagnostic>) {
        let well_known =
            WellKnown { result: self.prelude_type("Result"), fault: self.fault_type(), json: self.json_type() };
        let root_dots = self.declarations.iter().filter(|declaration| declaration.module == ModuleId::ROOT);
        let dots = root_dots
            .filter_map(|declaration| declaration.signature.as_ref())
            .filter(|signature| signature.kind == FunctionKind::Dot)
            .map(|signature| signature.id)
            .collect();
        let program = Program {
            files: self.files,
            types: self.types,
            functions: self.functions,
            constants: self.constants,
            dots,
            tests: self.tests,
            well_known,
        };
        (program, self.diagnostics)
    }

    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// The text of a place.
    pub(crate) fn text(&self, span: Span) -> &str {
        self.files.get(span.file.0 as usize).and_then(|file| file.text.get(span.range())).unwrap_or("")
    }

    /// Adds a file and gives its number; `None` when there are too many.
    pub(crate) fn add_file(&mut self, file: SourceFile) -> Option<FileId> {
        let id = FileId(u16::try_from(self.files.len()).ok()?);
        self.files.push(file);
        Some(id)
    }

    /// A function that the source does not name: of a default, a condition, a constant.
    pub(crate) fn add_hidden_function(&mut self, hidden: Hidden) -> FunctionId {
        let function = Function {
            name: hidden.name.into(),
            docs: Arc::from(""),
            kind: FunctionKind::Fn,
            public: false,
            generics: hidden.generics.to_vec(),
            params: hidden.params,
            result: hidden.result,
            class: Class::Pure,
            uses: Vec::new(),
            narrowed: Vec::new(),
            policies: Policies::default(),
            alternatives: Vec::new(),
            locals: hidden.locals,
            body: None,
            span: hidden.span,
        };
        self.add_function(function, hidden.module)
    }

    pub(crate) fn add_function(&mut self, function: Function, module: ModuleId) -> FunctionId {
        let id = FunctionId(self.functions.len() as u32);
        self.functions.push(function);
        self.function_modules.push(module);
        id
    }

    /// The function that gives `None`: the default of an option.
    pub(crate) fn add_none_default(&mut self, hidden: Hidden) -> FunctionId {
        let body = Expr { kind: ExprKind::None, ty: hidden.result.clone(), span: hidden.span };
        let id = self.add_hidden_function(hidden);
        self.functions[id.0 as usize].body = Some(body);
        id
    }
}

/// What a hidden function is made of.
pub(crate) struct Hidden {
    pub(crate) name: String,
    pub(crate) module: ModuleId,
    pub(crate) generics: Rc<[Generic]>,
    pub(crate) params: Vec<Param>,
    pub(crate) locals: Vec<crate::program::Local>,
    pub(crate) result: Type,
    pub(crate) span: Span,
}

/// The symbol of `it`, the value that a condition is about.
pub(crate) fn it() -> Symbol {
    Symbol::new("it")
}
