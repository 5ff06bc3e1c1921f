//! Modules: loading what is imported, and what each one names.

use std::rc::Rc;

use dot_syntax::{FileId, Severity, Span, Symbol, ast};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::checker::Checker;
use crate::messages::names;
use crate::program::{SourceFile, TypeId};
use crate::source::LoadError;

/// An index of the modules of a check.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct ModuleId(pub(crate) u32);

impl ModuleId {
    /// The module that the check began with.
    pub(crate) const ROOT: ModuleId = ModuleId(0);
}

/// Where a module comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Origin {
    Root,
    Imported,
    Std,
}

/// A module.
pub(crate) struct Module {
    /// What others call it: empty for the root, `invoice`, `List`, `files`.
    pub(crate) name: Rc<str>,
    pub(crate) origin: Origin,
    pub(crate) file: FileId,
    pub(crate) tree: Rc<ast::Module>,
    /// Where the parser did not understand the text, in order.
    pub(crate) broken: Vec<u32>,
    /// Whether there are items that the parser did not understand, which may declare anything.
    pub(crate) lacks_items: bool,
    /// What it declares and imports.
    pub(crate) names: FxHashMap<Symbol, Named>,
    /// The cases of its unions, which are named without the union where that is clear.
    pub(crate) cases: FxHashMap<Symbol, Vec<(TypeId, usize)>>,
}

/// What a name stands for at the top level.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Entity {
    Module(ModuleId),
    /// An import that failed, which has been said.
    Missing,
    Type(TypeId),
    /// An index of the aliases.
    Alias(usize),
    /// An index of the declarations.
    Function(usize),
    /// An index of the constants.
    Constant(usize),
    Store,
}

/// An entity and how it is declared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named {
    pub(crate) entity: Entity,
    pub(crate) public: bool,
    pub(crate) span: Span,
}

impl Module {
    pub(crate) fn is_std(&self) -> bool {
        self.origin == Origin::Std
    }

    /// How something that it declares is called in the whole program.
    pub(crate) fn qualify(&self, name: Symbol) -> String {
        match &*self.name {
            "" => name.to_string(),
            // The type that a standard module is about: `Json`.
            module if name == *module => name.to_string(),
            module => format!("{module}.{name}"),
        }
    }
}

/// The capabilities that a program can have. Each but `secret` and `sleep`, which are in the prelude, has a module of the standard
/// library, whose name is written small.
pub(crate) const CAPABILITIES: &[&str] =
    &["env", "files", "http", "log", "process", "random", "secret", "sleep", "time"];

/// The name of the standard module that a name of the source stands for: `List` is in `list.dot`.
fn std_file_name(name: &str) -> Option<&'static str> {
    let (file, _) = dot_std::MODULES.iter().find(|(file, _)| *file != "prelude" && std_display_name(file) == name)?;
    Some(file)
}

/// How the source names a standard module, by the name of its file; the prelude has no name.
pub fn std_display_name(file: &str) -> String {
    match file {
        "prelude" => String::new(),
        // `time.dot` is the capability, which is written small.
        "instant" => "Time".to_owned(),
        _ if CAPABILITIES.contains(&file) => file.to_owned(),
        _ => {
            let mut letters = file.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
        }
    }
}

impl<'s> Checker<'s> {
    pub(crate) fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.0 as usize]
    }

    /// Loads the root file and all that it imports, and declares their types.
    pub(crate) fn load_program(&mut self, root: SourceFile) {
        let mut by_path: FxHashMap<String, ModuleId> = FxHashMap::default();
        let mut edges: Vec<(ModuleId, ModuleId, Span)> = Vec::new();
        self.add_module(String::new(), Origin::Root, root);
        let mut next = 0;
        while next < self.modules.len() {
            let importer = ModuleId(next as u32);
            let tree = Rc::clone(&self.modules[next].tree);
            for item in &tree.items {
                let ast::ItemKind::Import(import) = &item.kind else { continue };
                let imported = self.load_import(import, &mut by_path);
                edges.extend(imported.map(|imported| (importer, imported, import_span(import))));
                let entity = imported.map_or(Entity::Missing, Entity::Module);
                let name = import.alias.or_else(|| import.path.last().copied());
                let Some(name) = name else { continue };
                let named = Named { entity, public: item.public.is_some(), span: name.span };
                self.add_name(importer, name, named);
            }
            next += 1;
        }
        self.report_import_cycles(&edges);
        for index in 0..next {
            self.collect(ModuleId(index as u32));
        }
        for index in 0..next {
            self.declare_types(ModuleId(index as u32));
        }
        self.break_refined_cycles();
    }

    fn load_import(&mut self, import: &ast::Import, by_path: &mut FxHashMap<String, ModuleId>) -> Option<ModuleId> {
        let segments: Vec<&str> = import.path.iter().map(|name| name.symbol.as_str()).collect();
        let path = segments.join("/");
        if let Some(&module) = by_path.get(&path) {
            return Some(module);
        }
        let span = import_span(import);
        match self.sources.load(&segments) {
            Ok(file) => {
                let name = segments.last().copied().unwrap_or_default();
                let module = self.add_module(name.to_owned(), Origin::Imported, file);
                match module {
                    Some(module) => {
                        by_path.insert(path, module);
                    }
                    None => self.report(names::too_many_modules(span)),
                }
                module
            }
            Err(LoadError::NotFound { looked, near }) => {
                self.report(names::module_not_found(span, &path, &looked, &near));
                None
            }
            Err(LoadError::Unreadable { name, why }) => {
                self.report(names::module_unreadable(span, &name, &why));
                None
            }
        }
    }

    /// Parses a file and adds it as a module without names.
    fn add_module(&mut self, name: String, origin: Origin, source: SourceFile) -> Option<ModuleId> {
        let text = std::sync::Arc::clone(&source.text);
        let file = self.add_file(source)?;
        let parsed = dot_syntax::parse(file, &text);
        let not_understood =
            parsed.diagnostics.iter().filter(|one| one.severity == Severity::Error && one.fix.is_empty());
        let broken = not_understood.map(|diagnostic| diagnostic.span.start).collect();
        self.diagnostics.extend(parsed.diagnostics);
        let lacks_items = parsed.module.items.iter().any(|item| matches!(item.kind, ast::ItemKind::Error));
        let id = ModuleId(self.modules.len() as u32);
        self.modules.push(Module {
            name: name.into(),
            origin,
            file,
            tree: Rc::new(parsed.module),
            broken,
            lacks_items,
            names: FxHashMap::default(),
            cases: FxHashMap::default(),
        });
        Some(id)
    }

    /// A module of the standard library by the name of its file, loaded when it is first asked for.
    pub(crate) fn std_module(&mut self, file: &str) -> Option<ModuleId> {
        if let Some(&module) = self.std_modules.get(file) {
            return Some(module);
        }
        let &(name, text) = dot_std::MODULES.iter().find(|(name, _)| *name == file)?;
        let source = SourceFile { name: format!("std/{name}.dot"), text: text.into() };
        let module = self.add_module(std_display_name(name), Origin::Std, source)?;
        self.std_modules.insert(name, module);
        self.collect(module);
        self.declare_types(module);
        Some(module)
    }

    /// The module of the standard library that a name stands for.
    pub(crate) fn std_module_named(&mut self, name: Symbol) -> Option<ModuleId> {
        self.std_module(std_file_name(name.as_str())?)
    }

    /// What a name stands for at the top level of a module: its own names, then the prelude's, then standard modules.
    pub(crate) fn lookup(&mut self, module: ModuleId, name: Symbol) -> Option<Named> {
        if let Some(&named) = self.module(module).names.get(&name) {
            return Some(named);
        }
        if let Some(prelude) = self.std_module("prelude")
            && let Some(&named) = self.module(prelude).names.get(&name)
            && (named.public || module == prelude)
        {
            return Some(named);
        }
        let id = self.std_module_named(name)?;
        let span = Span { file: self.module(id).file, ..Span::default() };
        Some(Named { entity: Entity::Module(id), public: true, span })
    }

    /// A type of the prelude.
    pub(crate) fn prelude_type(&self, name: &str) -> Option<TypeId> {
        let prelude = self.std_modules.get("prelude")?;
        match self.module(*prelude).names.get(&Symbol::new(name))?.entity {
            Entity::Type(id) => Some(id),
            _ => None,
        }
    }

    /// `Fault`
    pub(crate) fn fault_type(&self) -> Option<TypeId> {
        self.prelude_type("Fault")
    }

    /// `Json`, if the program has mentioned its module.
    pub(crate) fn json_type(&self) -> Option<TypeId> {
        self.type_of_module(*self.std_modules.get("json")?)
    }

    /// The type that a standard module is about, and is called by its name: `Json` in `json.dot`.
    pub(crate) fn type_of_module(&self, id: ModuleId) -> Option<TypeId> {
        let module = self.module(id);
        match module.names.get(&Symbol::new(&module.name))?.entity {
            Entity::Type(ty) if module.is_std() => Some(ty),
            _ => None,
        }
    }

    pub(crate) fn add_name(&mut self, module: ModuleId, name: ast::Name, named: Named) {
        let names = &mut self.modules[module.0 as usize].names;
        if let Some(earlier) = names.get(&name.symbol) {
            let earlier = earlier.span;
            self.report(names::declared_twice(name, earlier));
            return;
        }
        names.insert(name.symbol, named);
    }

    /// Reports each import that closes a circle, once per circle.
    fn report_import_cycles(&mut self, edges: &[(ModuleId, ModuleId, Span)]) {
        let mut open: Vec<usize> = (0..edges.len()).collect();
        loop {
            prune(edges, &mut open);
            let Some(&first) = open.first() else { break };
            let circle = circle_from(edges, &open, edges[first].0);
            let names: Vec<String> = circle.iter().map(|&edge| self.module_label(edges[edge].0)).collect();
            let span = circle.last().map_or(edges[first].2, |&edge| edges[edge].2);
            self.report(names::import_cycle(span, &names));
            let inside: Vec<ModuleId> = circle.iter().map(|&edge| edges[edge].0).collect();
            open.retain(|&edge| !inside.contains(&edges[edge].0) && !inside.contains(&edges[edge].1));
        }
    }

    /// How a module is named in a message.
    pub(crate) fn module_label(&self, id: ModuleId) -> String {
        let module = self.module(id);
        match &*module.name {
            "" => self.files[module.file.0 as usize].name.clone(),
            name => name.to_owned(),
        }
    }
}

/// Leaves only the imports that lead into a circle: those of modules that import nothing else fall away, one by one.
fn prune(edges: &[(ModuleId, ModuleId, Span)], open: &mut Vec<usize>) {
    loop {
        let importers: FxHashSet<ModuleId> = open.iter().map(|&edge| edges[edge].0).collect();
        let before = open.len();
        open.retain(|&edge| importers.contains(&edges[edge].1));
        if open.len() == before {
            return;
        }
    }
}

/// Follows open edges from a module until one is met twice; gives the edges of that circle.
fn circle_from(edges: &[(ModuleId, ModuleId, Span)], open: &[usize], start: ModuleId) -> Vec<usize> {
    let mut way: Vec<usize> = Vec::new();
    let mut at = start;
    while let Some(&edge) = open.iter().find(|&&edge| edges[edge].0 == at) {
        if let Some(begin) = way.iter().position(|&earlier| edges[earlier].0 == at) {
            return way.split_off(begin);
        }
        way.push(edge);
        at = edges[edge].1;
    }
    way
}

fn import_span(import: &ast::Import) -> Span {
    match (import.path.first(), import.path.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => Span::default(),
    }
}
