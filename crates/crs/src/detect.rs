//! 坐标系识别 What coordinate system data may be in. Never a silent guess: candidates, each with its reason.

use crate::china::{self, Datum};
use crate::engine::{self, Kind};
use crate::{CrsError, CrsSpec, Reason};

/// 候选坐标系 One possible reading of the numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The system.
    pub spec: CrsSpec,
    /// Why it is a candidate, and what speaks against it.
    pub why: String,
    /// The same for programs, which say it in other languages.
    pub reason: Reason,
    /// Whether it may be taken without asking: declared by the file, and the numbers agree.
    pub certain: bool,
    /// Whether the first coordinate is north (latitude) and the two must be exchanged before use.
    pub swapped: bool,
}

impl Candidate {
    fn new(spec: CrsSpec, reason: Reason) -> Self {
        Self { spec, why: reason.to_string(), reason, certain: false, swapped: false }
    }

    fn swapped(mut self) -> Self {
        self.swapped = true;
        self
    }
}

/// A box of numbers.
#[derive(Copy, Clone)]
struct Numbers {
    x: (f64, f64),
    y: (f64, f64),
}

impl Numbers {
    fn inside(&self, x: (f64, f64), y: (f64, f64)) -> bool {
        self.x.0 >= x.0 && self.x.1 <= x.1 && self.y.0 >= y.0 && self.y.1 <= y.1
    }

    fn degrees(&self) -> bool {
        self.inside((-180.0, 180.0), (-90.0, 90.0))
    }

    fn in_china(&self) -> bool {
        self.inside((72.0, 138.0), (0.8, 56.0))
    }

    fn exchanged(&self) -> Self {
        Self { x: self.y, y: self.x }
    }

    /// The zone prefix shared by the whole extent, with a northing China has.
    fn zone(&self) -> Option<u32> {
        let (low, high) = (china::zone_of_easting(self.x.0)?, china::zone_of_easting(self.x.1)?);
        (low == high && self.y.0 > 0.0 && self.y.1 < 6_500_000.0).then_some(low)
    }
}

/// Lists what the coordinates may be in, best first.
///
/// `declared` is the `.prj` WKT or CRS name of the file, `extent` the raw numbers `[min_x, min_y, max_x, max_y]`.
/// An empty list means that nothing fits; the user must name the system.
#[must_use]
pub fn detect(declared: Option<&str>, extent: [f64; 4]) -> Vec<Candidate> {
    let numbers = Numbers { x: (extent[0], extent[2]), y: (extent[1], extent[3]) };
    if !extent.iter().all(|v| v.is_finite()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    if let Some(text) = declared.map(str::trim).filter(|text| !text.is_empty()) {
        match declared_candidate(text, numbers) {
            Ok(candidate) if candidate.certain => return vec![candidate],
            Ok(candidate) => found.push(candidate),
            Err(_unknown) => {}
        }
    }
    for candidate in by_numbers(numbers) {
        if !found.iter().any(|old| old.spec == candidate.spec && old.swapped == candidate.swapped) {
            found.push(candidate);
        }
    }
    found
}

fn declared_candidate(text: &str, numbers: Numbers) -> Result<Candidate, CrsError> {
    let spec = CrsSpec::parse(text)?;
    let name = engine::short(&spec.to_string());
    if matches!(spec, CrsSpec::Fitted(_)) && numbers.degrees() {
        return Ok(Candidate::new(spec, Reason::DeclaredYetDegrees { name }));
    }
    if matches!(spec, CrsSpec::Fitted(_)) {
        return Ok(Candidate { certain: true, ..Candidate::new(spec, Reason::DeclaredLocal) });
    }
    if spec == CrsSpec::Local {
        return Ok(Candidate { certain: true, ..Candidate::new(spec, Reason::DeclaredLocal) });
    }
    if spec.is_geographic()? {
        return Ok(if numbers.degrees() {
            Candidate { certain: true, ..Candidate::new(spec, Reason::DeclaredDegrees { name }) }
        } else if numbers.exchanged().degrees() {
            Candidate::new(spec, Reason::DeclaredLatitudeFirst { name }).swapped()
        } else {
            Candidate::new(spec, Reason::DeclaredNoDegrees { name })
        });
    }
    let facts = engine::facts(&spec.proj_text())?;
    if facts.kind == Kind::Projected && numbers.degrees() {
        return Ok(Candidate::new(spec, Reason::DeclaredYetDegrees { name }));
    }
    let declared_zone = facts.false_easting.map_or(0, |easting| (easting / 1e6) as u32);
    let is_gauss = Datum::from_name(&facts.datum).is_some() && facts.method == "Transverse Mercator";
    Ok(match (is_gauss, numbers.zone(), numbers.exchanged().zone()) {
        (true, Some(zone), _) if zone != declared_zone => {
            Candidate::new(spec, Reason::DeclaredOtherZone { name, zone })
        }
        (true, None, Some(zone)) => {
            Candidate::new(spec, Reason::DeclaredNorthingFirst { name, zone }).swapped()
        }
        (true, None, None) if declared_zone > 0 => Candidate::new(spec, Reason::DeclaredNoZone { name }),
        _ => Candidate { certain: true, ..Candidate::new(spec, Reason::Declared { name }) },
    })
}

fn by_numbers(numbers: Numbers) -> Vec<Candidate> {
    let swapped = numbers.exchanged();
    if numbers.degrees() && (numbers.in_china() || !swapped.in_china()) {
        degrees(numbers)
    } else if swapped.degrees() {
        // Either the second number is no latitude at all, or both would do and only the exchange lies in China.
        degrees(swapped)
            .into_iter()
            .map(|c| Candidate { why: format!("{}, if latitude comes first", c.why), ..c }.swapped())
            .collect()
    } else if let Some(zone) = numbers.zone() {
        zones(zone)
    } else if let Some(zone) = swapped.zone() {
        zones(zone)
            .into_iter()
            .map(|c| Candidate { why: format!("{}; the northing comes first", c.why), ..c }.swapped())
            .collect()
    } else {
        metres(numbers)
    }
}

fn degrees(numbers: Numbers) -> Vec<Candidate> {
    let mut found = vec![Candidate::new(CrsSpec::Epsg(4326), Reason::Degrees)];
    if numbers.in_china() {
        found.push(Candidate::new(CrsSpec::Epsg(4490), Reason::OfficialDegrees));
        found.push(Candidate::new(CrsSpec::Gcj02, Reason::AmapDegrees));
        found.push(Candidate::new(CrsSpec::Bd09, Reason::BaiduDegrees));
    }
    found
}

fn zones(zone: u32) -> Vec<Candidate> {
    let (width, meridian) = (if zone <= 23 { 6 } else { 3 }, china::meridian(zone));
    [Datum::Cgcs2000, Datum::Xian80, Datum::Beijing54]
        .into_iter()
        .filter_map(|datum| {
            let datum_title = datum.title().to_owned();
            let reason = Reason::Zone { zone, width, datum: datum_title, meridian };
            china::prefixed(datum, zone).map(|code| Candidate::new(CrsSpec::Epsg(code), reason))
        })
        .collect()
}

fn metres(numbers: Numbers) -> Vec<Candidate> {
    let mut found = Vec::new();
    let world = 20_037_509.0;
    if numbers.inside((8_000_000.0, 15_400_000.0), (90_000.0, 7_600_000.0)) {
        found.push(Candidate::new(CrsSpec::Epsg(3857), Reason::WebMercator));
    } else if numbers.inside((100_000.0, 900_000.0), (300_000.0, 6_500_000.0)) {
        found.push(Candidate::new(CrsSpec::Local, Reason::SomeZone));
    }
    let metric = numbers.inside((-world, world), (-world, world));
    if metric && !found.iter().any(|c| c.spec == CrsSpec::Local) {
        found.push(Candidate::new(CrsSpec::Local, Reason::LocalMetres));
    }
    found
}
