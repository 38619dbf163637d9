//! Arguments for tables beside the layers: households, control points.

use clap::{Args as ClapArgs, ValueEnum};
use lifang_planner::{Day, FitKind, TableForm, TableRole};
use std::path::PathBuf;

/// A household table joined to the buildings.
#[derive(Debug, ClapArgs)]
pub struct TableArgs {
    /// Household table (.xlsx, .xls, .csv): a row per household, resident or merchant, or counts; only counts are kept.
    #[arg(long, value_name = "FILE", conflicts_with = "sample")]
    pub table: Option<PathBuf>,
    /// Sheet of the table's workbook; the first that is filled when not given.
    #[arg(long, value_name = "NAME", requires = "table")]
    pub sheet: Option<String>,
    /// Column of the table that tells the building: its code, its number (with a compound column), or an address.
    #[arg(long, value_name = "COLUMN", requires = "table")]
    pub table_key: Option<String>,
    /// Column of the building layer, or tag of the extract, the key is matched with; code, name, address and compound when
    /// not given.
    #[arg(long, value_name = "COLUMN", requires = "table")]
    pub building_key: Option<String>,
    /// What a row is, when recognition is wrong.
    #[arg(long, value_enum, requires = "table")]
    pub table_form: Option<TableFormArg>,
    /// A column by what it means, when its name is unusual: compound, unit, floor, room, household, relation, birth, age,
    /// households, persons, elders, children, merchants. May be given several times.
    #[arg(long, value_name = "ROLE=COLUMN", requires = "table", value_parser = role)]
    pub table_column: Vec<(TableRole, String)>,
    /// Empty cells of building, compound, unit and floor take the value above them, as merged cells mean it.
    #[arg(long, requires = "table")]
    pub table_fill_down: bool,
    /// Age from which residents count as elders.
    #[arg(long, value_name = "YEARS", requires = "table", default_value_t = 60)]
    pub elder_age: u16,
    /// Age below which residents count as children.
    #[arg(long, value_name = "YEARS", requires = "table", default_value_t = 15)]
    pub child_age: u16,
    /// The day ages are reckoned on, as 2026-07-01; the end of the latest year of birth when not given.
    #[arg(long, value_name = "DATE", requires = "table")]
    pub as_of: Option<Day>,
    /// Reckon ages from identity numbers where there is no column of ages or dates of birth; the numbers are not kept.
    #[arg(long, requires = "table")]
    pub ages_from_id: bool,
}

/// Control points that tie a local survey grid to Earth.
#[derive(Debug, ClapArgs)]
pub struct ControlArgs {
    /// Control points of the local grid the layers are in: columns local_x (east), local_y (north) and lon, lat or east, north.
    #[arg(long, value_name = "FILE", requires = "buildings", conflicts_with = "crs")]
    pub control: Option<PathBuf>,
    /// System the points are known in; CGCS2000 (EPSG:4490) for lon and lat when not given.
    #[arg(long, value_name = "CRS", requires = "control")]
    pub control_crs: Option<String>,
    /// The map to fit.
    #[arg(long, value_enum, requires = "control", default_value_t = FitArg::Similarity)]
    pub fit: FitArg,
    /// Largest residual of a point that is accepted.
    #[arg(long, value_name = "METRES", requires = "control", default_value_t = 0.05)]
    pub fit_tolerance: f64,
}

/// Maps that can be fitted.
#[derive(Copy, Clone, Debug, PartialEq, Eq, ValueEnum)]
pub enum FitArg {
    /// Shift, rotation, one scale (四参数).
    Similarity,
    /// Shift and any linear map (六参数); four points or more.
    Affine,
}

impl From<FitArg> for FitKind {
    fn from(fit: FitArg) -> Self {
        match fit {
            FitArg::Similarity => Self::Similarity,
            FitArg::Affine => Self::Affine,
        }
    }
}

/// What a row of a household table is.
#[derive(Copy, Clone, Debug, ValueEnum)]
pub enum TableFormArg {
    /// A household.
    Households,
    /// A resident.
    Persons,
    /// A merchant.
    Merchants,
    /// Counts of a building, a unit or a floor.
    Counts,
}

impl From<TableFormArg> for TableForm {
    fn from(form: TableFormArg) -> Self {
        match form {
            TableFormArg::Households => Self::Households,
            TableFormArg::Persons => Self::Persons,
            TableFormArg::Merchants => Self::Merchants,
            TableFormArg::Counts => Self::Counts,
        }
    }
}

fn role(text: &str) -> Result<(TableRole, String), String> {
    let known = || TableRole::ALL.iter().map(|role| role.key()).collect::<Vec<_>>().join(", ");
    let (role, column) =
        text.split_once('=').ok_or_else(|| "write it as ROLE=COLUMN, e.g. room=房号".to_owned())?;
    let role = TableRole::from_key(role.trim())
        .ok_or_else(|| format!("there is no role {role:?}; there are {}", known()))?;
    Ok((role, column.trim().to_owned()))
}
