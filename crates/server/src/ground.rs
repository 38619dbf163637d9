//! 底图视图 What is drawn of an open plan tile by tile: the ground, projected once, and the zones, which follow the edits.

mod levels;

pub(crate) use levels::Levels;

use crate::error::ApiError;
use crate::plans::said;
use lifang_planner::{Session, view};
use lifang_tiles::{Arcs, Layer, Property, Shape, TileError, TileId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// Layers drawn as they are, without regard to the plan.
const PLAIN: [&str; 7] = ["buildings", "streets", "facilities", "compounds", "gates", "areas", "boundary"];

/// What an atom says of itself in tiles, but for its zones.
const OF_ATOMS: [&str; 6] = ["code", "kind", "building", "households", "persons", "merchants"];

/// Classes of streets that show the way across a city.
const MAIN: [&str; 5] = ["motorway", "trunk", "primary", "secondary", "tertiary"];

/// A layer that never changes.
struct Plain {
    layer: Layer,
    /// What is shown further out than the whole layer begins, the features under the same numbers.
    far: Option<Layer>,
    columns: Vec<String>,
    properties: Vec<Vec<Property>>,
}

impl Plain {
    fn at(&self, zoom: u8) -> &Layer {
        self.far.as_ref().filter(|_| zoom < self.layer.first_zoom()).unwrap_or(&self.layer)
    }

    fn first_zoom(&self) -> u8 {
        self.far.as_ref().unwrap_or(&self.layer).first_zoom()
    }
}

/// 底图视图 See the module.
pub(crate) struct Ground {
    fabric: String,
    arcs: Arcs,
    atoms: OnceLock<(Layer, Vec<[Property; 6]>)>,
    levels: Levels,
    plain: Mutex<BTreeMap<String, Arc<Plain>>>,
}

/// Which tile of what.
#[derive(Clone, Debug)]
pub(crate) struct TileQuery {
    pub(crate) layer: String,
    pub(crate) level: Option<String>,
    pub(crate) tile: TileId,
}

fn failed(error: TileError) -> ApiError {
    match error {
        TileError::NoTile { .. } => ApiError::NotFound(error.to_string()),
        other => ApiError::Unavailable(other.to_string()),
    }
}

/// The tile of a path `z/x/y`.
pub(crate) fn tile_id(z: &str, x: &str, y: &str) -> Result<TileId, ApiError> {
    let number = |text: &str| {
        let digits = !text.is_empty() && text.len() <= 8 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = if digits { text.parse::<u32>().ok() } else { None };
        number.ok_or_else(|| {
            ApiError::BadRequest("a tile is named by whole numbers: zoom, column, row".to_owned())
        })
    };
    TileId::new(number(z)?, number(x)?, number(y)?).map_err(failed)
}

impl Ground {
    pub(crate) fn new(session: &Session) -> Result<Self, ApiError> {
        Ok(Self {
            fabric: session.ground.fabric.hash.clone(),
            arcs: Arcs::new(&session.ground.fabric, &session.territory.frame).map_err(failed)?,
            atoms: OnceLock::new(),
            levels: Levels::default(),
            plain: Mutex::default(),
        })
    }

    /// Whether it is still the ground of the plan.
    pub(crate) fn fits(&self, session: &Session) -> bool {
        self.fabric == session.ground.fabric.hash
    }

    pub(crate) fn tile(&self, session: &Session, query: &TileQuery) -> Result<Vec<u8>, ApiError> {
        match query.layer.as_str() {
            "zones" => self.levels.tile(&self.arcs, session, query),
            "atoms" => Ok(self.atoms(session, query.tile)),
            layer => {
                let plain = self.plain(session, layer)?;
                Ok(plain.at(query.tile.zoom()).tile(layer, query.tile, |at| {
                    let row = plain.properties.get(at as usize).map_or(&[][..], Vec::as_slice);
                    plain.columns.iter().map(String::as_str).zip(row).collect()
                }))
            }
        }
    }

    /// The first zoom of a layer, and the names of its properties.
    pub(crate) fn told(&self, session: &Session, layer: &str) -> Result<(u8, Vec<String>), ApiError> {
        match layer {
            "zones" => Ok((0, levels::OF_ZONES.map(str::to_owned).to_vec())),
            "atoms" => {
                let mut names = OF_ATOMS.map(str::to_owned).to_vec();
                let levels = session.plan.iter().flat_map(|plan| &plan.levels);
                names.extend(levels.map(|level| format!("zone_{}", level.key)));
                Ok((self.land(session).0.first_zoom(), names))
            }
            layer => {
                let plain = self.plain(session, layer)?;
                Ok((plain.first_zoom(), plain.columns.clone()))
            }
        }
    }

    /// The zones of the plan, drawn on this ground.
    pub(crate) const fn levels(&self) -> &Levels {
        &self.levels
    }

    /// The arcs the zones are drawn from.
    pub(crate) const fn arcs(&self) -> &Arcs {
        &self.arcs
    }

    /// Works out what the first map of a plan asks for, so that nobody waits for it.
    pub(crate) fn warm(&self, session: &Session) -> Result<(), ApiError> {
        for layer in ["streets", "areas", "compounds", "gates", "buildings"] {
            self.plain(session, layer)?;
        }
        self.land(session);
        Ok(())
    }

    pub(crate) fn bounds(&self) -> Option<[f64; 4]> {
        self.arcs.bounds()
    }

    fn land(&self, session: &Session) -> &(Layer, Vec<[Property; 6]>) {
        self.atoms.get_or_init(|| {
            let buildings = &session.territory.buildings;
            let properties = session.ground.atoms.iter().map(|atom| {
                let building = atom.building.and_then(|at| buildings.get(at.at()));
                [
                    Property::from(atom.code.as_str()),
                    Property::from(atom.kind.key()),
                    Property::from(building.map(|building| building.code.as_str())),
                    Property::from(atom.demand.households),
                    Property::from(atom.demand.persons),
                    Property::from(atom.demand.merchants),
                ]
            });
            (Layer::cells(&self.arcs), properties.collect())
        })
    }

    fn atoms(&self, session: &Session, tile: TileId) -> Vec<u8> {
        let (layer, properties) = self.land(session);
        let levels = session.plan.as_ref().map_or(&[][..], |plan| &plan.levels[..]);
        let named: Vec<(String, Vec<Property>)> = levels
            .iter()
            .map(|level| {
                let codes = level.zones.iter().map(|zone| Property::from(zone.code.as_str())).collect();
                (format!("zone_{}", level.key), codes)
            })
            .collect();
        layer.tile("atoms", tile, |at| {
            let mut told: Vec<(&str, &Property)> = Vec::with_capacity(OF_ATOMS.len() + named.len());
            if let Some(own) = properties.get(at as usize) {
                told.extend(OF_ATOMS.into_iter().zip(own));
            }
            for ((name, codes), level) in named.iter().zip(levels) {
                let zone = level.assignment.get(at as usize).copied().flatten();
                told.extend(zone.and_then(|zone| codes.get(zone.at())).map(|code| (name.as_str(), code)));
            }
            told
        })
    }

    fn plain(&self, session: &Session, layer: &str) -> Result<Arc<Plain>, ApiError> {
        if !PLAIN.contains(&layer) {
            return Err(ApiError::NotFound(format!(
                "there are no tiles of this layer; there are zones, atoms, {}",
                PLAIN.join(", ")
            )));
        }
        if let Some(known) = lock(&self.plain).get(layer) {
            return Ok(Arc::clone(known));
        }
        let query = view::LayerQuery { layer: layer.to_owned(), ..view::LayerQuery::default() };
        let table = view::table(session, &query, &lifang_planner::CrsSpec::Epsg(4326)).map_err(said)?;
        let shapes = table
            .rows
            .iter()
            .map(|row| Arc::new(row.geometry.as_ref().map_or_else(Shape::nothing, Shape::of_degrees)));
        let shapes: Vec<Arc<Shape>> = shapes.collect();
        let columns: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        let properties: Vec<Vec<Property>> =
            table.rows.iter().map(|row| row.values.iter().map(property).collect()).collect();
        let whole = Layer::new(shapes.clone());
        // Far out, where a whole city's streets are too many for a tile, the main ones still show the way.
        let class = columns.iter().position(|name| name == "class").filter(|_| layer == "streets");
        let far = class.filter(|_| whole.first_zoom() > 0).map(|class| {
            let main = |row: &Vec<Property>| match row.get(class) {
                Some(Property::Text(text)) => MAIN.contains(&&**text),
                _ => false,
            };
            let nothing = Arc::new(Shape::nothing());
            let shown = shapes.into_iter().zip(&properties);
            Layer::new(
                shown.map(|(shape, row)| if main(row) { shape } else { Arc::clone(&nothing) }).collect(),
            )
        });
        let plain = Arc::new(Plain { layer: whole, far, columns, properties });
        lock(&self.plain).insert(layer.to_owned(), Arc::clone(&plain));
        Ok(plain)
    }

    /// The shared arcs for the editor.
    pub(crate) fn topology(&self, session: &Session) -> Value {
        let barriers: Vec<&str> = session.ground.fabric.arcs.iter().map(|arc| arc.barrier.key()).collect();
        let territory = &session.territory;
        lifang_tiles::topology(&self.arcs, &barriers, |row| {
            let Some(atom) = session.ground.atoms.get(row) else { return Value::Null };
            let building = atom.building.and_then(|at| territory.buildings.get(at.at()));
            let compound = atom.compound.and_then(|at| territory.compounds.get(at.at()));
            let demand = &atom.demand;
            json!({
                "code": atom.code.as_str(), "kind": atom.kind.key(), "building": building.map(|b| &b.code),
                "compound": compound.map(|c| &c.code), "unit": atom.unit, "floors": atom.floors,
                "households": demand.households, "persons": demand.persons, "merchants": demand.merchants,
                "elders": demand.elders, "children": demand.children,
            })
        })
    }
}

/// Who is in which zone, in the order of the atoms of the topology.
pub(crate) fn assignment(session: &Session) -> Result<Value, ApiError> {
    let plan = session.plan.as_ref().ok_or_else(|| {
        ApiError::Unavailable("the plan has not been divided yet; POST /api/jobs/propose does it".to_owned())
    })?;
    let levels: Vec<Value> = plan
        .levels
        .iter()
        .map(|level| {
            let zones: Vec<Value> = level
                .zones
                .iter()
                .map(|zone| {
                    json!({
                        "code": zone.code.as_str(), "name": zone.name, "kind": zone.kind.key(),
                        "parent": zone.parent.map(|parent| parent.0), "status": zone.status.key(),
                    })
                })
                .collect();
            let atoms: Vec<Option<u32>> =
                level.assignment.iter().map(|zone| zone.map(|zone| zone.0)).collect();
            json!({ "key": level.key, "zones": zones, "atoms": atoms })
        })
        .collect();
    let pinned: Vec<u32> = plan.pinned.iter().map(|atom| atom.0).collect();
    Ok(json!({
        "revision": session.revision(), "fabric": session.ground.fabric.hash, "levels": levels, "pinned": pinned,
        "measure": plan.rules.measure,
    }))
}

fn property(value: &lifang_planner::Value) -> Property {
    use lifang_planner::Value as Cell;
    match value {
        Cell::Null => Property::None,
        Cell::Bool(flag) => Property::Flag(*flag),
        Cell::Integer(number) => Property::Whole(*number),
        Cell::Real(number) => Property::from(*number),
        Cell::Text(text) => Property::from(text.as_str()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is kept is drawn anew from the plan whenever it does not fit.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
