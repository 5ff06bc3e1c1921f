//! `Math.*`: from a library of its own, so that results are the same on every machine.

use dot_abi::native::{HOST_MODULE, Native};
use wasmtime::Linker;

use crate::activation::Activation;

type OfOne = fn(f64) -> f64;
type OfTwo = fn(f64, f64) -> f64;

pub(super) fn link(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    let one: [(Native, OfOne); 7] = [
        (Native::MathSin, libm::sin),
        (Native::MathCos, libm::cos),
        (Native::MathTan, libm::tan),
        (Native::MathExp, libm::exp),
        (Native::MathLn, libm::log),
        (Native::MathLog10, libm::log10),
        (Native::MathLog2, libm::log2),
    ];
    for (native, function) in one {
        linker.func_wrap(HOST_MODULE, native.name(), move |a: f64| function(a))?;
    }
    let two: [(Native, OfTwo); 2] = [(Native::MathAtan2, libm::atan2), (Native::MathPow, libm::pow)];
    for (native, function) in two {
        linker.func_wrap(HOST_MODULE, native.name(), move |a: f64, b: f64| function(a, b))?;
    }
    Ok(())
}
