//! The integration tests: the house itself, the command line, the pipeline on real files, the served map.

mod cli;
mod house;
mod http;
mod pipeline;
mod support;
