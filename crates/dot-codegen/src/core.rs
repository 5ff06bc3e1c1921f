//! Core: what lowering makes of a typed program and emission turns into WASM.
//!
//! Core is monomorphic (every type is an index of the unit's table), imperative and in A-normal
//! form: operands are [`Atom`]s, every intermediate value has a [`Local`]. Patterns, comprehensions,
//! places and closures are gone; what is left has a direct meaning in WASM.
//!
//! # Counts
//!
//! A local whose type [is counted](dot_abi::types::TypeTable::is_counted) either *owns* one reference
//! or *borrows* one that something else keeps alive. Each operand of an operation is either
//! *consumed* (the reference passes on, the local is dead afterwards) or *borrowed* (the local keeps
//! it); the documentation of each operation says which, natives by [`native_takes`], functions by
//! [`Function::takes`]. Results are owned unless said otherwise. [`Statement::Dup`] makes one more
//! reference, [`Statement::Drop`] gives one up. On every path each owned reference is consumed or
//! dropped exactly once; [`Statement::Return`] consumes its atom; a fault ends everything and cleans nothing up.
//! Constants and immediates in atoms need no counting (static texts and decimals are immortal).
//!
//! # Calls of dots
//!
//! A call of a dot has a *handle*, an Int that [`Op::Start`] gives. [`Statement::Await`] goes on when the call has
//! ended; then [`Op::Take`] gives what came out, or [`Statement::Settle`] gives it up. At an `Await` the function may be
//! suspended, so no local that is needed behind it borrows: each owns what it has. Only the entry calls dots.

use std::ops::Range;

use dot_abi::decimal::Decimal;
use dot_abi::fault::FaultCode;
use dot_abi::manifest::{CallSite, Class, FrameSite, MockSite, Narrowing, NativeDeclaration, Site, UnitKind};
use dot_abi::native::Native;
use dot_abi::policy::Policies;
use dot_abi::types::{TypeRef, TypeTable};

/// A whole unit.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The dot's or test's name.
    pub name: String,
    /// Dot or test.
    pub kind: UnitKind,
    /// The documentation.
    pub docs: String,
    /// The hash of the checked program.
    pub meaning: String,
    /// The largest class of what it does.
    pub class: Class,
    /// The capabilities that it needs.
    pub uses: Vec<String>,
    /// What its `uses` narrows them to.
    pub narrowed: Vec<Narrowing>,
    /// What it declares behind `with`.
    pub policies: Policies,
    /// The types.
    pub types: TypeTable,
    /// The input: a record with a field per parameter of the entry.
    pub input: TypeRef,
    /// The output.
    pub output: TypeRef,
    /// The functions.
    pub functions: Vec<Function>,
    /// The function that is the dot's body.
    pub entry: FunctionRef,
    /// Top-level `let`s: computed when first used, kept until the end.
    pub constants: Vec<Constant>,
    /// Texts in static data.
    pub texts: Vec<String>,
    /// For each refined type that the host may have to check: a function of one owned value of the base that gives Bool.
    pub refinements: Vec<(TypeRef, FunctionRef)>,
    /// For each default that the host may have to ask for: type, case (0 in a record), field, and a function without parameters.
    pub defaults: Vec<(TypeRef, u32, u32, FunctionRef)>,
    /// The calls of dots and native dots.
    pub calls: Vec<CallSite>,
    /// The native dots that are needed, by name.
    pub natives: Vec<NativeDeclaration>,
    /// The mocks of a test.
    pub mocks: Vec<MockSite>,
    /// What the entry keeps at each of its [`Function::waits`].
    pub frames: Vec<FrameSite>,
    /// The files that sites refer to.
    pub files: Vec<String>,
    /// Places in the source.
    pub sites: Vec<Site>,
}

/// An index of [`Unit::functions`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FunctionRef(pub u32);

/// An index of [`Unit::constants`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ConstantRef(pub u32);

/// An index of [`Unit::texts`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct TextRef(pub u32);

/// An index of [`Unit::sites`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct SiteRef(pub u32);

/// An index of [`Unit::calls`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct CallRef(pub u32);

/// An index of [`Unit::mocks`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct MockRef(pub u32);

/// An index of [`Function::locals`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Local(pub u32);

/// Where [`Statement::Break`] and [`Statement::Continue`] go; unique in a function.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Label(pub u32);

/// A top-level `let`.
#[derive(Clone, Debug)]
pub struct Constant {
    /// Its type.
    pub ty: TypeRef,
    /// A function without parameters that computes it.
    pub function: FunctionRef,
}

/// Whether an operand's reference passes on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Take {
    /// It does: the operand is consumed.
    Own,
    /// It does not.
    Borrow,
}

/// A function.
#[derive(Clone, Debug)]
pub struct Function {
    /// The name, for backtraces.
    pub name: String,
    /// The parameters are the locals `0..takes.len()`; whether each is consumed. Scalars are `Own`.
    pub takes: Vec<Take>,
    /// The types of all locals.
    pub locals: Vec<TypeRef>,
    /// The result's type.
    pub result: TypeRef,
    /// For the body of a lambda: the type of its [`TypeDesc::Closure`](dot_abi::types::TypeDesc::Closure).
    /// Then WASM parameter 0 is the closure object itself, borrowed and not a local; the parameters
    /// follow, all `Own`.
    pub closure: Option<TypeRef>,
    /// What lives across each [`Statement::Wait`], by its number: the fields of its frame. Empty in a function
    /// that is never suspended.
    pub waits: Vec<Vec<Local>>,
    /// The body. Every path ends in a `Return`, a `Fault` or an endless loop.
    pub body: Block,
}

/// Statements in order.
pub type Block = Vec<Statement>;

/// An operand.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Atom {
    /// A local.
    Local(Local),
    /// `()`, of type Unit or Never.
    Unit,
    /// A truth value.
    Bool(bool),
    /// An Int or Duration.
    Int(i64),
    /// A Float.
    Float(f64),
    /// A Decimal, which lies in static data.
    Decimal(Decimal),
    /// A text in static data.
    Text(TextRef),
    /// `None` of any option.
    None,
    /// A bare case of a union, by its index (the slot holds the index + 1).
    BareCase(u32),
}

/// A statement.
#[derive(Clone, PartialEq, Debug)]
pub enum Statement {
    /// Computes and assigns. A counted local owns nothing at that moment.
    Let(Local, Op),
    /// One more reference of what a local holds (no operation on immediates).
    Dup(Local),
    /// Gives up the reference of a local.
    Drop(Local),
    /// On a Bool.
    If(Atom, Block, Block),
    /// On the case of a union (or the truth of nothing else); cases not listed go to `otherwise`,
    /// which is `None` if there are none.
    Switch {
        /// The union, borrowed.
        on: Local,
        /// The cases by index.
        arms: Vec<(Vec<u32>, Block)>,
        /// The rest.
        otherwise: Option<Block>,
    },
    /// `Break(label)` inside goes behind it.
    Labeled(Label, Block),
    /// Endless: `Continue(label)` starts the next turn, as does the end of the block; `Break(label)` goes behind it.
    Loop(Label, Block),
    /// Leaves a `Labeled` or `Loop`.
    Break(Label),
    /// Starts a `Loop`'s next turn.
    Continue(Label),
    /// Leaves the function; consumes.
    Return(Atom),
    /// Ends the activation; operands (borrowed) as the code's documentation says, widened to 64 bits.
    Fault {
        /// The code.
        code: FaultCode,
        /// The place.
        site: SiteRef,
        /// Operand a; 0 if absent.
        a: Option<Atom>,
        /// Operand b; 0 if absent.
        b: Option<Atom>,
    },
    /// Writes a field of a record, tuple or case that is referred to once; consumes the value.
    SetField {
        /// The object, borrowed.
        object: Local,
        /// The field.
        index: u32,
        /// What it becomes.
        value: Atom,
        /// The old value was not taken out: it is dropped.
        drop_old: bool,
    },
    /// Ends the activation with an index fault if an Int is no index of a list (borrowed).
    CheckIndex(Local, Atom, SiteRef),
    /// Writes an item of a list that is referred to once, at an index that lies inside. Consumes the value.
    SetItem {
        /// The list, borrowed.
        list: Local,
        /// An Int.
        index: Atom,
        /// What it becomes.
        value: Atom,
        /// The old value was not taken out: it is dropped.
        drop_old: bool,
    },
    /// Writes the value of a key that is there, in a map that is referred to once and whose value was
    /// taken out by [`Op::TakeEntry`]. Consumes the value.
    PutEntry {
        /// The map, borrowed.
        map: Local,
        /// The key, borrowed.
        key: Atom,
        /// What it becomes.
        value: Atom,
    },
    /// Puts the entries of a map or set in order and closes gaps; shared or not, its meaning stays.
    SortMap(Local),
    /// Goes on when the call of a handle has ended; the place is that of the wait.
    Await(Atom, SiteRef),
    /// What becomes of an `Await` when the function is made resumable: its handle and its number.
    Wait(Atom, u32),
    /// Gives up what came out of a call that has ended. A fault is a fault, as in [`Op::Take`].
    Settle(Atom),
    /// Ends the activation with a `Fault` record (borrowed).
    Raise(Atom, SiteRef),
    /// Begins the calls that are parts of one `parallel`, of which so many (an integer from 1 to 2³¹ - 1) may be under way at once; 0 ends them.
    Group(Atom),
    /// Sets a mock up, with consumed captures.
    Mock(MockRef, Vec<Atom>),
}

/// An operation.
#[derive(Clone, PartialEq, Debug)]
pub enum Op {
    /// The atom itself; consumes (or copies a scalar).
    Value(Atom),
    /// The same reference without counting: the result borrows.
    Alias(Local),
    /// An operation on scalars.
    Scalar(Scalar, Atom, Atom, SiteRef),
    /// An operation on one scalar.
    Unary(Unary, Atom, SiteRef),
    /// Comparison of two values of a type, both borrowed.
    Compare(Comparison, TypeRef, Atom, Atom),
    /// Calls a function; operands by [`Function::takes`].
    Call(FunctionRef, Vec<Atom>),
    /// Calls a closure (borrowed) with consumed operands.
    CallClosure(Local, Vec<Atom>),
    /// Calls a pure native; operands by [`native_takes`]. The types are its type arguments in the
    /// order of its declaration (`Map.get<K, V>`: K, V).
    Native(Native, Vec<TypeRef>, Vec<Atom>, SiteRef),
    /// A native dot of class note, done at once: `()`. All operands are consumed.
    Note(CallRef, Vec<Atom>),
    /// Starts a call of a dot with all operands consumed; gives its handle, an Int. Handles count up by one.
    Start(CallRef, Vec<Atom>),
    /// What came out of the call of a handle, which has ended; ends the activation if it faulted without `try`. Owned;
    /// once for each handle.
    Take(Atom),
    /// Whether control enters what holds the waits of the range: the function is on its way back to one of them, or it is on no way
    /// back and the atom, a Bool, holds.
    Enter(Atom, Range<u32>),
    /// A new text of texts, all borrowed.
    Concat(Vec<Atom>),
    /// `a + b` of texts: consumes a (in place when it is referred to once), borrows b.
    Append(Atom, Atom),
    /// `a + b` of lists: consumes both; in place when a is referred to once.
    AppendList(Atom, Atom),
    /// A list of consumed items; the type is that of the list.
    List(TypeRef, Vec<Atom>),
    /// An empty list, map or set with room for so many items (Int).
    Empty(TypeRef, Atom),
    /// A record or tuple of consumed fields, in declared order.
    Record(TypeRef, Vec<Atom>),
    /// A case with fields, all consumed.
    Case(TypeRef, u32, Vec<Atom>),
    /// A `T?` of a consumed `T`; the type is the option's.
    Some(TypeRef, Atom),
    /// A closure: its [`TypeDesc::Closure`](dot_abi::types::TypeDesc::Closure), the lambda's body, consumed captures.
    Closure(TypeRef, FunctionRef, Vec<Atom>),
    /// A field of a record or tuple (case 0) or of a case, which the object is known to be. The result borrows from the object.
    Field(Local, u32, u32),
    /// Whether an option is `Some`.
    IsSome(Local),
    /// What is in an option that is `Some`. The result borrows from the option.
    SomeValue(Local),
    /// In a lambda's body: a captured value. The result borrows from the closure.
    Capture(u32),
    /// A top-level `let`, computed at its first use. The result borrows.
    Constant(ConstantRef),
    /// An item of a list at an index that lies inside. The result borrows from the list.
    Item(Local, Atom),
    /// The value of a key (borrowed); a key fault if it is not there. The result borrows from the map.
    Entry(Local, Atom, SiteRef),
    /// The number of the entry of a key (borrowed), or -1. [`Op::EntryValue`] gives its value while the map
    /// is not changed, sorted or not.
    FindEntry(Local, Atom),
    /// The key of the entry of a number in `0..len` after [`Statement::SortMap`]. The result borrows.
    EntryKey(Local, Atom),
    /// The value of such an entry. The result borrows.
    EntryValue(Local, Atom),
    /// The length of a List, Map, Set or Bytes, or the bytes of a Text, as Int.
    Length(Local),
    /// The character at a byte offset that starts one, as an owned text.
    CharAt(Local, Atom),
    /// The byte offset behind the character at a byte offset.
    CharEnd(Local, Atom),
    /// The byte at an index that lies inside, as Int.
    Byte(Local, Atom),
    /// Consumes a record, tuple, case with fields, list, map or set and gives it back as one that is referred
    /// to once: itself, or a copy.
    MakeUnique(Atom),
    /// Makes what a field of an object that is referred to once holds (as for [`Op::MakeUnique`]) unique where it is.
    /// The result borrows from the object and may be changed.
    UniqueField(Local, u32),
    /// The same for an item of a list that is referred to once, at an index that lies inside.
    UniqueItem(Local, Atom),
    /// Takes a field out of an object that is referred to once: the slot is zero until [`Statement::SetField`]. Owned.
    TakeField(Local, u32),
    /// Takes an item out of a list that is referred to once, at an index that lies inside. Owned.
    TakeItem(Local, Atom),
    /// Takes the value of a key (borrowed) out of a map that is referred to once; a key fault if it is not there. Owned.
    TakeEntry(Local, Atom, SiteRef),
}

/// Operations on two scalars.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Scalar {
    /// Int and Duration, checked.
    AddInt,
    /// Int and Duration, checked.
    SubtractInt,
    /// Int and Duration, checked.
    MultiplyInt,
    /// `a + 1` for an a below b: no overflow.
    NextInt,
    /// Int and Duration by Int: faults on zero and overflow.
    DivideInt,
    /// Faults on zero.
    RemainderInt,
    /// Duration by Duration as Float: faults on zero.
    DivideDuration,
    /// IEEE.
    AddFloat,
    /// IEEE.
    SubtractFloat,
    /// IEEE.
    MultiplyFloat,
    /// IEEE.
    DivideFloat,
    /// The remainder with the sign of the dividend, as C's `fmod`.
    RemainderFloat,
}

/// Operations on one scalar.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unary {
    /// `not`
    Not,
    /// Int and Duration, checked.
    NegateInt,
    /// IEEE.
    NegateFloat,
}

/// Comparisons. Floats directly compared are IEEE's; inside of other values `==` is IEEE's and the order is total.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
}

/// Which operands a native consumes: those that it may update in place or stores.
pub fn native_takes(native: Native) -> &'static [Take] {
    use Native::*;
    use Take::{Borrow, Own};
    match native {
        ListPush | SetInsert => &[Own, Own],
        ListSlice => &[Own, Own, Own],
        ListReverse | ListSort => &[Own],
        ListRepeat => &[Own, Own],
        MapInsert => &[Own, Own, Own],
        MapRemove | SetRemove => &[Own, Borrow],
        _ => &[Borrow; 4],
    }
}
