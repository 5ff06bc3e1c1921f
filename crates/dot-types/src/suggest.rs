//! Near names: typing errors, and what other languages call things.

mod elsewhere;
mod methods;

use std::cell::Cell;

pub(crate) use elsewhere::{
    Elsewhere, call_elsewhere, conversion_function, is_sure_type, name_elsewhere, path_elsewhere, type_help,
    type_of_other_language,
};
pub(crate) use methods::{method_help, method_of_other_language};

/// How many names the names of one check are compared with. A program in which everything is misspelt would otherwise
/// cost the square of its size.
const MOST_COMPARED: u32 = 1_000_000;
/// The longest name that is compared, in bytes.
const LONGEST: usize = 64;

/// How much of the work of finding near names is left to a check.
#[derive(Debug)]
pub(crate) struct Budget(Cell<u32>);

impl Default for Budget {
    fn default() -> Budget {
        Budget(Cell::new(MOST_COMPARED))
    }
}

impl Budget {
    /// Whether there is some left: whoever gathers names for [`nearest`](Self::nearest) asks first.
    pub(crate) fn is_left(&self) -> bool {
        self.0.get() > 0
    }

    /// As [`nearest`], as long as there is some left.
    pub(crate) fn nearest<'n>(&self, name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<String> {
        let counted = known.into_iter().take_while(|_| {
            let left = self.0.get();
            self.0.set(left.saturating_sub(1));
            left > 0
        });
        nearest(name, counted)
    }
}

/// The known name that is nearest to one that is not known, if it is near enough to be meant.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<String> {
    if name.len() > LONGEST {
        return None;
    }
    let limit = match name.chars().count() {
        0..=4 => 1,
        5 => 2,
        _ => 3,
    };
    let small = name.to_lowercase();
    let mut best: Option<(usize, usize, &str)> = None;
    for candidate in known {
        if candidate.starts_with(['$', '_']) || candidate.len().abs_diff(name.len()) > 3 {
            continue;
        }
        let distance = strsim::osa_distance(&small, &candidate.to_lowercase());
        if distance > limit || distance >= candidate.chars().count() {
            continue;
        }
        // Of names that are equally near the one whose case agrees, then the first by the alphabet: the order of hash
        // maps must not show.
        let rank = (distance, strsim::osa_distance(name, candidate), candidate);
        if best.is_none_or(|best| rank < best) {
            best = Some(rank);
        }
    }
    best.map(|(_, _, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Budget, MOST_COMPARED, nearest};

    #[test]
    fn near_names_are_found() {
        assert_eq!(nearest("lenght", ["length", "len"]), Some("length".to_owned()));
        assert_eq!(nearest("Count", ["count", "mount"]), Some("count".to_owned()));
        assert_eq!(nearest("a", ["b"]), None);
    }

    #[test]
    fn long_names_are_not_compared() {
        let long = "a".repeat(1_000_000);
        assert_eq!(nearest(&long, [long.as_str()]), None);
    }

    #[test]
    fn the_work_has_a_limit() {
        let budget = Budget::default();
        let others = std::iter::repeat_n("zzzzzzzz", MOST_COMPARED as usize);
        assert_eq!(budget.nearest("count", others), None);
        assert!(!budget.is_left());
        assert_eq!(budget.nearest("cuont", ["count"]), None);
    }
}
