//! The standard library of Dot, as the sources that every compiler carries
