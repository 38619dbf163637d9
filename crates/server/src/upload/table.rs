//! 随上传的住户表 The household table of an upload, as the body of a request describes it.

use super::Upload;
use crate::error::ApiError;
use lifang_planner::{HouseholdTable, Layer, TableForm, TableRole};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableBody {
    file: String,
    /// The sheet.
    layer: Option<String>,
    /// Column that tells the building; found by its name when `None`.
    key: Option<String>,
    /// Column of the building layer, or tag of the extract, that the key is matched with.
    building_key: Option<String>,
    /// `households`, `persons`, `merchants` or `counts`; recognised when `None`.
    form: Option<String>,
    #[serde(default)]
    fill_down: bool,
    #[serde(default)]
    ages_from_id: bool,
    elder_age: Option<u16>,
    child_age: Option<u16>,
    /// The day ages are reckoned on.
    as_of: Option<String>,
    /// Columns by what they mean, when their names are unusual.
    #[serde(default)]
    columns: BTreeMap<String, String>,
}

/// The table, with every word of the body understood.
pub(super) fn table(upload: &Upload, body: TableBody) -> Result<HouseholdTable, ApiError> {
    let wrong = |cause: String| ApiError::BadRequest(cause);
    let mut columns = BTreeMap::new();
    for (role, column) in body.columns {
        let known = || TableRole::ALL.iter().map(|role| role.key()).collect::<Vec<_>>().join(", ");
        let role = TableRole::from_key(&role)
            .ok_or_else(|| wrong(format!("there is no role {role:?}; there are {}", known())))?;
        columns.insert(role, column);
    }
    if let Some(key) = body.key.filter(|key| !key.is_empty()) {
        columns.insert(TableRole::Key, key);
    }
    let form = match body.form.as_deref() {
        None | Some("") => None,
        Some("households") => Some(TableForm::Households),
        Some("persons") => Some(TableForm::Persons),
        Some("merchants") => Some(TableForm::Merchants),
        Some("counts") => Some(TableForm::Counts),
        Some(form) => {
            let cause =
                format!("there is no form {form:?}; there are households, persons, merchants, counts");
            return Err(wrong(cause));
        }
    };
    let as_of = body.as_of.filter(|day| !day.is_empty()).map(|day| day.parse()).transpose();
    let plain = HouseholdTable::new(Layer { path: upload.file(&body.file)?, layer: body.layer, crs: None });
    Ok(HouseholdTable {
        columns,
        building_key: body.building_key.filter(|key| !key.is_empty()),
        form,
        fill_down: body.fill_down,
        ages_from_id: body.ages_from_id,
        elder_age: body.elder_age.unwrap_or(plain.elder_age),
        child_age: body.child_age.unwrap_or(plain.child_age),
        as_of: as_of.map_err(|error: lifang_planner::DayError| wrong(error.to_string()))?,
        ..plain
    })
}
