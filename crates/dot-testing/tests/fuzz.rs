//! Whatever the text, the front half and the reader of units answer: no panic, no endless walk, no wrong place.
//!
//! The short form runs always, the same texts each time. The long form takes others, for as long as it is told, and
//! shrinks what fails:
//!
//! ```sh
//! DOT_FUZZ_SECONDS=600 cargo test --release -p dot-testing --test fuzz -- --nocapture
//! ```
//!
//! Where `cargo bolero` is installed, `cargo bolero test -p dot-testing TARGET` lets a coverage-guided engine decide. The corpus is
//! what is in the tree: the standard library, the examples, the cases, the wrong programs and `fixtures/fuzz`, where a text
//! that once failed stays. `DOT_SEED=n` takes the texts of the short form from another start.

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use dot_abi::manifest::MANIFEST_SECTION;
use dot_codegen::emit::Options;
use dot_runtime::{Engine, EngineConfig};
use dot_syntax::{FileId, Severity, Span, Token};
use dot_testing::engines;
use dot_testing::mutate::Corpus;
use dot_types::NoSources;
use dot_types::program::SourceFile;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The texts of each target in the short form.
const TEXTS: u64 = if cfg!(debug_assertions) { 200 } else { 4_000 };
/// How many bytes decide on a text at most.
const ENTROPY: usize = 256;
/// What no text of this size may take, on a machine that has much else to do.
const LONGEST: Duration = Duration::from_secs(20);
/// The stack that the command line gives the front half.
const STACK_BYTES: usize = 256 << 20;

static SOURCES: LazyLock<Corpus> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    for folder in ["../../std", "../../examples", "cases", "fixtures/wrong", "fixtures/fuzz"] {
        texts.extend(sources(&root.join(folder)));
    }
    Corpus::new(texts)
});

static MANIFESTS: LazyLock<Corpus> = LazyLock::new(|| Corpus::new(manifests()));

static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| Engine::new(EngineConfig::default()).expect("the system gives what the runtime needs"));

/// A test of that name which feeds the texts of a corpus to a function.
macro_rules! target {
    ($name:ident, $corpus:expr, $check:expr) => {
        #[test]
        fn $name() {
            on_large_stack(|| {
                let check = |entropy: &[u8]| quickly(|| $check(&$corpus.text(entropy)));
                match variable("DOT_FUZZ_SECONDS") {
                    None if !is_guided() => short_form(&check),
                    seconds => bolero::check!()
                        .with_iterations(usize::MAX)
                        .with_max_len(ENTROPY)
                        .with_test_time(Duration::from_secs(seconds.unwrap_or(1)))
                        .for_each(check),
                }
            });
        }
    };
}

target!(tokens, SOURCES, check_tokens);
target!(parser, SOURCES, check_parser);
target!(checker, SOURCES, check_checker);
target!(manifest, MANIFESTS, check_manifest);

/// What once failed, and everything else in the corpus, unchanged.
#[test]
fn the_corpus_itself() {
    on_large_stack(|| {
        for text in SOURCES.texts() {
            quickly(|| {
                check_tokens(text);
                check_parser(text);
                check_checker(text);
            });
        }
        MANIFESTS.texts().iter().for_each(|text| check_manifest(text));
    });
}

/// The tokens stand at characters, one behind the other, and the last one is the end.
fn check_tokens(text: &str) {
    let tokens = dot_syntax::tokens(FileId(0), text);
    tokens.tokens.iter().for_each(|token| check_span(text, token.span));
    for pair in tokens.tokens.windows(2) {
        let [before, after] = pair else { continue };
        assert!(before.span.end <= after.span.start, "{after:?} stands before the end of {before:?}");
    }
    tokens.comments.iter().for_each(|comment| check_span(text, comment.span));
    tokens.diagnostics.iter().for_each(|diagnostic| check_span(text, diagnostic.span));
    assert!(tokens.tokens.last().is_some_and(|token| token.token == Token::End), "the last token is not the end");
}

fn check_parser(text: &str) {
    let parsed = dot_syntax::parse(FileId(0), text);
    for diagnostic in &parsed.diagnostics {
        check_span(text, diagnostic.span);
        diagnostic.fix.iter().for_each(|edit| check_span(text, edit.span));
    }
}

/// There is a program or an error; what is said can be shown; what is accepted can be compiled.
fn check_checker(text: &str) {
    let source = SourceFile { name: engines::FILE.to_owned(), text: Arc::from(text) };
    let checked = dot_types::check(source, &NoSources);
    let is_wrong = checked.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    assert_ne!(is_wrong, checked.program.is_some(), "a program is given exactly if nothing is wrong");
    dot_cli::render::diagnostics(&checked.files, &checked.diagnostics, false);
    let Some(program) = checked.program else { return };
    for &dot in program.dots.iter().chain(&program.tests) {
        dot_types::meaning(&program, dot);
        if let Err(problem) = engines::compiled(&program, dot, Options::default()) {
            assert_ne!(problem.code.0, "E0999", "what was accepted does not compile: {}", problem.message);
        }
    }
}

/// A manifest is read or refused. What is read is beside no code here, so that nothing can be loaded.
fn check_manifest(text: &str) {
    let mut wasm = b"\0asm\x01\0\0\0\0".to_vec();
    let content = text.len() + MANIFEST_SECTION.len() + 1;
    leb128(&mut wasm, content);
    leb128(&mut wasm, MANIFEST_SECTION.len());
    wasm.extend(MANIFEST_SECTION.bytes());
    wasm.extend(text.bytes());
    assert!(ENGINE.load(&wasm).is_err(), "a unit without code is loaded");
}

fn leb128(bytes: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn check_span(text: &str, span: Span) {
    let range = span.range();
    assert!(text.get(range.clone()).is_some(), "{range:?} is no place in a text of {} bytes", text.len());
}

/// Whether `cargo bolero` runs this.
fn is_guided() -> bool {
    std::env::vars_os().any(|(name, _)| name.to_string_lossy().contains("BOLERO"))
}

/// The same texts each time.
fn short_form(check: &dyn Fn(&[u8])) {
    let mut random = ChaCha8Rng::seed_from_u64(variable("DOT_SEED").unwrap_or(0));
    let mut entropy = [0; ENTROPY];
    for _ in 0..TEXTS {
        random.fill_bytes(&mut entropy);
        let length = (random.next_u32() as usize % ENTROPY).max(8);
        check(&entropy[..length]);
    }
}

fn quickly(work: impl FnOnce()) {
    let start = Instant::now();
    work();
    assert!(start.elapsed() < LONGEST, "the text takes {:?}", start.elapsed());
}

fn on_large_stack(work: impl FnOnce() + Send) {
    let name = std::thread::current().name().unwrap_or_default().to_owned();
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name(name).stack_size(STACK_BYTES).spawn_scoped(scope, work);
        if let Err(panic) = thread.expect("a thread can be started").join() {
            std::panic::resume_unwind(panic);
        }
    });
}

/// The `.dot` files of a folder, in the order of their names.
fn sources(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "dot"));
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).expect("a source is UTF-8")).collect()
}

/// The manifests of the units that the cases and examples give.
fn manifests() -> Vec<String> {
    let mut manifests = Vec::new();
    for source in SOURCES.texts() {
        let Ok(program) = engines::checked(source) else { continue };
        for &dot in program.dots.iter().take(2) {
            let Ok((manifest, _)) = engines::compiled(&program, dot, Options::default()) else { continue };
            manifests.push(serde_json::to_string(&manifest).expect("a manifest is JSON"));
        }
    }
    manifests
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
