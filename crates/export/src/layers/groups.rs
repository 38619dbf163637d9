//! 联系户图层 Contact groups: whom each holds, and where its central household is best found.

use crate::shape::Shapes;
use crate::sheet::{Field, Sheet, text, whole};
use crate::{ExportError, Scene};
use lifang_formats::{FeatureTable, FieldType};
use std::collections::BTreeMap;

const FIELDS: [Field; 7] = [
    ("zone", FieldType::Text),
    ("number", FieldType::Integer),
    ("kind", FieldType::Text),
    ("centre", FieldType::Text),
    ("count", FieldType::Integer),
    ("atoms", FieldType::Integer),
    ("members", FieldType::Text),
];

/// Longest list of members, bytes: shapefiles hold no more than 254.
const LONGEST: usize = 240;

/// All groups, by zone and number.
pub(crate) fn groups(scene: &Scene<'_>, shapes: &Shapes) -> Result<FeatureTable, ExportError> {
    let mut sheet = Sheet::new(&FIELDS);
    let at: BTreeMap<_, _> = scene.atoms.iter().map(|atom| (&atom.code, atom.anchor)).collect();
    for group in scene.groups {
        let missing = || ExportError::Mismatch { what: format!("atom {} is not there", group.centre) };
        let anchor = at.get(&group.centre).ok_or_else(missing)?;
        sheet.row(
            shapes.point(*anchor)?,
            vec![
                text(group.zone.as_str()),
                whole(group.number),
                text(group.kind.key()),
                text(group.centre.as_str()),
                whole(group.count),
                whole(u32::try_from(group.members.len()).unwrap_or(u32::MAX)),
                text(members(group)),
            ],
        );
    }
    Ok(sheet.done())
}

/// `code:count` of every atom; what is too long ends in how many more there are.
fn members(group: &lifang_model::ContactGroup) -> String {
    let mut list = String::new();
    for (at, member) in group.members.iter().enumerate() {
        let entry = format!("{}{}:{}", if at > 0 { " " } else { "" }, member.atom, member.count);
        if list.len() + entry.len() > LONGEST {
            list.push_str(&format!(" (+{})", group.members.len() - at));
            break;
        }
        list.push_str(&entry);
    }
    list
}
