//! 预览 What a file holds, for people to look at before anything is made from it.

use crate::PlannerError;
use lifang_formats::{FeatureTable, ReadOptions, Value};
use serde::Serialize;
use serde_json::{Map, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Rows shown.
const ROWS: usize = 8;

/// Longest text shown of a value, characters.
const LONGEST: usize = 80;

/// 图层预览 One layer of a file.
#[derive(Clone, Debug, Serialize)]
pub struct LayerPreview {
    /// Its name, for files with several layers.
    pub layer: Option<String>,
    /// Number of features.
    pub count: usize,
    /// `point`, `line`, `polygon`, `mixed`, or `none` for a plain table.
    pub geometry: &'static str,
    /// What it seems to be good for: `buildings`, `streets`, `facilities`, `compounds`, `gates`,
    /// `boundary` or `table`, a household table.
    pub role: Option<&'static str>,
    /// The columns, with guesses.
    pub columns: Vec<ColumnPreview>,
    /// The coordinate system as the file declares it.
    pub crs_declared: Option<String>,
    /// What the coordinates may be in, best first; empty when nobody can say.
    pub crs: Vec<CrsPreview>,
    /// West, south, east, north in the file's own numbers.
    pub extent: Option<[f64; 4]>,
    /// Text encoding, and how it was found.
    pub encoding: Option<String>,
    /// The first rows, by column; values of personal columns are left out.
    pub rows: Vec<Map<String, serde_json::Value>>,
    /// What was noticed on the way in.
    pub faults: Vec<lifang_model::Fault>,
}

/// 字段预览 One column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnPreview {
    /// Its name.
    pub name: String,
    /// `bool`, `integer`, `real` or `text`.
    pub kind: &'static str,
    /// Rows with a value.
    pub filled: usize,
    /// What it would be taken as, when nobody says otherwise.
    pub guess: Option<&'static str>,
    /// Whether it holds personal records and is never read.
    pub personal: bool,
}

/// 坐标系预览 One possible reading of the coordinates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CrsPreview {
    /// The system, as it is given when making a plan.
    pub crs: String,
    /// Why it is a candidate.
    pub why: String,
    /// The same as a key, one of [`lifang_crs::Reason::KEYS`].
    pub reason: &'static str,
    /// What the reason names.
    pub values: BTreeMap<&'static str, String>,
    /// Whether north or latitude comes first.
    pub swapped: bool,
    /// Whether it is taken without asking.
    pub certain: bool,
}

/// 预览 Every layer of a file.
///
/// # Errors
/// [`PlannerError::Format`] when the file cannot be read; the message says what to do.
pub fn layers(path: &Path, encoding: Option<&str>) -> Result<Vec<LayerPreview>, PlannerError> {
    let options = ReadOptions { encoding: encoding.map(str::to_owned), ..ReadOptions::default() };
    let tables = lifang_formats::read_layers(path, &options)?;
    let several = tables.len() > 1;
    // A drawing has many layers of lines and points that are no streets or stations: only its names tell.
    let by_name = several && path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("dxf"));
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
    let of = |(name, table): (String, FeatureTable)| preview(&table, several.then_some(name), &stem, by_name);
    Ok(tables.into_iter().map(of).collect())
}

fn preview(table: &FeatureTable, layer: Option<String>, stem: &str, by_name: bool) -> LayerPreview {
    let guesses = lifang_ingest::guess(table);
    let columns: Vec<ColumnPreview> = table
        .columns
        .iter()
        .zip(&guesses)
        .enumerate()
        .map(|(at, (column, guess))| ColumnPreview {
            name: column.name.clone(),
            kind: match column.kind {
                lifang_formats::FieldType::Bool => "bool",
                lifang_formats::FieldType::Integer => "integer",
                lifang_formats::FieldType::Real => "real",
                lifang_formats::FieldType::Text => "text",
            },
            filled: table
                .rows
                .iter()
                .filter(|row| !matches!(row.values.get(at), None | Some(Value::Null)))
                .count(),
            guess: guess.role,
            personal: guess.personal,
        })
        .collect();
    let geometry = geometry(table);
    let extent = table.extent();
    let crs = extent.map_or_else(Vec::new, |extent| lifang_crs::detect(table.crs.as_deref(), extent));
    let name = layer.clone().unwrap_or_default().to_lowercase();
    let drawn = Drawn::of(table);
    LayerPreview {
        role: if by_name {
            named_role(&name, &drawn)
        } else {
            role(&format!("{stem} {name}"), (geometry, &drawn), &columns)
        },
        layer,
        count: table.rows.len(),
        geometry,
        crs_declared: table.crs.clone(),
        crs: crs
            .into_iter()
            .map(|candidate| CrsPreview {
                crs: candidate.spec.to_string(),
                reason: candidate.reason.key(),
                values: candidate.reason.values().into_iter().collect(),
                swapped: candidate.swapped,
                why: candidate.why,
                certain: candidate.certain,
            })
            .collect(),
        extent,
        encoding: table.encoding.clone(),
        rows: table.rows.iter().take(ROWS).map(|row| shown(&columns, &row.values)).collect(),
        faults: table.faults.clone(),
        columns,
    }
}

fn geometry(table: &FeatureTable) -> &'static str {
    use geo_types::Geometry;
    let mut kinds =
        table.rows.iter().filter_map(|row| row.geometry.as_ref()).map(|geometry| match geometry {
            Geometry::Point(_) | Geometry::MultiPoint(_) => "point",
            Geometry::Line(_) | Geometry::LineString(_) | Geometry::MultiLineString(_) => "line",
            Geometry::Polygon(_) | Geometry::MultiPolygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => {
                "polygon"
            }
            Geometry::GeometryCollection(_) => "mixed",
        });
    match kinds.next() {
        None => "none",
        Some(first) if kinds.all(|kind| kind == first) => first,
        Some(_) => "mixed",
    }
}

/// How many features are drawn as what, lines that are outlines ([`lifang_ingest::is_outline`]) as areas: CAD draws houses so, and on
/// their layer steps, walls and marks as well.
#[derive(Default)]
struct Drawn {
    areas: usize,
    lines: usize,
    points: usize,
}

impl Drawn {
    fn of(table: &FeatureTable) -> Self {
        use geo_types::Geometry;
        let mut drawn = Self::default();
        for geometry in table.rows.iter().filter_map(|row| row.geometry.as_ref()) {
            let count = match geometry {
                Geometry::Line(_) | Geometry::LineString(_) | Geometry::MultiLineString(_) => {
                    if lifang_ingest::is_outline(geometry) {
                        &mut drawn.areas
                    } else {
                        &mut drawn.lines
                    }
                }
                Geometry::Point(_) | Geometry::MultiPoint(_) => &mut drawn.points,
                Geometry::GeometryCollection(_) => continue,
                _ => &mut drawn.areas,
            };
            *count += 1;
        }
        drawn
    }

    /// Whether it can be what it is called.
    fn fits(&self, role: &str) -> bool {
        match role {
            "streets" => self.lines > self.areas.max(self.points),
            "facilities" => self.points + self.areas > self.lines,
            "gates" => self.points > self.areas + self.lines,
            _ => self.areas > 0,
        }
    }
}

/// Words in names of household tables.
const TABLES: &[&str] =
    &["住户", "户籍", "人口", "居民", "商户", "台账", "名册", "花名", "household", "resident"];

/// Words in names of files and layers that say what they are.
const WORDS: [(&str, &[&str]); 6] = [
    ("boundary", &["边界", "范围", "boundary", "border", "界线"]),
    ("compounds", &["小区", "院落", "compound", "estate"]),
    ("gates", &["出入口", "大门", "门岗", "gate"]),
    ("streets", &["道路", "路网", "street", "road", "highway"]),
    ("facilities", &["设施", "poi", "facilit", "服务"]),
    // JMD: the layer of houses (居民地) in drawings of CASS, the survey software most used in China.
    ("buildings", &["建筑", "楼", "房屋", "居民地", "jmd", "building", "house"]),
];

/// What a layer is by its name, if what is drawn fits.
fn named_role(name: &str, drawn: &Drawn) -> Option<&'static str> {
    let called = |words: &&[&str]| words.iter().any(|word| name.contains(word));
    let named = WORDS.iter().find(|(role, words)| drawn.fits(role) && called(words));
    named.map(|(role, _)| *role)
}

/// What a layer is by its name, or else by what all of it is drawn as and its columns. Lines around areas are no streets.
fn role(name: &str, (geometry, drawn): (&str, &Drawn), columns: &[ColumnPreview]) -> Option<&'static str> {
    if let Some(role) = named_role(name, drawn) {
        return Some(role);
    }
    let geometry = if geometry == "line" && drawn.areas > drawn.lines { "polygon" } else { geometry };
    let guessed = |what: &str| columns.iter().any(|column| column.guess == Some(what));
    match geometry {
        "polygon" if ["households", "persons", "floors", "units"].into_iter().any(guessed) => {
            Some("buildings")
        }
        "line" => Some("streets"),
        "point" => Some("facilities"),
        // What has no place can only be counts, homes, people or shops of buildings.
        "none" if TABLES.iter().any(|word| name.contains(word)) => Some("table"),
        "none" if ["households", "persons", "merchants"].into_iter().any(guessed) => Some("table"),
        "none" if columns.iter().any(|column| column.personal) => Some("table"),
        _ => None,
    }
}

fn shown(columns: &[ColumnPreview], values: &[Value]) -> Map<String, serde_json::Value> {
    let open = columns.iter().zip(values).filter(|(column, _)| !column.personal);
    open.map(|(column, value)| {
        let value = match value {
            Value::Null => json!(null),
            Value::Bool(yes) => json!(yes),
            Value::Integer(number) => json!(number),
            Value::Real(number) => json!(number),
            Value::Text(text) => json!(text.chars().take(LONGEST).collect::<String>()),
        };
        (column.name.clone(), value)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn houses_drawn_as_lines_or_among_steps_are_buildings_and_no_streets() {
        let folder = tempfile::tempdir().unwrap();
        let feature = |kind: &str, at: &str| {
            format!(
                r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"{kind}","coordinates":{at}}}}}"#
            )
        };
        let around = feature("LineString", "[[106.5,29.5],[106.51,29.5],[106.51,29.51],[106.5,29.5]]");
        let step = feature("LineString", "[[106.5,29.5],[106.51,29.5]]");
        let role = |name: &str, features: &[&String]| {
            let all = features.iter().map(|each| each.as_str()).collect::<Vec<_>>().join(",");
            let path = folder.path().join(name);
            std::fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{all}]}}"#)).unwrap();
            let found = layers(&path, None).unwrap();
            (found[0].geometry, found[0].role)
        };
        assert_eq!(role("JMD.geojson", &[&around, &around, &step]), ("line", Some("buildings")));
        assert_eq!(role("a.geojson", &[&around, &around, &step]), ("line", None));
        assert_eq!(role("b.geojson", &[&around, &step, &step]), ("line", Some("streets")));
        let point = feature("Point", "[106.5,29.5]");
        assert_eq!(role("房屋.geojson", &[&around, &point, &point]), ("mixed", Some("buildings")));
        assert_eq!(role("道路.geojson", &[&around, &step, &step]), ("line", Some("streets")));
    }

    #[test]
    fn of_the_layers_of_a_drawing_only_names_tell_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("现状.dxf");
        let house = "0 LWPOLYLINE 8 房屋 70 1 10 0 20 0 10 9 20 0 10 9 20 9";
        let lines = ["道路", "等高线"].map(|layer| format!("0 LINE 8 {layer} 10 0 20 0 11 50 21 9"));
        let words = format!(
            "0 SECTION 2 ENTITIES {house} {} 0 POINT 8 高程点 10 1 20 1 0 ENDSEC 0 EOF",
            lines.join(" ")
        );
        std::fs::write(&path, words.split(' ').map(|word| format!("{word}\n")).collect::<String>()).unwrap();
        let found = layers(&path, None).unwrap();
        let mut found: Vec<_> =
            found.iter().map(|l| (l.layer.as_deref().unwrap_or_default(), l.role)).collect();
        found.sort_unstable();
        let mut wanted =
            [("房屋", Some("buildings")), ("道路", Some("streets")), ("等高线", None), ("高程点", None)];
        wanted.sort_unstable();
        assert_eq!(found, wanted);
    }
}
