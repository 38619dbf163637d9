//! Writing DXF of AutoCAD release 12, the one every CAD program and GIS still opens.
//!
//! Outlines are closed `POLYLINE`s, streets open ones, places `POINT`s, each on the CAD layer of its table; labels are `TEXT` on
//! `<layer>_TEXT`; all fields go along as extended data of the application `LIFANG`. Chinese is GBK under `ANSI_936`, or, for
//! programs of other countries, `\U+XXXX` in plain ASCII, which AutoCAD shows alike.

use crate::geom::{lines_of, lone_points, polygons_of, twice_area};
use crate::table::{FeatureTable, Value};
use crate::{Encoding, FormatError};
use geo_types::{Coord, Geometry};
use std::fmt::Write as _;

/// Colours of CAD layers in turn: red, blue, green, magenta, cyan, brown, grey.
const COLOURS: [u8; 7] = [1, 5, 3, 6, 4, 32, 8];

/// Fields whose text labels a feature, the first that says something.
const LABELS: [&str; 4] = ["name", "名称", "code", "编码"];

/// Smallest and largest label, metres.
const HEIGHTS: (f64, f64) = (0.8, 12.0);

/// Longest string of extended data, bytes.
const STRING: usize = 250;

/// CAD图层 A table as a layer of a drawing.
#[derive(Copy, Clone, Debug)]
pub struct CadLayer<'a> {
    /// Name of the CAD layer; what CAD does not take is replaced.
    pub name: &'a str,
    /// The features; coordinates must be metres, or CAD measures nonsense.
    pub table: &'a FeatureTable,
}

/// 图纸 Tables as a DXF drawing.
///
/// # Errors
/// None today; a result because other formats refuse what they cannot hold.
///
/// # Determinism
/// The same tables give the same bytes.
pub fn dxf_bytes(layers: &[CadLayer<'_>], encoding: Encoding) -> Result<Vec<u8>, FormatError> {
    bytes_at(layers, encoding)
}

pub(crate) fn bytes_at(layers: &[CadLayer<'_>], encoding: Encoding) -> Result<Vec<u8>, FormatError> {
    let mut out = Drawing { bytes: Vec::new(), encoding };
    let names = names(layers);
    out.header(layers);
    out.tables(&names);
    out.pair(0, "SECTION");
    out.pair(2, "ENTITIES");
    for (layer, name) in layers.iter().zip(&names) {
        for row in &layer.table.rows {
            if let Some(geometry) = &row.geometry {
                out.feature(name, layer.table, &row.values, geometry);
            }
        }
    }
    out.pair(0, "ENDSEC");
    out.pair(0, "EOF");
    Ok(out.bytes)
}

/// Names of layers as release 12 takes them: no signs that mean something, each once.
fn names(layers: &[CadLayer<'_>]) -> Vec<String> {
    let mut taken: Vec<String> = Vec::new();
    for layer in layers {
        let keep = |c: char| if c.is_alphanumeric() || matches!(c, '_' | '-' | '$') { c } else { '_' };
        let base: String = layer.name.chars().map(keep).take(31).collect();
        let base = if base.is_empty() { "LAYER".to_owned() } else { base };
        let free = (2..).map(|n| format!("{base}_{n}"));
        let name = std::iter::once(base.clone()).chain(free).find(|name| !taken.contains(name));
        taken.push(name.unwrap_or(base));
    }
    taken
}

struct Drawing {
    bytes: Vec<u8>,
    encoding: Encoding,
}

impl Drawing {
    /// A group: its code, its value.
    fn pair(&mut self, code: u16, value: &str) {
        let plain: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        self.bytes.extend(format!("{code:>3}\r\n").into_bytes());
        for c in plain.chars() {
            match self.encoding {
                _ if c.is_ascii() => self.bytes.push(c as u8),
                Encoding::Gbk => match Encoding::Gbk.encode(c.encode_utf8(&mut [0; 4])) {
                    Ok(bytes) => self.bytes.extend(bytes),
                    Err(_) => self.escape(c),
                },
                Encoding::Utf8 => self.escape(c),
            }
        }
        self.bytes.extend(b"\r\n");
    }

    /// A character as AutoCAD writes one its code page lacks.
    fn escape(&mut self, c: char) {
        let mut text = String::new();
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _never = write!(text, "\\U+{unit:04X}");
        }
        self.bytes.extend(text.into_bytes());
    }

    fn number(&mut self, code: u16, value: f64) {
        // A tenth of a millimetre.
        self.pair(code, &format!("{:.4}", if value.is_finite() { value } else { 0.0 }));
    }

    fn at(&mut self, p: Coord<f64>) {
        self.number(10, p.x);
        self.number(20, p.y);
        self.number(30, 0.0);
    }

    fn header(&mut self, layers: &[CadLayer<'_>]) {
        let [x0, y0, x1, y1] = layers
            .iter()
            .filter_map(|layer| layer.table.extent())
            .reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
            .unwrap_or([0.0; 4]);
        self.pair(0, "SECTION");
        self.pair(2, "HEADER");
        self.pair(9, "$ACADVER");
        self.pair(1, "AC1009");
        self.pair(9, "$DWGCODEPAGE");
        self.pair(3, if self.encoding == Encoding::Gbk { "ANSI_936" } else { "ANSI_1252" });
        for (name, x, y) in [("$EXTMIN", x0, y0), ("$EXTMAX", x1, y1)] {
            self.pair(9, name);
            self.at(Coord { x, y });
        }
        self.pair(0, "ENDSEC");
    }

    fn tables(&mut self, names: &[String]) {
        self.pair(0, "SECTION");
        self.pair(2, "TABLES");
        self.table("LTYPE", 1);
        for (code, value) in
            [(0, "LTYPE"), (2, "CONTINUOUS"), (70, "0"), (3, "Solid line"), (72, "65"), (73, "0")]
        {
            self.pair(code, value);
        }
        self.number(40, 0.0);
        self.pair(0, "ENDTAB");
        self.table("LAYER", names.len() * 2 + 1);
        self.layer("0", 7);
        for (at, name) in names.iter().enumerate() {
            let colour = COLOURS[at % COLOURS.len()];
            self.layer(name, colour);
            self.layer(&format!("{name}_TEXT"), colour);
        }
        self.pair(0, "ENDTAB");
        // Without a big font AutoCAD shows Chinese as question marks.
        self.table("STYLE", 1);
        for (code, value) in
            [(0, "STYLE"), (2, "STANDARD"), (70, "0"), (40, "0.0"), (41, "1.0"), (50, "0.0"), (71, "0")]
        {
            self.pair(code, value);
        }
        for (code, value) in [(42, "2.5"), (3, "txt.shx"), (4, "gbcbig.shx")] {
            self.pair(code, value);
        }
        self.pair(0, "ENDTAB");
        self.table("APPID", 1);
        for (code, value) in [(0, "APPID"), (2, "LIFANG"), (70, "0")] {
            self.pair(code, value);
        }
        self.pair(0, "ENDTAB");
        self.pair(0, "ENDSEC");
    }

    fn table(&mut self, name: &str, entries: usize) {
        self.pair(0, "TABLE");
        self.pair(2, name);
        self.pair(70, &entries.to_string());
    }

    fn layer(&mut self, name: &str, colour: u8) {
        let colour = colour.to_string();
        for (code, value) in [(0, "LAYER"), (2, name), (70, "0"), (62, colour.as_str()), (6, "CONTINUOUS")] {
            self.pair(code, value);
        }
    }

    fn feature(&mut self, layer: &str, table: &FeatureTable, values: &[Value], geometry: &Geometry<f64>) {
        let facts = facts(table, values);
        let polygons = polygons_of(geometry);
        for polygon in &polygons {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                let corners = ring.0.split_last().map_or(&[][..], |(_, rest)| rest);
                self.polyline(layer, corners, true, &facts);
            }
        }
        for line in lines_of(geometry) {
            self.polyline(layer, &line.0, false, &facts);
        }
        let points = lone_points(geometry);
        for p in &points {
            self.pair(0, "POINT");
            self.pair(8, layer);
            self.at(*p);
            self.data(&facts);
        }
        let Some(label) = label(table, values) else { return };
        let largest = polygons
            .iter()
            .max_by(|a, b| twice_area(&a.exterior().0).abs().total_cmp(&twice_area(&b.exterior().0).abs()));
        let spot = match (largest, points.first()) {
            (Some(polygon), _) => {
                let area = twice_area(&polygon.exterior().0).abs() / 2.0;
                Some((crate::geom::inner_point(polygon), (area.sqrt() / 12.0).clamp(HEIGHTS.0, HEIGHTS.1)))
            }
            (None, Some(p)) => Some((*p, 2.5)),
            (None, None) => None,
        };
        if let Some((p, height)) = spot {
            self.pair(0, "TEXT");
            self.pair(8, &format!("{layer}_TEXT"));
            self.at(p);
            self.number(40, height);
            self.pair(1, &label);
            // Centred on the point.
            self.pair(72, "1");
            self.number(11, p.x);
            self.number(21, p.y);
            self.number(31, 0.0);
        }
    }

    fn polyline(&mut self, layer: &str, corners: &[Coord<f64>], closed: bool, facts: &[String]) {
        self.pair(0, "POLYLINE");
        self.pair(8, layer);
        self.pair(66, "1");
        self.at(Coord { x: 0.0, y: 0.0 });
        self.pair(70, if closed { "1" } else { "0" });
        self.data(facts);
        for corner in corners {
            self.pair(0, "VERTEX");
            self.pair(8, layer);
            self.at(*corner);
        }
        self.pair(0, "SEQEND");
        self.pair(8, layer);
    }

    fn data(&mut self, facts: &[String]) {
        if !facts.is_empty() {
            self.pair(1001, "LIFANG");
        }
        for fact in facts {
            self.pair(1000, fact);
        }
    }
}

/// `field=value` of every field that says something.
fn facts(table: &FeatureTable, values: &[Value]) -> Vec<String> {
    let said = table.columns.iter().zip(values).filter(|(_, value)| **value != Value::Null);
    said.map(|(column, value)| {
        let mut fact = format!("{}={}", column.name, value.to_text());
        // Escaped characters take seven bytes each.
        while fact.chars().map(|c| if c.is_ascii() { 1 } else { 7 }).sum::<usize>() > STRING {
            fact.pop();
        }
        fact
    })
    .collect()
}

fn label(table: &FeatureTable, values: &[Value]) -> Option<String> {
    LABELS.iter().find_map(|name| {
        let at = table.columns.iter().position(|column| column.name == *name)?;
        match values.get(at)? {
            Value::Null => None,
            value => Some(value.to_text()).filter(|text| !text.trim().is_empty()),
        }
    })
}
