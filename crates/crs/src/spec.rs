//! 坐标系 What a user may call a coordinate system.

use crate::engine::{self, Kind};
use crate::fit::LocalGrid;
use crate::{CrsError, china};

/// 坐标系 A coordinate system as named by a user or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CrsSpec {
    /// A code of the EPSG registry.
    Epsg(u32),
    /// A WKT or a PROJ string.
    Definition(String),
    /// 火星坐标 GCJ-02, as Amap and Tencent give it; degrees.
    Gcj02,
    /// 百度坐标 BD-09, as Baidu gives it; degrees.
    Bd09,
    /// 独立坐标 Metres of unknown relation to Earth.
    Local,
    /// 地方坐标系 A local grid tied to Earth by control points.
    Fitted(LocalGrid),
}

impl CrsSpec {
    /// Reads `EPSG:4545`, `4545`, an OGC URN or URL, `GCJ-02`, `BD-09`, `local`, a WKT, a PROJ string, or a name.
    ///
    /// A WKT that carries an EPSG code, or that describes a Chinese Gauss-Krüger zone, becomes that code.
    ///
    /// # Errors
    /// [`CrsError::Unknown`] or [`CrsError::NotHorizontal`] when PROJ knows no such horizontal system.
    pub fn parse(text: &str) -> Result<Self, CrsError> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
        if let Some(spec) = nickname(text) {
            return Ok(spec);
        }
        if let Some(fitted) = LocalGrid::parse(text) {
            return fitted.map(Self::Fitted);
        }
        if let Some(code) = epsg_code(text) {
            engine::facts(&format!("EPSG:{code}"))?;
            return Ok(Self::Epsg(code));
        }
        let facts = engine::facts(text)?;
        if facts.bound {
            // Its own datum parameters are better than what the code alone says.
            return Ok(Self::Definition(text.to_owned()));
        }
        let zone = china::Datum::from_name(&facts.datum)
            .filter(|_| facts.method == "Transverse Mercator" && facts.metric && facts.standard_origin)
            .and_then(|datum| china::identify(datum, facts.lon_0?, facts.false_easting?));
        Ok(match zone.or(facts.epsg) {
            Some(code) => Self::Epsg(code),
            None => Self::Definition(text.to_owned()),
        })
    }

    /// Whether its coordinates are degrees.
    ///
    /// # Errors
    /// As [`CrsSpec::parse`], for a definition PROJ does not know.
    pub fn is_geographic(&self) -> Result<bool, CrsError> {
        match self {
            Self::Gcj02 | Self::Bd09 => Ok(true),
            Self::Local | Self::Fitted(_) => Ok(false),
            Self::Epsg(_) | Self::Definition(_) => {
                Ok(engine::facts(&self.proj_text())?.kind == Kind::Geographic)
            }
        }
    }

    /// What PROJ is to be given; WGS 84 for the two Chinese web systems, whose shift is ours.
    pub(crate) fn proj_text(&self) -> String {
        match self {
            Self::Epsg(code) => format!("EPSG:{code}"),
            Self::Definition(text) => text.clone(),
            Self::Fitted(grid) => grid.onto().proj_text(),
            Self::Gcj02 | Self::Bd09 | Self::Local => "EPSG:4326".to_owned(),
        }
    }
}

impl std::fmt::Display for CrsSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Epsg(code) => write!(f, "EPSG:{code}"),
            Self::Definition(text) => f.write_str(text),
            Self::Gcj02 => f.write_str("GCJ-02"),
            Self::Bd09 => f.write_str("BD-09"),
            Self::Local => f.write_str("local"),
            Self::Fitted(grid) => grid.fmt(f),
        }
    }
}

fn nickname(text: &str) -> Option<CrsSpec> {
    let plain: String =
        text.to_lowercase().chars().filter(|c| !matches!(c, '-' | '_' | ' ' | ':' | '.')).collect();
    Some(match plain.as_str() {
        "gcj02" | "gcj" | "火星坐标" | "火星坐标系" => CrsSpec::Gcj02,
        "bd09" | "bd09ll" | "bd" | "百度坐标" | "百度坐标系" => CrsSpec::Bd09,
        "local" | "本地" | "独立坐标" | "独立坐标系" | "地方坐标" => CrsSpec::Local,
        "wgs84" | "crs84" | "ogccrs84" | "urnogcdefcrsogc13crs84" => CrsSpec::Epsg(4326),
        "cgcs2000" | "国家2000" | "2000国家大地坐标系" | "大地2000" => CrsSpec::Epsg(4490),
        _ => return None,
    })
}

fn epsg_code(text: &str) -> Option<u32> {
    let upper = text.to_ascii_uppercase();
    let digits = if let Some(rest) = upper.strip_prefix("EPSG:") {
        rest.trim_start_matches(':')
    } else if upper.starts_with("URN:OGC:DEF:CRS:EPSG:") || upper.starts_with("URN:X-OGC:DEF:CRS:EPSG:") {
        upper.rsplit(':').next()?
    } else if upper.contains("OPENGIS.NET/DEF/CRS/EPSG/") {
        upper.trim_end_matches('/').rsplit('/').next()?
    } else {
        upper.as_str()
    };
    let digits = digits.trim();
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}
