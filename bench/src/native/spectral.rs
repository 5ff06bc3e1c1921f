//! The spectral norm of an infinite matrix.

pub(super) fn run(size: usize) -> String {
    let mut u = vec![1.0; size];
    let mut v = Vec::new();
    for _ in 0..10 {
        v = transposed_times(&times(&u));
        u = transposed_times(&times(&v));
    }
    format!("{:.9}", (product(&u, &v) / product(&v, &v)).sqrt())
}

fn entry(row: usize, column: usize) -> f64 {
    let diagonal = row + column;
    1.0 / (diagonal * (diagonal + 1) / 2 + row + 1) as f64
}

fn times(vector: &[f64]) -> Vec<f64> {
    (0..vector.len()).map(|row| vector.iter().enumerate().map(|(column, x)| entry(row, column) * x).sum()).collect()
}

fn transposed_times(vector: &[f64]) -> Vec<f64> {
    (0..vector.len()).map(|row| vector.iter().enumerate().map(|(column, x)| entry(column, row) * x).sum()).collect()
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
