//! 联系户 Contact groups inside the finest zones: neighbouring floors of one building, or shops along one street.
//!
//! Homes of a building that lie in one zone are walked floor by floor, up one stairwell and down the next; shops of a zone
//! that touch each other, along the line they stand on. Each walk is cut into groups inside the size limits so that most
//! are covered; then so that fewest groups go over a stairwell's end; then so that sizes are even. What no group can
//! hold stays uncovered, and the coverage says so: the rule is a habit, not a law.

use lifang_model::{
    Atom, AtomKind, BarrierClass, ContactGroup, Demand, GroupKind, GroupMember, GroupRules, Link, LinkKind,
    Plan,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 联系户覆盖 How many are in a contact group.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupCoverage {
    /// Groups.
    pub groups: u32,
    /// Households, or merchants, in a group.
    pub covered: u32,
    /// All there are.
    pub total: u32,
}

/// 联系户结果 The contact groups of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactGroups {
    /// Households.
    pub homes: GroupCoverage,
    /// Merchants.
    pub shops: GroupCoverage,
    /// The groups, by zone and number.
    pub groups: Vec<ContactGroup>,
}

/// One stop of a walk: an atom, or a part of one that holds too many for a group.
#[derive(Copy, Clone, Debug)]
struct Stop {
    atom: u32,
    count: u32,
    /// What a group had better not reach across: the stairwell.
    part: u32,
}

/// 划分联系户 Contact groups of the finest zones of a plan; `None` when its rules ask for none.
///
/// # Determinism
/// The same plan gives the same groups.
#[must_use]
pub fn contact_groups(plan: &Plan, atoms: &[Atom], links: &[Link]) -> Option<ContactGroups> {
    let rules = plan.rules.groups.filter(|rules| rules.min > 0 && rules.max >= rules.min)?;
    let level = plan.levels.last()?;
    let mut near = vec![Vec::new(); atoms.len()];
    for link in links {
        let street = link.barrier <= BarrierClass::Local && link.kind != LinkKind::Vertical;
        if street && link.a.at() < atoms.len() && link.b.at() < atoms.len() {
            near[link.a.at()].push(link.b.0);
            near[link.b.at()].push(link.a.0);
        }
    }
    let mut done = ContactGroups::default();
    for (zone, members) in level.zones.iter().zip(level.members()) {
        let members: Vec<u32> =
            members.iter().map(|atom| atom.0).filter(|&v| (v as usize) < atoms.len()).collect();
        let mut number = 0;
        for kind in [GroupKind::Homes, GroupKind::Shops] {
            let walks = match kind {
                GroupKind::Homes => homes(&members, atoms, rules),
                GroupKind::Shops => shops(&members, atoms, &near, rules),
            };
            for walk in walks {
                let found = cut(&walk, rules);
                let tally = if kind == GroupKind::Homes { &mut done.homes } else { &mut done.shops };
                tally.groups += found.len() as u32;
                for (from, to) in found {
                    number += 1;
                    let stops = &walk[from..to];
                    tally.covered += stops.iter().map(|stop| stop.count).sum::<u32>();
                    done.groups.push(group(zone.code.clone(), number, kind, stops, atoms));
                }
            }
        }
    }
    let total = |of: fn(&Demand) -> u32| atoms.iter().map(|atom| of(&atom.demand)).sum();
    done.homes.total = total(|demand| demand.households);
    done.shops.total = total(|demand| demand.merchants);
    Some(done)
}

fn group(
    zone: lifang_model::ZoneCode,
    number: u32,
    kind: GroupKind,
    stops: &[Stop],
    atoms: &[Atom],
) -> ContactGroup {
    let count: u32 = stops.iter().map(|stop| stop.count).sum();
    // The middle household of the walk has the fewest floors to go to all others.
    let mut passed = 0;
    let centre = stops.iter().find(|stop| {
        passed += stop.count;
        2 * passed >= count
    });
    let code = |v: u32| atoms[v as usize].code.clone();
    ContactGroup {
        zone,
        number,
        kind,
        centre: code(centre.or(stops.first()).map_or(0, |stop| stop.atom)),
        count,
        members: stops.iter().map(|stop| GroupMember { atom: code(stop.atom), count: stop.count }).collect(),
    }
}

/// Walks through the homes of a zone, one a building, broken where a floor between belongs to another zone.
fn homes(members: &[u32], atoms: &[Atom], rules: GroupRules) -> Vec<Vec<Stop>> {
    let mut buildings: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &v in members {
        let atom = &atoms[v as usize];
        // Homes counted on land without a building have no floor and no neighbour next door.
        if let Some(building) = atom.building.filter(|_| atom.demand.households > 0) {
            buildings.entry(building.0).or_default().push(v);
        }
    }
    let mut walks = Vec::new();
    for mut parts in buildings.into_values() {
        let floor = |v: u32| atoms[v as usize].floors.map_or((0, 0), |band| (band.low, band.high));
        // Up one stairwell and down the next, so that neighbours on the walk are neighbours in the house.
        let key = |&v: &u32| {
            let unit = atoms[v as usize].unit;
            let low = i32::from(floor(v).0);
            (unit, if unit.is_multiple_of(2) { -low } else { low }, v)
        };
        parts.sort_by_key(key);
        let mut walk: Vec<Stop> = Vec::new();
        let mut last: Option<u32> = None;
        for v in parts {
            let gap = last.is_some_and(|last| {
                let (a, b) = (&atoms[last as usize], &atoms[v as usize]);
                let ((low, high), (low2, high2)) = (floor(last), floor(v));
                let apart = if low2 > high { low2 - high } else { low.saturating_sub(high2) };
                a.unit == b.unit && apart > 1 || b.unit > a.unit + 1
            });
            if gap {
                walks.push(std::mem::take(&mut walk));
            }
            let atom = &atoms[v as usize];
            stops(v, atom.demand.households, u32::from(atom.unit), rules, &mut walk);
            last = Some(v);
        }
        walks.push(walk);
    }
    walks
}

/// Walks along the shops of a zone that hang together over streets no wider than a local one.
fn shops(members: &[u32], atoms: &[Atom], near: &[Vec<u32>], rules: GroupRules) -> Vec<Vec<Stop>> {
    let trades = |v: u32| atoms[v as usize].demand.merchants > 0;
    let inside: std::collections::BTreeSet<u32> = members.iter().copied().filter(|&v| trades(v)).collect();
    // Shops see each other over land and stairs where nobody lives.
    let passable =
        |v: u32| members.binary_search(&v).is_ok() && (trades(v) || atoms[v as usize].kind == AtomKind::Open);
    let mut seen = std::collections::BTreeSet::new();
    let mut walks = Vec::new();
    for &first in &inside {
        if !seen.insert(first) {
            continue;
        }
        let (mut piece, mut stack) = (Vec::new(), vec![first]);
        while let Some(v) = stack.pop() {
            if trades(v) {
                piece.push(v);
            }
            stack.extend(near[v as usize].iter().copied().filter(|&w| passable(w) && seen.insert(w)));
        }
        // Along the longer side of what they cover: a shop street is long and thin.
        let at = |v: u32| (i64::from(atoms[v as usize].anchor.x), i64::from(atoms[v as usize].anchor.y));
        let span = |of: &dyn Fn((i64, i64)) -> i64| {
            let values = piece.iter().map(|&v| of(at(v)));
            values.clone().max().unwrap_or(0) - values.min().unwrap_or(0)
        };
        let wide = span(&|p| p.0) >= span(&|p| p.1);
        piece.sort_by_key(|&v| (if wide { at(v) } else { (at(v).1, at(v).0) }, v));
        let mut walk = Vec::new();
        for v in piece {
            stops(v, atoms[v as usize].demand.merchants, 0, rules, &mut walk);
        }
        walks.push(walk);
    }
    walks
}

/// An atom as stops of the walk: as many as it takes for none to be more than a group holds.
fn stops(atom: u32, count: u32, part: u32, rules: GroupRules, walk: &mut Vec<Stop>) {
    let parts = count.div_ceil(rules.max).max(1);
    for i in 0..parts {
        let count = count * (i + 1) / parts - count * i / parts;
        walk.push(Stop { atom, count, part });
    }
}

/// What a cutting of a walk is worth: covered, fewest stairwells crossed, evenness; more is better.
type Worth = (u64, i64, i64);

/// The best way to cut a walk into groups of neighbours, as ranges of stops.
fn cut(walk: &[Stop], rules: GroupRules) -> Vec<(usize, usize)> {
    let n = walk.len();
    // Best worth of the first i stops, and where the last group of it begins; `None`: the last stop is in no group.
    let mut best: Vec<(Worth, Option<usize>)> = vec![((0, 0, 0), None); n + 1];
    let middle = i64::from(rules.min.midpoint(rules.max));
    for to in 1..=n {
        let mut choice = (best[to - 1].0, None);
        let (mut sum, mut crossed) = (0u32, 0);
        for from in (0..to).rev() {
            sum += walk[from].count;
            if sum > rules.max {
                break;
            }
            if from + 1 < to && walk[from].part != walk[from + 1].part {
                crossed += 1;
            }
            if sum >= rules.min {
                let before = best[from].0;
                let off = i64::from(sum) - middle;
                let worth = (before.0 + u64::from(sum), before.1 - crossed, before.2 - off * off);
                if worth > choice.0 {
                    choice = (worth, Some(from));
                }
            }
        }
        best[to] = choice;
    }
    let mut groups = Vec::new();
    let mut at = n;
    while at > 0 {
        match best[at].1 {
            Some(from) => {
                groups.push((from, at));
                at = from;
            }
            None => at -= 1,
        }
    }
    groups.reverse();
    groups
}

#[cfg(test)]
mod tests;
