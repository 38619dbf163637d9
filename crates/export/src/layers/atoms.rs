//! 最小单元图层 Atoms: the cell of each, its counts, and the zone of every level it belongs to.

use super::fitting;
use crate::certainty::{weakest, word};
use crate::shape::Shapes;
use crate::sheet::{COUNTS, Field, Sheet, known, maybe_text, maybe_whole, real, text, whole};
use crate::{ExportError, Scene};
use lifang_formats::{FeatureTable, FieldType};

const FIELDS: [Field; 8] = [
    ("code", FieldType::Text),
    ("kind", FieldType::Text),
    ("building", FieldType::Text),
    ("compound", FieldType::Text),
    ("unit", FieldType::Integer),
    ("floor_low", FieldType::Integer),
    ("floor_high", FieldType::Integer),
    ("certainty", FieldType::Text),
];

/// The field that holds the zone code of a level.
pub(crate) fn zone_field(level: &str) -> String {
    format!("zone_{}", crate::name::safe(level))
}

/// All atoms, in their order.
pub(crate) fn atoms(scene: &Scene<'_>, shapes: &Shapes) -> Result<FeatureTable, ExportError> {
    if scene.atoms.len() != scene.fabric.cells.len() {
        return Err(ExportError::Mismatch { what: "atoms and cells do not have the same number".to_owned() });
    }
    let fields: Vec<Field> = FIELDS.into_iter().chain(COUNTS).chain([("area_m2", FieldType::Real)]).collect();
    let mut sheet = Sheet::new(&fields);
    let levels = scene.plan.map_or(&[][..], |plan| &plan.levels);
    for level in levels {
        fitting(scene, level)?;
        sheet.text_column(zone_field(&level.key));
    }
    let cells = scene.fabric.cell_polygons();
    for (row, (atom, cell)) in scene.atoms.iter().zip(cells).enumerate() {
        let building = atom.building.and_then(|building| scene.territory.buildings.get(building.at()));
        let compound = atom.compound.and_then(|compound| scene.territory.compounds.get(compound.at()));
        let mut values = vec![
            text(atom.code.as_str()),
            text(atom.kind.key()),
            maybe_text(building.map(|building| building.code.as_str())),
            maybe_text(compound.map(|compound| compound.code.as_str())),
            whole(atom.unit),
            maybe_whole(atom.floors.map(|floors| floors.low)),
            maybe_whole(atom.floors.map(|floors| floors.high)),
            text(word(weakest(&atom.sources))),
        ];
        values.extend(known(&atom.demand, &atom.sources));
        values.push(real(cell.area_m2(), 3));
        for level in levels {
            let zone = level.assignment[row].and_then(|zone| level.zones.get(zone.at()));
            values.push(maybe_text(zone.map(|zone| zone.code.as_str())));
        }
        sheet.row(shapes.polygons(std::slice::from_ref(&cell))?, values);
    }
    Ok(sheet.done())
}
