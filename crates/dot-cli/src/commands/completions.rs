//! `dot completions`

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::terminal::{Status, Terminal};

/// Prints a script that completes `dot`'s commands and options in a shell.
#[derive(clap::Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct Arguments {
    /// The shell
    pub shell: ShellName,
}

/// The shells for which there is a script.
#[derive(clap::ValueEnum, Clone, Copy, Debug)]
pub enum ShellName {
    /// GNU Bash
    Bash,
    /// Z shell
    Zsh,
    /// fish
    Fish,
    /// PowerShell
    #[value(name = "powershell")]
    PowerShell,
}

const AFTER_HELP: &str = "\
Bash:        dot completions bash > ~/.local/share/bash-completion/completions/dot
zsh:         dot completions zsh > \"${fpath[1]}/_dot\"
fish:        dot completions fish > ~/.config/fish/completions/dot.fish
PowerShell:  dot completions powershell >> $PROFILE";

/// Prints the script for a shell.
pub fn run(arguments: &Arguments, terminal: &Terminal) -> Status {
    let shell = match arguments.shell {
        ShellName::Bash => Shell::Bash,
        ShellName::Zsh => Shell::Zsh,
        ShellName::Fish => Shell::Fish,
        ShellName::PowerShell => Shell::PowerShell,
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "dot", &mut script);
    terminal.write(String::from_utf8_lossy(&script))
}
