//! 坐标系统 Coordinate reference systems: what the numbers in a file mean on Earth, and the local metric frame a
//! plan is made in.
//!
//! Everything but GCJ-02 and BD-09 goes through PROJ, whose database is inside the binary. Axes are always east
//! (longitude) first, north (latitude) second, whatever the authority says.
//!
//! # Units
//! Geographic coordinates are degrees, projected ones metres, lattice points millimetres.

mod china;
mod detect;
mod engine;
mod error;
mod fit;
mod frame;
mod gcj;
mod reason;
mod spec;
mod transform;
mod wkt;

pub use detect::{Candidate, detect};
pub use error::CrsError;
pub use fit::{ControlPoint, FitKind, Fitting, LocalGrid, fit_grid};
pub use frame::{choose_frame, frame_spec};
pub use gcj::{bd09_to_gcj02, bd09_to_wgs84, gcj02_to_bd09, gcj02_to_wgs84, wgs84_to_bd09, wgs84_to_gcj02};
pub use reason::Reason;
pub use spec::CrsSpec;
pub use transform::{FromFrame, ToFrame, accuracy_note};
pub use wkt::esri_wkt;

#[cfg(test)]
mod tests;
