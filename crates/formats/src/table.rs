//! 要素表 The one shape every format is read into and written from.

use geo_types::Geometry;
use lifang_model::Fault;

/// 值 One cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// 空 Nothing was given.
    Null,
    /// 逻辑值 Yes or no.
    Bool(bool),
    /// 整数 A whole number.
    Integer(i64),
    /// 实数 A number with decimals.
    Real(f64),
    /// 文本 Text.
    Text(String),
}

impl Value {
    /// The type of the value; `None` for [`Value::Null`].
    #[must_use]
    pub const fn kind(&self) -> Option<FieldType> {
        match self {
            Self::Null => None,
            Self::Bool(_) => Some(FieldType::Bool),
            Self::Integer(_) => Some(FieldType::Integer),
            Self::Real(_) => Some(FieldType::Real),
            Self::Text(_) => Some(FieldType::Text),
        }
    }

    /// The value as people would type it; nothing for [`Value::Null`].
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Bool(yes) => yes.to_string(),
            Self::Integer(number) => number.to_string(),
            Self::Real(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }

    /// The value as a column type, text if nothing else holds it.
    fn cast(self, kind: FieldType) -> Self {
        match (self, kind) {
            (Self::Null, _) => Self::Null,
            (Self::Integer(number), FieldType::Real) => Self::Real(number as f64),
            (value, kind) if value.kind() == Some(kind) => value,
            (value, _) => Self::Text(value.to_text()),
        }
    }
}

/// 字段类型 What the cells of a column hold, apart from [`Value::Null`].
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// 逻辑 Yes or no.
    Bool,
    /// 整型 Whole numbers.
    Integer,
    /// 浮点 Numbers with decimals.
    Real,
    /// 文本 Text.
    Text,
}

impl FieldType {
    /// The type that holds both.
    const fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::Bool, Self::Bool) => Self::Bool,
            (Self::Integer, Self::Integer) => Self::Integer,
            (Self::Integer | Self::Real, Self::Integer | Self::Real) => Self::Real,
            _ => Self::Text,
        }
    }
}

/// 字段 A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, unique in the table; may be Chinese.
    pub name: String,
    /// What its cells hold.
    pub kind: FieldType,
}

/// 要素 A row: a geometry in the file's own coordinates, and a value for every column.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The geometry; `None` when the feature has none.
    pub geometry: Option<Geometry<f64>>,
    /// One value a column.
    pub values: Vec<Value>,
}

/// 要素表 What a layer holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeatureTable {
    /// Name of the layer or file.
    pub name: String,
    /// The coordinate system as the file declares it: WKT, `EPSG:…`, a URN, `OGC:CRS84`; `None` when it does not.
    pub crs: Option<String>,
    /// The text encoding the file was read in, and how that was found.
    pub encoding: Option<String>,
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows, in file order.
    pub rows: Vec<Row>,
    /// Row of the sheet or line of the text each row came from, counted from 1 as Excel and editors do; empty where rows
    /// have no other number than their place.
    pub lines: Vec<u64>,
    /// What was noticed on the way in.
    pub faults: Vec<Fault>,
}

impl FeatureTable {
    /// The box around all geometries as `[min_x, min_y, max_x, max_y]`; `None` when there are none.
    #[must_use]
    pub fn extent(&self) -> Option<[f64; 4]> {
        crate::geom::extent(self.rows.iter().filter_map(|row| row.geometry.as_ref()))
    }

    /// The position of a column by its exact name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Gives every column the narrowest type that holds its values, starting from `declared` types where there are
    /// any, and brings the values to it.
    pub(crate) fn settle_types(&mut self, declared: &[Option<FieldType>]) {
        for (i, column) in self.columns.iter_mut().enumerate() {
            let mut kind = declared.get(i).copied().flatten();
            for row in &self.rows {
                let found = row.values.get(i).and_then(Value::kind);
                kind = match (kind, found) {
                    (Some(a), Some(b)) => Some(a.with(b)),
                    (a, b) => a.or(b),
                };
            }
            column.kind = kind.unwrap_or(FieldType::Text);
            for row in &mut self.rows {
                if let Some(value) = row.values.get_mut(i) {
                    *value = std::mem::replace(value, Value::Null).cast(column.kind);
                }
            }
        }
    }
}

/// Makes names unique by adding `_2`, `_3`, …; empty names become `field_1`, ….
pub(crate) fn unique_names(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut taken = std::collections::BTreeSet::new();
    names
        .into_iter()
        .enumerate()
        .map(|(i, name)| {
            let base = if name.trim().is_empty() { format!("field_{}", i + 1) } else { name };
            let mut unique = base.clone();
            let mut n = 2;
            while !taken.insert(unique.to_lowercase()) {
                unique = format!("{base}_{n}");
                n += 1;
            }
            unique
        })
        .collect()
}
