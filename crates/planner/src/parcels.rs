//! 地块 Parcels, compounds or grids in force as cells of the ground, or as lines it is divided by.

use crate::PlannerError;
use lifang_fabric::mend;
use lifang_ingest::Layer;
use lifang_model::{
    Barrier, BarrierClass, Building, BuildingUse, Compound, Demand, Extent, Fault, Millimetres, Place, Point,
    Polygon, Ring, Severity, Sources, Territory,
};
use std::collections::BTreeSet;

/// 地块用途 What parcels are to the ground.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum ParcelRole {
    /// Their borders divide: no cell reaches across one. Buildings stay the atoms.
    #[default]
    Limits,
    /// Each is one cell. The counts of the buildings in it are added up, and buildings in no parcel stay as they are.
    Cells,
}

/// 地块请求 Parcels to build the ground on.
#[derive(Clone, Debug, PartialEq)]
pub struct ParcelsRequest {
    /// The layer.
    pub layer: Layer,
    /// What they are to the ground.
    pub role: ParcelRole,
    /// Corners and edges nearer to each other than this are taken for the same.
    pub snap: Millimetres,
}

/// Puts parcels into a territory: fitted to each other first, every gap and overlap told among its faults.
pub(crate) fn add(territory: &mut Territory, request: &ParcelsRequest) -> Result<(), PlannerError> {
    let (parcels, faults) = lifang_ingest::drawn_areas(&request.layer, &territory.frame)?;
    territory.faults.extend(faults);
    let drawn: Vec<Vec<Polygon>> = parcels.iter().map(|parcel| parcel.outline.clone()).collect();
    let mended = mend(&drawn, request.snap);
    let codes: Vec<String> = parcels.iter().map(|parcel| parcel.code.clone()).collect();
    territory.faults.extend(mended.faults(&codes));
    let place = || Place { file: Some(request.layer.path.display().to_string()), ..Place::default() };
    if mended.moved_m2 > 0.0 {
        let cause = format!(
            "corners within {:.2} m of each other were taken for the same; {:.2} m2 changed hands",
            request.snap.metres(),
            mended.moved_m2
        );
        territory.faults.push(
            Fault::new(
                Severity::Notice,
                "B-112",
                cause,
                "Give a smaller tolerance with --snap to move less.",
            )
            .at(place()),
        );
    }
    for (parcel, _) in parcels.iter().zip(&mended.outlines).filter(|(_, outline)| outline.is_empty()) {
        let at = Place { feature: Some(parcel.code.clone()), ..place() };
        let cause = "other parcels have all of its land";
        territory.faults.push(
            Fault::new(Severity::Warning, "B-113", cause, "It was left out; check for duplicates.").at(at),
        );
    }
    match request.role {
        ParcelRole::Limits => limits(territory, &mended.outlines),
        ParcelRole::Cells => cells(territory, &parcels, mended.outlines),
    }
    Ok(())
}

/// Every border of parcels once, as a line that divides.
fn limits(territory: &mut Territory, outlines: &[Vec<Polygon>]) {
    let mut edges: BTreeSet<(Point, Point)> = BTreeSet::new();
    for (a, b) in outlines.iter().flatten().flat_map(Polygon::rings).flat_map(Ring::edges) {
        edges.insert((a.min(b), a.max(b)));
    }
    let lines = edges.into_iter().map(|(a, b)| Barrier { class: BarrierClass::None, line: vec![a, b] });
    territory.barriers.extend(lines);
}

/// Each parcel in the place of its buildings.
fn cells(territory: &mut Territory, parcels: &[Compound], outlines: Vec<Vec<Polygon>>) {
    let mut made: Vec<Building> = parcels
        .iter()
        .zip(outlines)
        .map(|(parcel, outline)| Building {
            code: parcel.code.clone(),
            name: parcel.name.clone(),
            outline,
            use_: BuildingUse::Unknown,
            levels: None,
            units: None,
            compound: None,
            demand: Demand::default(),
            sources: Sources::GIVEN,
            entrances: Vec::new(),
            storeys: Vec::new(),
        })
        .collect();
    let boxes: Vec<Option<Extent>> = made
        .iter()
        .map(|parcel| parcel.outline.iter().filter_map(Polygon::extent).reduce(Extent::union))
        .collect();
    let mut floor: Vec<(f64, bool)> = vec![(0.0, true); made.len()];
    let mut rest = Vec::new();
    for building in std::mem::take(&mut territory.buildings) {
        let host = lifang_ingest::inner_point(&building.outline).and_then(|at| {
            let spot = Extent { min: at, max: at };
            (0..made.len()).find(|&row| {
                boxes[row].is_some_and(|own| own.touches(&spot))
                    && made[row].outline.iter().any(|polygon| polygon.contains(at))
            })
        });
        let Some(host) = host else {
            rest.push(building);
            continue;
        };
        let parcel = &mut made[host];
        let (largest, first) = &mut floor[host];
        parcel.demand += building.demand;
        parcel.entrances.extend(building.entrances.iter().copied());
        let area: f64 = building.outline.iter().map(Polygon::area_m2).sum::<f64>()
            * f64::from(building.levels.unwrap_or(1));
        // The use of the largest building, by floor area, is that of the parcel.
        if area > *largest {
            (*largest, parcel.use_, parcel.compound) = (area, building.use_, building.compound);
        }
        parcel.sources = if *first { building.sources } else { both(parcel.sources, building.sources) };
        *first = false;
    }
    made.retain(|parcel| !parcel.outline.is_empty() || parcel.demand != Demand::default());
    let taken: BTreeSet<String> = made.iter().map(|parcel| parcel.code.clone()).collect();
    for building in &mut rest {
        while taken.contains(&building.code) {
            building.code.push('\'');
        }
    }
    territory.buildings = made;
    territory.buildings.extend(rest);
}

fn both(a: Sources, b: Sources) -> Sources {
    Sources {
        households: a.households.with(b.households),
        persons: a.persons.with(b.persons),
        ages: a.ages.with(b.ages),
        merchants: a.merchants.with(b.merchants),
    }
}
