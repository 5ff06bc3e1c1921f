//! A readable text of core, for tests and the log.
//!
//! ```text
//! fn double(%0 own) -> Int                  the parameters, and whether they are consumed
//!   %1: Int = add %0 %0
//!   return %1
//! ```

use std::fmt::Write;

use dot_abi::types::{TypeDesc, TypeRef, TypeTable};

use crate::core::{Atom, Block, CallRef, Function, Label, Op, SiteRef, Statement, Take, Unit};

/// The text of a unit: its functions, and which of them the host calls.
pub fn unit_text(unit: &Unit) -> String {
    let mut text = String::new();
    for (index, function) in unit.functions.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        text.push_str(&format!("@{index} "));
        text.push_str(&function_text(unit, function));
    }
    let mut list = |title: &str, items: Vec<String>| {
        if !items.is_empty() {
            _ = write!(text, "\n{title}: {}\n", items.join(", "));
        }
    };
    let of = |function: crate::core::FunctionRef| format!("@{}", function.0);
    list("entry", vec![of(unit.entry)]);
    list("constants", unit.constants.iter().map(|constant| of(constant.function)).collect());
    let condition = |(ty, function): &(TypeRef, _)| format!("{} {}", type_text(&unit.types, *ty), of(*function));
    list("refinements", unit.refinements.iter().map(condition).collect());
    let default = |(ty, case, field, function): &(TypeRef, u32, u32, _)| {
        format!("{}.{case}.{field} {}", type_text(&unit.types, *ty), of(*function))
    };
    list("defaults", unit.defaults.iter().map(default).collect());
    text
}

/// The text of a function.
pub fn function_text(unit: &Unit, function: &Function) -> String {
    let mut writer = Writer { unit, function, text: String::new() };
    writer.header();
    writer.block(&function.body, 1);
    writer.text
}

struct Writer<'u> {
    unit: &'u Unit,
    function: &'u Function,
    text: String,
}

impl Writer<'_> {
    fn header(&mut self) {
        let params = self.function.takes.iter().enumerate().map(|(index, take)| {
            let take = if *take == Take::Own { "own" } else { "borrow" };
            format!("%{index}: {} {take}", self.ty(self.function.locals[index]))
        });
        let params: Vec<String> = params.collect();
        let kind = if self.function.closure.is_some() { "lambda" } else { "fn" };
        let result = self.ty(self.function.result);
        self.text.push_str(&format!("{kind} {}({}) -> {result}\n", self.function.name, params.join(", ")));
    }

    fn block(&mut self, block: &Block, depth: usize) {
        for statement in block {
            self.statement(statement, depth);
        }
    }

    fn line(&mut self, depth: usize, line: impl AsRef<str>) {
        for _ in 0..depth {
            self.text.push_str("  ");
        }
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    fn statement(&mut self, statement: &Statement, depth: usize) {
        match statement {
            Statement::Let(local, op) => {
                let ty = self.ty(self.function.locals[local.0 as usize]);
                self.line(depth, format!("%{}: {ty} = {}", local.0, self.op(op)));
            }
            Statement::Dup(local) => self.line(depth, format!("dup %{}", local.0)),
            Statement::Drop(local) => self.line(depth, format!("drop %{}", local.0)),
            Statement::If(condition, then, otherwise) => {
                self.line(depth, format!("if {}", self.atom(condition)));
                self.block(then, depth + 1);
                if !otherwise.is_empty() {
                    self.line(depth, "else");
                    self.block(otherwise, depth + 1);
                }
            }
            Statement::Switch { on, arms, otherwise } => {
                self.line(depth, format!("switch %{}", on.0));
                for (cases, arm) in arms {
                    let cases: Vec<String> = cases.iter().map(|case| self.case(on.0, *case)).collect();
                    self.line(depth, format!("case {}", cases.join(", ")));
                    self.block(arm, depth + 1);
                }
                if let Some(otherwise) = otherwise {
                    self.line(depth, "otherwise");
                    self.block(otherwise, depth + 1);
                }
            }
            Statement::Labeled(label, block) => {
                self.line(depth, format!("block {}", name(*label)));
                self.block(block, depth + 1);
            }
            Statement::Loop(label, block) => {
                self.line(depth, format!("loop {}", name(*label)));
                self.block(block, depth + 1);
            }
            other => {
                let line = self.simple(other);
                self.line(depth, line);
            }
        }
    }

    fn simple(&self, statement: &Statement) -> String {
        match statement {
            Statement::Break(label) => format!("break {}", name(*label)),
            Statement::Continue(label) => format!("continue {}", name(*label)),
            Statement::Return(value) => format!("return {}", self.atom(value)),
            Statement::Fault { code, site, a, b } => {
                let operands: String =
                    [a, b].into_iter().flatten().map(|atom| format!(" {}", self.atom(atom))).collect();
                format!("fault {code}{operands}{}", self.site(*site))
            }
            Statement::SetField { object, index, value, drop_old } => {
                format!("%{}.{index} {} {}", object.0, arrow(*drop_old), self.atom(value))
            }
            Statement::CheckIndex(list, index, site) => {
                format!("check %{}[{}]{}", list.0, self.atom(index), self.site(*site))
            }
            Statement::SetItem { list, index, value, drop_old } => {
                format!("%{}[{}] {} {}", list.0, self.atom(index), arrow(*drop_old), self.atom(value))
            }
            Statement::PutEntry { map, key, value } => {
                format!("%{}[{}] {} {}", map.0, self.atom(key), arrow(false), self.atom(value))
            }
            Statement::SortMap(map) => format!("sort %{}", map.0),
            Statement::Await(handle, _) => format!("await {}", self.atom(handle)),
            Statement::Wait(handle, number) => {
                let live = self.function.waits.get(*number as usize).into_iter().flatten();
                let live: Vec<String> = live.map(|local| format!("%{}", local.0)).collect();
                format!("wait {number} {} [{}]", self.atom(handle), live.join(", "))
            }
            Statement::Settle(handle) => format!("settle {}", self.atom(handle)),
            Statement::Raise(fault, site) => format!("raise {}{}", self.atom(fault), self.site(*site)),
            Statement::Group(Atom::Int(0)) => "group ends".to_owned(),
            Statement::Group(limit) => format!("group of at most {}", self.atom(limit)),
            Statement::Mock(mock, captures) => {
                let target = self.unit.mocks.get(mock.0 as usize).map_or("?", |mock| &mock.target);
                format!("mock {target}({})", self.atoms(captures))
            }
            _ => String::new(),
        }
    }

    fn op(&self, op: &Op) -> String {
        let ty = |ty: &TypeRef| self.ty(*ty);
        match op {
            Op::Value(a) => self.atom(a),
            Op::Alias(local) => format!("lent %{}", local.0),
            Op::Scalar(op, a, b, site) => {
                format!("{} {}{}", lower_case(op), self.atoms(&[*a, *b]), self.site(*site))
            }
            Op::Unary(op, a, site) => format!("{} {}{}", lower_case(op), self.atom(a), self.site(*site)),
            Op::Compare(comparison, of, a, b) => {
                format!("{}<{}> {}", lower_case(comparison), ty(of), self.atoms(&[*a, *b]))
            }
            Op::Call(function, atoms) => format!("call @{}({})", function.0, self.atoms(atoms)),
            Op::CallClosure(callee, atoms) => format!("call %{}({})", callee.0, self.atoms(atoms)),
            Op::Native(native, types, atoms, site) => {
                let types: Vec<String> = types.iter().map(ty).collect();
                let types = if types.is_empty() { String::new() } else { format!("<{}>", types.join(", ")) };
                format!("{}{types}({}){}", native.name(), self.atoms(atoms), self.site(*site))
            }
            Op::Note(call, atoms) => self.call("note", *call, atoms),
            Op::Start(call, atoms) => self.call("start", *call, atoms),
            Op::Take(handle) => format!("take {}", self.atom(handle)),
            Op::Enter(condition, waits) => {
                format!("enter {} {}..{}", self.atom(condition), waits.start, waits.end)
            }
            Op::Concat(atoms) => format!("concat {}", self.atoms(atoms)),
            Op::Append(a, b) | Op::AppendList(a, b) => format!("append {}", self.atoms(&[*a, *b])),
            Op::List(_, items) => format!("[{}]", self.atoms(items)),
            Op::Empty(_, room) => format!("empty {}", self.atom(room)),
            Op::Record(_, fields) => format!("({})", self.atoms(fields)),
            Op::Case(of, case, fields) => {
                format!("{}({})", case_name(&self.unit.types, *of, *case), self.atoms(fields))
            }
            Op::Some(_, a) => format!("some {}", self.atom(a)),
            Op::Closure(_, function, captures) => format!("closure @{}[{}]", function.0, self.atoms(captures)),
            other => self.part(other),
        }
    }

    fn call(&self, word: &str, call: CallRef, atoms: &[Atom]) -> String {
        let call = self.unit.calls.get(call.0 as usize);
        let tried = if call.is_some_and(|call| call.is_try) { "try " } else { "" };
        format!("{word} {tried}{}({})", call.map_or("?", |call| call.target.name()), self.atoms(atoms))
    }

    /// Operations on a part of an object.
    fn part(&self, op: &Op) -> String {
        match op {
            Op::Field(object, case, index) => match self.unit.types.get(self.base(object.0)) {
                TypeDesc::Union { .. } => format!("%{}.{}.{index}", object.0, self.case(object.0, *case)),
                _ => format!("%{}.{index}", object.0),
            },
            Op::IsSome(option) => format!("is_some %{}", option.0),
            Op::SomeValue(option) => format!("%{}.some", option.0),
            Op::Capture(index) => format!("capture {index}"),
            Op::Constant(constant) => format!("constant {}", constant.0),
            Op::Entry(map, key, site) => format!("%{}[{}]{}", map.0, self.atom(key), self.site(*site)),
            Op::Item(list, index) | Op::Byte(list, index) => format!("%{}[{}]", list.0, self.atom(index)),
            Op::FindEntry(map, key) => format!("find %{} {}", map.0, self.atom(key)),
            Op::EntryKey(map, index) => format!("key %{} {}", map.0, self.atom(index)),
            Op::EntryValue(map, index) => format!("value %{} {}", map.0, self.atom(index)),
            Op::Length(value) => format!("length %{}", value.0),
            Op::CharAt(text, offset) => format!("char %{} {}", text.0, self.atom(offset)),
            Op::CharEnd(text, offset) => format!("char_end %{} {}", text.0, self.atom(offset)),
            Op::MakeUnique(a) => format!("unique {}", self.atom(a)),
            Op::UniqueField(object, index) => format!("unique %{}.{index}", object.0),
            Op::UniqueItem(list, index) => format!("unique %{}[{}]", list.0, self.atom(index)),
            Op::TakeField(object, index) => format!("take %{}.{index}", object.0),
            Op::TakeItem(list, index) => format!("take %{}[{}]", list.0, self.atom(index)),
            Op::TakeEntry(map, key, site) => format!("take %{}[{}]{}", map.0, self.atom(key), self.site(*site)),
            _ => String::new(),
        }
    }

    fn atoms(&self, atoms: &[Atom]) -> String {
        let atoms: Vec<String> = atoms.iter().map(|atom| self.atom(atom)).collect();
        atoms.join(", ")
    }

    fn atom(&self, atom: &Atom) -> String {
        match atom {
            Atom::Local(local) => format!("%{}", local.0),
            Atom::Unit => "()".to_owned(),
            Atom::Bool(value) => value.to_string(),
            Atom::Int(value) => value.to_string(),
            Atom::Float(value) => format!("{value:?}"),
            Atom::Decimal(value) => format!("{value}d"),
            Atom::Text(text) => format!("{:?}", self.unit.texts.get(text.0 as usize).map_or("", |text| text)),
            Atom::None => "none".to_owned(),
            Atom::BareCase(case) => format!("case {case}"),
        }
    }

    /// The place of something that may fault, by line and column bytes of its file.
    fn site(&self, site: SiteRef) -> String {
        self.unit.sites.get(site.0 as usize).map_or(String::new(), |site| format!("  // {}..{}", site.1, site.2))
    }

    fn base(&self, local: u32) -> TypeRef {
        self.unit.types.base(self.function.locals[local as usize])
    }

    fn case(&self, local: u32, case: u32) -> String {
        case_name(&self.unit.types, self.base(local), case)
    }

    fn ty(&self, ty: TypeRef) -> String {
        type_text(&self.unit.types, ty)
    }
}

fn case_name(types: &TypeTable, ty: TypeRef, case: u32) -> String {
    match types.get(types.base(ty)) {
        TypeDesc::Union { cases, .. } => cases.get(case as usize).map_or(case.to_string(), |case| case.name.clone()),
        _ => case.to_string(),
    }
}

fn name(label: Label) -> String {
    format!("'{}", label.0)
}

fn arrow(drop_old: bool) -> &'static str {
    if drop_old { "<-" } else { "<=" }
}

/// `AddInt` as `add_int`.
fn lower_case(name: &impl std::fmt::Debug) -> String {
    let mut text = String::new();
    for letter in format!("{name:?}").chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

/// A type of the table by its name.
pub(crate) fn type_text(types: &TypeTable, ty: TypeRef) -> String {
    let of = |ty: &TypeRef| type_text(types, *ty);
    let all = |types: &[TypeRef]| types.iter().map(of).collect::<Vec<_>>().join(", ");
    match types.get(ty) {
        TypeDesc::List { item } => format!("List<{}>", of(item)),
        TypeDesc::Set { item } => format!("Set<{}>", of(item)),
        TypeDesc::Map { key, value } => format!("Map<{}, {}>", of(key), of(value)),
        TypeDesc::Option { item } => format!("{}?", of(item)),
        TypeDesc::Tuple { items } => format!("({})", all(items)),
        TypeDesc::Record { name, .. } | TypeDesc::Union { name, .. } | TypeDesc::Refined { name, .. } => name.clone(),
        TypeDesc::Function { params, result } => format!("fn({}) -> {}", all(params), of(result)),
        TypeDesc::Closure { captures } => format!("closure({})", all(captures)),
        TypeDesc::Unit => "()".to_owned(),
        other => format!("{other:?}"),
    }
}
