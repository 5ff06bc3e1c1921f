//! From a typed Dot program to one WASM unit per dot
