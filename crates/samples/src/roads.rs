//! The streets of the plan, the river with its quays, and the bridges.

use crate::error::SampleError;
use crate::lattice::{Lattice, RIVER_WIDTH};
use crate::names::Names;
use crate::plane::{V, to_line, to_polygon, v};
use lifang_model::{Area, FootAccess, LandCover, Street, StreetClass};

/// Metres from the road's centre line to the quay path and to the water.
const QUAY: f64 = 27.0;
const BANK: f64 = 35.0;
/// Strips between two bridges.
const BRIDGE_EVERY: usize = 6;

/// Collects streets, numbering them as they come.
#[derive(Default)]
pub(crate) struct Streets {
    pub all: Vec<Street>,
}

impl Streets {
    pub fn add(&mut self, name: Option<&str>, class: StreetClass, line: &[V]) -> Result<(), SampleError> {
        let line = to_line(line)?;
        if line.len() >= 2 {
            self.all.push(Street {
                code: format!("R{:06}", self.all.len() + 1),
                name: name.map(str::to_owned),
                class,
                line,
                layer: 0,
                bridge: false,
                tunnel: false,
                foot: FootAccess::Yes,
                traffic: Default::default(),
            });
        }
        Ok(())
    }

    /// A path that turns to steps where the ground is steep.
    pub fn add_path(
        &mut self,
        lattice: &Lattice,
        name: Option<&str>,
        class: StreetClass,
        line: &[V],
    ) -> Result<(), SampleError> {
        let walk = matches!(class, StreetClass::Service | StreetClass::Footway | StreetClass::Steps);
        let class_of =
            |w: &[V]| if walk && lattice.terrain.steep(w[0], w[1]) { StreetClass::Steps } else { class };
        let mut start = 0;
        for end in 1..line.len() {
            let here = class_of(&line[end - 1..=end]);
            let last = end + 1 == line.len();
            if last || class_of(&line[end..=end + 1]) != here {
                self.add(name, here, &line[start..=end])?;
                start = end;
            }
        }
        Ok(())
    }
}

/// Draws all streets of the plan; returns the name of every north-south street and of the road by the river.
pub(crate) fn streets(lattice: &Lattice, names: &mut Names, out: &mut Streets) -> Result<(), SampleError> {
    let (home_strips, home_bands) = lattice.home();
    let last = lattice.bands.len() - 1;
    for i in 0..=lattice.strips() {
        let class = lattice.line_class(i);
        let name = if i == home_strips.start + 1 {
            "太平街".to_owned()
        } else {
            names.street(if class == StreetClass::Secondary { "大道" } else { "路" })
        };
        for band in 0..=last {
            let (lo, hi) = lattice.bands[band];
            out.add(Some(&name), class, &lattice.along(i, band, lo, hi))?;
        }
    }
    for band in 0..=last {
        let (lo, hi) = lattice.bands[band];
        let mut roads = vec![(lo, false)];
        // The next band draws this line, unless the river lies between.
        if band == last || band + 1 == lattice.river {
            roads.push((hi, true));
        }
        for (y, north) in roads {
            let class = lattice.road_class(band, north);
            let name = match (class, north) {
                (StreetClass::Primary, _) => "滨江路".to_owned(),
                (_, true) if band + 1 == lattice.river => "南滨路".to_owned(),
                _ => names.street("路"),
            };
            for strip in (0..lattice.strips()).step_by(3) {
                out.add(Some(&name), class, &across(lattice, strip..strip + 3, y))?;
            }
        }
        for strip in 0..lattice.strips() {
            let breaks = lattice.breaks(strip, band);
            for (at, &y) in breaks.iter().enumerate().take(breaks.len() - 1).skip(1) {
                let class = lattice.break_class(strip, band, at);
                let near = home_strips.contains(&strip) && home_bands.contains(&band);
                let name = names.street(if class == StreetClass::Tertiary || near { "街" } else { "巷" });
                out.add(Some(&name), class, &lattice.across(strip, y))?;
            }
        }
    }
    Ok(())
}

/// The line at `y` across several strips.
fn across(lattice: &Lattice, strips: std::ops::Range<usize>, y: f64) -> Vec<V> {
    let mut line: Vec<V> = Vec::new();
    for strip in strips {
        let part = lattice.across(strip, y);
        line.extend(part.into_iter().skip(usize::from(!line.is_empty())));
    }
    line
}

/// The river with its banks, quays, steps down to them and bridges.
pub(crate) fn river(lattice: &Lattice, out: &mut Streets, areas: &mut Vec<Area>) -> Result<(), SampleError> {
    let north = lattice.bands[lattice.river].0;
    let south = north - RIVER_WIDTH;
    let all = 0..lattice.strips();
    let mut water = across(lattice, all.clone(), south + BANK);
    let mut bank = across(lattice, all.clone(), north - BANK);
    bank.reverse();
    water.extend(bank);
    areas.push(Area {
        cover: LandCover::Water, name: Some("乌江".to_owned()), outline: to_polygon(&water)?
    });
    for (road, sign) in [(north, -1.0), (south, 1.0)] {
        for strip in 0..lattice.strips() {
            let y = road + sign * QUAY;
            out.add(Some("滨江步道"), StreetClass::Footway, &lattice.across(strip, y))?;
            let mut lawn = lattice.across(strip, road + sign * 18.0);
            let mut edge = lattice.across(strip, road + sign * (QUAY - 3.0));
            edge.reverse();
            lawn.extend(edge);
            areas.push(Area { cover: LandCover::Green, name: None, outline: to_polygon(&lawn)? });
        }
        for &x in &lattice.xs {
            let down = [lattice.terrain.bend(v(x, road)), lattice.terrain.bend(v(x, road + sign * QUAY))];
            out.add(None, StreetClass::Steps, &down)?;
        }
    }
    let names = ["太平大桥", "望江大桥", "长虹桥", "石板沟大桥", "新民大桥"];
    for (k, i) in (0..lattice.xs.len()).step_by(BRIDGE_EVERY).enumerate() {
        let x = lattice.xs[i];
        let deck: Vec<V> = (0..=12)
            .map(|s| {
                lattice
                    .terrain
                    .bend(v(x, if s == 12 { south } else { north - RIVER_WIDTH * f64::from(s) / 12.0 }))
            })
            .collect();
        let name = names[(k + names.len() - 1) % names.len()];
        out.add(Some(name), StreetClass::Secondary, &deck)?;
        if let Some(bridge) = out.all.last_mut() {
            bridge.bridge = true;
            bridge.layer = 1;
        }
    }
    Ok(())
}

/// The piece of river and roadside in a strip, between the two roads: land of the territory where it lies on both sides.
pub(crate) fn river_piece(lattice: &Lattice, strip: usize) -> Vec<V> {
    let north = lattice.bands[lattice.river].0;
    let south = lattice.bands[lattice.river - 1].1;
    let mut ring = lattice.across(strip, south);
    let mut top = lattice.across(strip, north);
    top.reverse();
    ring.extend(top);
    ring
}
