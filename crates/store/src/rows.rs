//! 行 Reading rows: columns in the order of the query, every failure with table, row and column.

use crate::error::Problem;
use crate::geometry::{Lattice, Shape};
use crate::keys::Keyed;
use lifang_model::{Demand, Point, Polygon, Sources};
use rusqlite::types::{FromSql, Type};
use rusqlite::{Connection, Row};

/// Reads all rows of a query whose first column is the row's number.
pub(crate) fn rows<T>(
    db: &Connection,
    table: &'static str,
    sql: &str,
    mut read: impl FnMut(i64, &mut Fields<'_, '_>) -> Result<T, String>,
) -> Result<Vec<T>, Problem> {
    let mut statement = db.prepare_cached(sql)?;
    let mut query = statement.query([])?;
    let mut out = Vec::new();
    while let Some(row) = query.next()? {
        let number = row.get(0)?;
        let mut fields = Fields { row, at: 1 };
        out.push(read(number, &mut fields).map_err(|what| Problem::Row { table, row: number, what })?);
    }
    Ok(out)
}

/// 字段 Hands out the columns of a row one after the other.
pub(crate) struct Fields<'a, 'b> {
    row: &'a Row<'b>,
    at: usize,
}

impl Fields<'_, '_> {
    fn name(&self, at: usize) -> String {
        self.row.as_ref().column_name(at).unwrap_or("?").to_owned()
    }

    /// The next column.
    pub(crate) fn next<T: FromSql>(&mut self) -> Result<T, String> {
        let at = self.at;
        self.at += 1;
        self.row.get(at).map_err(|error| {
            let why = match error {
                rusqlite::Error::InvalidColumnType(_, _, Type::Null) => "it is empty".to_owned(),
                rusqlite::Error::InvalidColumnType(_, _, kind) => format!("it holds a {kind}"),
                rusqlite::Error::IntegralValueOutOfRange(_, value) => format!("{value} is out of range"),
                other => other.to_string(),
            };
            format!("column {:?}: {why}", self.name(at))
        })
    }

    /// The next column as one of a kind's words.
    pub(crate) fn key<K: Keyed>(&mut self) -> Result<K, String> {
        let at = self.at;
        self.at += 1;
        let word = self.row.get_ref(at).map_err(|error| error.to_string())?;
        word.as_str()
            .map_err(|error| error.to_string())
            .and_then(K::parse)
            .map_err(|why| format!("column {:?}: {why}", self.name(at)))
    }

    fn shape(&mut self, lattice: &Lattice) -> Result<Option<Shape>, String> {
        let at = self.at;
        self.at += 1;
        let blob = self.row.get_ref(at).and_then(|value| Ok(value.as_blob_or_null()?));
        match blob {
            Ok(Some(blob)) => lattice.read(blob).map(Some),
            Ok(None) => Ok(None),
            Err(error) => Err(format!("column {:?}: {error}", self.name(at))),
        }
    }

    pub(crate) fn point(&mut self, lattice: &Lattice) -> Result<Point, String> {
        match self.shape(lattice)? {
            Some(Shape::Point(point)) => Ok(point),
            _ => Err("the geometry is no point".to_owned()),
        }
    }

    pub(crate) fn line(&mut self, lattice: &Lattice) -> Result<Vec<Point>, String> {
        match self.shape(lattice)? {
            Some(Shape::Line(line)) => Ok(line),
            _ => Err("the geometry is no line".to_owned()),
        }
    }

    /// Polygons; none when the geometry is empty.
    pub(crate) fn polygons(&mut self, lattice: &Lattice) -> Result<Vec<Polygon>, String> {
        match self.shape(lattice)? {
            Some(Shape::Polygons(polygons)) => Ok(polygons),
            None => Ok(Vec::new()),
            _ => Err("the geometry is no polygon".to_owned()),
        }
    }

    /// Exactly one polygon.
    pub(crate) fn polygon(&mut self, lattice: &Lattice) -> Result<Polygon, String> {
        let mut polygons = self.polygons(lattice)?;
        match (polygons.pop(), polygons.is_empty()) {
            (Some(polygon), true) => Ok(polygon),
            _ => Err("the geometry is not one polygon; split it into features of one part".to_owned()),
        }
    }

    pub(crate) fn demand(&mut self) -> Result<Demand, String> {
        Ok(Demand {
            households: self.next()?,
            persons: self.next()?,
            merchants: self.next()?,
            elders: self.next()?,
            children: self.next()?,
            day_persons: self.next()?,
        })
    }

    pub(crate) fn sources(&mut self) -> Result<Sources, String> {
        Ok(Sources {
            households: self.key()?,
            persons: self.key()?,
            ages: self.key()?,
            merchants: self.key()?,
        })
    }
}
