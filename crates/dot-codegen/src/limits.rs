//! What WASM engines take of one function.
//!
//! Engines refuse a module with a function beyond these limits, so the compiler does, and says which function it is.

use dot_syntax::{Code, Diagnostic};
use dot_types::program::{FunctionId, Program};
use wasmparser::{BinaryReaderError, KnownCustom, Name, Parser, Payload};

/// The most locals of a function besides its parameters, those that the compiler adds included. Engines take 50,000
/// together with the parameters, of which there are fewer than 1,000.
const MAX_LOCALS: u64 = 49_000;
/// The most bytes of a function's body.
const MAX_BODY: usize = 7_654_321;

/// How a function is too large.
#[derive(Clone, Copy)]
enum Excess {
    Locals(u64),
    Bytes(usize),
}

/// Refuses a unit that engines refuse for the size of a function.
#[expect(clippy::result_large_err, reason = "one diagnostic for each unit")]
pub(crate) fn check(program: &Program, entry: FunctionId, wasm: &[u8]) -> Result<(), Diagnostic> {
    // The bytes are the emitter's own: what cannot be read is for the engine to say.
    match too_large(wasm) {
        Ok(Some((name, excess))) => Err(diagnostic(program, entry, &name, excess)),
        Ok(None) | Err(_) => Ok(()),
    }
}

/// The name of the first function beyond a limit.
fn too_large(wasm: &[u8]) -> Result<Option<(String, Excess)>, BinaryReaderError> {
    let (mut next, mut found) = (0, None);
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(imports) => next = imports.count(),
            Payload::CodeSectionEntry(body) => {
                let locals = body.get_locals_reader()?.into_iter().try_fold(0, |sum, group| {
                    let (count, _) = group?;
                    Ok::<u64, BinaryReaderError>(sum + u64::from(count))
                })?;
                let bytes = body.range().len();
                let excess = match () {
                    () if locals > MAX_LOCALS => Some(Excess::Locals(locals)),
                    () if bytes > MAX_BODY => Some(Excess::Bytes(bytes)),
                    () => None,
                };
                found = found.or(excess.map(|excess| (next, excess)));
                next += 1;
            }
            Payload::CustomSection(section) => {
                if let (Some((index, excess)), KnownCustom::Name(names)) = (found, section.as_known()) {
                    for part in names {
                        let Name::Function(functions) = part? else { continue };
                        for naming in functions {
                            let naming = naming?;
                            if naming.index == index {
                                return Ok(Some((naming.name.to_owned(), excess)));
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    Ok(None)
}

fn diagnostic(program: &Program, entry: FunctionId, name: &str, excess: Excess) -> Diagnostic {
    // Behind the function's name stand its type arguments, or what part of it this is.
    let declared = name.split(['<', '$']).next().unwrap_or(name);
    let found = program.functions.iter().find(|function| &*function.name == declared);
    let function = found.unwrap_or_else(|| program.function(entry));
    let name = &function.name;
    let message = match excess {
        Excess::Locals(count) => {
            format!("`{name}` needs {count} places for the values of its steps, and {MAX_LOCALS} is the most")
        }
        Excess::Bytes(count) => format!("`{name}` becomes {count} bytes of code, and {MAX_BODY} is the most"),
    };
    Diagnostic::error(Code("E0904"), function.span, message).help("Split it into several functions.")
}
