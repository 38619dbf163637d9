//! Tests of the crate as its users see it.

mod detection;
mod fitting;
mod frames;
mod gcj_vectors;
mod names;
mod prj;
