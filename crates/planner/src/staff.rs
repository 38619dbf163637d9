//! 人员 Who has which role in which zone: taken from a roster, written out without names unless asked.

use crate::changes::empty;
use crate::{PlannerError, Session};
use lifang_export::Target;
use lifang_formats::{Column, CsvGeometry, Encoding, FeatureTable, FieldType, Format, Row, Value};
use lifang_model::{Text, ZoneStatus};
use lifang_store::{PlanFile, Staff};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Rows a roster may have: a person for each of the most zones a plan has.
const MOST: usize = 200_000;
/// Characters of one cell.
const LONG: usize = 100;

/// 岗位 A role people have in zones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Key, in files.
    pub key: String,
    /// Title, for people.
    pub title: Text,
    /// Keys of the levels it is for; empty for all.
    #[serde(default)]
    pub levels: Vec<String>,
    /// How many a zone may have; `None` for any number.
    #[serde(default)]
    pub most: Option<u32>,
}

/// 名册结果 What came in with a roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Roster {
    /// People in roles.
    pub people: usize,
    /// Zones with somebody.
    pub zones: usize,
    /// Posts by role, in the order of the roles: key, Chinese title, how many.
    pub posts: Vec<(String, String, usize)>,
}

impl Session {
    /// 导入名册 Takes a roster from a CSV file, in place of the one in the plan file: columns `zone`, `role`, `name` and
    /// optionally `phone` and `since`, or 网格编码, 岗位, 姓名, 电话, 任职日期; roles by key or Chinese title.
    ///
    /// # Errors
    /// [`PlannerError::Table`] naming the first row with an unknown zone or role, a role of another level, too many in one
    /// role, or one person twice; [`PlannerError::Format`] when the file cannot be read. Nothing is saved then.
    pub fn import_staff(&mut self, path: &Path, base: Option<i64>) -> Result<Roster, PlannerError> {
        self.ready(base)?;
        let staff = self.roster(path)?;
        self.saving(|file, _| Ok(file.save_staff(&staff)?))?;
        let posts = self.catalog.roles.iter().map(|role| {
            let count = staff.iter().filter(|one| one.role == role.key).count();
            (role.key.clone(), role.title.zh.clone(), count)
        });
        Ok(Roster {
            people: staff.len(),
            zones: staff.iter().map(|one| one.zone.as_str()).collect::<BTreeSet<_>>().len(),
            posts: posts.collect(),
        })
    }

    /// 人员 Everybody with a role, by zone, role and name.
    ///
    /// # Errors
    /// [`PlannerError::Store`].
    pub fn staff(&self) -> Result<Vec<Staff>, PlannerError> {
        Ok(PlanFile::open_read_only(&self.path)?.staff()?)
    }

    /// 导出名册 Writes the roster: a row a post and how many have it, or, only when `with_names`, a row a person with name and
    /// telephone number, which [`Session::import_staff`] reads back.
    ///
    /// # Errors
    /// [`PlannerError::Store`], [`PlannerError::Export`].
    pub fn export_staff(
        &self,
        out: &Path,
        with_names: bool,
        encoding: Encoding,
    ) -> Result<Vec<PathBuf>, PlannerError> {
        let staff = self.staff()?;
        let column = |name| (name, FieldType::Text);
        let mut table;
        if with_names {
            table = empty("staff", &["zone", "role", "name", "phone", "since"].map(column));
            for one in &staff {
                let maybe = |text: &Option<String>| text.clone().map_or(Value::Null, Value::Text);
                let [zone, role, name] =
                    [&one.zone, &one.role, &one.name].map(|text| Value::Text(text.clone()));
                let values = vec![zone, role, name, maybe(&one.phone), maybe(&one.since)];
                table.rows.push(Row { geometry: None, values });
            }
        } else {
            table = empty("staff", &[column("zone"), column("role"), ("people", FieldType::Integer)]);
            let mut posts: BTreeMap<(&str, &str), i64> = BTreeMap::new();
            for one in &staff {
                *posts.entry((&one.zone, &one.role)).or_default() += 1;
            }
            for ((zone, role), people) in posts {
                let values = vec![Value::Text(zone.into()), Value::Text(role.into()), Value::Integer(people)];
                table.rows.push(Row { geometry: None, values });
            }
        }
        let crs = self.crs_for(None, Format::Csv)?;
        let target = Target {
            layer: None,
            format: Format::Csv,
            crs: &crs,
            encoding,
            csv_geometry: CsvGeometry::Points,
            out,
        };
        Ok(lifang_export::save(&self.scene(), &table, &target, &self.facts()?)?)
    }

    /// Adds a column for every role somebody has to a table of zones: `name phone; name phone`.
    pub(crate) fn add_staff(&self, table: &mut FeatureTable) -> Result<(), PlannerError> {
        let staff = self.staff()?;
        let Some(code) = table.column("code") else { return Ok(()) };
        for role in &self.catalog.roles {
            let here: Vec<&Staff> = staff.iter().filter(|one| one.role == role.key).collect();
            if here.is_empty() {
                continue;
            }
            table.columns.push(Column { name: role.key.clone(), kind: FieldType::Text });
            for row in &mut table.rows {
                let zone = row.values.get(code).map(Value::to_text).unwrap_or_default();
                let people = here.iter().filter(|one| one.zone == zone).map(|one| match &one.phone {
                    Some(phone) => format!("{} {phone}", one.name),
                    None => one.name.clone(),
                });
                let people = people.collect::<Vec<_>>().join("; ");
                row.values.push(if people.is_empty() { Value::Null } else { Value::Text(people) });
            }
        }
        Ok(())
    }

    fn roster(&self, path: &Path) -> Result<Vec<Staff>, PlannerError> {
        let table = crate::named::read(path)?;
        let fault = |row: u64, column: &str, cause: String, action: String| PlannerError::Table {
            file: path.display().to_string(),
            row,
            column: column.to_owned(),
            cause,
            action,
        };
        let find = |names: [&str; 2]| {
            table
                .columns
                .iter()
                .position(|column| names.iter().any(|name| column.name.trim().eq_ignore_ascii_case(name)))
        };
        let need = |names: [&str; 2]| {
            find(names).ok_or_else(|| {
                fault(
                    1,
                    names[0],
                    "there is no such column".to_owned(),
                    format!("Name it {} or {}", names[0], names[1]),
                )
            })
        };
        let (zone, role, name) =
            (need(["zone", "网格编码"])?, need(["role", "岗位"])?, need(["name", "姓名"])?);
        let (phone, since) = (find(["phone", "电话"]), find(["since", "任职日期"]));
        if table.rows.len() > MOST {
            let cause = format!("there are {} rows", table.rows.len());
            return Err(fault(1, "zone", cause, format!("A roster has at most {MOST}")));
        }
        let plan = self.plan_or_none()?;
        let levels: BTreeMap<&str, &str> = plan
            .levels
            .iter()
            .flat_map(|level| level.zones.iter().map(|zone| (zone, level.key.as_str())))
            .filter(|(zone, _)| zone.status != ZoneStatus::Retired)
            .map(|(zone, level)| (zone.code.as_str(), level))
            .collect();
        let mut staff = Vec::with_capacity(table.rows.len());
        let mut seen: BTreeSet<(String, String, String)> = BTreeSet::new();
        let mut posts: BTreeMap<(String, String), u32> = BTreeMap::new();
        for (row, values) in (2u64..).zip(table.rows.iter().map(|row| &row.values)) {
            let cell =
                |at: usize| values.get(at).map(|value| value.to_text().trim().to_owned()).unwrap_or_default();
            let cells = [cell(zone), cell(role), cell(name)];
            if cells.iter().all(String::is_empty) {
                continue;
            }
            let [zone, role, name] = cells;
            let Some(level) = levels.get(zone.as_str()) else {
                let action = "`lifang export PLAN --layer zones --format csv` lists the codes".to_owned();
                return Err(fault(row, "zone", format!("there is no zone {zone:?} in the plan"), action));
            };
            let known = self.catalog.roles.iter().find(|known| known.key == role || known.title.zh == role);
            let Some(known) = known else {
                let all = self
                    .catalog
                    .roles
                    .iter()
                    .map(|role| role.title.zh.as_str())
                    .collect::<Vec<_>>()
                    .join(", ");
                return Err(fault(
                    row,
                    "role",
                    format!("there is no role {role:?}"),
                    format!("Choose one of: {all}"),
                ));
            };
            if !known.levels.is_empty() && !known.levels.iter().any(|of| of == level) {
                let cause = format!("{} is no role of a {level}", known.title.zh);
                return Err(fault(row, "role", cause, format!("It is one of: {}", known.levels.join(", "))));
            }
            if name.is_empty() || name.chars().count() > LONG {
                return Err(fault(
                    row,
                    "name",
                    "the name is empty or too long".to_owned(),
                    "Correct it".to_owned(),
                ));
            }
            let maybe = |at: Option<usize>| {
                at.map(cell).filter(|text| !text.is_empty() && text.chars().count() <= LONG)
            };
            if !seen.insert((zone.clone(), known.key.clone(), name.clone())) {
                let cause = format!("{name} is listed twice as {} of {zone}", known.title.zh);
                return Err(fault(row, "name", cause, "Remove one of the rows".to_owned()));
            }
            let held = posts.entry((zone.clone(), known.key.clone())).or_default();
            *held += 1;
            if known.most.is_some_and(|most| *held > most) {
                let cause = format!("{zone} has more than {} {}", known.most.unwrap_or(0), known.title.zh);
                return Err(fault(row, "role", cause, "Remove one of the rows".to_owned()));
            }
            staff.push(Staff {
                zone,
                role: known.key.clone(),
                name,
                phone: maybe(phone),
                since: maybe(since),
            });
        }
        staff.sort();
        Ok(staff)
    }
}
