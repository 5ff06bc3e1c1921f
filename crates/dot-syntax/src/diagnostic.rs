//! The one shape of everything that the front half says about a source text.

use crate::Span;

/// A stable code such as `E0102`: what `dot explain` looks up. Never reused for another meaning.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Code(pub &'static str);

/// How much a diagnostic weighs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// The program can't run.
    Error,
    /// The program runs, and probably not as meant.
    Warning,
    /// The program runs as meant, and this is worth knowing: said where somebody asks, by `dot check` and `dot plan`.
    Advice,
}

/// What is wrong, where, why, and what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// Error, warning or advice.
    pub severity: Severity,
    /// The place that the message is about.
    pub span: Span,
    /// One sentence: what is wrong and why.
    pub message: String,
    /// A few words at the place itself; empty where the message says it all.
    pub label: String,
    /// Other places that explain this one.
    pub related: Vec<(Span, String)>,
    /// What to do about it, as a sentence.
    pub help: Option<String>,
    /// Edits that put it right, if there are such; all of them together.
    pub fix: Vec<Edit>,
    /// Whether what they give is what is meant.
    pub applicability: Applicability,
}

/// How sure a fix is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub enum Applicability {
    /// Nothing else can be meant: `dot check --fix` applies it.
    #[default]
    Sure,
    /// Somebody should look at it first: a near name, or a spelling that means two things in two languages.
    Guess,
}

/// A replacement of a range of the source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

impl Diagnostic {
    /// An error with nothing but its message.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: Severity::Error,
            span,
            message: message.into(),
            label: String::new(),
            related: Vec::new(),
            help: None,
            fix: Vec::new(),
            applicability: Applicability::Sure,
        }
    }

    /// A warning with nothing but its message.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, span, message) }
    }

    /// Advice with nothing but its message.
    pub fn advice(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Advice, ..Diagnostic::error(code, span, message) }
    }

    /// Adds the words at the place.
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = label.into();
        self
    }

    /// Adds what to do.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Adds another place.
    pub fn related(mut self, span: Span, words: impl Into<String>) -> Diagnostic {
        self.related.push((span, words.into()));
        self
    }

    /// Adds an edit that puts it right; it is sure unless [`Diagnostic::guess`] is said.
    pub fn fix(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.fix.push(Edit { span, text: text.into() });
        self
    }

    /// Says that the fix may not be what is meant.
    pub fn guess(self) -> Diagnostic {
        Diagnostic { applicability: Applicability::Guess, ..self }
    }
}
