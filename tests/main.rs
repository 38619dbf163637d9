//! The integration tests: the house itself, the command line, the pipeline on real files, the served map.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of tests are outside test functions, where the lints do not know them"
)]

mod cli;
mod house;
mod http;
mod pipeline;
mod support;
