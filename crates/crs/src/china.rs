//! 高斯-克吕格带 The Gauss-Krüger zones of China: zone numbers, central meridians and EPSG codes.
//!
//! A zone is 3° or 6° wide. Its CRS comes twice: with the zone number in front of the easting (8 digits, "加带号")
//! and without (6 digits). Codes after the EPSG registry.

/// The three datums zones exist for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Datum {
    Cgcs2000,
    Xian80,
    Beijing54,
}

impl Datum {
    /// Name for people.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Cgcs2000 => "CGCS2000",
            Self::Xian80 => "Xian 1980",
            Self::Beijing54 => "Beijing 1954",
        }
    }

    /// The datum meant by PROJ's name for it.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let plain: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        if plain.contains("cgcs2000") || plain.contains("china2000") {
            Some(Self::Cgcs2000)
        } else if plain.contains("xian") {
            Some(Self::Xian80)
        } else if plain.contains("beijing") {
            Some(Self::Beijing54)
        } else {
            None
        }
    }
}

/// Zones with their number in front: EPSG code for a zone number (13-23: 6°, 25-45: 3°).
pub(crate) const fn prefixed(datum: Datum, zone: u32) -> Option<u32> {
    Some(match (datum, zone) {
        (Datum::Cgcs2000, 13..=23) => 4491 + zone - 13,
        (Datum::Cgcs2000, 25..=45) => 4513 + zone - 25,
        (Datum::Xian80, 13..=23) => 2327 + zone - 13,
        (Datum::Xian80, 25..=45) => 2349 + zone - 25,
        (Datum::Beijing54, 13..=23) => 21413 + zone - 13,
        (Datum::Beijing54, 25..=45) => 2401 + zone - 25,
        _ => return None,
    })
}

/// Central meridian of a zone number, degrees east.
pub(crate) const fn meridian(zone: u32) -> u32 {
    if zone <= 23 { zone * 6 - 3 } else { zone * 3 }
}

/// Zones without the number: EPSG code of the 3° system on a central meridian.
pub(crate) const fn plain(datum: Datum, meridian: u32) -> Option<u32> {
    if meridian < 75 || meridian > 135 || !meridian.is_multiple_of(3) {
        return None;
    }
    let step = (meridian - 75) / 3;
    Some(match datum {
        Datum::Cgcs2000 => 4534 + step,
        Datum::Xian80 => 2370 + step,
        Datum::Beijing54 => 2422 + step,
    })
}

/// The zone number in front of an easting, if it looks like one.
pub(crate) fn zone_of_easting(easting: f64) -> Option<u32> {
    let zone = (easting / 1e6).floor();
    let rest = easting - zone * 1e6;
    let known = (13.0..=23.0).contains(&zone) || (25.0..=45.0).contains(&zone);
    // 3° and 6° zones reach at most 340 km from their meridian; city data may overlap a little into the next.
    (known && (100_000.0..900_000.0).contains(&rest)).then_some(zone as u32)
}

/// The EPSG code of a Chinese zone given by its parameters.
pub(crate) fn identify(datum: Datum, lon_0: f64, false_easting: f64) -> Option<u32> {
    if lon_0.fract() != 0.0 || !(75.0..=135.0).contains(&lon_0) {
        return None;
    }
    let degrees = lon_0 as u32;
    if false_easting == 500_000.0 {
        return plain(datum, degrees);
    }
    let zone = ((false_easting - 500_000.0) / 1e6) as u32;
    let exact = false_easting == f64::from(zone) * 1e6 + 500_000.0;
    (exact && meridian(zone) == degrees).then(|| prefixed(datum, zone)).flatten()
}
