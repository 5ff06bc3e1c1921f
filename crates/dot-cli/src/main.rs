//! The `dot` command.

use std::process::ExitCode;

use clap::Parser;
use dot_cli::cli::Cli;
use dot_cli::terminal::Terminal;

/// The stack of the front half in bytes: the bounds on depth and height of sources are made for it.
/// It is address space until it is used.
const STACK_BYTES: usize = 256 << 20;

fn main() -> ExitCode {
    dot_cli::log::start();
    let work = || Cli::parse().command.run(&Terminal::of_process()).code();
    // Where the system gives no such thread, the stack that there is has to do.
    let code = match std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work) {
        Ok(thread) => thread.join().unwrap_or(101),
        Err(_) => work(),
    };
    ExitCode::from(code)
}
