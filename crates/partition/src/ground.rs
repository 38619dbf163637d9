//! 地面图 From atoms and links to the engine's graph.

use crate::error::PartitionError;
use crate::graph::{BUILDING, Edge, Graph, NONE, UNIT};
use crate::walks::DoorTable;
use lifang_model::{Atom, AtomKind, BarrierClass, Link, LinkKind, Rules};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The graph of a territory and the exact load of every atom.
#[derive(Clone, Debug)]
pub(crate) struct Ground {
    /// Loads are 0 here; each level counts in a unit of its own.
    pub graph: Graph,
    /// Load of each atom, milli-units.
    pub milli: Vec<u64>,
}

impl Ground {
    /// Sum of loads, milli-units.
    pub fn total(&self, atoms: &[u32]) -> u64 {
        atoms.iter().map(|&v| self.milli[v as usize]).sum()
    }
}

/// What a metre of barrier inside a zone costs against 30 m of local street. Nothing crosses an administrative limit.
fn severity(barrier: BarrierClass) -> Option<f32> {
    Some(match barrier {
        BarrierClass::None => 0.0,
        BarrierClass::Lane => 0.2,
        BarrierClass::Local | BarrierClass::Wall => 1.0,
        BarrierClass::Collector => 2.0,
        BarrierClass::Arterial => 6.0,
        BarrierClass::Rail | BarrierClass::Water => 15.0,
        BarrierClass::Motorway => 20.0,
        BarrierClass::Admin => return None,
    })
}

/// Builds the graph. Links over an administrative limit are left out: no zone may cross one.
///
/// # Errors
/// [`PartitionError::NoSuchAtom`] for a link beyond the atoms, [`PartitionError::Length`] for walks of other atoms.
pub(crate) fn ground(
    atoms: &[Atom],
    links: &[Link],
    walks: Option<&Arc<DoorTable>>,
    rules: &Rules,
) -> Result<Ground, PartitionError> {
    let n = atoms.len();
    let mut edges = Vec::with_capacity(links.len());
    for (row, link) in links.iter().enumerate() {
        let (a, b) = (link.a.0, link.b.0);
        if a as usize >= n || b as usize >= n {
            return Err(PartitionError::NoSuchAtom { row, a, b, last: n as i64 - 1 });
        }
        let Some(severity) = severity(link.barrier) else { continue };
        let shared = link.shared.metres() as f32;
        let barrier = match link.kind {
            LinkKind::Vertical | LinkKind::Party => 0.0,
            // A crossing has no length: it counts like 15 m.
            LinkKind::Crossing => severity * 0.5,
            LinkKind::Lateral => severity * shared / 30.0,
        };
        edges.push(Edge { a, b, shared, barrier });
    }
    let origin = atoms.first().map_or((0.0, 0.0), |atom| atom.anchor.metres());
    let at = atoms
        .iter()
        .map(|atom| {
            let (x, y) = atom.anchor.metres();
            ((x - origin.0) as f32, (y - origin.1) as f32)
        })
        .collect();
    let mut graph = Graph::new(vec![0; n], at, &edges);
    let mut names = BTreeMap::new();
    let mut unit_of = |atom: &Atom| {
        let Some(building) = atom.building else { return NONE };
        let next = names.len() as u32;
        *names.entry((building, atom.unit)).or_insert(next)
    };
    let units: Vec<u32> = atoms.iter().map(&mut unit_of).collect();
    let buildings: Vec<u32> = atoms.iter().map(|atom| atom.building.map_or(NONE, |b| b.0)).collect();
    graph.set_group(UNIT, &units);
    graph.set_group(BUILDING, &buildings);
    graph.area = atoms.iter().map(|atom| atom.compound.map_or(NONE, |c| c.0)).collect();
    graph.kind = atoms.iter().map(class).collect();
    if let Some(walks) = walks.filter(|_| rules.weights.walking > 0) {
        if walks.atoms() != n {
            return Err(PartitionError::Length { what: "walks", found: walks.atoms(), expected: n });
        }
        graph.set_walks(walks);
    }
    Ok(Ground { graph, milli: atoms.iter().map(|atom| rules.load(&atom.demand).0).collect() })
}

/// Kinds that should not mix; open land and buildings where nobody counts mix with all.
fn class(atom: &Atom) -> u8 {
    if atom.demand.households == 0 && atom.demand.merchants == 0 {
        return 0;
    }
    match atom.kind {
        AtomKind::Open => 0,
        AtomKind::Residential => 1,
        AtomKind::Shop => 2,
        AtomKind::Office => 3,
        AtomKind::Industrial => 4,
        AtomKind::Public => 5,
    }
}
