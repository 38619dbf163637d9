//! A few buildings change, the rest stays.

use super::town::{building, rectangle, town};
use crate::{Reuse, build, rebuild};
use lifang_model::{Point, Silent};

#[test]
fn only_the_enclosures_a_change_touches_are_swept_and_the_ground_is_the_same() {
    let mut territory = town(400, 8);
    let mut reuse = Reuse::new();
    let first = rebuild(&territory, &[], &mut reuse, &Silent).unwrap();
    assert_eq!(first, build(&territory, &[], &Silent).unwrap());
    let all = reuse.anew();
    assert!(all > 10, "{all} enclosures");
    // Nothing changed.
    assert_eq!(rebuild(&territory, &[], &mut reuse, &Silent).unwrap(), first);
    assert_eq!(reuse.anew(), 0);
    // One building moves half a metre, one goes, one comes: the numbers of all others change.
    for p in &mut territory.buildings[57].outline[0].outer.0 {
        *p = Point::new(p.x + 500, p.y);
    }
    territory.buildings.remove(200);
    territory.buildings.insert(3, building("new", vec![rectangle(100_500, 60_500, 2_000, 2_000)], 4));
    let second = rebuild(&territory, &[], &mut reuse, &Silent).unwrap();
    assert_eq!(second, build(&territory, &[], &Silent).unwrap());
    assert!((1..=6).contains(&reuse.anew()), "{} of {all} enclosures", reuse.anew());
    // Land far from the changes is what it was.
    let now = second.cell_polygons();
    let same = first.cell_polygons().iter().filter(|cell| now.contains(cell)).count();
    assert!(same * 10 > first.cells.len() * 7, "{same} of {}", first.cells.len());
}
