//! 表 Building a table row by row, the columns declared once.

use geo_types::Geometry;
use lifang_formats::{Column, FeatureTable, FieldType, Row, Value};
use lifang_model::{Certainty, Demand, Sources};

/// A field and what it holds.
pub(crate) type Field = (&'static str, FieldType);

/// Counts of people, in the order [`known`] gives them.
pub(crate) const COUNTS: [Field; 6] = [
    ("households", FieldType::Integer),
    ("persons", FieldType::Integer),
    ("merchants", FieldType::Integer),
    ("elders", FieldType::Integer),
    ("children", FieldType::Integer),
    ("day_persons", FieldType::Integer),
];

/// A table being filled.
pub(crate) struct Sheet(FeatureTable);

impl Sheet {
    pub(crate) fn new(fields: &[Field]) -> Self {
        let columns =
            fields.iter().map(|(name, kind)| Column { name: (*name).to_owned(), kind: *kind }).collect();
        Self(FeatureTable { columns, ..FeatureTable::default() })
    }

    /// Adds a text column whose name is not known beforehand.
    pub(crate) fn text_column(&mut self, name: String) {
        self.0.columns.push(Column { name, kind: FieldType::Text });
    }

    pub(crate) fn row(&mut self, geometry: Option<Geometry<f64>>, values: Vec<Value>) {
        self.0.rows.push(Row { geometry, values });
    }

    pub(crate) fn done(self) -> FeatureTable {
        self.0
    }
}

pub(crate) fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

pub(crate) fn maybe_text(text: Option<&str>) -> Value {
    text.map_or(Value::Null, |text| Value::Text(text.to_owned()))
}

pub(crate) fn whole(number: impl Into<i64>) -> Value {
    Value::Integer(number.into())
}

pub(crate) fn maybe_whole(number: Option<impl Into<i64>>) -> Value {
    number.map_or(Value::Null, whole)
}

/// A measure rounded to so many decimals: more would only show the noise of binary fractions.
pub(crate) fn real(number: f64, decimals: i32) -> Value {
    let scale = 10f64.powi(decimals);
    if number.is_finite() { Value::Real((number * scale).round() / scale) } else { Value::Null }
}

pub(crate) fn maybe_real(number: Option<f64>, decimals: i32) -> Value {
    number.map_or(Value::Null, |number| real(number, decimals))
}

/// The counts in the order of [`COUNTS`], empty where nobody knows them: 0 is what somebody counted.
pub(crate) fn known(demand: &Demand, sources: &Sources) -> [Value; 6] {
    let Sources { households, persons, ages, merchants } = *sources;
    let sure = [households, persons, merchants, ages, ages, Certainty::Given];
    let Demand { households, persons, merchants, elders, children, day_persons } = *demand;
    let mut values = [households, persons, merchants, elders, children, day_persons].map(whole);
    for (value, certainty) in values.iter_mut().zip(sure) {
        if certainty == Certainty::Unknown && *value == whole(0) {
            *value = Value::Null;
        }
    }
    values
}
