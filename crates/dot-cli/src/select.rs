//! Which dot of a file is meant: `main`, else the only one, else the `pub dot` that is named.

use dot_types::program::{Function, FunctionId, Program};

use crate::arguments::Complaint;
use crate::pipeline::Selection;
use crate::stop::Stop;
use dot_embed::nearest;

/// Selects a dot by the words behind FILE; `file` is FILE as it was typed.
pub fn select<'w>(program: &Program, file: &str, words: &'w [String]) -> Result<Selection<'w>, Stop> {
    let implied = main(program).or(match program.dots.as_slice() {
        [only] => Some(*only),
        _ => None,
    });
    let public: Vec<FunctionId> = program.dots.iter().copied().filter(|&dot| program.function(dot).public).collect();
    if let Some(dot) = implied {
        let named = public.iter().chain([&dot]).map(|&dot| program.function(dot).name.to_string());
        return Ok(Selection { dot, by_name: false, dots: named.collect(), words });
    }
    if public.is_empty() {
        return Err(Stop::complaint(nothing_to_run(program, file)));
    }
    let listed = list(program, file, &public);
    let Some((name, rest)) = words.split_first() else {
        let complaint = Complaint::new(format!("{file} has several dots, and none was named"));
        return Err(Stop::complaint(complaint.help(listed)));
    };
    if name == "--help" || name == "-h" {
        return Err(Stop::Help(format!("Usage: {listed}\n")));
    }
    match public.iter().find(|&&dot| *program.function(dot).name == **name) {
        Some(&dot) => Ok(Selection { dot, by_name: true, dots: Vec::new(), words: rest }),
        None => {
            let names = public.iter().map(|&dot| &*program.function(dot).name);
            let help = nearest(name, names).map_or(listed, |near| format!("did you mean {near}?"));
            Err(Stop::complaint(Complaint::new(format!("{file} has no public dot {name:?}")).help(help)))
        }
    }
}

/// Selects a dot by its name alone, private ones too; without a name as [`select`] does.
pub fn by_name(program: &Program, file: &str, name: Option<&str>) -> Result<FunctionId, Stop> {
    let Some(name) = name else { return Ok(select(program, file, &[])?.dot) };
    let named = program.dots.iter().find(|&&dot| *program.function(dot).name == *name);
    named.copied().ok_or_else(|| {
        let complaint = Complaint::new(format!("{file} has no dot {name:?}"));
        let near = nearest(name, program.dots.iter().map(|&dot| &*program.function(dot).name));
        Stop::complaint(match near {
            Some(near) => complaint.help(format!("did you mean {near}?")),
            None => complaint,
        })
    })
}

fn main(program: &Program) -> Option<FunctionId> {
    program.dots.iter().copied().find(|&dot| &*program.function(dot).name == "main")
}

fn nothing_to_run(program: &Program, file: &str) -> Complaint {
    if program.dots.is_empty() {
        return Complaint::new(format!("{file} has no dot, so there is nothing to run"))
            .help("declare one: pub dot main() { … }");
    }
    Complaint::new(format!("{file} has several dots, and none is main or pub"))
        .help("call one of them main, or write pub before those that can be run")
}

/// The public dots, each with the first line of its documentation.
fn list(program: &Program, file: &str, dots: &[FunctionId]) -> String {
    let functions: Vec<&Function> = dots.iter().map(|&dot| program.function(dot)).collect();
    let width = functions.iter().map(|dot| dot.name.chars().count()).max().unwrap_or_default();
    let mut page = format!("dot run {file} DOT [ARGS…], where DOT is one of");
    for dot in functions {
        let first_line = dot.docs.lines().next().unwrap_or_default();
        let line = format!("\n    {:width$}  {first_line}", dot.name);
        page.push_str(line.trim_end());
    }
    page
}
