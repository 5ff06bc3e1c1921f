//! What lift and lower look up for each object, computed once for a unit.

use dot_abi::layout::Fields;
use dot_abi::types::{TypeDesc, TypeRef, TypeTable};

/// The fields of every record, tuple and case of a table, and types that natives make values of.
#[derive(Debug)]
pub(crate) struct Layouts {
    /// By type, then by case (0 in records and tuples).
    fields: Vec<Vec<Fields>>,
    /// `Text`
    pub(crate) text: Option<TypeRef>,
    /// `List<Text>`
    pub(crate) texts: Option<TypeRef>,
    /// `Int?`
    pub(crate) maybe_int: Option<TypeRef>,
    /// `Float?`
    pub(crate) maybe_float: Option<TypeRef>,
    /// `Decimal`
    pub(crate) decimal: Option<TypeRef>,
    /// `Fault`
    pub(crate) fault: Option<TypeRef>,
    /// `Time?`
    pub(crate) maybe_time: Option<TypeRef>,
    /// `Date?`
    pub(crate) maybe_date: Option<TypeRef>,
}

impl Layouts {
    /// The layouts of a table whose references are known to be right.
    pub(crate) fn new(types: &TypeTable) -> Layouts {
        let refs = || (0..types.types.len() as u32).map(TypeRef);
        let fields = |ty| match types.get(ty) {
            TypeDesc::Record { .. } | TypeDesc::Tuple { .. } => vec![types.fields(ty, 0)],
            TypeDesc::Union { cases, .. } => (0..cases.len()).map(|case| types.fields(ty, case)).collect(),
            _ => Vec::new(),
        };
        let is = |ty: &TypeRef, desc: TypeDesc| *types.get(*ty) == desc;
        let option = |desc: TypeDesc| {
            refs().find(|ty| matches!(types.get(*ty), TypeDesc::Option { item } if is(item, desc.clone())))
        };
        Layouts {
            fields: refs().map(fields).collect(),
            text: refs().find(|ty| is(ty, TypeDesc::Text)),
            texts: refs().find(|ty| matches!(types.get(*ty), TypeDesc::List { item } if is(item, TypeDesc::Text))),
            maybe_int: option(TypeDesc::Int),
            maybe_float: option(TypeDesc::Float),
            decimal: refs().find(|ty| is(ty, TypeDesc::Decimal)),
            fault: refs().find(|ty| is_fault(types.get(*ty))),
            maybe_time: option(TypeDesc::Time),
            maybe_date: option(TypeDesc::Date),
        }
    }

    /// The fields of a record, tuple or case; `None` for a case that does not exist.
    pub(crate) fn fields(&self, base: TypeRef, case: usize) -> Option<&Fields> {
        self.fields.get(base.0 as usize)?.get(case)
    }
}

/// Whether a type is the record that faults are in the standard library.
fn is_fault(desc: &TypeDesc) -> bool {
    let TypeDesc::Record { name, fields, .. } = desc else { return false };
    name == "Fault" && fields.iter().map(|field| field.name.as_str()).eq(["code", "message", "step", "cause", "answer"])
}
