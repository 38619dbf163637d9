//! Who needs land but has none on the ground: upper floors, and buildings whose footprint others own.

use crate::carve::{Square, square};
use crate::dissolve::polygons;
use crate::fabric::Arc;
use crate::fault;
use crate::ground::{Ground, NONE};
use crate::inside::lattice_point;
use crate::pieces::Plots;
use crate::sources::Sources;
use crate::tessellate::Tessellation;
use lifang_model::{Building, Demand, Fault, Point, Polygon, Severity, Territory};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// One cell to be carved.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Claim {
    pub(crate) building: u32,
    pub(crate) unit: u16,
    pub(crate) storey: u16,
}

/// A square in a host plot, with its claims from south to north.
pub(crate) struct Carved {
    pub(crate) host: u32,
    pub(crate) square: Square,
    pub(crate) claims: Vec<Claim>,
    /// The host's land before the square was cut out.
    pub(crate) polygon: Polygon,
}

pub(crate) struct Claims {
    pub(crate) carved: Vec<Carved>,
}

/// What one host has to make room for.
#[derive(Default)]
struct Wanted {
    claims: Vec<Claim>,
    wish: Option<Point>,
}

/// Finds the claims and a place for each.
pub(crate) fn claims(
    territory: &Territory,
    sources: &Sources,
    ground: &Ground,
    tess: &Tessellation,
    plots: &Plots,
    arcs: &[Arc],
    faults: &mut Vec<Fault>,
) -> Claims {
    let mut plot_of_site = vec![NONE; ground.sites.len()];
    for (plot, id) in plots.plots.iter().zip(0u32..).filter(|(plot, _)| plot.site != NONE) {
        plot_of_site[plot.site as usize] = id;
    }
    let finder = Finder { ground, tess, plots, plot_of_site: &plot_of_site };
    let mut wanted: BTreeMap<u32, Wanted> = BTreeMap::new();
    for (i, building) in (0u32..).zip(&territory.buildings) {
        let counts = building.demand != Demand::default();
        let placed = ground.home.contains_key(&i) || (counts && finder.is_point(i, building));
        if !placed || !sources.counted[i as usize] {
            continue;
        }
        let units = sources.stacks.get(&i).map_or(vec![(0, 1)], |s| s.units.clone());
        let mut homeless = 0;
        for (unit, storeys) in units {
            if let Some(host) = finder.plot(i, unit) {
                let claims = (1..storeys).map(|storey| Claim { building: i, unit, storey });
                wanted.entry(host).or_default().claims.extend(claims);
                continue;
            }
            homeless += 1;
            if !counts {
                continue;
            }
            let Some((host, wish)) = finder.host(i, building) else { continue };
            let entry = wanted.entry(host).or_default();
            entry.wish = entry.wish.or(wish);
            entry.claims.extend((0..storeys).map(|storey| Claim { building: i, unit, storey }));
        }
        if homeless > 0 {
            faults.push(homeless_fault(building, counts));
        }
    }
    if wanted.is_empty() {
        return Claims { carved: Vec::new() };
    }

    let lands = polygons(arcs, plots.plots.len());
    let jobs: Vec<(u32, Wanted)> = wanted.into_iter().filter(|(_, w)| !w.claims.is_empty()).collect();
    let found: Vec<Option<Square>> = jobs
        .par_iter()
        .map(|(host, job)| {
            let footprint = ground.sites.get(plots.plots[*host as usize].site as usize).map(|site| {
                ground.map.around(site.face).iter().map(|&h| ground.map.ends_of(h)).collect::<Vec<_>>()
            });
            square(&lands[*host as usize], footprint.as_deref(), job.wish, job.claims.len())
        })
        .collect();
    let mut carved = Vec::new();
    for ((host, mut job), square) in jobs.into_iter().zip(found) {
        job.claims.sort_unstable();
        match square {
            Some(square) => {
                carved.push(Carved {
                    host,
                    square,
                    claims: job.claims,
                    polygon: lands[host as usize].clone(),
                });
            }
            None => {
                for claim in &job.claims {
                    let building = &territory.buildings[claim.building as usize];
                    faults.push(fault::building(
                        Severity::Warning,
                        "B-108",
                        building,
                        format!("there is no room for unit {} storey {}", claim.unit, claim.storey),
                        "this part has no cell; enlarge the footprint or do not divide the building",
                    ));
                }
            }
        }
    }
    Claims { carved }
}

fn homeless_fault(building: &Building, counts: bool) -> Fault {
    let cause = "other footprints cover it, or it is too thin to own land";
    if counts {
        let action =
            "it keeps its counts on a small square cell; remove the duplicate or correct the outline";
        fault::building(Severity::Warning, "B-107", building, cause, action)
    } else {
        let action = "nobody is counted in it, so it gets no cell";
        fault::building(Severity::Notice, "B-105", building, cause, action)
    }
}

struct Finder<'a> {
    ground: &'a Ground,
    tess: &'a Tessellation,
    plots: &'a Plots,
    plot_of_site: &'a [u32],
}

impl Finder<'_> {
    /// The plot of a unit with land of its own.
    fn plot(&self, building: u32, unit: u16) -> Option<u32> {
        let sites = &self.ground.sites;
        let at = sites.binary_search_by_key(&(building, unit), |s| (s.building, s.unit)).ok()?;
        Some(self.plot_of_site[at]).filter(|&plot| plot != NONE)
    }

    fn at(&self, p: Point) -> Option<u32> {
        let face = self.tess.map.face_at((2 * i64::from(p.x), 2 * i64::from(p.y)));
        Some(self.plots.of_face[face as usize]).filter(|&plot| plot != NONE)
    }

    /// Whether a building without area stands inside the territory.
    fn is_point(&self, i: u32, building: &Building) -> bool {
        let flat = building.outline.iter().all(|p| p.twice_area() <= 0);
        flat && !self.ground.home.contains_key(&i) && vertex(building).is_some_and(|p| self.at(p).is_some())
    }

    /// The plot that makes room for a building or unit without land, and where in it.
    fn host(&self, i: u32, building: &Building) -> Option<(u32, Option<Point>)> {
        let sites = &self.ground.sites;
        let first = sites.partition_point(|s| s.building < i);
        let own = sites[first..].iter().zip(&self.plot_of_site[first..]).take_while(|(s, _)| s.building == i);
        if let Some((_, &plot)) = own.into_iter().find(|(_, plot)| **plot != NONE) {
            return Some((plot, None));
        }
        let covered =
            self.ground.covered.get(&i).and_then(|&(_, face)| lattice_point(&self.ground.map, face));
        if let Some(p) = covered.or_else(|| vertex(building))
            && let Some(plot) = self.at(p)
        {
            return Some((plot, Some(p)));
        }
        let home = *self.ground.home.get(&i)?;
        let plot = self.plots.plots.iter().position(|plot| plot.enclosure == home)?;
        Some((plot as u32, None))
    }
}

fn vertex(building: &Building) -> Option<Point> {
    building.outline.iter().find_map(|p| p.outer.0.first().copied())
}
