//! What the host sees of a unit: exports, the manifest's section.

use dot_abi::layout::{RESULT_CELL, Repr, WAIT_CELL};
use dot_abi::manifest::{DONE, MANIFEST_FORMAT, MANIFEST_SECTION, Manifest, exports};

use super::Emitter;
use super::waits::FREE;
use crate::core::Unit;
use crate::guest::{Counted, count, heap, map, map_order};
use crate::wasm::{Code, Expr, Func, Operand, Var, args, float, int, wide};

/// The manifest of a unit.
pub(super) fn manifest(unit: &Unit) -> Manifest {
    let mut uses = unit.uses.clone();
    uses.sort_unstable();
    uses.dedup();
    Manifest {
        format: MANIFEST_FORMAT,
        compiler: env!("CARGO_PKG_VERSION").to_owned(),
        name: unit.name.clone(),
        kind: unit.kind,
        docs: unit.docs.clone(),
        meaning: unit.meaning.clone(),
        types: unit.types.clone(),
        input: unit.input,
        output: unit.output,
        class: unit.class,
        uses,
        narrowed: unit.narrowed.clone(),
        policies: unit.policies.clone(),
        calls: unit.calls.clone(),
        natives: unit.natives.clone(),
        frames: unit.frames.clone(),
        mocks: unit.mocks.clone(),
        refinements: unit.refinements.iter().map(|(ty, _)| *ty).collect(),
        files: unit.files.clone(),
        sites: unit.sites.clone(),
    }
}

/// Exports the conditions of refined types and the defaults of fields.
pub(super) fn export_checks(e: &Emitter<'_>) {
    let (types, module) = (&e.unit.types, &e.guest.module);
    for &(ty, function) in &e.unit.refinements {
        let condition = e.function(function);
        let name = format!("{}{}", exports::REFINE_PREFIX, ty.0);
        let check = e.guest.routine(&name, &[Repr::I64], Some(Repr::I32), |f| {
            let [wide] = f.params();
            let value = f.var("value", types.repr(ty));
            f.set(value, wide.narrowed(value.ty));
            count::dup(&e.guest, f, value, Counted::of(types, ty));
            f.ret(f.call(condition, args![value]));
        });
        module.export(&name, check);
    }
    for &(ty, case, field, function) in &e.unit.defaults {
        let compute = e.function(function);
        let name = format!("{}{}:{case}:{field}", exports::DEFAULT_PREFIX, ty.0);
        let default = e.guest.routine(&name, &[], Some(Repr::I64), |f| f.ret(f.call(compute, args![]).widened()));
        module.export(&name, default);
    }
}

/// Exports `start`: takes the input apart, calls the entry, leaves the result, gives the constants up. An entry that
/// can be suspended leaves its result itself, and `resume` calls it again.
pub(super) fn export_start(e: &Emitter<'_>, entry: Func) {
    let (g, types) = (&e.guest, &e.unit.types);
    let is_resumable = is_resumable(e);
    let start = g.routine(exports::START, &[Repr::I32], Some(Repr::I32), |f| {
        let [input] = f.params();
        let fields = types.fields(e.unit.input, 0).places;
        let params: Vec<Var> = fields.iter().map(|place| f.fresh(place.repr)).collect();
        for (&param, place) in params.iter().zip(&fields) {
            f.set(param, input.load(place.repr, place.offset));
            count::dup(g, f, param, Counted::of(types, place.ty));
        }
        // Before the call, so that the entry's arguments are referred to once.
        count::drop(g, f, input, Counted::Always);
        let args: Vec<Expr> = params.iter().map(|&param| param.into()).collect();
        if is_resumable {
            return go_on(e, f, entry, FREE.into(), args);
        }
        let result = f.var("result", types.repr(e.unit.output));
        f.set(result, f.call(entry, args));
        for ((&param, place), borrowed) in params.iter().zip(&fields).zip(e.borrowed_params(e.unit.entry)) {
            if borrowed {
                count::drop(g, f, param, Counted::of(types, place.ty));
            }
        }
        f.store(0, RESULT_CELL, result.widened());
        drop_constants(e, f);
        f.ret(DONE);
    });
    g.module.export(exports::START, start);
    if is_resumable {
        export_resume(e, entry);
    }
}

fn is_resumable(e: &Emitter<'_>) -> bool {
    !e.unit.functions[e.unit.entry.0 as usize].waits.is_empty()
}

/// Exports `resume`: the entry takes what it needs out of its frame, and nothing out of its parameters.
fn export_resume(e: &Emitter<'_>, entry: Func) {
    let fields = e.unit.types.fields(e.unit.input, 0).places;
    let resume = e.guest.routine(exports::RESUME, &[], Some(Repr::I32), |f| {
        let zeros = fields.iter().map(|place| zero(place.repr)).collect();
        go_on(e, f, entry, int(0).load32(WAIT_CELL), zeros);
    });
    e.guest.module.export(exports::RESUME, resume);
}

fn zero(repr: Repr) -> Expr {
    match repr {
        Repr::I32 => int(0),
        Repr::I64 => wide(0),
        Repr::F64 => float(0.0),
    }
}

/// Runs a resumable entry from a wait on; gives the constants up when it has ended.
fn go_on(e: &Emitter<'_>, f: &mut Code<'_>, entry: Func, wait: Expr, mut args: Vec<Expr>) {
    args.insert(0, wait);
    let state = f.narrow("state");
    f.set(state, f.call(entry, args));
    f.when(state.equals(DONE), |f| drop_constants(e, f));
    f.ret(state);
}

fn drop_constants(e: &Emitter<'_>, f: &mut Code<'_>) {
    for (cell, constant) in e.constants.iter().zip(&e.unit.constants) {
        if let Some(cell) = cell.get() {
            f.when(f.global(cell.is_there), |f| {
                let value = f.var("constant", e.unit.types.repr(constant.ty));
                f.set(value, f.global(cell.value));
                f.set_global(cell.is_there, 0);
                count::drop(&e.guest, f, value, Counted::of(&e.unit.types, constant.ty));
            });
        }
    }
}

/// Exports what lift and lower need.
pub(super) fn export_memory(e: &Emitter<'_>) {
    let (g, module) = (&e.guest, &e.guest.module);
    module.export(exports::ALLOC, heap::new_sized_object(g));
    module.export(exports::DROP, count::drop_of_type(g));
    module.export(exports::LIVE, heap::live(g));
    module.export(exports::NEW_MAP, map::new(g));
    module.export(exports::MAP_INSERT, map_order::insert_any(g));
    module.export(exports::SORT_MAP, map_order::sort_any(g));
}

/// The bytes of the unit.
pub(super) fn finish(e: Emitter<'_>, manifest: &Manifest) -> Vec<u8> {
    let pages = e.guest.heap.place(&e.guest.module);
    let json = serde_json::to_vec(manifest).expect("a manifest is plain data");
    e.guest.module.section(MANIFEST_SECTION, json);
    e.guest.module.encode(exports::MEMORY, pages)
}
