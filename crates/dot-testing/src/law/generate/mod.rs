//! Programs of several dots that call each other and the operations of a recording world, as source text.
//!
//! A dot calls only earlier ones and itself with less fuel, loops are counted, and what a run calls is estimated while the program is
//! written: so every run is short. What a dot may do is bounded by a class that is chosen first, so that
//! some dots only compute, some only read, and their calls overlap.

mod expression;
mod parts;
mod statement;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::generate::indent;

/// The most calls that one call of a dot may lead to, by estimate.
const MOST_CALLS: u64 = 160;

/// What is declared beside the dots of each program.
const DECLARATIONS: &str = r#"import world

type Pair = { a: Int, b: Int }

fn add(a: Int, b: Int) -> Int {
a + b
}

fn sum(items: List<Int>) -> Int {
var total = 0
for item in items {
total += item
}
total
}

fn checked(a: Int) -> Int {
if a % 7 == 6 {
fail "${a} is not wanted"
}
a + 1
}

fn maybe(a: Int) -> Int? {
if a % 3 == 0 { None } else { Some(a) }
}

fn given(a: Int) -> Result<Int, Fault> {
if a % 4 == 0 { Err(Fault.of("${a} is given")) } else { Ok(a) }
}

fn worked(r: Result<Int, Fault>) -> Int {
match r {
Ok(v) => v
Err(fault) => fault.message.len() + fault.step.len()
}
}

"#;

/// The program of a seed; its last item is the dot `main`, without parameters.
pub fn program(seed: u64) -> String {
    let mut generator = Generator::new(seed);
    let mut source = DECLARATIONS.to_owned();
    for index in 0..2 + generator.below(4) {
        let dot = generator.dot(index);
        source.push_str(&dot);
    }
    source.push_str(&generator.main());
    indent(&source)
}

/// The types of what dots take and give.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ty {
    Int,
    List,
    Pair,
    Option,
    /// `Result<Int, Fault>`
    Outcome,
}

const TYPES: [Ty; 5] = [Ty::Int, Ty::List, Ty::Pair, Ty::Option, Ty::Outcome];

impl Ty {
    fn name(self) -> &'static str {
        match self {
            Ty::Int => "Int",
            Ty::List => "List<Int>",
            Ty::Pair => "Pair",
            Ty::Option => "Int?",
            Ty::Outcome => "Result<Int, Fault>",
        }
    }
}

/// What a dot may do, in the order of classes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Class {
    Pure,
    Note,
    Read,
    Wait,
    Write,
}

/// A dot that has been written.
#[derive(Clone)]
struct Signature {
    name: String,
    /// The types of the parameters, behind the fuel if it is fueled.
    params: Vec<Ty>,
    result: Ty,
    class: Class,
    fueled: bool,
    /// How many calls a call of it leads to.
    calls: u64,
}

/// A variable in scope.
#[derive(Clone)]
struct Variable {
    name: String,
    ty: Ty,
    mutable: bool,
}

/// Where an expression or statement stands: what control may do there.
#[derive(Clone, Copy, Default)]
struct Place {
    /// Whether calls of dots may stand here.
    calls: bool,
    /// Whether `return` may stand here.
    returns: bool,
    /// Whether `break` and `continue` may stand here.
    in_loop: bool,
    /// Whether variables may be assigned here.
    assigns: bool,
}

struct Generator {
    random: ChaCha8Rng,
    dots: Vec<Signature>,
    scope: Vec<Variable>,
    place: Place,
    /// The largest class of what the dot may call.
    class: Class,
    result: Ty,
    /// The dot that is being written, if it may still call itself.
    recursion: Option<Signature>,
    /// How often what is being written is repeated at most.
    times: u64,
    /// What the dot that is being written calls.
    calls: u64,
    /// How many more things may be written.
    fuel: i32,
    names: u32,
}

impl Generator {
    fn new(seed: u64) -> Generator {
        Generator {
            random: ChaCha8Rng::seed_from_u64(seed),
            dots: Vec::new(),
            scope: Vec::new(),
            place: Place::default(),
            class: Class::Write,
            result: Ty::Int,
            recursion: None,
            times: 1,
            calls: 0,
            fuel: 0,
            names: 0,
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.random.next_u64() % bound.max(1) as u64) as usize
    }

    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Clone>(&mut self, items: &[T]) -> Option<T> {
        let index = self.below(items.len());
        items.get(index).cloned()
    }

    fn fresh(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    fn declare(&mut self, name: &str, ty: Ty, mutable: bool) {
        self.scope.push(Variable { name: name.to_owned(), ty, mutable });
    }

    /// Writes something in a scope of its own.
    fn scoped<T>(&mut self, write: impl FnOnce(&mut Generator) -> T) -> T {
        let length = self.scope.len();
        let written = write(self);
        self.scope.truncate(length);
        written
    }

    /// Writes something where control may do less.
    fn at<T>(&mut self, place: Place, write: impl FnOnce(&mut Generator) -> T) -> T {
        let around = std::mem::replace(&mut self.place, place);
        let written = self.scoped(write);
        self.place = around;
        written
    }

    /// Writes something that is done up to so many times.
    fn repeated<T>(&mut self, times: u64, write: impl FnOnce(&mut Generator) -> T) -> T {
        self.times *= times;
        let written = write(self);
        self.times /= times;
        written
    }

    fn dot(&mut self, index: usize) -> String {
        let class = [Class::Pure, Class::Note, Class::Read, Class::Read, Class::Wait, Class::Write, Class::Write];
        let class = class[self.below(class.len())];
        let params: Vec<Ty> = (0..self.below(3)).map(|_| TYPES[self.below(TYPES.len())]).collect();
        let result = if self.percent(50) { Ty::Int } else { TYPES[self.below(TYPES.len())] };
        let fueled = self.percent(25);
        let mut signature = Signature { name: format!("d{index}"), params, result, class, fueled, calls: 1 };
        let text = self.body_of(&signature);
        // Each call of itself is one level deeper, and there are two levels.
        signature.calls = 1 + self.calls * if fueled { 7 } else { 1 };
        self.dots.push(signature);
        text
    }

    fn main(&mut self) -> String {
        let result = [Ty::Int, Ty::List, Ty::Outcome][self.below(3)];
        let name = "main".to_owned();
        self.body_of(&Signature { name, params: Vec::new(), result, class: Class::Write, fueled: false, calls: 1 })
    }

    fn body_of(&mut self, signature: &Signature) -> String {
        let mut params = Vec::new();
        self.scope.clear();
        if signature.fueled {
            params.push("fuel: Int".to_owned());
        }
        for (index, ty) in signature.params.iter().enumerate() {
            let name = format!("p{index}");
            params.push(format!("{name}: {}", ty.name()));
            self.declare(&name, *ty, false);
        }
        (self.class, self.result, self.times, self.calls) = (signature.class, signature.result, 1, 0);
        self.place = Place { calls: true, returns: true, in_loop: false, assigns: true };
        let mut body = String::new();
        if signature.fueled {
            let base = self.leaf(signature.result);
            body.push_str(&format!("if fuel <= 0 {{ return {base} }}\n"));
            self.recursion = Some(signature.clone());
        }
        self.fuel = if signature.name == "main" { 60 } else { 34 };
        for _ in 0..2 + self.below(5) {
            body.push_str(&self.statement(3));
        }
        self.fuel = self.fuel.max(8);
        let last = self.expr(signature.result, 3);
        self.recursion = None;
        format!("dot {}({}) -> {} {{\n{body}{last}\n}}\n\n", signature.name, params.join(", "), signature.result.name())
    }

    /// Takes the calls of something into account; whether there may be so many.
    fn afford(&mut self, calls: u64) -> bool {
        let calls = calls.saturating_mul(self.times);
        let affordable = self.calls.saturating_add(calls) <= MOST_CALLS;
        if affordable {
            self.calls += calls;
        }
        affordable
    }
}
