//! One report through ariadne: a message, the places that it is about, and what to do.

use ariadne::{Cache, CharSet, Color, Config, IndexType, Label, Report, ReportKind, Source};
use dot_types::program::SourceFile;

use super::text::{LineIndex, Position, displayable, harmless};

/// The length in bytes from which on a line is not shown whole.
const LONG_LINE: usize = 400;
/// How many characters of such a line are shown on each side of a place.
const AROUND: usize = 30;

/// What is said, for diagnostics of the front half and faults of a run alike.
pub(super) struct Message<'m> {
    /// Error or warning.
    pub kind: ReportKind<'static>,
    /// A diagnostic's code or a fault's word.
    pub code: &'m str,
    /// What happened and why.
    pub text: &'m str,
    /// The places; the first one is what the message is about.
    pub places: Vec<Marked<'m>>,
    /// What to do.
    pub help: Option<&'m str>,
}

/// A marked range of a file.
pub(super) struct Marked<'m> {
    /// An index of the files.
    pub file: usize,
    /// The first byte.
    pub start: usize,
    /// The byte behind the last one.
    pub end: usize,
    /// The words beside it.
    pub words: &'m str,
}

/// Writes reports about some files. The files are prepared when they are first mentioned.
pub(super) struct Reporter<'f> {
    files: &'f [SourceFile],
    prepared: Vec<Option<(LineIndex<'f>, Source<String>)>>,
    colour: bool,
}

impl<'f> Reporter<'f> {
    pub(super) fn new(files: &'f [SourceFile], colour: bool) -> Reporter<'f> {
        Reporter { files, prepared: files.iter().map(|_| None).collect(), colour }
    }

    /// The report as text, ending in a newline.
    pub(super) fn report(&mut self, message: &Message<'_>) -> String {
        let mut places: Vec<_> = message.places.iter().filter(|place| place.file < self.files.len()).collect();
        let Some(&first) = places.first() else { return self.without_place(message) };
        if places.iter().any(|place| self.is_on_long_line(place)) {
            return self.on_long_line(message, first);
        }
        // Ariadne shows a file once for each run of labels in rising order.
        places.sort_by_key(|place| (place.file != first.file, place.file, place.start));

        let span = self.span(first);
        let mut builder = Report::build(message.kind, span)
            .with_code(message.code)
            .with_message(harmless(message.text))
            .with_config(self.config());
        for place in places {
            let is_first = std::ptr::eq(place, first);
            let words = if place.words.is_empty() { "here" } else { place.words };
            let colour = if is_first { kind_colour(message.kind) } else { Color::Cyan };
            builder.add_label(
                Label::new(self.span(place))
                    .with_message(harmless(words))
                    .with_color(colour)
                    .with_priority(i32::from(is_first)),
            );
        }
        if let Some(help) = message.help {
            builder.add_help(harmless(help));
        }
        let mut written = Vec::new();
        match builder.finish().write(&mut *self, &mut written) {
            Ok(()) => without_trailing_spaces(&String::from_utf8_lossy(&written)),
            Err(_) => self.without_place(message),
        }
    }

    fn is_on_long_line(&mut self, place: &Marked<'_>) -> bool {
        self.prepare(place.file)
            .is_some_and(|(index, _)| [place.start, place.end].iter().any(|&byte| index.line(byte).len() > LONG_LINE))
    }

    /// A report that quotes a few characters around the place: whole lines would fill the terminal for each report.
    fn on_long_line(&mut self, message: &Message<'_>, place: &Marked<'_>) -> String {
        let header = self.without_place(&Message { places: Vec::new(), help: None, ..*message });
        let name = self.files.get(place.file).map_or_else(String::new, |file| harmless(&file.name));
        let Some((index, _)) = self.prepare(place.file) else { return header };
        let Position { line, column } = index.position(place.start);
        let around: String =
            index.line(place.start).chars().skip(column.saturating_sub(1 + AROUND)).take(2 * AROUND).collect();
        let words = if place.words.is_empty() { "here" } else { place.words };
        let mut report = format!("{header}   ╭─[ {name}:{line}:{column} ]\n   │\n");
        report.push_str(&format!("   │ … {} …\n   │ in the middle: {}\n", harmless(&around), harmless(words)));
        if let Some(help) = message.help {
            report.push_str(&format!("   │\n   │ Help: {}\n", harmless(help)));
        }
        report.push_str("───╯\n");
        report
    }

    fn without_place(&self, message: &Message<'_>) -> String {
        let report = Report::<(usize, std::ops::Range<usize>)>::build(message.kind, (0, 0..0))
            .with_code(message.code)
            .with_message(harmless(message.text))
            .with_config(self.config())
            .finish();
        let mut written = Vec::new();
        let header = match report.write(ariadne::sources::<usize, String, [(usize, String); 0]>([]), &mut written) {
            Ok(()) => String::from_utf8_lossy(&written).into_owned(),
            Err(_) => format!("[{}] {}: {}\n", message.code, message.kind, harmless(message.text)),
        };
        match message.help {
            Some(help) => format!("{header}  Help: {}\n", harmless(help)),
            None => header,
        }
    }

    fn config(&self) -> Config {
        Config::new()
            .with_color(self.colour)
            .with_char_set(CharSet::Unicode)
            .with_index_type(IndexType::Char)
            .with_cross_gap(false)
    }

    fn span(&mut self, place: &Marked<'_>) -> (usize, std::ops::Range<usize>) {
        let Some((index, _)) = self.prepare(place.file) else { return (place.file, 0..0) };
        let start = index.characters_before(place.start);
        (place.file, start..index.characters_before(place.end).max(start))
    }

    fn prepare(&mut self, file: usize) -> Option<&(LineIndex<'f>, Source<String>)> {
        let source = self.files.get(file)?;
        let prepared = self.prepared.get_mut(file)?;
        Some(prepared.get_or_insert_with(|| (LineIndex::new(&source.text), Source::from(displayable(&source.text)))))
    }
}

impl Cache<usize> for &mut Reporter<'_> {
    type Storage = String;

    fn fetch(&mut self, file: &usize) -> Result<&Source<String>, impl std::fmt::Debug> {
        self.prepare(*file).map(|(_, source)| source).ok_or("no such file")
    }

    fn display<'a>(&self, file: &'a usize) -> Option<impl std::fmt::Display + 'a> {
        self.files.get(*file).map(|file| harmless(&file.name))
    }
}

fn kind_colour(kind: ReportKind<'_>) -> Color {
    match kind {
        ReportKind::Warning => Color::Yellow,
        _ => Color::Red,
    }
}

fn without_trailing_spaces(text: &str) -> String {
    text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}
