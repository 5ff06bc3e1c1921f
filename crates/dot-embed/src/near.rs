//! The word that was probably meant.

/// The known word nearest to a typed one, if one is near enough to be meant.
pub fn nearest<'w>(typed: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let distance = |word: &str| strsim::damerau_levenshtein(&typed.to_lowercase(), &word.to_lowercase());
    known
        .into_iter()
        .map(|word| (distance(word), word))
        .filter(|&(distance, word)| distance <= word.chars().count().max(typed.chars().count()).div_ceil(3))
        .min()
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn only_near_words_are_offered() {
        let known = ["name", "times", "verbose"];
        assert_eq!(nearest("nmae", known), Some("name"));
        assert_eq!(nearest("Time", known), Some("times"));
        assert_eq!(nearest("verbos", known), Some("verbose"));
        assert_eq!(nearest("x", known), None);
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("a", []), None);
    }
}
