//! The built command from the outside, and the documents and examples that show it.

mod command;
mod documents;
mod examples;
mod support;
