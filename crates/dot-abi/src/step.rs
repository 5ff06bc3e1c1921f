//! The names of steps.
//!
//! A step's name is a path that only the source and its values decide: never scheduling, batching or attempts. The first
//! part is the dot that was started. Each further part is a call: the name of what is called, the number of the call among the calls
//! of the calling body in the order of the source, and how often that call has been made before in this activation
//! (for a comprehension that filters nothing, the index of the item): `main/words_at:0#3`.

use std::fmt::Write;

/// The name of a step that a step calls.
pub fn child(parent: &str, callee: &str, number: u32, occurrence: u64) -> String {
    let mut name = parent.to_owned();
    append(&mut name, callee, number, occurrence);
    name
}

/// Makes the name of a step that of a step which it calls.
pub fn append(name: &mut String, callee: &str, number: u32, occurrence: u64) {
    // Writing to a string can't fail.
    let _ = write!(name, "/{callee}:{number}#{occurrence}");
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_path_names_every_call_on_the_way() {
        let survey = super::child("main", "survey", 0, 0);
        assert_eq!(super::child(&survey, "words_at", 2, 17), "main/survey:0#0/words_at:2#17");
    }
}
