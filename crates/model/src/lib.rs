//! 词汇 The vocabulary of Lifang: plain values that every other crate speaks.
//!
//! No I/O, no clock, no randomness and no algorithms live here; only types, their elementary arithmetic, and the
//! rules that keep a value well formed. One file a noun.
//!
//! # Units
//! Positions are millimetres on an integer lattice in one local metric frame ([`Point`]). Areas are square
//! millimetres (doubled where a name says `twice_`). Counts are whole households, persons, merchants.

mod atom;
mod code;
mod demand;
mod edit;
mod facility;
mod fault;
mod group;
mod ids;
mod kind;
mod lattice;
mod lineage;
mod link;
mod need;
mod plan;
mod progress;
mod quantity;
mod rules;
mod street;
mod territory;
mod violation;

pub use atom::{Atom, FloorBand, StackPart};
pub use code::{AtomCode, CodeError, FacilityCode, ZoneCode};
pub use demand::{Certainty, Demand, Sources};
pub use edit::{Across, AtomSet, Edit, EditError, Part, Patch, Step};
pub use facility::{
    CrossingRule, DriveRule, Facility, Profile, ServiceCategory, SlopeRule, SlopeStep, Tier, TierSet,
};
pub use fault::{Fault, Place, Severity};
pub use group::{ContactGroup, GroupKind, GroupMember, GroupRules};
pub use ids::{AtomIdx, BuildingIdx, CompoundIdx, FacilityIdx, ZoneIdx};
pub use kind::{AreaKind, AtomKind, BarrierClass, BuildingUse, ZoneKind};
pub use lattice::{Extent, FRAME_LIMIT_MM, LatticeError, Point, Polygon, Ring};
pub use lineage::{Lineage, LineageEvent, LineageShare};
pub use link::{Link, LinkKind};
pub use need::{Mix, MixItem, Need, NeedPart, Who};
pub use plan::{LevelPlan, Plan, Zone, ZoneStatus};
pub use progress::{Progress, Silent};
pub use quantity::{Load, Metres, Millimetres, Seconds};
pub use rules::{
    AtomRules, Band, CodeRules, Grouping, LevelRules, MeasureRules, Rules, SpecialRules, Text, Weights,
};
pub use street::{Barrier, Crossing, FootAccess, MotorLimit, OneWay, Street, StreetClass, Traffic};
pub use territory::{Area, Building, Compound, Cut, Frame, Gate, LandCover, Storey, Territory};
pub use violation::{Relaxation, Violation, ViolationCode};
