//! 步行距离 How far it is on foot between the doors of atoms that lie near each other, as the objective reads it.

use crate::graph::NONE;

/// 门间距离 Walking distances between doors up to a cut-off. Whoever knows the streets fills it; the engine only reads.
///
/// Each row holds the doors within the cut-off of its door, sorted, with metres; a door that is not there is farther away than
/// the cut-off, or cannot be reached.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DoorTable {
    door_of: Vec<u32>,
    first: Vec<u32>,
    to: Vec<u32>,
    metres: Vec<f32>,
    cutoff: f32,
}

impl DoorTable {
    /// From the door of each atom, and for each door the doors within `cutoff` metres: `(door, metres)`, in any order.
    ///
    /// Rows name doors from 0 to the number of rows; others, and distances above the cut-off, are left out. An atom whose door has
    /// no row has none.
    #[must_use]
    pub fn new(door_of: &[u32], rows: &[Vec<(u32, f32)>], cutoff: f32) -> Self {
        let known = |door: u32| (door as usize) < rows.len();
        let mut table = Self {
            door_of: door_of.iter().map(|&door| if known(door) { door } else { NONE }).collect(),
            first: Vec::with_capacity(rows.len() + 1),
            cutoff: if cutoff.is_finite() { cutoff.max(1.0) } else { 1.0 },
            ..Self::default()
        };
        table.first.push(0);
        let mut sorted: Vec<(u32, f32)> = Vec::new();
        for row in rows {
            sorted.clear();
            let fits = |&&(door, metres): &&(u32, f32)| known(door) && (0.0..=table.cutoff).contains(&metres);
            sorted.extend(row.iter().filter(fits));
            sorted.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            sorted.dedup_by_key(|entry| entry.0);
            table.to.extend(sorted.iter().map(|entry| entry.0));
            table.metres.extend(sorted.iter().map(|entry| entry.1));
            table.first.push(table.to.len() as u32);
        }
        table
    }

    /// Number of atoms it knows the doors of.
    pub(crate) fn atoms(&self) -> usize {
        self.door_of.len()
    }

    /// The door of an atom; [`NONE`] where it has none.
    pub(crate) fn door(&self, atom: u32) -> u32 {
        self.door_of[atom as usize]
    }

    /// Metres from one door to another; the cut-off where it is farther.
    pub(crate) fn between(&self, from: u32, to: u32) -> f32 {
        if from == to {
            return 0.0;
        }
        let row = self.first[from as usize] as usize..self.first[from as usize + 1] as usize;
        match self.to[row.clone()].binary_search(&to) {
            Ok(at) => self.metres[row.start + at],
            Err(_) => self.cutoff,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Edge, Graph};
    use crate::problem::Problem;
    use crate::solve::{Budget, solve};
    use crate::stop::Stop;
    use crate::sums::Sums;
    use lifang_model::{Silent, Weights};
    use std::sync::Arc;

    #[test]
    fn a_row_is_sorted_once_and_what_is_too_far_or_unknown_is_at_the_cut_off() {
        let rows =
            vec![vec![(2, 30.0), (1, 10.0), (1, 12.0), (9, 1.0)], vec![], vec![(0, 400.0), (1, f32::NAN)]];
        let table = DoorTable::new(&[0, 1, 2, 3], &rows, 200.0);
        assert_eq!((table.atoms(), table.door(2), table.door(3)), (4, 2, NONE));
        let told = [(0, 1), (0, 2), (1, 0), (1, 1), (2, 0), (2, 1)].map(|(from, to)| table.between(from, to));
        assert_eq!(told, [10.0, 30.0, 200.0, 0.0, 200.0, 200.0]);
    }

    /// A row of homes on each bank of a canal that is narrow and nobody can cross; edges say the banks touch.
    fn banks(walking: u32) -> Problem {
        let column = |v: u32| (v % 20) as f32 * 20.0;
        let at = (0..40).map(|v| (column(v), if v < 20 { 0.0 } else { 20.0 })).collect();
        let edge = |a, b| Edge { a, b, shared: 20.0, barrier: 0.0 };
        let mut edges: Vec<Edge> = (0..20).map(|v| edge(v, v + 20)).collect();
        edges.extend((0..39).filter(|v| v % 20 != 19).map(|v| edge(v, v + 1)));
        let bank = |v: u32| v / 20 * 20..v / 20 * 20 + 20;
        let walk = |v: u32| bank(v).map(|w| (w, (column(v) - column(w)).abs())).collect();
        let rows: Vec<Vec<(u32, f32)>> = (0..40).map(walk).collect();
        let doors: Vec<u32> = (0..40).collect();
        let mut graph = Graph::new(vec![10; 40], at, &edges);
        graph.set_walks(&Arc::new(DoorTable::new(&doors, &rows, 400.0)));
        let weights = Weights {
            split_unit: 0,
            split_building: 0,
            split_compound: 0,
            compactness: 1,
            barrier: 0,
            balance: 1,
            kind: 0,
            change: 0,
            walking,
        };
        Problem::new(graph, Sums::band(90, 95, 110, 1.0), 95, &weights)
    }

    #[test]
    fn zones_keep_to_one_bank_only_where_walks_count() {
        let astride = |walking| {
            let problem = banks(walking);
            let found = solve(&problem, 7, Budget { each: None }, &Stop::new(&Silent, None));
            let zone = |v: u32| found.label[v as usize];
            let sides = |z: u32| (0..20).any(|v| zone(v) == z) && (20..40).any(|v| zone(v) == z);
            (0..found.zones).filter(|&z| sides(z)).count()
        };
        assert_eq!(astride(4), 0);
        assert!(astride(0) > 0, "compact zones reach over a canal nobody told them of");
    }
}
