//! Places in the source and texts in static data, each once.

use dot_abi::manifest::Site;
use dot_syntax::Span;
use dot_types::program::Program;
use indexmap::IndexSet;

use crate::core::{SiteRef, TextRef};

/// The places that faults and calls refer to.
#[derive(Default)]
pub(super) struct Sites {
    files: IndexSet<u16>,
    sites: IndexSet<Site>,
}

impl Sites {
    /// The number of a place.
    pub(super) fn of(&mut self, span: Span) -> SiteRef {
        let (file, _) = self.files.insert_full(span.file.0);
        let (site, _) = self.sites.insert_full(Site(file as u32, span.start, span.end));
        SiteRef(site as u32)
    }

    /// The names of the files, and the places.
    pub(super) fn finish(self, program: &Program) -> (Vec<String>, Vec<Site>) {
        let name = |file: u16| program.files.get(file as usize).map(|file| file.name.clone()).unwrap_or_default();
        (self.files.into_iter().map(name).collect(), self.sites.into_iter().collect())
    }
}

/// Texts in static data.
#[derive(Default)]
pub(super) struct Texts {
    texts: IndexSet<String>,
}

impl Texts {
    /// The number of a text.
    pub(super) fn of(&mut self, text: &str) -> TextRef {
        let index = match self.texts.get_index_of(text) {
            Some(index) => index,
            None => self.texts.insert_full(text.to_owned()).0,
        };
        TextRef(index as u32)
    }

    /// The texts.
    pub(super) fn finish(self) -> Vec<String> {
        self.texts.into_iter().collect()
    }
}
