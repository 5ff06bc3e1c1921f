//! The module while it grows, and its encoding.

use std::cell::RefCell;

use dot_abi::layout::{HEAP_START, Repr};
use indexmap::{IndexMap, IndexSet};
use wasm_encoder as enc;

use super::code::{Body, Code};
use super::expr::val_type;

/// A function: of the module or imported.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Func(pub(super) u32);

/// A global.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Global {
    pub(super) index: u32,
    pub(super) ty: Repr,
}

type Signature = (Vec<Repr>, Option<Repr>);

enum Origin {
    Import { module: String, name: String },
    Defined(Option<Body>),
}

struct Function {
    name: String,
    signature: Signature,
    origin: Origin,
}

#[derive(Default)]
struct Parts {
    signatures: IndexSet<Signature>,
    functions: Vec<Function>,
    by_name: IndexMap<String, Func>,
    globals: Vec<(Repr, bool, i64)>,
    table: IndexSet<u32>,
    data: Vec<u8>,
    exports: Vec<(String, Func)>,
    sections: Vec<(String, Vec<u8>)>,
}

/// A module with one memory. It is shared while functions are written, because writing one
/// function asks for others.
#[derive(Default)]
pub(crate) struct Module {
    parts: RefCell<Parts>,
}

impl Module {
    /// Declares a function; its body follows. Names are for people and need not differ.
    pub(crate) fn declare(&self, name: &str, params: &[Repr], result: Option<Repr>) -> Func {
        let origin = Origin::Defined(None);
        self.add(Function { name: name.to_owned(), signature: (params.to_vec(), result), origin })
    }

    /// The body of a declared function.
    pub(crate) fn define(&self, func: Func, write: impl FnOnce(&mut Code<'_>)) {
        let (params, result) = self.signature(func);
        let mut code = Code::new(self, &params);
        write(&mut code);
        if result.is_some() {
            code.unreachable();
        }
        self.parts.borrow_mut().functions[func.0 as usize].origin = Origin::Defined(Some(code.finish()));
    }

    /// The function of a unique name: written when it is asked for first.
    pub(crate) fn routine(
        &self,
        name: &str,
        params: &[Repr],
        result: Option<Repr>,
        write: impl FnOnce(&mut Code<'_>),
    ) -> Func {
        let found = self.parts.borrow().by_name.get(name).copied();
        found.unwrap_or_else(|| {
            let func = self.declare(name, params, result);
            self.parts.borrow_mut().by_name.insert(name.to_owned(), func);
            self.define(func, write);
            func
        })
    }

    /// An imported function.
    pub(crate) fn import(&self, module: &str, name: &str, params: &[Repr], result: Option<Repr>) -> Func {
        let key = format!("{module} {name}");
        let found = self.parts.borrow().by_name.get(&key).copied();
        found.unwrap_or_else(|| {
            let origin = Origin::Import { module: module.to_owned(), name: name.to_owned() };
            let func = self.add(Function { name: name.to_owned(), signature: (params.to_vec(), result), origin });
            self.parts.borrow_mut().by_name.insert(key, func);
            func
        })
    }

    fn add(&self, function: Function) -> Func {
        let mut parts = self.parts.borrow_mut();
        parts.signatures.insert(function.signature.clone());
        parts.functions.push(function);
        Func(parts.functions.len() as u32 - 1)
    }

    pub(super) fn signature(&self, func: Func) -> Signature {
        self.parts.borrow().functions[func.0 as usize].signature.clone()
    }

    pub(super) fn name_of(&self, func: Func) -> String {
        self.parts.borrow().functions[func.0 as usize].name.clone()
    }

    pub(super) fn signature_index(&self, params: &[Repr], result: Option<Repr>) -> u32 {
        self.parts.borrow_mut().signatures.insert_full((params.to_vec(), result)).0 as u32
    }

    /// A new global with its first value (of a float: the bits).
    pub(crate) fn global(&self, ty: Repr, mutable: bool, start: i64) -> Global {
        let mut parts = self.parts.borrow_mut();
        parts.globals.push((ty, mutable, start));
        Global { index: parts.globals.len() as u32 - 1, ty }
    }

    /// Changes the first value of a global.
    pub(crate) fn set_start(&self, global: Global, start: i64) {
        self.parts.borrow_mut().globals[global.index as usize].2 = start;
    }

    /// The index of a function in the table.
    pub(crate) fn table_index(&self, func: Func) -> u32 {
        self.parts.borrow_mut().table.insert_full(func.0).0 as u32
    }

    /// Places constant bytes, aligned to 8, and gives their address.
    pub(crate) fn data(&self, bytes: &[u8]) -> u32 {
        let mut parts = self.parts.borrow_mut();
        let start = parts.data.len().next_multiple_of(8);
        parts.data.resize(start, 0);
        parts.data.extend_from_slice(bytes);
        HEAP_START + start as u32
    }

    /// The address behind the constant bytes, aligned to 16.
    pub(crate) fn data_end(&self) -> u32 {
        (HEAP_START + self.parts.borrow().data.len() as u32).next_multiple_of(16)
    }

    /// Exports a function.
    pub(crate) fn export(&self, name: &str, func: Func) {
        self.parts.borrow_mut().exports.push((name.to_owned(), func));
    }

    /// Adds a custom section.
    pub(crate) fn section(&self, name: &str, bytes: Vec<u8>) {
        self.parts.borrow_mut().sections.push((name.to_owned(), bytes));
    }

    /// The bytes of the module, whose memory is exported under the name and starts with so many pages.
    pub(crate) fn encode(self, memory: &str, pages: u64) -> Vec<u8> {
        self.parts.into_inner().encode(memory, pages)
    }
}

impl Parts {
    fn encode(&self, memory: &str, pages: u64) -> Vec<u8> {
        let numbers = self.numbers();
        let mut module = enc::Module::new();
        module.section(&self.type_section());
        module.section(&self.import_section());
        let mut functions = enc::FunctionSection::new();
        for function in self.defined() {
            functions.function(self.type_index(&function.signature));
        }
        module.section(&functions);
        // An empty one too: a call through it may stand where no closure is ever made.
        module.section(&self.table_section());
        let mut memories = enc::MemorySection::new();
        let ty =
            enc::MemoryType { minimum: pages, maximum: None, memory64: false, shared: false, page_size_log2: None };
        memories.memory(ty);
        module.section(&memories);
        module.section(&self.global_section());
        module.section(&self.export_section(memory, &numbers));
        if !self.table.is_empty() {
            let elements: Vec<u32> = self.table.iter().map(|&func| numbers[func as usize]).collect();
            let mut section = enc::ElementSection::new();
            section.active(None, &enc::ConstExpr::i32_const(0), enc::Elements::Functions(elements.into()));
            module.section(&section);
        }
        module.section(&self.code_section(&numbers));
        let mut data = enc::DataSection::new();
        data.active(0, &enc::ConstExpr::i32_const(HEAP_START as i32), self.data.iter().copied());
        module.section(&data);
        module.section(&self.name_section(&numbers));
        for (name, bytes) in &self.sections {
            module.section(&enc::CustomSection { name: name.into(), data: bytes.into() });
        }
        module.finish()
    }

    /// The WASM index of each function: imports come first.
    fn numbers(&self) -> Vec<u32> {
        let is_import = |function: &&Function| matches!(function.origin, Origin::Import { .. });
        let (mut import, mut defined) = (0, self.functions.iter().filter(is_import).count() as u32);
        let number = |function| {
            let next = if is_import(&function) { &mut import } else { &mut defined };
            *next += 1;
            *next - 1
        };
        self.functions.iter().map(number).collect()
    }

    fn defined(&self) -> impl Iterator<Item = &Function> {
        self.functions.iter().filter(|function| matches!(function.origin, Origin::Defined(_)))
    }

    fn type_index(&self, signature: &Signature) -> u32 {
        self.signatures.get_index_of(signature).expect("a known signature") as u32
    }

    fn type_section(&self) -> enc::TypeSection {
        let mut section = enc::TypeSection::new();
        for (params, result) in &self.signatures {
            section.ty().function(params.iter().copied().map(val_type), result.iter().copied().map(val_type));
        }
        section
    }

    fn import_section(&self) -> enc::ImportSection {
        let mut section = enc::ImportSection::new();
        for function in &self.functions {
            if let Origin::Import { module, name } = &function.origin {
                section.import(module, name, enc::EntityType::Function(self.type_index(&function.signature)));
            }
        }
        section
    }

    fn table_section(&self) -> enc::TableSection {
        let size = self.table.len() as u64;
        let mut section = enc::TableSection::new();
        section.table(enc::TableType {
            element_type: enc::RefType::FUNCREF,
            table64: false,
            minimum: size,
            maximum: Some(size),
            shared: false,
        });
        section
    }

    fn global_section(&self) -> enc::GlobalSection {
        let mut section = enc::GlobalSection::new();
        for &(ty, mutable, start) in &self.globals {
            let value = match ty {
                Repr::I32 => enc::ConstExpr::i32_const(start as i32),
                Repr::I64 => enc::ConstExpr::i64_const(start),
                Repr::F64 => enc::ConstExpr::f64_const(f64::from_bits(start as u64).into()),
            };
            section.global(enc::GlobalType { val_type: val_type(ty), mutable, shared: false }, &value);
        }
        section
    }

    fn export_section(&self, memory: &str, numbers: &[u32]) -> enc::ExportSection {
        let mut section = enc::ExportSection::new();
        section.export(memory, enc::ExportKind::Memory, 0);
        for (name, func) in &self.exports {
            section.export(name, enc::ExportKind::Func, numbers[func.0 as usize]);
        }
        section
    }

    fn code_section(&self, numbers: &[u32]) -> enc::CodeSection {
        let mut section = enc::CodeSection::new();
        for function in self.defined() {
            let Origin::Defined(Some(body)) = &function.origin else {
                unreachable!("{} has no body", function.name);
            };
            let mut encoded = enc::Function::new_with_locals_types(body.locals.iter().copied().map(val_type));
            for instruction in &body.code {
                match instruction {
                    enc::Instruction::Call(func) => {
                        encoded.instruction(&enc::Instruction::Call(numbers[*func as usize]))
                    }
                    other => encoded.instruction(other),
                };
            }
            section.function(&encoded);
        }
        section
    }

    /// Function names, so that traces are readable.
    fn name_section(&self, numbers: &[u32]) -> enc::NameSection {
        let mut named: Vec<(u32, &str)> =
            numbers.iter().copied().zip(self.functions.iter().map(|function| function.name.as_str())).collect();
        named.sort_unstable();
        let mut names = enc::NameMap::new();
        for (number, name) in named {
            names.append(number, name);
        }
        let mut section = enc::NameSection::new();
        section.functions(&names);
        section
    }
}
