//! 位置 Where the rows of a plain table are: two coordinate columns, or one of well-known text.

use crate::table::FeatureTable;
use crate::wkt;
use geo_types::{Geometry, Point};
use lifang_model::{Fault, Place, Severity};
use std::borrow::Cow;

/// Names of the two coordinate columns, the better pair first.
const PAIRS: &[(&[&str], &[&str])] = &[
    (&["lon", "lng", "long", "longitude", "经度"], &["lat", "latitude", "纬度"]),
    (
        &["x", "coord_x", "point_x", "东坐标", "x坐标", "横坐标"],
        &["y", "coord_y", "point_y", "北坐标", "y坐标", "纵坐标"],
    ),
];

/// Names of a column of well-known text.
const TEXTS: &[&str] =
    &["wkt", "wkt_geom", "geom_wkt", "geometry", "geom", "the_geom", "shape", "几何", "图形", "坐标串"];

/// Rows of whose rings and positions is told one by one.
const LISTED: usize = 50;

/// Where rows say they are.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Columns {
    /// One column of well-known text.
    Text(usize),
    /// East and north, or longitude and latitude.
    Pair(usize, usize),
    /// Nowhere.
    None,
}

impl Columns {
    /// Well-known text goes first, for it holds whole outlines. `sample` is the first cell of a column that is not empty.
    pub fn find<'a>(names: &[String], sample: impl Fn(usize) -> Option<Cow<'a, str>>) -> Self {
        let of =
            |wanted: &[&str]| names.iter().position(|name| wanted.contains(&name.to_lowercase().as_str()));
        let text = TEXTS
            .iter()
            .find_map(|&name| of(&[name]).filter(|&at| sample(at).is_some_and(|cell| wkt::looks(&cell))));
        if let Some(at) = text {
            return Self::Text(at);
        }
        let pair = PAIRS.iter().find_map(|(xs, ys)| Some((of(xs)?, of(ys)?)));
        pair.map_or(Self::None, |(x, y)| Self::Pair(x, y))
    }

    /// Whether a column is one of the two of a pair.
    pub fn pairs(self, column: usize) -> bool {
        matches!(self, Self::Pair(x, y) if column == x || column == y)
    }
}

/// Reads the positions of rows and keeps what is to be said of them.
#[derive(Debug)]
pub(crate) struct Positions {
    columns: Columns,
    names: Vec<String>,
    srid: Option<u32>,
    flattened: usize,
    odd: Vec<Fault>,
    more: usize,
}

impl Positions {
    pub fn new(columns: Columns, names: &[String]) -> Self {
        Self { columns, names: names.to_vec(), srid: None, flattened: 0, odd: Vec::new(), more: 0 }
    }

    /// The geometry of a row, if it has one that can be read; `at` is the row.
    pub fn of<'a>(&mut self, cell: impl Fn(usize) -> Cow<'a, str>, at: &Place) -> Option<Geometry<f64>> {
        match self.columns {
            Columns::None => None,
            Columns::Pair(x, y) => {
                let (east, north) = (cell(x), cell(y));
                if east.trim().is_empty() && north.trim().is_empty() {
                    return None;
                }
                let number = |cell: &str| cell.trim().parse::<f64>().ok().filter(|number| number.is_finite());
                match (number(&east), number(&north)) {
                    (Some(x), Some(y)) => Some(Point::new(x, y).into()),
                    (first, _) => {
                        let (column, odd) = if first.is_none() { (x, east) } else { (y, north) };
                        let cause = format!("{odd:?} is no coordinate");
                        self.note(column, "F-504", cause, "The row has no position", at);
                        None
                    }
                }
            }
            Columns::Text(column) => {
                let text = cell(column);
                if text.trim().is_empty() {
                    return None;
                }
                let wkt::Parsed { geometry, srid, notes } = match wkt::parse(&text) {
                    Ok(found) => found,
                    Err(mut cause) => {
                        // Excel's limit of a cell, in UTF-16 units; well-known text is ASCII.
                        if text.len() >= 32_767 {
                            cause.push_str(
                                "; it is as long as Excel lets a cell be, and was probably cut there",
                            );
                        }
                        self.note(
                            column,
                            "F-506",
                            cause,
                            "The row has no position; export the layer again",
                            at,
                        );
                        return None;
                    }
                };
                if *self.srid.get_or_insert(srid.unwrap_or(0)) != srid.unwrap_or(0) {
                    let cause = format!("SRID {} is not that of the rows above", srid.unwrap_or(0));
                    self.note(
                        column,
                        "F-507",
                        cause,
                        "The row has no position; use one system in a file",
                        at,
                    );
                    return None;
                }
                self.flattened += usize::from(notes.flattened);
                if notes.closed > 0 {
                    let cause = "a ring does not end where it began".to_owned();
                    self.note(column, "F-204", cause, "It was closed", at);
                }
                geometry
            }
        }
    }

    fn note(&mut self, column: usize, code: &str, cause: String, action: &str, at: &Place) {
        if self.odd.len() < LISTED {
            let at = Place { column: self.names.get(column).cloned(), ..at.clone() };
            self.odd.push(Fault::new(Severity::Warning, code, cause, action).at(at));
        } else {
            self.more += 1;
        }
    }

    /// Tells what was found, takes the column of well-known text out of the table, and names its system.
    pub fn finish(self, table: &mut FeatureTable, whole: &Place) {
        let mut faults = self.odd;
        if self.more > 0 {
            let cause = format!("the positions of {} more rows are odd", self.more);
            let action = "They have no position, or their rings were closed";
            faults.push(Fault::new(Severity::Warning, "F-504", cause, action).at(whole.clone()));
        }
        match self.columns {
            Columns::None => {
                let cause = "no columns lon/lat, x/y, 经度/纬度 or WKT were found";
                let fault = Fault::new(Severity::Notice, "F-505", cause, "The rows have no position");
                faults.push(fault.at(whole.clone()));
            }
            Columns::Pair(..) => {}
            Columns::Text(column) => {
                table.columns.remove(column);
                for row in &mut table.rows {
                    row.values.remove(column);
                }
                if let Some(srid) = self.srid.filter(|&srid| srid > 0) {
                    table.crs = Some(format!("EPSG:{srid}"));
                }
            }
        }
        if self.flattened > 0 {
            let cause = format!("{} features have heights", self.flattened);
            let fault = Fault::new(Severity::Notice, "F-121", cause, "The heights are left out");
            faults.push(fault.at(whole.clone()));
        }
        table.faults.append(&mut faults);
    }
}
