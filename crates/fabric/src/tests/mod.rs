//! Tests of the whole crate: what every fabric must satisfy, over made and random ground.

mod arrangement;
mod invariants;
mod nearest;
mod random;
mod shapes;
mod stacks;
mod town;
