//! Tests of the whole crate: what every fabric must satisfy, over made and random ground.

mod arrangement;
mod cutting;
mod display;
mod dissolving;
mod dividing;
mod hard;
mod invariants;
mod mending;
mod nearest;
mod random;
mod rebuilding;
mod shapes;
mod stacks;
mod town;
