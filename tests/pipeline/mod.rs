//! The whole job, on the sample and on real city files.

mod cities;
mod cuts;
mod exports;
mod ground;
mod handover;
mod households;
mod reach;
mod replan;
mod replan_map;
mod sample;
mod tables;
mod units;
mod walks;
