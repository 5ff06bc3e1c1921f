//! What is asked of a unit before any of it runs.

use dot_abi::layout::MAX_CASES;
use dot_abi::manifest::{IMPORT_MODULE, MANIFEST_FORMAT, MANIFEST_SECTION, Manifest, exports};
use dot_abi::native::{HOST_MODULE, Native};
use dot_abi::types::{Field, TypeDesc, TypeRef, TypeTable};
use serde::Deserialize;
use wasmtime::{ExternType, FuncType, Module, ValType};

use crate::sections::custom_sections;
use crate::unit::LoadError;

/// The largest module, in bytes.
const MODULE_SIZE: usize = 64 << 20;
/// The largest manifest, in bytes.
const MANIFEST_SIZE: usize = 16 << 20;
/// The most types in a table.
const MOST_TYPES: usize = 1 << 16;
/// The most refined types between a refined type and its base.
const REFINED_DEPTH: usize = 100;

/// The imports of the host interface.
const HOST_INTERFACE: [&str; 10] =
    ["fault", "raise", "note", "start", "ready", "take", "settle", "group", "mock", "text_of"];

/// The manifest of a unit, its references checked.
pub(crate) fn manifest(wasm: &[u8]) -> Result<Manifest, LoadError> {
    if wasm.len() > MODULE_SIZE {
        return Err(LoadError::TooLarge { size_bytes: wasm.len(), limit_bytes: MODULE_SIZE });
    }
    let sections = custom_sections(wasm, MANIFEST_SECTION).ok_or(LoadError::NoUnit)?;
    let &[section] = sections.as_slice() else { return Err(LoadError::NoUnit) };
    if section.len() > MANIFEST_SIZE {
        return Err(LoadError::TooLarge { size_bytes: section.len(), limit_bytes: MANIFEST_SIZE });
    }

    /// The one field that manifests of every format have.
    #[derive(Deserialize)]
    struct AnyFormat {
        format: u32,
    }
    let broken = |error: serde_json::Error| LoadError::Manifest(error.to_string());
    let AnyFormat { format } = serde_json::from_slice(section).map_err(broken)?;
    if format != MANIFEST_FORMAT {
        return Err(LoadError::Format { found: format, supported: MANIFEST_FORMAT });
    }
    let manifest: Manifest = serde_json::from_slice(section).map_err(broken)?;
    check_manifest(&manifest).map_err(LoadError::Manifest)?;
    Ok(manifest)
}

fn check_manifest(manifest: &Manifest) -> Result<(), String> {
    let types = &manifest.types;
    check_types(types)?;
    let known = |ty: TypeRef| (ty.0 as usize) < types.types.len();
    let record = |ty: TypeRef| known(ty) && matches!(types.get(types.base(ty)), TypeDesc::Record { .. });
    if !record(manifest.input) {
        return Err("the input is no record of the table of types".to_owned());
    }
    if !known(manifest.output) {
        return Err("the output is no type of the table".to_owned());
    }
    if let Some(call) = manifest.calls.iter().find(|call| !record(call.input) || !known(call.output)) {
        return Err(format!("the call of {} has types that are not in the table", call.target.name()));
    }
    if manifest.calls.iter().any(|call| !known(call.taken)) || manifest.mocks.iter().any(|mock| !record(mock.input)) {
        return Err("a call or a mock has types that are not in the table".to_owned());
    }
    if manifest.frames.iter().any(|site| !known(site.frame)) {
        return Err("a frame is no type of the table".to_owned());
    }
    if manifest.refinements.iter().any(|&ty| !known(ty) || !matches!(types.get(ty), TypeDesc::Refined { .. })) {
        return Err("a condition belongs to a type that is not refined".to_owned());
    }
    Ok(())
}

/// Checks that every reference is of the table, and that what is computed over types comes to an end.
fn check_types(types: &TypeTable) -> Result<(), String> {
    if types.types.len() > MOST_TYPES {
        return Err(format!("the table has more than {MOST_TYPES} types"));
    }
    for (index, desc) in types.types.iter().enumerate() {
        if references(desc).any(|ty| ty.0 as usize >= types.types.len()) {
            return Err(format!("type {index} refers to a type outside of the table"));
        }
        if matches!(desc, TypeDesc::Union { cases, .. } if cases.len() > MAX_CASES) {
            return Err(format!("type {index} has more than {MAX_CASES} cases"));
        }
    }
    for index in 0..types.types.len() {
        let mut ty = TypeRef(index as u32);
        let mut depth = 0;
        while let TypeDesc::Refined { base, .. } = types.get(ty) {
            ty = *base;
            depth += 1;
            if depth > REFINED_DEPTH {
                return Err(format!("type {index} is refined without an end"));
            }
        }
    }
    let nested = |desc: &TypeDesc| match desc {
        TypeDesc::Option { item } => matches!(types.get(types.base(*item)), TypeDesc::Option { .. }),
        _ => false,
    };
    match types.types.iter().position(nested) {
        Some(index) => Err(format!("type {index} is an option of an option")),
        None => Ok(()),
    }
}

pub(crate) fn references(desc: &TypeDesc) -> Box<dyn Iterator<Item = TypeRef> + '_> {
    let of_fields = |fields: &'_ [Field]| fields.iter().map(|field| field.ty).collect::<Vec<_>>();
    match desc {
        TypeDesc::List { item } | TypeDesc::Set { item } | TypeDesc::Option { item } => {
            Box::new(std::iter::once(*item))
        }
        TypeDesc::Map { key, value } => Box::new([*key, *value].into_iter()),
        TypeDesc::Tuple { items } => Box::new(items.iter().copied()),
        TypeDesc::Record { fields, .. } => Box::new(of_fields(fields).into_iter()),
        TypeDesc::Union { cases, .. } => Box::new(cases.iter().flat_map(move |case| of_fields(&case.fields))),
        TypeDesc::Refined { base, .. } => Box::new(std::iter::once(*base)),
        TypeDesc::Function { params, result } => Box::new(params.iter().copied().chain([*result])),
        TypeDesc::Closure { captures } => Box::new(captures.iter().copied()),
        TypeDesc::Unit
        | TypeDesc::Bool
        | TypeDesc::Int
        | TypeDesc::Float
        | TypeDesc::Decimal
        | TypeDesc::Duration
        | TypeDesc::Time
        | TypeDesc::Date
        | TypeDesc::Text
        | TypeDesc::Bytes
        | TypeDesc::Never => Box::new(std::iter::empty()),
    }
}

/// Checks the names of imports and the names and types of exports. The types of imports are checked where they are linked.
pub(crate) fn interface(module: &Module, manifest: &Manifest) -> Result<(), LoadError> {
    for import in module.imports() {
        let known = match import.module() {
            IMPORT_MODULE => HOST_INTERFACE.contains(&import.name()),
            HOST_MODULE => Native::from_name(import.name()).is_some_and(Native::is_host),
            _ => false,
        };
        if !known {
            return Err(LoadError::Import { module: import.module().to_owned(), name: import.name().to_owned() });
        }
    }
    if !matches!(module.get_export(exports::MEMORY), Some(ExternType::Memory(memory)) if !memory.is_64()) {
        return Err(LoadError::Export { name: exports::MEMORY.to_owned() });
    }
    const I32: ValType = ValType::I32;
    const I64: ValType = ValType::I64;
    check_export(module, exports::START, &[I32], &[I32])?;
    check_export(module, exports::ALLOC, &[I32, I32], &[I32])?;
    check_export(module, exports::NEW_MAP, &[I32, I32], &[I32])?;
    check_export(module, exports::MAP_INSERT, &[I32, I64, I64], &[])?;
    check_export(module, exports::SORT_MAP, &[I32], &[])?;
    check_export(module, exports::DROP, &[I32, I64], &[])?;
    check_export(module, exports::LIVE, &[], &[I32])?;
    for ty in &manifest.refinements {
        check_export(module, &format!("{}{}", exports::REFINE_PREFIX, ty.0), &[I64], &[I32])?;
    }
    Ok(())
}

fn check_export(module: &Module, name: &str, params: &[ValType], results: &[ValType]) -> Result<(), LoadError> {
    let wanted = FuncType::new(module.engine(), params.iter().cloned(), results.iter().cloned());
    match module.get_export(name) {
        Some(ExternType::Func(found)) if FuncType::eq(&found, &wanted) => Ok(()),
        _ => Err(LoadError::Export { name: name.to_owned() }),
    }
}
