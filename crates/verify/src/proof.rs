//! Why a zone misses its band, and when no plan could have met it: simple arithmetic, said in full.
//!
//! A violation is called unavoidable only when one of these holds:
//! 1. one atom alone exceeds the band;
//! 2. everything that may be joined with it adds up to a load W for which no k has k min <= W <= k max;
//! 3. what can be reached without passing an atom larger than the band adds up to less than the least size;
//! 4. the atoms that may be joined are few, and no grouping of them, touching or not, is in the band throughout;
//! 5. one atom can be joined with nothing that makes up a load in the band ([`crate::lone`]): it is in no plan;
//! 6. atoms that one zone must take together can be joined with nothing else that does so ([`crate::bonds`]);
//! 7. zones in the band can take some atoms only from each other ([`crate::pocket`]).
//!
//! By 2 to 4, 6 and 7 at least one zone there must miss; where two or more do, none of them alone is called unavoidable.
//!
//! "May be joined" means: within the zone's area, with free land between, where its parent is an area; outside all areas
//! that stand alone, where areas are zones; everything connected, otherwise. Inside a parent that is itself grouped by
//! size another parent might have helped, so there nothing is called unavoidable. 5 to 7 ask for neither areas nor parents: they hold
//! for every division into connected zones.

use crate::bonds::{Bonds, Stuck};
use crate::cure::{cure, widen};
use crate::graph::OUT;
use crate::groups;
use crate::lone::Loners;
use crate::parts::Parts;
use crate::sheet::Sheet;
use lifang_model::{Band, Grouping, Load, Relaxation};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What is known about a zone out of its band.
pub(crate) struct Proof {
    pub atoms: Vec<usize>,
    pub cause: String,
    pub avoidable: Option<bool>,
    pub relaxation: Option<Relaxation>,
    /// What the arithmetic is about: zones with the same key share one proof.
    pub key: Option<Key>,
}

/// Kind of what may be joined, its number there, and the piece.
pub(crate) type Key = (u8, u32, u32);

/// Pieces of some atoms of the whole map, and what each counts with and without atoms too large for a band.
#[derive(Default)]
struct Region {
    kind: u8,
    piece: Vec<u32>,
    atoms: Vec<Vec<usize>>,
    load: Vec<u64>,
    /// The largest atom of each piece.
    largest: Vec<u64>,
    /// By the largest size allowed: pieces of the other atoms, and their loads.
    pockets: BTreeMap<u64, (Vec<u32>, Vec<u64>)>,
}

impl Region {
    fn new(sheet: &Sheet<'_>, kind: u8, label: &[u32]) -> Self {
        let (piece, load) = weighed(sheet, label);
        let mut atoms = vec![Vec::new(); load.len()];
        let mut largest = vec![0; load.len()];
        for (atom, &piece) in piece.iter().enumerate() {
            if piece != OUT {
                atoms[piece as usize].push(atom);
                largest[piece as usize] = sheet.load[atom].max(largest[piece as usize]);
            }
        }
        let bands = sheet.levels.iter().filter_map(|level| level.rules?.band);
        let pockets = bands.map(|band| Load::units(band.max).0).map(|max| {
            let small = label.iter().zip(&sheet.load).map(|(&l, &load)| if load > max { OUT } else { l });
            (max, weighed(sheet, &small.collect::<Vec<_>>()))
        });
        let pockets = pockets.collect();
        Self { kind, piece, atoms, load, largest, pockets }
    }

    /// What hangs together with an atom.
    fn around(&self, atom: usize, max: u64) -> Option<Reach<'_>> {
        let piece = self.piece[atom];
        let load = *self.load.get(piece as usize)?;
        let oversize = self.largest[piece as usize] > max;
        let (part, pocket) = match self.pockets.get(&max) {
            Some((piece, load)) if oversize => {
                (piece[atom], load.get(piece[atom] as usize).copied().unwrap_or(0))
            }
            _ => (piece, load),
        };
        let key = (self.kind, u32::from(oversize), part);
        Some(Reach {
            atoms: Cow::Borrowed(&self.atoms[piece as usize]),
            load,
            oversize,
            pocket,
            key: Some(key),
        })
    }
}

/// Pieces of the whole map, found once; they depend on ground and rules, not on the plan.
#[derive(Default)]
pub(crate) struct Proofs {
    /// Of everything.
    all: Region,
    /// Of what lies in no area that stands alone.
    outside: Region,
    /// What is bound together under the band of each level, found when it is first asked for.
    bonds: BTreeMap<(u32, u32), OnceLock<Bonds>>,
    loners: Loners,
}

impl Proofs {
    pub fn new(sheet: &Sheet<'_>) -> Self {
        let stands: Vec<bool> = sheet.compound_load.iter().map(|&load| sheet.stands(load)).collect();
        let free = |&c: &u32| if c != OUT && stands[c as usize] { OUT } else { 0 };
        let outside: Vec<u32> = sheet.compound.iter().map(free).collect();
        let bands = sheet.levels.iter().filter_map(|level| level.rules?.band);
        Self {
            all: Region::new(sheet, 0, &vec![0; sheet.load.len()]),
            outside: Region::new(sheet, 1, &outside),
            bonds: bands.map(|band| ((band.min, band.max), OnceLock::new())).collect(),
            loners: Loners::new(sheet),
        }
    }

    /// Explains why a zone of a level misses its band. `deep` also asks what is bound together, which takes a look at the
    /// whole map the first time.
    pub fn of(
        &self,
        sheet: &Sheet<'_>,
        parts: &mut Parts,
        (depth, zone): (usize, usize),
        band: Band,
        deep: bool,
    ) -> Proof {
        let level = &sheet.levels[depth];
        let members = &level.members[zone];
        let max = Load::units(band.max).0;
        let heavy: Vec<usize> = members.iter().copied().filter(|&atom| sheet.load[atom] > max).collect();
        if let Some(&atom) = heavy.first() {
            return oversize(sheet, atom, heavy, band);
        }
        let load = Load(level.load[zone]);
        let Some((reach, certain)) = self.reach(sheet, parts, depth, zone, band) else {
            return self.single(sheet, members, band, deep).unwrap_or_else(|| open(load, band));
        };
        let who = who(sheet, members);
        let counted = Load(if reach.oversize { reach.pocket } else { reach.load });
        let (cause, relaxation) = if counted < Load::units(band.min) && (reach.load > 0 || load.0 > 0) {
            let joins =
                if certain { "nothing adjacent may join" } else { "nothing else of its parent touches them" };
            let cause = format!("the {} {who} are fewer than {} and {joins}.", counted.as_units(), band.min);
            (cause, cure(sheet, depth, &reach.atoms, counted, band))
        } else if reach.fails(band) {
            let k = counted.0 / max.max(1);
            let what = if certain { "that may be joined" } else { "its parent holds there" };
            let cause = format!(
                "all {what}, {} {who}, cannot be divided: {k} zones hold at most {}, {} at least {}.",
                counted.as_units(),
                k * u64::from(band.max),
                k + 1,
                (k + 1) * u64::from(band.min)
            );
            (cause, cure(sheet, depth, &reach.atoms, counted, band))
        } else if certain && !reach.oversize && !groups::possible(sheet, &reach.atoms, band) {
            let cause = format!(
                "the atoms that may be joined, {} {who} in all, cannot be grouped inside the band.",
                counted.as_units()
            );
            (cause, groups::finer(sheet, &reach.atoms))
        } else {
            return self.single(sheet, members, band, deep).unwrap_or_else(|| open(load, band));
        };
        if !certain && let Some(proof) = self.single(sheet, members, band, deep) {
            return proof;
        }
        Proof { atoms: Vec::new(), cause, avoidable: certain.then_some(false), relaxation, key: reach.key }
    }

    /// The last things to try: an atom of the zone that no zone in the band can hold, or atoms no zone can hold together.
    fn single(&self, sheet: &Sheet<'_>, members: &[usize], band: Band, deep: bool) -> Option<Proof> {
        self.lone(sheet, members, band).or_else(|| {
            if !deep {
                return None;
            }
            let bonds = self.bonds.get(&(band.min, band.max))?.get_or_init(|| Bonds::new(sheet, band));
            Some(bound(sheet, bonds.at(members)?, band))
        })
    }

    /// An atom of the zone that no zone in the band can hold.
    pub fn lone(&self, sheet: &Sheet<'_>, members: &[usize], band: Band) -> Option<Proof> {
        let lone = self.loners.first(sheet, members, band)?;
        let units = |milli: u64| Load(milli).as_units();
        let code = &sheet.input.atoms[lone.atom].code;
        let below = format!("{} at most, fewer than {}", units(lone.below), band.min);
        let above = lone.above.map(|above| format!(", or {} at least, more than {}", units(above), band.max));
        let cause = format!(
            "{code} counts {}; with what it can be joined with it comes to {below}{}: no plan puts it inside the band.",
            units(sheet.load[lone.atom]),
            above.unwrap_or_default()
        );
        let nearest = [Some(lone.below), lone.above].into_iter().flatten().map(Load);
        let off =
            |load: &Load| load.0.abs_diff(load.0.clamp(Load::units(band.min).0, Load::units(band.max).0));
        let relaxation = nearest.min_by_key(off).and_then(|load| widen(band, load));
        Some(Proof { atoms: vec![lone.atom], cause, avoidable: Some(false), relaxation, key: None })
    }

    /// What may be joined with a zone, and whether no other plan could offer more; `None` if the zone is torn.
    fn reach(
        &self,
        sheet: &Sheet<'_>,
        parts: &mut Parts,
        depth: usize,
        zone: usize,
        band: Band,
    ) -> Option<(Reach<'_>, bool)> {
        let level = &sheet.levels[depth];
        let members = &level.members[zone];
        let max = Load::units(band.max).0;
        let seed = members.iter().copied().max_by_key(|&atom| (sheet.load[atom], std::cmp::Reverse(atom)))?;
        let Some(coarse) = depth.checked_sub(1).map(|above| &sheet.levels[above]) else {
            let area = level.rules.is_some_and(|rules| rules.grouping == Grouping::Area);
            // Land of an area that stands is a zone for other reasons; then nothing is proven.
            let region = if area { &self.outside } else { &self.all };
            return Some((region.around(seed, max)?, true));
        };
        let parent = coarse.zone[seed];
        if parent == OUT || members.iter().any(|&atom| coarse.zone[atom] != parent) {
            return None;
        }
        let inside = &coarse.members[parent as usize];
        let own = |c: u32| inside.iter().all(|&atom| sheet.load[atom] == 0 || sheet.compound[atom] == c);
        if let Some(compound) = coarse.area[parent as usize].filter(|&compound| own(compound)) {
            let pieces = parts.area(sheet, compound);
            if let Some(&mine) = pieces.of.get(&seed) {
                let atoms =
                    pieces.of.iter().filter(|&(_, &piece)| piece == mine).map(|(&atom, _)| atom).collect();
                let mut reach = Reach::among(sheet, atoms, members, max);
                reach.key = reach.key.map(|(_, _, first)| (2 + u8::from(reach.oversize), compound, first));
                return Some((reach, true));
            }
        }
        let whole = self.all.around(seed, max)?;
        if whole.fails(band) {
            return Some((whole, true));
        }
        let mine = coarse.piece[seed];
        let atoms = inside.iter().copied().filter(|&atom| coarse.piece[atom] == mine).collect();
        // A parent no band shapes stands as given; one grouped by size could have been drawn otherwise.
        let given =
            coarse.rules.is_some_and(|rules| rules.grouping == Grouping::Band && rules.band.is_none());
        Some((Reach::among(sheet, atoms, members, max), given))
    }
}

/// Atoms that may be joined with a zone.
struct Reach<'a> {
    atoms: Cow<'a, [usize]>,
    load: u64,
    /// Whether one of them is larger than the band.
    oversize: bool,
    /// Load of what the zone reaches without passing such an atom.
    pocket: u64,
    key: Option<Key>,
}

impl Reach<'_> {
    fn among(sheet: &Sheet<'_>, atoms: Vec<usize>, members: &[usize], max: u64) -> Self {
        let load = atoms.iter().map(|&atom| sheet.load[atom]).sum();
        let oversize = atoms.iter().any(|&atom| sheet.load[atom] > max);
        let whole = (load, atoms.first().copied().unwrap_or(0));
        let (pocket, first) = if oversize { pocket(sheet, &atoms, members, max) } else { whole };
        let key = Some((4, u32::from(oversize), u32::try_from(first).unwrap_or(u32::MAX)));
        Self { atoms: Cow::Owned(atoms), load, oversize, pocket, key }
    }

    /// Whether no division of it can be in the band throughout. Beside an atom that is too large anyway, only what
    /// falls short of the least size is certain.
    fn fails(&self, band: Band) -> bool {
        if self.oversize { self.pocket < Load::units(band.min).0 } else { !band.can_tile(Load(self.load)) }
    }
}

/// Atoms that one zone must take together, and no zone in the band can.
fn bound(sheet: &Sheet<'_>, stuck: &Stuck, band: Band) -> Proof {
    let units = |milli: u64| Load(milli).as_units();
    let code = &sheet.input.atoms[stuck.atom].code;
    let below = (stuck.below > 0).then(|| format!("{} at most, fewer than {}", units(stuck.below), band.min));
    let above = stuck.above.map(|above| format!("{} at least, more than {}", units(above), band.max));
    let ends: Vec<String> = [below, above].into_iter().flatten().collect();
    let cause = format!(
        "{code} and what hangs on it alone count {}; joined with what else must stay together they come to {}: in every \
         plan a zone here is outside the band.",
        units(stuck.own),
        ends.join(", or ")
    );
    let nearest = [(stuck.below > 0).then_some(stuck.below), stuck.above].into_iter().flatten().map(Load);
    let off = |load: &Load| load.0.abs_diff(load.0.clamp(Load::units(band.min).0, Load::units(band.max).0));
    let relaxation = nearest.min_by_key(off).and_then(|load| widen(band, load));
    let key = Some((6, stuck.region, 0));
    Proof { atoms: vec![stuck.atom], cause, avoidable: Some(false), relaxation, key }
}

/// No arithmetic decides.
fn open(load: Load, band: Band) -> Proof {
    let cause = format!("{}; no arithmetic rules a better plan out.", plain(load, band));
    Proof { atoms: Vec::new(), cause, avoidable: None, relaxation: widen(band, load), key: None }
}

fn weighed(sheet: &Sheet<'_>, label: &[u32]) -> (Vec<u32>, Vec<u64>) {
    let (piece, count) = sheet.graph.pieces(label);
    let mut load = vec![0; count as usize];
    for (&piece, &own) in piece.iter().zip(&sheet.load) {
        if piece != OUT {
            load[piece as usize] += own;
        }
    }
    (piece, load)
}

/// Load of what the zone can reach among `atoms` without passing one larger than the band, and its first atom.
fn pocket(sheet: &Sheet<'_>, atoms: &[usize], members: &[usize], max: u64) -> (u64, usize) {
    let mut label: BTreeMap<usize, bool> = BTreeMap::new();
    for &atom in atoms {
        label.insert(atom, sheet.load[atom] > max);
    }
    let mut queue: Vec<usize> = members.to_vec();
    let (mut load, mut first) = (0, usize::MAX);
    while let Some(atom) = queue.pop() {
        // Seen and oversize atoms are marked alike.
        if label.insert(atom, true) == Some(true) {
            continue;
        }
        load += sheet.load[atom];
        first = first.min(atom);
        queue.extend(
            sheet
                .graph
                .near(atom)
                .iter()
                .map(|&(to, _)| to as usize)
                .filter(|to| label.get(to) == Some(&false)),
        );
    }
    (load, first)
}

fn oversize(sheet: &Sheet<'_>, atom: usize, heavy: Vec<usize>, band: Band) -> Proof {
    let a = &sheet.input.atoms[atom];
    let load = Load(sheet.load[atom]);
    let cause =
        format!("atom {} alone holds {}, more than the {} allowed.", a.code, load.as_units(), band.max);
    let building = a.building.and_then(|b| sheet.input.territory.buildings.get(b.at()));
    let floors = building.and_then(|b| b.levels).unwrap_or(1) > 1 && a.floors.is_none_or(|f| f.high > f.low);
    let rules = &sheet.input.plan.rules.atoms;
    let relaxation =
        if building.is_some() && floors && (rules.split_above.is_none_or(|above| above > band.max)) {
            Relaxation { what: "atoms.split_above".to_owned(), to: band.max.to_string() }
        } else if building.is_some() && floors && !rules.by_floor {
            Relaxation { what: "atoms.by_floor".to_owned(), to: "true".to_owned() }
        } else {
            Relaxation { what: "band".to_owned(), to: format!("[{}, {}]", band.min, load.0.div_ceil(1000)) }
        };
    Proof { atoms: heavy, cause, avoidable: Some(false), relaxation: Some(relaxation), key: None }
}

/// "households of 锦绣苑" where all of a zone lies in one compound.
fn who(sheet: &Sheet<'_>, members: &[usize]) -> String {
    let measure = &sheet.input.plan.rules.measure;
    let counted = [
        (measure.households_weight, "households"),
        (measure.persons_weight, "residents"),
        (measure.merchants_weight, "merchants"),
    ];
    let what: Vec<&str> = counted.iter().filter(|(weight, _)| *weight > 0.0).map(|(_, what)| *what).collect();
    let what = what.join(" and ");
    let mut loaded = members.iter().filter(|&&atom| sheet.load[atom] > 0).map(|&atom| sheet.compound[atom]);
    match loaded.next() {
        Some(first) if first != OUT && loaded.all(|c| c == first) => {
            let compound = &sheet.input.territory.compounds[first as usize];
            format!("{what} of {}", compound.name.as_deref().unwrap_or(&compound.code))
        }
        _ => format!("{what} connected here"),
    }
}

fn plain(load: Load, band: Band) -> String {
    let (min, max) = (Load::units(band.min), Load::units(band.max));
    let (limit, word, by) = if load < min {
        (band.min, "fewer", min.0 - load.0)
    } else {
        (band.max, "more", load.0.saturating_sub(max.0))
    };
    format!("{} are {} {word} than {limit}", load.as_units(), Load(by).as_units())
}
