//! A territory drawn in metres.

use crate::{Coverage, Request, cover};
use lifang_fabric::{Cell, Fabric};
use lifang_model::{
    AreaKind, Atom, AtomCode, AtomIdx, AtomKind, BarrierClass, Building, BuildingIdx, BuildingUse, Compound,
    CompoundIdx, Demand, Facility, FacilityCode, FloorBand, FootAccess, Frame, Gate, Link, LinkKind,
    Millimetres, Point, Polygon, Profile, Ring, ServiceCategory, Silent, Sources, Street, StreetClass,
    Territory, Text, Tier, TierSet,
};

pub(super) fn point((x, y): (i32, i32)) -> Point {
    Point::new(x * 1000, y * 1000)
}

pub(super) fn square(x: i32, y: i32, width: i32, height: i32) -> Polygon {
    let corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)];
    Polygon { outer: Ring(corners.into_iter().map(point).collect()), holes: Vec::new() }
}

pub(super) fn text(en: &str) -> Text {
    Text { en: en.into(), zh: en.into() }
}

pub(super) fn profile(key: &str, steps_factor: Option<f64>) -> Profile {
    Profile {
        key: key.into(),
        title: text(key),
        metres_per_minute: 60.0,
        steps_factor,
        slope: None,
        crossing: None,
        drive: None,
        source: "test".into(),
        certainty: "C".into(),
    }
}

pub(super) fn category(key: &str, tier: &str) -> ServiceCategory {
    ServiceCategory {
        key: key.into(),
        title: text(key),
        family: "医".into(),
        osm: Vec::new(),
        words: Vec::new(),
        serves: Default::default(),
        tier: tier.into(),
        colour: "#123456".into(),
    }
}

pub(super) fn tiers() -> TierSet {
    let tier = |key: &str, distance_m, label_minutes| Tier {
        key: key.into(),
        title: text(key),
        distance_m,
        label_minutes,
        source: "GB 50180-2018".into(),
        certainty: "A".into(),
    };
    TierSet {
        key: "gb50180".into(),
        title: text("circles"),
        tiers: vec![tier("5min", 300.0, 5), tier("10min", 500.0, 10), tier("15min", 1000.0, 15)],
    }
}

/// A territory with its fabric and atoms; buildings are added in a row of neighbours.
#[derive(Clone, Debug)]
pub(super) struct Town {
    pub territory: Territory,
    pub fabric: Fabric,
    pub atoms: Vec<Atom>,
    pub categories: Vec<ServiceCategory>,
    pub profiles: Vec<Profile>,
}

impl Town {
    pub(super) fn new() -> Self {
        let territory = Territory {
            name: "town".into(),
            code: "500102006001".into(),
            frame: Frame { crs: None, origin: (0.0, 0.0), source: None },
            boundary: vec![square(-5000, -5000, 10_000, 10_000)],
            buildings: Vec::new(),
            compounds: Vec::new(),
            streets: Vec::new(),
            barriers: Vec::new(),
            areas: Vec::new(),
            cuts: Vec::new(),
            facilities: Vec::new(),
            faults: Vec::new(),
        };
        let fabric = Fabric {
            arcs: Vec::new(),
            cells: Vec::new(),
            links: Vec::new(),
            enclosures: 1,
            faults: Vec::new(),
            hash: "town".into(),
        };
        let profiles = vec![profile("adult", Some(1.0)), profile("elder", Some(2.0))];
        Self { territory, fabric, atoms: Vec::new(), categories: vec![category("clinic", "5min")], profiles }
    }

    pub(super) fn street(&mut self, line: &[(i32, i32)]) -> &mut Street {
        self.territory.streets.push(Street {
            code: format!("s{}", self.territory.streets.len()),
            name: None,
            class: StreetClass::Residential,
            line: line.iter().copied().map(point).collect(),
            layer: 0,
            bridge: false,
            tunnel: false,
            foot: FootAccess::Yes,
            traffic: Default::default(),
        });
        self.territory.streets.last_mut().unwrap()
    }

    /// A building of 10 m by 10 m around a place, with its people; next to the one before.
    pub(super) fn house(&mut self, (x, y): (i32, i32), persons: u32) -> AtomIdx {
        let building = BuildingIdx::of(self.territory.buildings.len());
        let demand = Demand { households: persons / 3, persons, elders: persons / 5, ..Demand::default() };
        let inside = |compound: &Compound| compound.outline.iter().any(|part| part.contains(point((x, y))));
        let compound = self.territory.compounds.iter().position(inside).map(CompoundIdx::of);
        self.territory.buildings.push(Building {
            code: format!("b{}", building.0),
            name: Some(format!("House {}", building.0)),
            outline: vec![square(x - 5, y - 5, 10, 10)],
            use_: BuildingUse::Residential,
            levels: None,
            units: None,
            compound,
            demand,
            sources: Sources::GIVEN,
            entrances: Vec::new(),
            storeys: Vec::new(),
        });
        let atom = self.cell(point((x, y)), Some(building), compound, demand, None);
        if atom.0 > 0 {
            self.link(AtomIdx(atom.0 - 1), atom, LinkKind::Lateral, BarrierClass::None);
        }
        atom
    }

    /// Floors above an atom.
    pub(super) fn storey(&mut self, below: AtomIdx, low: u16, at: (i32, i32), persons: u32) -> AtomIdx {
        let Atom { building, compound, .. } = self.atoms[below.at()];
        let demand = Demand { persons, ..Demand::default() };
        let atom = self.cell(point(at), building, compound, demand, Some(FloorBand { low, high: low + 5 }));
        self.link(below, atom, LinkKind::Vertical, BarrierClass::None);
        atom
    }

    pub(super) fn open_land(&mut self, at: (i32, i32)) -> AtomIdx {
        self.cell(point(at), None, None, Demand::default(), None)
    }

    fn cell(
        &mut self,
        anchor: Point,
        building: Option<BuildingIdx>,
        compound: Option<CompoundIdx>,
        demand: Demand,
        floors: Option<FloorBand>,
    ) -> AtomIdx {
        let row = AtomIdx::of(self.atoms.len());
        self.fabric.cells.push(Cell { building, unit: 0, storey: 0, enclosure: 0, anchor, twice_area: 2 });
        self.atoms.push(Atom {
            code: AtomCode::new(format!("a{}", row.0)).unwrap(),
            kind: if building.is_some() { AtomKind::Residential } else { AtomKind::Open },
            building,
            compound,
            unit: 0,
            floors,
            demand,
            sources: Sources::GIVEN,
            anchor,
        });
        row
    }

    pub(super) fn link(&mut self, a: AtomIdx, b: AtomIdx, kind: LinkKind, barrier: BarrierClass) {
        self.fabric.links.push(Link { a: a.min(b), b: a.max(b), kind, shared: Millimetres(1000), barrier });
    }

    pub(super) fn compound(&mut self, outline: Polygon, gates: &[((i32, i32), bool)]) {
        self.territory.compounds.push(Compound {
            code: format!("c{}", self.territory.compounds.len()),
            name: None,
            kind: AreaKind::Residential,
            outline: vec![outline],
            walled: true,
            gates: gates.iter().map(|&(at, open)| Gate { at: point(at), open, hours: None }).collect(),
        });
    }

    pub(super) fn clinic(&mut self, at: (i32, i32)) -> &mut Facility {
        self.facility("clinic", at)
    }

    pub(super) fn facility(&mut self, category: &str, at: (i32, i32)) -> &mut Facility {
        self.territory.facilities.push(Facility {
            code: FacilityCode::new(format!("f{}", self.territory.facilities.len())).unwrap(),
            name: None,
            category: category.into(),
            at: point(at),
            capacity: None,
            area_m2: None,
            open_to_public: true,
        });
        self.territory.facilities.last_mut().unwrap()
    }

    pub(super) fn coverage(&self) -> Coverage {
        let tiers = tiers();
        let request = Request {
            territory: &self.territory,
            fabric: &self.fabric,
            atoms: &self.atoms,
            plan: None,
            categories: &self.categories,
            tiers: &tiers,
            profiles: &self.profiles,
            rooms: true,
        };
        cover(&request, &Silent).unwrap()
    }

    /// Adults' distances to a clinic, mm.
    pub(super) fn distances(&self) -> Vec<Option<u32>> {
        self.coverage().categories[0].distance_mm.clone()
    }
}
