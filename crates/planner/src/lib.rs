//! 用例 The use cases: make a plan file, partition, edit, undo, verify, cover, export, and the plain-table interface.
//!
//! Everything a command, a route or a test does goes through here. No argument parsing, no HTTP, no printing.

mod alternatives;
mod catalog;
mod changes;
mod check;
mod compare;
mod content;
mod control;
mod cover;
mod desk;
mod divide;
mod dossier;
mod edit;
mod error;
mod gaps;
mod graph;
mod impact;
pub mod items;
mod merge;
mod named;
mod needs;
mod network;
mod new;
mod parcels;
pub mod preview;
mod propose;
mod publish;
mod radius;
mod reach_layers;
mod relax;
mod repair;
mod replan;
mod scenario;
mod score;
mod select;
mod session;
pub mod shelf;
mod site;
mod split;
mod staff;
mod stage;
mod state;
mod stopwatch;
mod tessellate;
#[cfg(test)]
mod tests;
pub mod view;
mod walks;
mod what_if;
mod whole;

pub use alternatives::{AlternativeFigures, AlternativesSummary};
pub use catalog::{Catalog, DEFAULT_PRESET, DEFAULT_TIERS};
pub use changes::{ChangesRequest, CoverageChange};
pub use check::{Checked, backup, check};
pub use compare::{Comparison, LevelComparison, Match, People, compare, succession};
pub use content::{Content, ContentAtom, ContentZone};
pub use control::{ControlFit, ControlRequest, ControlResidual};
pub use cover::{CoverOptions, CoverSummary};
pub use dossier::{ZoneEvent, ZoneGroup};
pub use edit::{EditOutcome, ZoneChange};
pub use error::PlannerError;
pub use gaps::{GapsRequest, GapsResult, OpeningRow};
pub use graph::{
    GraphPartition, GraphPartitionRequest, GraphReach, GraphReachRequest, GraphSite, GraphSiteInput,
    GraphSiteRequest, Terms, partition_table, reach_table, site_table,
};
pub use impact::{Impact, ImpactArea, ImpactBuilding, ImpactZone};
pub use merge::{Clash, Prefer};
pub use needs::{BuildingNeed, NeedFigures, NeedRequest, NeedResult, PartFigures, ZoneNeed};
pub use network::{NetworkGap, NetworkPiece, NetworkResult};
pub use new::{Created, NewRequest, Source, create};
pub use parcels::{ParcelRole, ParcelsRequest};
pub use propose::{GroupFigures, PartitionOptions, PartitionSummary};
pub use publish::{ExportRequest, Exported};
pub use reach_layers::{ReachLayer, ReachLayerRequest};
pub use relax::Offer;
pub use repair::{Move, Repair, RepairOptions};
pub use replan::{From, ReplanOptions, ReplanSummary};
pub use scenario::Merged;
pub use score::{BuildingScore, ItemFigures, ItemWalk, ScoreFigures, ScoreRequest, ScoreResult, ZoneScore};
pub use select::Selection;
pub use session::{Ground, Session};
pub use site::{
    Candidates, CandidatesUsed, NewStation, SiteAnswer, SiteChanged, SiteCover, SiteGaps, SiteRequest,
    SiteResult, SiteTier, SiteWeight,
};
pub use split::Division;
pub use staff::{Role, Roster};
pub use stage::Published;
pub use state::State;
pub use stopwatch::{Stage, Stopwatch, peak_memory_mib, processor_seconds};
pub use tessellate::{TessellateRequest, TessellateSource, Tessellated, tessellate};
pub use what_if::WhatIf;
pub use whole::WholeRequest;

pub use lifang_coverage::{CategoryLoad, GateHours, Moment, StationLoad, ZoneWalk};
pub use lifang_crs::{CrsSpec, FitKind};
pub use lifang_export::{LayerKind, LayerRequest, Thinning};
pub use lifang_formats::{CsvGeometry, Encoding, Format, Value};
pub use lifang_ingest::{
    Columns, Day, DayError, HouseholdTable, Layer, LayersRequest, OsmRequest, TableForm, TableRole,
    file_and_layer,
};
pub use lifang_model::{Need, NeedPart, Text, Who};
pub use lifang_partition::{ContactGroups, Effort, GroupCoverage};
pub use lifang_samples::SampleOptions;
pub use lifang_siting::Model as SiteModel;
pub use lifang_store::{Cure, Entry, EntryKind, Finding, Note, Publication, Scenario, Staff, Succession};
pub use lifang_verify::{Report, ZoneTally};
