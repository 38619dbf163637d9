//! The `lifang` command: reads arguments, calls the planner, prints. No logic of its own.

mod args;
mod bars;
mod commands;
mod print;
mod serve;

use args::Args;
use clap::Parser as _;
use std::process::ExitCode;

/// Everything is in order.
const FINE: u8 = 0;
/// The plan breaks rules.
const VIOLATIONS: u8 = 1;
/// The input cannot be used.
const BAD_INPUT: u8 = 2;

fn main() -> ExitCode {
    let args = Args::parse();
    match commands::run(&args) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            print::error(&error);
            ExitCode::from(BAD_INPUT)
        }
    }
}
