//! A native dot that computes: thumbnails of images in the format PPM, called by a host program without Dot.
//!
//! Its kind is [`Kind::Cpu`], so that a run has as many of them under way as there are cores. The same type can be registered with
//! a host that runs `.dot` files, which declare it as
//! `native pure dot thumbnail(image: Bytes, width: Int) -> Bytes uses images`.
//!
//! ```text
//! cargo run --release -p paradot --example thumbnails
//! ```

use std::process::ExitCode;
use std::sync::Arc;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::manifest::Class;
use dot_abi::policy::Policies;
use dot_abi::value::Value;
use paradot::{Caller, Captured, Context, Descriptor, Kind, ParaDot, Registry};

/// Makes an image smaller. Each pixel of the result is the mean of those of the original that it stands for.
struct Thumbnail;

impl ParaDot for Thumbnail {
    fn descriptor(&self) -> &Descriptor {
        &Descriptor { name: "thumbnail", class: Class::Pure, uses: &["images"], is_ordered: false }
    }

    fn signature(&self) -> Option<&str> {
        Some("(image: Bytes, width: Int) -> Bytes")
    }

    fn kind(&self) -> Kind {
        Kind::Cpu
    }

    fn run(&self, context: &Context<'_>, input: Value) -> Result<Value, Fault> {
        let Value::Record(fields) = input else { return Err(unfit()) };
        let [Value::Bytes(image), Value::Int(width)] = fields.as_slice() else { return Err(unfit()) };
        let image = Image::read(image)
            .ok_or_else(|| Fault::new(FaultCode::Argument, "the image is not a PPM with one byte for each colour"))?;
        let width = usize::try_from(*width).ok().filter(|&width| width > 0);
        let width = width.ok_or_else(|| Fault::new(FaultCode::Argument, "the width must be above 0"))?;
        let small = image.smaller(width).written();
        if small.len() > context.value_size_bytes {
            return Err(Fault::new(FaultCode::ValueLimit, "the thumbnail is larger than the limit on values"));
        }
        Ok(Value::Bytes(small.into()))
    }
}

/// The host has given other values than the signature says.
fn unfit() -> Fault {
    Fault::new(FaultCode::Internal, "thumbnail was called with arguments of other types")
}

/// Rows of pixels of three bytes.
struct Image {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Image {
    /// An image with a colour gradient.
    fn drawn(width: usize, height: usize) -> Image {
        let pixel = |at: usize| [(at % width * 255 / width) as u8, (at / width * 255 / height) as u8, 128];
        Image { width, height, pixels: (0..width * height).flat_map(pixel).collect() }
    }

    /// The image of a PPM file, `None` if it is none.
    fn read(bytes: &[u8]) -> Option<Image> {
        let end = bytes.iter().position(|&byte| byte == b'\n')?;
        let header = std::str::from_utf8(bytes.get(..end)?).ok()?;
        let ["P6", width, height, "255"] = header.split(' ').collect::<Vec<_>>()[..] else { return None };
        let image =
            Image { width: width.parse().ok()?, height: height.parse().ok()?, pixels: bytes.get(end + 1..)?.to_vec() };
        let size = image.width.checked_mul(image.height)?.checked_mul(3)?;
        (image.width > 0 && image.height > 0 && size == image.pixels.len()).then_some(image)
    }

    /// It as a PPM file.
    fn written(&self) -> Vec<u8> {
        let mut bytes = format!("P6 {} {} 255\n", self.width, self.height).into_bytes();
        bytes.extend_from_slice(&self.pixels);
        bytes
    }

    /// A version that is at most so wide, of the same shape.
    fn smaller(&self, most: usize) -> Image {
        let width = self.width.min(most);
        // In 128 bits, since the product of two sizes need not fit in 64.
        let height = ((self.height as u128 * width as u128 / self.width as u128) as usize).max(1);
        let mut pixels = Vec::with_capacity(width * height * 3);
        for y in 0..height {
            for x in 0..width {
                let columns = x * self.width / width..(x + 1) * self.width / width;
                let rows = y * self.height / height..(y + 1) * self.height / height;
                pixels.extend(self.mean(columns, rows));
            }
        }
        Image { width, height, pixels }
    }

    /// The mean colour of a part, which is not empty.
    fn mean(&self, columns: std::ops::Range<usize>, rows: std::ops::Range<usize>) -> [u8; 3] {
        let mut sums = [0u64; 3];
        for y in rows.clone() {
            for x in columns.clone() {
                let at = 3 * (y * self.width + x);
                for (sum, part) in sums.iter_mut().zip(self.pixels.iter().skip(at)) {
                    *sum += u64::from(*part);
                }
            }
        }
        let count = (columns.len() * rows.len()).max(1) as u64;
        sums.map(|sum| (sum / count) as u8)
    }
}

/// The sizes of thumbnails of one image, made by several threads with one caller.
fn sizes(widths: &[i64]) -> Result<Vec<usize>, Fault> {
    let mut registry = Registry::empty();
    registry.register(Thumbnail);
    let mut caller = Caller::new(registry, Arc::new(Captured::default()));
    Arc::make_mut(&mut caller.grants).allow_capability("images");
    let image: Arc<[u8]> = Image::drawn(640, 480).written().into();
    let one = |width: i64| {
        let input = vec![Value::Bytes(Arc::clone(&image)), Value::Int(width)];
        match caller.call(&format!("thumbnail of {width}"), "thumbnail", input, &Policies::default())? {
            Value::Bytes(made) => Ok(made.len()),
            _ => Err(unfit()),
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = widths.iter().map(|&width| scope.spawn(move || one(width))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(unfit()))).collect()
    })
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the program's result, and why there is none")]
fn main() -> ExitCode {
    match sizes(&[320, 160, 80]) {
        Ok(sizes) => {
            println!("{sizes:?}");
            ExitCode::SUCCESS
        }
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thumbnails_have_the_shape_of_the_image() {
        let expected = [(320, 240), (160, 120), (80, 60)];
        let size = |(width, height): (usize, usize)| format!("P6 {width} {height} 255\n").len() + 3 * width * height;
        assert_eq!(sizes(&[320, 160, 80]), Ok(expected.map(size).to_vec()));
    }

    #[test]
    fn the_mean_of_a_part_is_its_pixel() {
        let image = Image { width: 2, height: 2, pixels: vec![0, 10, 0, 4, 20, 0, 8, 30, 0, 12, 40, 0] };
        assert_eq!(image.smaller(1).pixels, [6, 25, 0]);
        assert_eq!(image.smaller(5).written(), image.written());
    }

    #[test]
    fn what_is_no_image_is_a_fault() {
        assert!(Image::read(b"P6 2 2 255\nshort").is_none());
        assert!(Image::read(b"P6 99999999999999999999 2 255\n").is_none());
        assert_eq!(sizes(&[0]).expect_err("no width").to_string(), "argument: the width must be above 0");
    }
}
