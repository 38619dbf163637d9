//! The `lifang` command.
fn main() {}
