//! 变动图层 Where people change zone between two plans, as a map layer; the tables beside it; coverage before and after.

use crate::compare::{Comparison, People, succession};
use crate::content::{Content, ContentAtom};
use crate::{Exported, PlannerError, Session};
use lifang_coverage::Coverage;
use lifang_crs::CrsSpec;
use lifang_export::{Fact, Target};
use lifang_formats::{Column, CsvGeometry, Encoding, FeatureTable, FieldType, Format, Row, Value};
use lifang_model::Demand;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// 覆盖变化 How many are within a tier of a service, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CoverageChange {
    /// Key of the category.
    pub category: String,
    /// Key of the profile.
    pub profile: String,
    /// Key of the tier.
    pub tier: String,
    /// Who is covered, before and after.
    pub covered: (People, People),
    /// Everybody, before and after.
    pub total: (People, People),
}

/// Coverage of two plans side by side, where both were measured: category, profile and tier both have.
#[must_use]
pub(crate) fn coverage(a: &Coverage, b: &Coverage) -> Vec<CoverageChange> {
    let people = |demand: &Demand| People {
        households: u64::from(demand.households),
        persons: u64::from(demand.persons),
    };
    let mut rows = Vec::new();
    for after in &b.categories {
        let Some(before) = a.category(&after.category, &after.profile) else { continue };
        for new in &after.tiers {
            let Some(old) = before.tiers.iter().find(|old| old.tier == new.tier) else { continue };
            rows.push(CoverageChange {
                category: after.category.clone(),
                profile: after.profile.clone(),
                tier: new.tier.clone(),
                covered: (people(&old.covered), people(&new.covered)),
                total: (people(&old.total), people(&new.total)),
            });
        }
    }
    rows
}

/// 变动去向 Where the files of a comparison go, and how.
#[derive(Clone, Debug)]
pub struct ChangesRequest {
    /// Format of the map layer.
    pub format: Format,
    /// Coordinate system of the map layer; `None` for the format's own.
    pub crs: Option<CrsSpec>,
    /// Text encoding of tables.
    pub encoding: Encoding,
    /// Folder; made when missing. For [`Session::export_changes`] it may be the file.
    pub out: PathBuf,
}

impl Session {
    /// 导出变动 Writes the land whose zone changed since `before`, level by level, in pieces of one old and one new zone.
    ///
    /// # Errors
    /// [`PlannerError::NoPlan`], or [`PlannerError::Export`] when the files cannot be written.
    pub fn export_changes(
        &self,
        before: &Content,
        request: &ChangesRequest,
    ) -> Result<Exported, PlannerError> {
        let crs = self.crs_for(request.crs.as_ref(), request.format)?;
        let table = self.changes(before, &crs)?;
        let (format, encoding, out) = (request.format, request.encoding, request.out.as_path());
        let target =
            Target { layer: None, format, crs: &crs, encoding, csv_geometry: CsvGeometry::Points, out };
        let files = lifang_export::save(&self.scene(), &table, &target, &self.facts()?)?;
        let stage = self.plan.as_ref().map(|plan| plan.stage().key());
        Ok(Exported { files, crs: crs.to_string(), signature: Some(self.signature()?), stage })
    }

    /// 导出对比 Writes everything a comparison says into a folder: `changes` (map layer), `zones.csv` (which zone became
    /// which), `codes.csv` (old and new codes with who lives there) and, where both were measured, `coverage.csv`.
    ///
    /// # Errors
    /// As [`Session::export_changes`].
    pub fn export_comparison(
        &self,
        before: &Content,
        compared: &Comparison,
        request: &ChangesRequest,
    ) -> Result<Vec<PathBuf>, PlannerError> {
        let mut files = self.export_changes(before, request)?.files;
        let crs = self.crs_for(None, Format::Csv)?;
        let facts = self.facts()?;
        let mut tables = vec![zones(compared), codes(before, &self.content()?)];
        if !compared.coverage.is_empty() {
            tables.push(shares(compared));
        }
        for table in tables {
            let (format, encoding, out) = (Format::Csv, request.encoding, request.out.as_path());
            let target =
                Target { layer: None, format, crs: &crs, encoding, csv_geometry: CsvGeometry::Points, out };
            files.extend(lifang_export::save(&self.scene(), &table, &target, &facts)?);
        }
        Ok(files)
    }

    fn changes(&self, before: &Content, crs: &CrsSpec) -> Result<FeatureTable, PlannerError> {
        let after = self.content()?;
        let old: BTreeMap<&str, &ContentAtom> =
            before.atoms.iter().map(|atom| (atom.code.as_str(), atom)).collect();
        let new: BTreeMap<&str, &ContentAtom> =
            after.atoms.iter().map(|atom| (atom.code.as_str(), atom)).collect();
        let compared = crate::compare(before, &after);
        let mut table = empty(
            "changes",
            &[
                ("level", FieldType::Text),
                ("old", FieldType::Text),
                ("new", FieldType::Text),
                ("moved", FieldType::Bool),
                ("households", FieldType::Integer),
                ("persons", FieldType::Integer),
                ("atoms", FieldType::Integer),
                ("area_m2", FieldType::Real),
            ],
        );
        for (here, (key, zones)) in after.levels.iter().enumerate() {
            let there = before.levels.iter().position(|(other, _)| other == key);
            let code = |zones: Option<&Vec<crate::ContentZone>>, at: Option<u32>| {
                at.and_then(|at| Some(zones?.get(at as usize)?.code.clone())).unwrap_or_default()
            };
            let became: BTreeMap<&str, &str> = compared
                .levels
                .iter()
                .filter(|level| level.level == *key)
                .flat_map(|level| &level.matches)
                .filter_map(|row| Some((row.old.as_deref()?, row.new.as_deref()?)))
                .collect();
            let mut pairs: BTreeMap<(String, String), u32> = BTreeMap::new();
            let mut sums: Vec<(People, u64)> = Vec::new();
            let mut labels: Vec<Option<u32>> = Vec::with_capacity(self.ground.atoms.len());
            for atom in &self.ground.atoms {
                let was = old.get(atom.code.as_str()).and_then(|atom| *atom.zones.get(there?)?);
                let is = new.get(atom.code.as_str()).and_then(|atom| *atom.zones.get(here)?);
                let was = code(there.map(|there| &before.levels[there].1), was);
                let is = code(Some(zones), is);
                if was == is {
                    labels.push(None);
                    continue;
                }
                let next = u32::try_from(pairs.len()).unwrap_or(u32::MAX);
                let label = *pairs.entry((was, is)).or_insert(next);
                if label == next && sums.len() == next as usize {
                    sums.push(Default::default());
                }
                let sum = &mut sums[label as usize];
                sum.0.households += u64::from(atom.demand.households);
                sum.0.persons += u64::from(atom.demand.persons);
                sum.1 += 1;
                labels.push(Some(label));
            }
            let land: BTreeMap<u32, lifang_export::Region> =
                lifang_export::regions(&self.scene(), &labels, crs)?
                    .into_iter()
                    .map(|region| (region.label, region))
                    .collect();
            for ((was, is), label) in pairs {
                let (people, atoms) = sums[label as usize];
                let moved = became.get(was.as_str()) != Some(&is.as_str());
                let region = land.get(&label);
                table.rows.push(Row {
                    geometry: region.and_then(|region| region.geometry.clone()),
                    values: vec![
                        Value::Text(key.clone()),
                        word(&was),
                        word(&is),
                        Value::Bool(moved),
                        number(people.households),
                        number(people.persons),
                        number(atoms),
                        Value::Real(region.map_or(0.0, |region| region.area_m2)),
                    ],
                });
            }
        }
        Ok(table)
    }

    /// 事实 What an exported file says of itself: plan, stage, signature, and its publication if it was published and not
    /// edited since.
    ///
    /// # Errors
    /// [`PlannerError::Store`] when the publications cannot be read.
    pub fn facts(&self) -> Result<Vec<Fact>, PlannerError> {
        let Some(plan) = &self.plan else { return Ok(Vec::new()) };
        let signature = self.signature()?;
        let mut facts = vec![
            Fact::new("plan", "方案", plan.name.clone()),
            Fact::new("stage", "阶段", plan.stage().key().to_owned()),
            Fact::new("signature", "签名", signature.clone()),
        ];
        let publications = if self.path.exists() { self.publications()? } else { Vec::new() };
        if let Some(found) = publications.iter().rfind(|one| one.signature == signature) {
            facts.push(Fact::new("publication", "发布编号", found.number.to_string()));
            facts.push(Fact::new("effective", "生效日期", found.effective.clone()));
            if let Some(day) = &found.retired {
                facts.push(Fact::new("retired", "失效日期", day.clone()));
            }
        }
        Ok(facts)
    }

    /// The coordinate system of files: as asked for, else WGS 84 for GeoJSON and that of the inputs for others.
    pub(crate) fn crs_for(&self, asked: Option<&CrsSpec>, format: Format) -> Result<CrsSpec, PlannerError> {
        match (asked, format) {
            (Some(crs), _) => Ok(crs.clone()),
            (None, Format::GeoJson | Format::Kml) => Ok(CrsSpec::Epsg(4326)),
            (None, Format::Dxf) => {
                let own = self.own_crs()?;
                let metric = own == CrsSpec::Local || !own.is_geographic()?;
                Ok(if metric { own } else { lifang_crs::frame_spec(&self.territory.frame) })
            }
            (None, _) => self.own_crs(),
        }
    }
}

fn word(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { Value::Text(text.to_owned()) }
}

fn number(count: u64) -> Value {
    Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

pub(crate) fn empty(name: &str, columns: &[(&str, FieldType)]) -> FeatureTable {
    FeatureTable {
        name: name.to_owned(),
        columns: columns
            .iter()
            .map(|(name, kind)| Column { name: (*name).to_owned(), kind: *kind })
            .collect(),
        ..FeatureTable::default()
    }
}

fn zones(compared: &Comparison) -> FeatureTable {
    let mut table = empty(
        "zones",
        &[
            ("level", FieldType::Text),
            ("old", FieldType::Text),
            ("new", FieldType::Text),
            ("stayed", FieldType::Integer),
            ("left", FieldType::Integer),
            ("came", FieldType::Integer),
            ("stayed_persons", FieldType::Integer),
            ("left_persons", FieldType::Integer),
            ("came_persons", FieldType::Integer),
        ],
    );
    for level in &compared.levels {
        for row in &level.matches {
            let mut values = vec![
                Value::Text(level.level.clone()),
                word(row.old.as_deref().unwrap_or_default()),
                word(row.new.as_deref().unwrap_or_default()),
            ];
            let people = [row.stayed, row.left, row.came];
            values.extend(people.iter().map(|people| number(people.households)));
            values.extend(people.iter().map(|people| number(people.persons)));
            table.rows.push(Row { geometry: None, values });
        }
    }
    table
}

fn codes(before: &Content, after: &Content) -> FeatureTable {
    let mut table = empty(
        "codes",
        &[
            ("level", FieldType::Text),
            ("old", FieldType::Text),
            ("new", FieldType::Text),
            ("households", FieldType::Integer),
            ("persons", FieldType::Integer),
        ],
    );
    for row in succession(before, after) {
        let values = vec![
            Value::Text(row.level),
            word(&row.old),
            word(&row.new),
            number(row.households),
            number(row.persons),
        ];
        table.rows.push(Row { geometry: None, values });
    }
    table
}

fn shares(compared: &Comparison) -> FeatureTable {
    let mut table = empty(
        "coverage",
        &[
            ("category", FieldType::Text),
            ("profile", FieldType::Text),
            ("tier", FieldType::Text),
            ("households_before", FieldType::Integer),
            ("households_after", FieldType::Integer),
            ("persons_before", FieldType::Integer),
            ("persons_after", FieldType::Integer),
            ("share_before", FieldType::Real),
            ("share_after", FieldType::Real),
        ],
    );
    let share = |covered: People, total: People| match total.persons {
        0 => Value::Null,
        all => Value::Real((covered.persons as f64 / all as f64 * 1e4).round() / 1e4),
    };
    for row in &compared.coverage {
        let values = vec![
            Value::Text(row.category.clone()),
            Value::Text(row.profile.clone()),
            Value::Text(row.tier.clone()),
            number(row.covered.0.households),
            number(row.covered.1.households),
            number(row.covered.0.persons),
            number(row.covered.1.persons),
            share(row.covered.0, row.total.0),
            share(row.covered.1, row.total.1),
        ];
        table.rows.push(Row { geometry: None, values });
    }
    table
}
