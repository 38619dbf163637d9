//! Small territories drawn by hand, and random ones for what must hold everywhere.

mod areas;
mod causes;
mod data;
mod driving;
mod hours;
mod load;
mod needs;
mod openings;
mod properties;
mod radius;
mod sample;
mod shares;
mod town;
