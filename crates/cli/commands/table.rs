//! A household table from typed arguments.

use super::layer;
use crate::args::table::TableArgs;
use lifang_planner::{HouseholdTable, Layer, TableRole};

/// The table asked for, if any.
pub fn request(args: &TableArgs) -> Option<HouseholdTable> {
    let file = layer(args.table.as_deref()?);
    let sheet = args.sheet.clone().or(file.layer.clone());
    let mut columns: std::collections::BTreeMap<TableRole, String> =
        args.table_column.iter().cloned().collect();
    if let Some(key) = &args.table_key {
        columns.insert(TableRole::Key, key.clone());
    }
    Some(HouseholdTable {
        columns,
        building_key: args.building_key.clone(),
        form: args.table_form.map(Into::into),
        fill_down: args.table_fill_down,
        elder_age: args.elder_age,
        child_age: args.child_age,
        ages_from_id: args.ages_from_id,
        as_of: args.as_of,
        ..HouseholdTable::new(Layer { layer: sheet, ..file })
    })
}
