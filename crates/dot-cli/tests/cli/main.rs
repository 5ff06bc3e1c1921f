//! The built command from the outside, and the documents and examples that show it.

mod check;
mod documents;
mod examples;
mod fix;
mod input;
mod plan;
mod project;
mod run;
mod support;
mod tidy;
mod usage;
