//! 底图图层 The inputs: buildings, streets, facilities, compounds, areas, boundary.

use crate::certainty::{weakest, word};
use crate::shape::Shapes;
use crate::sheet::{COUNTS, Field, Sheet, known, maybe_real, maybe_text, maybe_whole, real, text, whole};
use crate::{ExportError, Scene};
use lifang_formats::{FeatureTable, FieldType, Value};
use lifang_model::{LandCover, Polygon};

fn area(polygons: &[Polygon]) -> Value {
    real(polygons.iter().map(Polygon::area_m2).sum(), 2)
}

/// All buildings, also those outside the boundary, which have no atom.
pub(crate) fn buildings(scene: &Scene<'_>, shapes: &Shapes) -> Result<FeatureTable, ExportError> {
    let fields: Vec<Field> = [
        ("code", FieldType::Text),
        ("name", FieldType::Text),
        ("use", FieldType::Text),
        ("levels", FieldType::Integer),
        ("units", FieldType::Integer),
        ("compound", FieldType::Text),
        ("certainty", FieldType::Text),
    ]
    .into_iter()
    .chain(COUNTS)
    .chain([("area_m2", FieldType::Real)])
    .collect();
    let mut sheet = Sheet::new(&fields);
    for building in &scene.territory.buildings {
        let compound = building.compound.and_then(|compound| scene.territory.compounds.get(compound.at()));
        let mut values = vec![
            text(&building.code),
            maybe_text(building.name.as_deref()),
            text(building.use_.key()),
            maybe_whole(building.levels),
            maybe_whole(building.units),
            maybe_text(compound.map(|compound| compound.code.as_str())),
            text(word(weakest(&building.sources))),
        ];
        values.extend(known(&building.demand, &building.sources));
        values.push(area(&building.outline));
        sheet.row(shapes.polygons(&building.outline)?, values);
    }
    Ok(sheet.done())
}

pub(crate) fn streets(scene: &Scene<'_>, shapes: &Shapes) -> Result<FeatureTable, ExportError> {
    let mut sheet = Sheet::new(&[
        ("code", FieldType::Text),
        ("name", FieldType::Text),
        ("class", FieldType::Text),
        ("layer", FieldType::Integer),
        ("bridge", FieldType::Bool),
        ("tunnel", FieldType::Bool),
        ("foot", FieldType::Text),
        ("length_m", FieldType::Real),
    ]);
    for street in &scene.territory.streets {
        let length: f64 = street.line.windows(2).map(|pair| pair[0].distance(pair[1])).sum();
        sheet.row(
            shapes.line(&street.line)?,
            vec![
                text(&street.code),
                maybe_text(street.name.as_deref()),
                text(street.class.key()),
                whole(street.layer),
                Value::Bool(street.bridge),
                Value::Bool(street.tunnel),
                text(street.foot.key()),
                real(length / 1000.0, 2),
            ],
        );
    }
    Ok(sheet.done())
}

pub(crate) fn facilities(scene: &Scene<'_>, shapes: &Shapes) -> Result<FeatureTable, ExportError> {
    let mut sheet = Sheet::new(&[
        ("code", FieldType::Text),
        ("name", FieldType::Text),
        ("category", FieldType::Text),
        ("title_zh", FieldType::Text),
        ("capacity", FieldType::Integer),
        ("area_m2", FieldType::Real),
        ("open", FieldType::Bool),
    ]);
    for facility in &scene.territory.facilities {
        let category = scene.categories.iter().find(|category| category.key == facility.category);
        sheet.row(
            shapes.point(facility.at)?,
            vec![
                text(facility.code.as_str()),
                maybe_text(facility.name.as_deref()),
                text(&facility.category),
                maybe_text(category.map(|category| category.title.zh.as_str())),
                maybe_whole(facility.capacity),
                maybe_real(facility.area_m2, 2),
                Value::Bool(facility.open_to_public),
            ],
        );
    }
    Ok(sheet.done())
}

pub(crate) fn compounds(scene: &Scene<'_>, shapes: &Shapes) -> Result<FeatureTable, ExportError> {
    let mut sheet = Sheet::new(&[
        ("code", FieldType::Text),
        ("name", FieldType::Text),
        ("kind", FieldType::Text),
        ("walled", FieldType::Bool),
        ("gates", FieldType::Integer),
        ("gates_open", FieldType::Integer),
        ("area_m2", FieldType::Real),
    ]);
    for compound in &scene.territory.compounds {
        let count = |open_only: bool| {
            let gates = compound.gates.iter().filter(|gate| gate.open || !open_only).count();
            whole(u32::try_from(gates).unwrap_or(u32::MAX))
        };
        sheet.row(
            shapes.polygons(&compound.outline)?,
            vec![
                text(&compound.code),
                maybe_text(compound.name.as_deref()),
                text(compound.kind.key()),
                Value::Bool(compound.walled),
                count(false),
                count(true),
                area(&compound.outline),
            ],
        );
    }
    Ok(sheet.done())
}

pub(crate) fn gates(scene: &Scene<'_>, shapes: &Shapes) -> Result<FeatureTable, ExportError> {
    let fields =
        [("compound", FieldType::Text), ("open", FieldType::Bool), ("opening_hours", FieldType::Text)];
    let mut sheet = Sheet::new(&fields);
    for compound in &scene.territory.compounds {
        for gate in &compound.gates {
            let hours = maybe_text(gate.hours.as_deref());
            sheet.row(shapes.point(gate.at)?, vec![text(&compound.code), Value::Bool(gate.open), hours]);
        }
    }
    Ok(sheet.done())
}

pub(crate) fn areas(scene: &Scene<'_>, shapes: &Shapes) -> Result<FeatureTable, ExportError> {
    let fields = [("cover", FieldType::Text), ("name", FieldType::Text), ("area_m2", FieldType::Real)];
    let mut sheet = Sheet::new(&fields);
    for place in &scene.territory.areas {
        let cover = match place.cover {
            LandCover::Water => "water",
            LandCover::Green => "green",
            LandCover::Square => "square",
            LandCover::Pitch => "pitch",
        };
        let outline = std::slice::from_ref(&place.outline);
        let values = vec![text(cover), maybe_text(place.name.as_deref()), area(outline)];
        sheet.row(shapes.polygons(outline)?, values);
    }
    Ok(sheet.done())
}

/// The boundary, all its parts one feature.
pub(crate) fn boundary(scene: &Scene<'_>, shapes: &Shapes) -> Result<FeatureTable, ExportError> {
    let fields = [("code", FieldType::Text), ("name", FieldType::Text), ("area_m2", FieldType::Real)];
    let mut sheet = Sheet::new(&fields);
    let territory = scene.territory;
    let values = vec![text(&territory.code), text(&territory.name), area(&territory.boundary)];
    sheet.row(shapes.polygons(&territory.boundary)?, values);
    Ok(sheet.done())
}
