//! Random numbers that a run's seed and a step's name decide, so that scheduling has no part in them.

use blake3::OutputReader;

use crate::context::Context;

/// The random numbers of a step: the output of BLAKE3 for the run's seed and the step's name.
pub(crate) struct Randomness {
    output: OutputReader,
}

impl Randomness {
    /// Those of the step that runs.
    pub(crate) fn of(context: &Context<'_>) -> Randomness {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&context.seed.to_le_bytes());
        hasher.update(context.step.as_bytes());
        Randomness { output: hasher.finalize_xof() }
    }

    /// Those that decide how long a step waits after so many attempts.
    pub(crate) fn of_attempt(seed: u64, step: &str, attempts: u32) -> Randomness {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes());
        hasher.update(step.as_bytes());
        // No step's name holds the byte 0.
        hasher.update(&[0]);
        hasher.update(&attempts.to_le_bytes());
        Randomness { output: hasher.finalize_xof() }
    }

    /// The next so many bytes.
    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.output.fill(&mut bytes);
        bytes
    }

    /// The next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        u64::from_le_bytes(self.bytes())
    }

    /// A number in `0..=highest`, each equally likely.
    pub(crate) fn up_to(&mut self, highest: u64) -> u64 {
        let Some(count) = highest.checked_add(1) else { return self.bits() };
        // The last numbers that no multiple of the count covers would make the first ones likelier.
        let last = u64::MAX - (u64::MAX % count + 1) % count;
        loop {
            let bits = self.bits();
            if bits <= last {
                return bits % count;
            }
        }
    }

    /// A number in `0.0..1.0`, a multiple of 2^-53.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(seed: u64, step: &str) -> Randomness {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes()).update(step.as_bytes());
        Randomness { output: hasher.finalize_xof() }
    }

    #[test]
    fn every_number_of_a_range_comes_equally_often() {
        let mut numbers = numbers(0, "main");
        let mut counts = [0; 6];
        (0..60_000).for_each(|_| counts[numbers.up_to(5) as usize] += 1);
        assert!(counts.iter().all(|count| (9_500..10_500).contains(count)), "{counts:?}");
        assert_eq!(numbers.up_to(0), 0);
        assert!((0..1000).any(|_| numbers.up_to(u64::MAX) > u64::MAX / 2));
    }

    #[test]
    fn fractions_lie_below_one_and_spread() {
        let mut numbers = numbers(0, "main");
        let fractions: Vec<f64> = (0..10_000).map(|_| numbers.unit()).collect();
        assert!(fractions.iter().all(|fraction| (0.0..1.0).contains(fraction)));
        let mean = fractions.iter().sum::<f64>() / 10_000.0;
        assert!((0.48..0.52).contains(&mean), "{mean}");
    }

    #[test]
    fn the_seed_and_the_step_decide() {
        let first = numbers(1, "main").bits();
        assert_eq!(numbers(1, "main").bits(), first);
        assert_ne!(numbers(2, "main").bits(), first);
        assert_ne!(numbers(1, "main/f:0#0").bits(), first);
    }
}
