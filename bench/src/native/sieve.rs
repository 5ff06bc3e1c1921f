//! Primes below a limit, some rounds.

pub(super) fn run(limit: usize, rounds: usize) -> usize {
    (0..rounds).map(|_| sieve_below(limit).iter().skip(2).filter(|&&prime| prime).count()).sum()
}

fn sieve_below(limit: usize) -> Vec<bool> {
    let mut prime = vec![true; limit];
    let mut number = 2;
    while number * number < limit {
        if prime[number] {
            for multiple in (number * number..limit).step_by(number) {
                prime[multiple] = false;
            }
        }
        number += 1;
    }
    prime
}
