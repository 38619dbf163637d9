//! 视图 What the map page asks for: a summary, layers, the report, the gaps.

use crate::{PlannerError, Session};
use lifang_coverage::{Coverage, Shares};
use lifang_crs::{CrsSpec, FromFrame};
use lifang_export::{LayerKind, LayerRequest};
use lifang_model::{Atom, Certainty, Demand, Extent, Point, Polygon};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// 图层查询 Which layer, and which part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LayerQuery {
    /// Layer key, e.g. `zones`.
    pub layer: String,
    /// Level key, for zones.
    pub level: Option<String>,
    /// Category key, for coverage and gaps.
    pub category: Option<String>,
    /// Profile key, for coverage and gaps.
    pub profile: Option<String>,
    /// Tier key, for coverage.
    pub tier: Option<String>,
}

/// The least certain household count among atoms that have any.
#[must_use]
pub fn certainty(atoms: &[Atom]) -> Certainty {
    atoms
        .iter()
        .filter(|atom| atom.building.is_some())
        .filter(|atom| atom.demand.households > 0 || atom.sources.households == Certainty::Estimated)
        .map(|atom| atom.sources.households)
        .max()
        .unwrap_or(Certainty::Given)
}

/// The least certain of one count among atoms that have any; where none has, the best any building knows.
pub(crate) fn least(atoms: &[Atom], count: impl Fn(&Atom) -> (u32, Certainty)) -> Certainty {
    let counted =
        atoms.iter().map(&count).filter(|(number, _)| *number > 0).map(|(_, certainty)| certainty).max();
    let known = || atoms.iter().filter(|atom| atom.building.is_some()).map(|atom| count(atom).1).min();
    counted.or_else(known).unwrap_or(Certainty::Given)
}

/// A layer as RFC 7946 GeoJSON in WGS 84.
///
/// # Errors
/// [`PlannerError::UnknownKey`] for an unknown layer, [`PlannerError::NoPlan`] or [`PlannerError::NoCoverage`] when
/// the layer needs one, and whatever the export says.
pub fn layer(session: &Session, query: &LayerQuery) -> Result<Vec<u8>, PlannerError> {
    Ok(lifang_formats::geojson_bytes(&table(session, query, &CrsSpec::Epsg(4326))?)?)
}

/// A layer as a table in a coordinate system.
///
/// # Errors
/// As [`layer`].
pub fn table(
    session: &Session,
    query: &LayerQuery,
    spec: &CrsSpec,
) -> Result<lifang_formats::FeatureTable, PlannerError> {
    let kind = LayerKind::from_key(&query.layer).ok_or_else(|| PlannerError::UnknownKey {
        what: "layer",
        key: query.layer.clone(),
        known: LayerKind::ALL.iter().map(|kind| kind.key()).collect::<Vec<_>>().join(", "),
    })?;
    match kind {
        LayerKind::Zones | LayerKind::ContactGroups if session.plan.is_none() => {
            return Err(PlannerError::NoPlan { file: session.file() });
        }
        LayerKind::Coverage | LayerKind::Gaps if session.coverage.is_none() => {
            return Err(PlannerError::NoCoverage { file: session.file() });
        }
        _ => {}
    }
    let request = LayerRequest {
        layer: kind,
        level: query.level.clone(),
        category: query.category.clone(),
        tier: query.tier.clone(),
        profile: query.profile.clone(),
        thinning: None,
    };
    Ok(lifang_export::table(&session.scene(), &request, spec)?)
}

/// The verify report.
///
/// # Errors
/// [`PlannerError::NoPlan`] before the first partition.
pub fn verify(session: &Session) -> Result<Value, PlannerError> {
    Ok(json!(session.report()?))
}

/// The gaps of one category, or of all.
///
/// # Errors
/// [`PlannerError::NoCoverage`] before coverage was computed.
pub fn gaps(session: &Session, category: Option<&str>) -> Result<Value, PlannerError> {
    let coverage =
        session.coverage.as_ref().ok_or_else(|| PlannerError::NoCoverage { file: session.file() })?;
    let gaps: Vec<&lifang_coverage::Gap> =
        coverage.gaps.iter().filter(|gap| category.is_none_or(|key| gap.category == key)).collect();
    Ok(json!(gaps))
}

/// What is known of one zone beside its counts: what it reaches, category by category; its contact groups; where its households
/// come from. Each is an empty list where there is none.
///
/// # Errors
/// [`PlannerError::NoPlan`], [`PlannerError::Store`], or [`PlannerError::UnknownKey`] when no zone has this code.
pub fn zone(session: &Session, code: &str) -> Result<Value, PlannerError> {
    let plan = session.plan.as_ref().ok_or_else(|| PlannerError::NoPlan { file: session.file() })?;
    if !plan.levels.iter().flat_map(|level| &level.zones).any(|zone| zone.code.as_str() == code) {
        return Err(PlannerError::UnknownKey {
            what: "zone",
            key: code.to_owned(),
            known: "the codes in the table of zones".to_owned(),
        });
    }
    let mut reach = Vec::new();
    for entry in session.coverage.iter().flat_map(|coverage| &coverage.categories) {
        for tier in &entry.tiers {
            if let Some((_, covered, total)) = tier.zones.iter().find(|(zone, _, _)| zone == code) {
                reach.push(json!({
                    "category": entry.category, "profile": entry.profile, "tier": tier.tier,
                    "share": Shares::of(covered, total),
                }));
            }
        }
    }
    Ok(json!({
        "code": code, "coverage": reach,
        "groups": session.groups_of(code), "lineage": session.lineage_of(code)?,
    }))
}

/// What differs between a plan and the one shown, and where: the codes of the buildings and other atoms whose people
/// change zone, by level.
///
/// # Errors
/// [`PlannerError::NoPlan`] when one of them holds none.
pub fn compare(before: &Session, after: &Session) -> Result<Value, PlannerError> {
    let (old, new) = (before.content()?, after.content()?);
    let mut compared = crate::compare(&old, &new);
    let count = |session: &Session| session.report.as_ref().map(|report| report.violations.len());
    compared.violations = count(before).zip(count(after));
    let mut told = json!(compared);
    let was: BTreeMap<&str, &crate::ContentAtom> =
        old.atoms.iter().map(|atom| (atom.code.as_str(), atom)).collect();
    for (at, level) in compared.levels.iter().enumerate() {
        let became: BTreeMap<&str, &str> =
            level.matches.iter().filter_map(|row| Some((row.old.as_deref()?, row.new.as_deref()?))).collect();
        let code = |content: &crate::Content, atom: &crate::ContentAtom| {
            let place = content.levels.iter().position(|(key, _)| *key == level.level)?;
            let zone = atom.zones.get(place).copied().flatten()?;
            Some(content.levels[place].1.get(zone as usize)?.code.clone())
        };
        let moved: Vec<&str> = new
            .atoms
            .iter()
            .filter(|atom| {
                // Who was not there before did not move.
                let Some(before) = was.get(atom.code.as_str()) else { return false };
                let (from, to) = (code(&old, before), code(&new, atom));
                from.as_deref().and_then(|from| became.get(from).copied()) != to.as_deref()
            })
            .map(|atom| atom.code.as_str())
            .collect();
        if let Some(told) = told["levels"].get_mut(at).and_then(Value::as_object_mut) {
            told.insert("moved_atoms".to_owned(), json!(moved));
        }
    }
    Ok(told)
}

/// Everything the page's header and lists need.
///
/// # Errors
/// [`PlannerError::Crs`] when the frame has no relation to Earth: such a plan cannot be drawn on a map of it.
pub fn summary(session: &Session) -> Result<Value, PlannerError> {
    let atoms = &session.ground.atoms;
    let totals: Demand = atoms.iter().map(|atom| atom.demand).sum();
    let rules = session.plan.as_ref().map(|plan| &plan.rules);
    let levels: Vec<Value> = rules.map_or_else(Vec::new, |rules| {
        rules
            .levels
            .iter()
            .map(|level| {
                let tally = session
                    .report
                    .as_ref()
                    .and_then(|report| report.levels.iter().find(|t| t.key == level.key));
                json!({
                    "key": level.key, "title": level.title, "band": level.band,
                    "zones": tally.map(|t| t.zones), "in_band": tally.map(|t| t.in_band),
                    "households": tally.map(|t| t.households), "persons": tally.map(|t| t.persons),
                    "merchants": tally.map(|t| t.merchants),
                })
            })
            .collect()
    });
    Ok(json!({
        "name": session.territory.name,
        "code": session.territory.code,
        "generated_by": concat!("Lifang ", env!("CARGO_PKG_VERSION")),
        "crs": session.territory.frame.source,
        "bounds": bounds(session)?,
        "rules": rules.map(|rules| json!({ "key": rules.key, "title": rules.title, "source": rules.source })),
        "levels": levels,
        "totals": totals,
        "certainty": {
            "households": certainty(atoms),
            "persons": least(atoms, |atom| (atom.demand.persons, atom.sources.persons)),
            "ages": least(atoms, |atom| {
                (atom.demand.elders.saturating_add(atom.demand.children), atom.sources.ages)
            }),
            "merchants": least(atoms, |atom| (atom.demand.merchants, atom.sources.merchants)),
        },
        "coverage": session.coverage.as_ref().map(|coverage| coverage_summary(session, coverage)),
        "violations": session.report.as_ref().map(|report| report.violations.len()),
        "gaps": session.coverage.as_ref().map(|coverage| coverage.gaps.len()),
        "tiling": session.report.as_ref().map(|report| &report.tiling),
    }))
}

fn coverage_summary(session: &Session, coverage: &Coverage) -> Value {
    let mut profiles: Vec<&str> = Vec::new();
    let mut keys: Vec<&str> = Vec::new();
    for entry in &coverage.categories {
        if !profiles.contains(&entry.profile.as_str()) {
            profiles.push(&entry.profile);
        }
        if !keys.contains(&entry.category.as_str()) {
            keys.push(&entry.category);
        }
    }
    let title_of = |key: &str| {
        session.catalog.profiles.iter().find(|profile| profile.key == key).map(|profile| &profile.title)
    };
    let categories: Vec<Value> = keys
        .iter()
        .filter_map(|key| {
            let service = session.catalog.service(key).ok()?;
            let entries = || coverage.categories.iter().filter(|entry| entry.category == *key);
            let shares: serde_json::Map<String, Value> = entries()
                .map(|entry| {
                    let tiers: serde_json::Map<String, Value> =
                        entry.tiers.iter().map(|tier| (tier.tier.clone(), json!(tier.share))).collect();
                    (entry.profile.clone(), Value::Object(tiers))
                })
                .collect();
            let first = entries().next()?;
            Some(json!({
                "key": key, "title": service.title, "family": service.family, "colour": service.colour,
                "facilities": first.facilities, "closed": first.closed, "tier": service.tier, "shares": shares,
            }))
        })
        .collect();
    json!({
        "profiles": profiles.iter().map(|key| json!({ "key": key, "title": title_of(key) })).collect::<Vec<_>>(),
        "tiers": coverage.tiers.tiers.iter().map(|tier| json!({
            "key": tier.key, "title": tier.title, "distance_m": tier.distance_m, "label_minutes": tier.label_minutes,
        })).collect::<Vec<_>>(),
        "categories": categories,
        "unknown": coverage.unknown,
    })
}

/// West, south, east, north of the territory, degrees; `None` when nothing has a place.
///
/// # Errors
/// [`PlannerError::Crs`] when the frame has no relation to Earth.
pub fn bounds(session: &Session) -> Result<Option<[f64; 4]>, PlannerError> {
    let Some(extent) = session.territory.boundary.iter().filter_map(Polygon::extent).reduce(Extent::union)
    else {
        return Ok(None);
    };
    let to_degrees = FromFrame::new(&session.territory.frame, &CrsSpec::Epsg(4326))?;
    let mut bounds = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
    for corner in [
        extent.min,
        extent.max,
        Point::new(extent.min.x, extent.max.y),
        Point::new(extent.max.x, extent.min.y),
    ] {
        let (lon, lat) = to_degrees.point(corner)?;
        bounds = [bounds[0].min(lon), bounds[1].min(lat), bounds[2].max(lon), bounds[3].max(lat)];
    }
    Ok(Some(bounds))
}
