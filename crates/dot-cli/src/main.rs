//! The `dot` command.

fn main() {}
