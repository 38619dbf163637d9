//! Small territories drawn by hand, and random ones for what must hold everywhere.

mod causes;
mod data;
mod openings;
mod properties;
mod sample;
mod shares;
mod town;
