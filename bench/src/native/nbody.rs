//! The sun and four planets.

use std::f64::consts::PI;

const SOLAR_MASS: f64 = 4.0 * PI * PI;
const DAYS_PER_YEAR: f64 = 365.24;

#[derive(Clone, Copy)]
struct Body {
    place: [f64; 3],
    speed: [f64; 3],
    mass: f64,
}

pub(super) fn run(steps: usize) -> String {
    let mut bodies = solar_system();
    rest(&mut bodies);
    let before = energy(&bodies);
    for _ in 0..steps {
        advance(&mut bodies, 0.01);
    }
    format!("{before:.9}\n{:.9}", energy(&bodies))
}

fn advance(bodies: &mut [Body; 5], time: f64) {
    for i in 0..bodies.len() {
        for j in i + 1..bodies.len() {
            let distance: [f64; 3] = std::array::from_fn(|axis| bodies[i].place[axis] - bodies[j].place[axis]);
            let squared: f64 = distance.iter().map(|d| d * d).sum();
            let force = time / (squared * squared.sqrt());
            let (pull, push) = (bodies[j].mass * force, bodies[i].mass * force);
            for (axis, d) in distance.iter().enumerate() {
                bodies[i].speed[axis] -= d * pull;
                bodies[j].speed[axis] += d * push;
            }
        }
    }
    for body in bodies {
        for axis in 0..3 {
            body.place[axis] += time * body.speed[axis];
        }
    }
}

fn energy(bodies: &[Body; 5]) -> f64 {
    let mut total = 0.0;
    for (i, body) in bodies.iter().enumerate() {
        total += 0.5 * body.mass * body.speed.iter().map(|v| v * v).sum::<f64>();
        for other in &bodies[i + 1..] {
            let squared: f64 = (0..3).map(|axis| (body.place[axis] - other.place[axis]).powi(2)).sum();
            total -= body.mass * other.mass / squared.sqrt();
        }
    }
    total
}

fn rest(bodies: &mut [Body; 5]) {
    for axis in 0..3 {
        let momentum: f64 = bodies.iter().map(|body| body.speed[axis] * body.mass).sum();
        bodies[0].speed[axis] = -momentum / SOLAR_MASS;
    }
}

#[expect(clippy::excessive_precision, reason = "the numbers of the benchmark as it is published")]
fn solar_system() -> [Body; 5] {
    let planet =
        |place, speed: [f64; 3], mass| Body { place, speed: speed.map(|v| v * DAYS_PER_YEAR), mass: mass * SOLAR_MASS };
    [
        Body { place: [0.0; 3], speed: [0.0; 3], mass: SOLAR_MASS },
        planet(
            [4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01],
            [1.66007664274403694e-03, 7.69901118419740425e-03, -6.90460016972063023e-05],
            9.54791938424326609e-04,
        ),
        planet(
            [8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01],
            [-2.76742510726411021e-03, 4.99852801234917238e-03, 2.30417297573763929e-05],
            2.85885980666130812e-04,
        ),
        planet(
            [1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01],
            [2.96460137564761618e-03, 2.37847173959480950e-03, -2.96589568540237556e-05],
            4.36624404335156298e-05,
        ),
        planet(
            [1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01],
            [2.68067772490389322e-03, 1.62824170038242295e-03, -9.51592254519715870e-05],
            5.15138902046611451e-05,
        ),
    ]
}
