//! 外形 Areas and outlines of zones, from the arcs.

use lifang_fabric::Fabric;
use lifang_model::ZoneIdx;

/// Area and outline of one zone.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Shape {
    pub(crate) area_m2: f64,
    pub(crate) perimeter_m: f64,
}

impl Shape {
    /// Polsby-Popper, 4πA/P² (Polsby and Popper 1991, Yale Law & Policy Review 9, p. 336).
    pub(crate) fn compactness(self) -> f64 {
        if self.perimeter_m > 0.0 {
            4.0 * std::f64::consts::PI * self.area_m2 / (self.perimeter_m * self.perimeter_m)
        } else {
            0.0
        }
    }
}

/// Length and doubled area of each arc, so that any labelling is measured in one pass.
pub(crate) struct Outlines<'a> {
    fabric: &'a Fabric,
    length_m: Vec<f64>,
}

impl<'a> Outlines<'a> {
    pub(crate) fn new(fabric: &'a Fabric) -> Self {
        let length_m = fabric
            .arcs
            .iter()
            .map(|arc| arc.points.windows(2).map(|pair| pair[0].distance(pair[1])).sum::<f64>() / 1000.0)
            .collect();
        Self { fabric, length_m }
    }

    /// The shape of each of `count` zones under an assignment.
    pub(crate) fn of(&self, assignment: &[Option<ZoneIdx>], count: usize) -> Vec<Shape> {
        let mut twice = vec![0i128; count];
        let mut shapes = vec![Shape::default(); count];
        for (cell, zone) in self.fabric.cells.iter().zip(assignment) {
            if let Some(sum) = zone.and_then(|zone| twice.get_mut(zone.at())) {
                *sum += i128::from(cell.twice_area);
            }
        }
        let zone_of =
            |cell: Option<u32>| cell.and_then(|cell| assignment.get(cell as usize).copied().flatten());
        for (arc, length) in self.fabric.arcs.iter().zip(&self.length_m) {
            let (left, right) = (zone_of(arc.left), zone_of(arc.right));
            if left != right {
                for zone in [left, right].into_iter().flatten() {
                    if let Some(shape) = shapes.get_mut(zone.at()) {
                        shape.perimeter_m += length;
                    }
                }
            }
        }
        for (shape, twice) in shapes.iter_mut().zip(twice) {
            shape.area_m2 = twice as f64 / 2e6;
        }
        shapes
    }
}
