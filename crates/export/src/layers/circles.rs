//! 服务圈与缺口图层 What services reach, and whom they do not.

use crate::certainty::surest;
use crate::shape::Shapes;
use crate::sheet::{COUNTS, Field, Sheet, known, maybe_real, maybe_text, real, text, whole};
use crate::{ExportError, LayerRequest, Scene};
use lifang_coverage::{Coverage, Gap, GapCause};
use lifang_formats::{FeatureTable, FieldType, Value};
use lifang_model::Polygon;
use std::collections::BTreeMap;

/// Which categories, tiers and profiles were asked for; a key that does not exist is an error, not an empty layer.
struct Choice<'a>(&'a LayerRequest);

impl<'a> Choice<'a> {
    fn of(request: &'a LayerRequest, coverage: &Coverage) -> Result<Self, ExportError> {
        let check = |what: &'static str, wanted: &Option<String>, mut known: Vec<String>| match wanted {
            Some(wanted) if !known.contains(wanted) => {
                known.dedup();
                Err(ExportError::Unknown { what, wanted: wanted.clone(), known })
            }
            _ => Ok(()),
        };
        let categories = &coverage.categories;
        let tiers = coverage.tiers.tiers.iter();
        check(
            "category",
            &request.category,
            categories.iter().map(|entry| entry.category.clone()).collect(),
        )?;
        check("profile", &request.profile, categories.iter().map(|entry| entry.profile.clone()).collect())?;
        check("tier", &request.tier, tiers.map(|tier| tier.key.clone()).collect())?;
        Ok(Self(request))
    }

    fn takes(&self, category: &str, profile: &str, tier: &str) -> bool {
        let fits = |wanted: &Option<String>, key: &str| wanted.as_deref().is_none_or(|wanted| wanted == key);
        fits(&self.0.category, category) && fits(&self.0.profile, profile) && fits(&self.0.tier, tier)
    }
}

fn title<'a>(scene: &Scene<'a>, category: &str) -> Option<&'a str> {
    scene.categories.iter().find(|entry| entry.key == category).map(|entry| entry.title.zh.as_str())
}

/// The land within each tier of each category and profile, nearer tiers inside farther ones.
pub(crate) fn coverage(
    scene: &Scene<'_>,
    request: &LayerRequest,
    shapes: &Shapes,
) -> Result<FeatureTable, ExportError> {
    let coverage = scene.coverage.ok_or(ExportError::NoCoverage)?;
    let choice = Choice::of(request, coverage)?;
    let head: [Field; 8] = [
        ("category", FieldType::Text),
        ("title_zh", FieldType::Text),
        ("profile", FieldType::Text),
        ("tier", FieldType::Text),
        ("distance_m", FieldType::Real),
        ("minutes", FieldType::Integer),
        ("facilities", FieldType::Integer),
        ("closed", FieldType::Integer),
    ];
    let tail: [Field; 5] = [
        ("share_households", FieldType::Real),
        ("share_persons", FieldType::Real),
        ("share_elders", FieldType::Real),
        ("share_children", FieldType::Real),
        ("area_m2", FieldType::Real),
    ];
    let fields: Vec<Field> = head.into_iter().chain(COUNTS).chain(tail).collect();
    let mut sheet = Sheet::new(&fields);
    let sure = surest(scene.atoms);
    for entry in &coverage.categories {
        for tier in &coverage.tiers.tiers {
            let result = entry.tiers.iter().find(|result| result.tier == tier.key);
            let Some(result) = result.filter(|_| choice.takes(&entry.category, &entry.profile, &tier.key))
            else {
                continue;
            };
            let reached = coverage.reached(&entry.category, &entry.profile, &tier.key);
            if !reached.is_empty() && reached.len() != scene.fabric.cells.len() {
                let what = "the coverage was computed over another ground".to_owned();
                return Err(ExportError::Mismatch { what });
            }
            let land: Vec<Polygon> =
                scene.fabric.dissolve(&reached).into_iter().flat_map(|outline| outline.polygons).collect();
            let mut values = vec![
                text(&entry.category),
                maybe_text(title(scene, &entry.category)),
                text(&entry.profile),
                text(&tier.key),
                real(tier.distance_m, 1),
                whole(tier.label_minutes),
                whole(entry.facilities),
                whole(entry.closed),
            ];
            values.extend(known(&result.covered, &sure));
            let share = &result.share;
            values.extend(
                [share.households, share.persons, share.elders, share.children]
                    .map(|part| maybe_real(part, 6)),
            );
            values.push(real(land.iter().map(Polygon::area_m2).sum(), 2));
            sheet.row(shapes.polygons(&land)?, values);
        }
    }
    Ok(sheet.done())
}

/// The gaps, each with the land of its buildings.
pub(crate) fn gaps(
    scene: &Scene<'_>,
    request: &LayerRequest,
    shapes: &Shapes,
) -> Result<FeatureTable, ExportError> {
    let coverage = scene.coverage.ok_or(ExportError::NoCoverage)?;
    let choice = Choice::of(request, coverage)?;
    let head: [Field; 6] = [
        ("code", FieldType::Text),
        ("category", FieldType::Text),
        ("title_zh", FieldType::Text),
        ("profile", FieldType::Text),
        ("tier", FieldType::Text),
        ("cause", FieldType::Text),
    ];
    let tail: [Field; 7] = [
        ("straight_m", FieldType::Real),
        ("network_m", FieldType::Real),
        ("detour", FieldType::Real),
        ("nearest", FieldType::Text),
        ("building_count", FieldType::Integer),
        ("buildings", FieldType::Text),
        ("names", FieldType::Text),
    ];
    let fields: Vec<Field> = head.into_iter().chain(COUNTS).chain(tail).collect();
    let mut sheet = Sheet::new(&fields);
    let chosen: Vec<&Gap> =
        coverage.gaps.iter().filter(|gap| choice.takes(&gap.category, &gap.profile, &gap.tier)).collect();
    let land = land(scene, &chosen)?;
    for (gap, land) in chosen.into_iter().zip(land) {
        let nearest = gap.nearest.and_then(|facility| scene.territory.facilities.get(facility.at()));
        let names: Vec<&str> = gap.names.iter().flatten().map(String::as_str).collect();
        let mut values = vec![
            text(&gap.code),
            text(&gap.category),
            maybe_text(title(scene, &gap.category)),
            text(&gap.profile),
            text(&gap.tier),
            text(cause(gap.cause)),
        ];
        let without = gap.atoms.iter().filter_map(|atom| scene.atoms.get(atom.at()));
        values.extend(known(&gap.demand, &surest(without)));
        values.extend([
            maybe_real(gap.straight_m, 1),
            maybe_real(gap.network_m, 1),
            maybe_real(gap.detour_ratio, 3),
            maybe_text(nearest.map(|facility| facility.code.as_str())),
            whole(u32::try_from(gap.buildings.len()).unwrap_or(u32::MAX)),
            text(listed(gap.buildings.iter().map(String::as_str))),
            if names.is_empty() { Value::Null } else { text(listed(names)) },
        ]);
        sheet.row(shapes.polygons(&land)?, values);
    }
    Ok(sheet.done())
}

/// The land of each gap. Gaps of one category, tier and profile do not overlap, so they are dissolved together.
fn land(scene: &Scene<'_>, gaps: &[&Gap]) -> Result<Vec<Vec<Polygon>>, ExportError> {
    let cells = scene.fabric.cells.len();
    let mut groups: BTreeMap<(&str, &str, &str), Vec<usize>> = BTreeMap::new();
    for (at, gap) in gaps.iter().enumerate() {
        groups.entry((&gap.category, &gap.tier, &gap.profile)).or_default().push(at);
    }
    let mut land = vec![Vec::new(); gaps.len()];
    for group in groups.values() {
        let mut labels: Vec<Option<u32>> = vec![None; cells];
        for &at in group {
            let label = u32::try_from(at).ok();
            if gaps[at].cause == GapCause::NoFacility {
                // Everyone: the cells where people are.
                for (slot, atom) in labels.iter_mut().zip(scene.atoms) {
                    *slot = label.filter(|_| atom.demand != lifang_model::Demand::default());
                }
            }
            for atom in &gaps[at].atoms {
                match labels.get_mut(atom.at()) {
                    Some(slot) => *slot = label,
                    None => {
                        let what = "the coverage was computed over another ground".to_owned();
                        return Err(ExportError::Mismatch { what });
                    }
                }
            }
        }
        for outline in scene.fabric.dissolve(&labels) {
            if let Some(slot) = land.get_mut(outline.label as usize) {
                *slot = outline.polygons;
            }
        }
    }
    Ok(land)
}

const fn cause(cause: GapCause) -> &'static str {
    match cause {
        GapCause::MissingGate => "missing_gate",
        GapCause::MissingPath => "missing_path",
        GapCause::MissingFacility => "missing_facility",
        GapCause::Capacity => "capacity",
        GapCause::NoFacility => "no_facility",
    }
}

/// A list in one field. The longest text a shapefile takes is 254 bytes; what does not fit is counted, not cut.
fn listed<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    const LONGEST: usize = 230;
    let mut out = String::new();
    let mut left_out = 0;
    for item in items {
        if left_out > 0 || out.len() + item.len() + 1 > LONGEST {
            left_out += 1;
            continue;
        }
        if !out.is_empty() {
            out.push(';');
        }
        out.push_str(item);
    }
    if left_out > 0 {
        out.push_str(&format!(";(+{left_out})"));
    }
    out
}
