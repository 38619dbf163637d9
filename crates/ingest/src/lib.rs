//! 数据接入 Feature tables and OpenStreetMap extracts to a territory: columns, use classes, counts, estimates, the privacy
//! gate.
//!
//! [`from_layers`] reads survey layers, [`from_osm`] an extract; both return a [`lifang_model::Territory`] in one metric
//! frame, with every fault met on the way. Nothing is repaired without a word, and no record of a person passes.

mod annotation;
mod boundary;
mod codes;
mod columns;
mod driving;
mod error;
mod estimates;
mod faults;
mod frame;
mod geometry;
mod guess;
mod households;
mod inhabit;
mod layers;
mod number;
mod osm;
mod place;
mod privacy;
#[cfg(test)]
mod real_tests;
mod request;
mod role;
mod services;
mod shape;
mod text;
mod uses;
mod ways;

pub use error::IngestError;
pub use estimates::{
    DwellingRule, EstimateRules, LevelsRule, MerchantRule, MixedRule, PersonsRule, SingleRule, StoreyRule,
    UnknownRule, parse_estimates,
};
pub use geometry::is_outline;
pub use guess::{Guess, guess};
pub use households::{Day, DayError, HouseholdTable, TableForm, TableRole};
pub use layers::{drawn_areas, drawn_lines, from_layers};
pub use osm::from_osm;
pub use request::{Columns, Layer, LayersRequest, OsmRequest, file_and_layer};
pub use services::parse_services;
pub use shape::inner_point;
