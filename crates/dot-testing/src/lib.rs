//! The reference interpreter, the program generator and the fixtures that prove Dot
