//! Programs that are well typed by construction, as source text.
//!
//! A program comes from a seed and from nothing else. It has a handful of types, constants and
//! functions and ends in `dot main(pick: Int, given: T) -> U`, `T` and `U` being data. A function calls only
//! earlier ones and itself with less fuel, loops are counted: so every program ends.
//!
//! The checker infers types from inside where nothing is expected from outside. A generated
//! expression is therefore asked for in a [`Mode`]: where the checker knows the type, or where it
//! must find it.

mod access;
mod build;
mod calendar;
mod collection;
mod decimal;
mod declare;
mod function;
mod growth;
mod input;
mod layout;
mod minimise;
mod operator;
mod pattern;
mod statement;
mod types;

use dot_abi::value::Value;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub(crate) use layout::indent;
pub use minimise::minimise;

use types::{Ty, Types};

/// How many inputs a program is given.
const INPUTS: usize = 2;

/// A program and what to run it on.
#[derive(Clone, PartialEq, Debug)]
pub struct Generated {
    /// The source; its last item is the dot `main`.
    pub source: String,
    /// Arguments of `main`, a list of them for each run.
    pub inputs: Vec<Vec<Value>>,
}

/// The program of a seed.
pub fn program(seed: u64) -> Generated {
    let mut generator = Generator::new(seed);
    generator.declare_types();
    let mut source = generator.types.source();
    source.push_str("fn same<T>(value: T) -> T {\n  value\n}\n\n");
    for _ in 0..generator.below(3) {
        let constant = generator.constant();
        source.push_str(&constant);
    }
    for _ in 0..1 + generator.below(4) {
        let function = generator.function();
        source.push_str(&function);
    }
    let given = generator.data_type(1);
    source.push_str(&generator.main(&given));
    let inputs = (0..INPUTS).map(|_| vec![generator.input(&Ty::Int, 0), generator.input(&given, 3)]).collect();
    Generated { source: layout::indent(&source), inputs }
}

/// Whether the checker knows the type of an expression from outside.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// The type is expected, so literals, options and empty collections take it.
    Known,
    /// The checker must find exactly this type from inside.
    Inferred,
}

/// A variable in scope. Later ones hide earlier ones of the same name.
#[derive(Clone)]
struct Variable {
    name: String,
    ty: Ty,
    /// Whether it may be assigned, as long as it is not captured.
    mutable: bool,
    /// The lambda or comprehension that it belongs to: it can be assigned only there.
    level: u32,
}

/// A function that has been written.
#[derive(Clone)]
struct Signature {
    name: String,
    generics: Vec<types::Bound>,
    params: Vec<Parameter>,
    result: Ty,
    /// Whether its first parameter bounds its recursion.
    fueled: bool,
    /// Whether it may print.
    prints: bool,
}

#[derive(Clone)]
struct Parameter {
    name: String,
    ty: Ty,
    has_default: bool,
}

struct Generator {
    random: ChaCha8Rng,
    types: Types,
    /// The types that this program likes, so that values of equal types meet.
    palette: Vec<Ty>,
    functions: Vec<Signature>,
    scope: Vec<Variable>,
    /// The number of the lambda or comprehension that is being written; 0 is the function itself.
    level: u32,
    last_level: u32,
    /// The level of the loop around, if there is one.
    in_loop: Option<u32>,
    /// What `return` and `?` must give where they stand, if they are allowed.
    result: Option<Ty>,
    /// The function that is being written, if it may call itself, and how often it still may.
    recursion: Option<(Signature, u32)>,
    /// How many more expressions may be composite.
    fuel: i32,
    names: u32,
    /// Whether printing is allowed where we stand.
    may_print: bool,
    /// How many loops and comprehensions stand around.
    nesting: u32,
}

impl Generator {
    fn new(seed: u64) -> Generator {
        Generator {
            random: ChaCha8Rng::seed_from_u64(seed),
            types: Types::default(),
            palette: Vec::new(),
            functions: Vec::new(),
            scope: Vec::new(),
            level: 0,
            last_level: 0,
            in_loop: None,
            result: None,
            recursion: None,
            fuel: 0,
            names: 0,
            may_print: false,
            nesting: 0,
        }
    }

    /// A number from 0 up to `bound`, exclusive.
    fn below(&mut self, bound: usize) -> usize {
        (self.random.next_u64() % bound.max(1) as u64) as usize
    }

    /// Whether something of that many percent happens.
    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let index = self.below(items.len());
        items.get(index)
    }

    fn fresh(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    /// A name for a variable: mostly a new one, at times one that hides another.
    fn variable_name(&mut self) -> String {
        if self.percent(10) {
            let names: Vec<String> =
                self.scope.iter().filter(|variable| variable.name.starts_with('v')).map(|v| v.name.clone()).collect();
            if let Some(name) = self.pick(&names) {
                return name.clone();
            }
        }
        self.fresh("v")
    }

    fn declare(&mut self, name: impl Into<String>, ty: Ty, mutable: bool) {
        let (name, level) = (name.into(), self.level);
        self.scope.push(Variable { name, ty, mutable, level });
    }

    /// The variables that are not hidden and of which `wanted` holds.
    fn visible(&self, wanted: impl Fn(&Variable) -> bool) -> Vec<Variable> {
        let hidden = |index: usize, name: &str| self.scope[index + 1..].iter().any(|later| later.name == name);
        let variables = self.scope.iter().enumerate();
        variables.filter(|(index, v)| wanted(v) && !hidden(*index, &v.name)).map(|(_, v)| v.clone()).collect()
    }

    /// A variable of a type.
    fn variable(&mut self, ty: &Ty) -> Option<String> {
        let names = self.visible(|variable| variable.ty == *ty);
        // Late ones are more interesting: earlier statements are about them.
        let skip = if names.len() > 3 && self.percent(60) { names.len() - 3 } else { 0 };
        self.pick(&names[skip..]).map(|variable| variable.name.clone())
    }

    /// Writes something in a scope of its own.
    fn scoped<T>(&mut self, write: impl FnOnce(&mut Generator) -> T) -> T {
        let length = self.scope.len();
        let written = write(self);
        self.scope.truncate(length);
        written
    }

    /// Writes something that captures what is around it: a lambda or the inside of a comprehension.
    fn captured<T>(&mut self, write: impl FnOnce(&mut Generator) -> T) -> T {
        let (level, in_loop, result) = (self.level, self.in_loop.take(), self.result.take());
        self.last_level += 1;
        self.level = self.last_level;
        let written = self.scoped(write);
        (self.level, self.in_loop, self.result) = (level, in_loop, result);
        written
    }

    /// An expression of a type, small enough for `depth`.
    fn expr(&mut self, ty: &Ty, mode: Mode, depth: u32) -> String {
        self.fuel -= 1;
        if depth == 0 || self.fuel <= 0 {
            return self.leaf(ty, mode);
        }
        let found = match self.below(14) {
            0..=5 => self.variable(ty),
            6 => Some(self.control(ty, mode, depth - 1)),
            7 | 8 => self.access(ty, depth - 1),
            9 => self.call(ty, depth - 1),
            _ => None,
        };
        found.unwrap_or_else(|| self.build(ty, mode, depth - 1))
    }
}
