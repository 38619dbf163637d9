//! 数据源 A layer's file, read, with what its geometry says about itself.

use crate::columns::{Sheet, row_number, sheet_name};
use crate::faults::FaultLog;
use crate::frame::{Box4, Mover};
use crate::geometry::{Pieces, box_of, pieces};
use crate::{IngestError, Layer};
use lifang_crs::CrsSpec;
use lifang_formats::{FeatureTable, ReadOptions, read};
use lifang_model::{Place, Point};

/// A layer in memory.
pub(crate) struct Source {
    pub(crate) table: FeatureTable,
    pub(crate) file: String,
    pub(crate) crs: Option<CrsSpec>,
    pub(crate) extent: Option<Box4>,
}

impl Source {
    pub(crate) fn read(layer: &Layer, encoding: Option<&str>) -> Result<Self, IngestError> {
        let mut options = ReadOptions::default();
        options.layer.clone_from(&layer.layer);
        options.encoding = encoding.map(str::to_owned);
        let table = read(&layer.path, &options)?;
        Ok(Self::of(table, layer.path.display().to_string(), layer.crs.clone()))
    }

    pub(crate) fn of(table: FeatureTable, file: String, crs: Option<CrsSpec>) -> Self {
        let extent = box_of(table.rows.iter().filter_map(|row| row.geometry.as_ref()));
        Self { table, file, crs, extent }
    }

    /// The table behind the privacy gate.
    pub(crate) fn sheet(&self, log: &mut FaultLog) -> Sheet<'_> {
        Sheet::open(&self.table, self.file.clone(), log)
    }

    /// The place of a row.
    pub(crate) fn place(&self, row: usize) -> Place {
        Place {
            file: Some(self.file.clone()),
            layer: sheet_name(&self.table, &self.file),
            row: Some(row_number(&self.table, row)),
            ..Place::default()
        }
    }

    /// A row's geometry on the lattice. `None` after a fault was logged: no geometry, or one outside the system. When not
    /// one row of a layer fits, the layer's system is wrong, and the error says so once.
    pub(crate) fn moved(
        &self,
        row: usize,
        mover: &Mover,
        lost: &str,
        log: &mut FaultLog,
    ) -> Option<Pieces<Point>> {
        let geometry = self.table.rows.get(row).and_then(|row| row.geometry.as_ref());
        let raw = geometry.map(pieces).filter(Pieces::is_finite);
        let Some(raw) = raw else {
            let cause = format!("the feature has no geometry{lost}");
            log.warning("I-104", self.place(row), cause, "It was left out.");
            return None;
        };
        match raw.moved(mover) {
            Ok(pieces) => Some(pieces),
            Err(error) => {
                log.error(
                    "I-107",
                    self.place(row),
                    error.to_string(),
                    "Check the coordinate system of this file.",
                );
                None
            }
        }
    }

    /// The same where areas are wanted: a line that ends where it began is the outline of one, counted in `closed`.
    pub(crate) fn outlined(
        &self,
        row: usize,
        mover: &Mover,
        lost: &str,
        (closed, log): (&mut u64, &mut FaultLog),
    ) -> Option<Pieces<Point>> {
        let mut pieces = self.moved(row, mover, lost, log)?;
        *closed += u64::from(pieces.close());
        Some(pieces)
    }

    /// Says how many areas of the layer were drawn as lines.
    pub(crate) fn tell_closed(&self, closed: u64, log: &mut FaultLog) {
        if closed > 0 {
            let place = Place { file: Some(self.file.clone()), ..Place::default() };
            let cause = format!("{closed} features are lines that end where they began");
            log.notice("I-145", place, cause, "The area inside each was taken.");
        }
    }

    /// An error when no feature of the layer was of the kind wanted.
    pub(crate) fn none_of_kind(&self, code: &str, kind: &str, log: &mut FaultLog) {
        let place = Place { file: Some(self.file.clone()), ..Place::default() };
        log.error(code, place, format!("the layer holds no {kind}"), "Choose another file or layer.");
    }
}
