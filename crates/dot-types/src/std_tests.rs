//! The standard library checks: bodies that no program reaches would be looked at by nobody else.

use crate::checker::Checker;
use crate::program::SourceFile;
use crate::source::NoSources;

#[test]
fn every_function_of_the_standard_library_checks() {
    let mut checker = Checker::new(&NoSources);
    checker.load_program(SourceFile { name: "main.dot".to_owned(), text: "".into() });
    for (name, _) in dot_std::MODULES {
        let module = checker.std_module(name).expect("the module is there");
        checker.declare_functions(module);
    }
    checker.check_reached();
    let said: Vec<String> = checker
        .diagnostics
        .iter()
        .map(|diagnostic| format!("{} {:?} {}", diagnostic.code.0, checker.text(diagnostic.span), diagnostic.message))
        .collect();
    assert_eq!(said, Vec::<String>::new());
}
