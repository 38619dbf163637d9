//! 最小单元 The atoms, packed column by column: a tenth of what rows of them take.

use crate::error::Problem;
use crate::pack::{Packer, Unpacker};
use crate::rows::rows;
use lifang_model::{
    Atom, AtomCode, AtomKind, BuildingIdx, Certainty, CompoundIdx, Demand, FloorBand, Point, Sources,
};
use rusqlite::{Connection, OptionalExtension, params};

/// The order packs count certainties in; entries are only ever added.
const CERTAINTIES: [Certainty; 3] = [Certainty::Given, Certainty::Estimated, Certainty::Unknown];

/// The six counts of an atom.
const COUNTS: [fn(&mut Demand) -> &mut u32; 6] = [
    |demand| &mut demand.households,
    |demand| &mut demand.persons,
    |demand| &mut demand.merchants,
    |demand| &mut demand.elders,
    |demand| &mut demand.children,
    |demand| &mut demand.day_persons,
];

/// The four certainties of an atom.
const SURE: [fn(&mut Sources) -> &mut Certainty; 4] = [
    |sources| &mut sources.households,
    |sources| &mut sources.persons,
    |sources| &mut sources.ages,
    |sources| &mut sources.merchants,
];

pub(crate) fn pack(atoms: &[Atom]) -> Result<Vec<u8>, Problem> {
    let mut packer = Packer::default();
    packer.unsigned(atoms.len() as u64);
    atoms.iter().for_each(|atom| packer.bytes(atom.code.as_str().as_bytes()));
    for atom in atoms {
        packer
            .unsigned(AtomKind::ALL.iter().position(|kind| *kind == atom.kind).unwrap_or(usize::MAX) as u64);
    }
    let mut last = 0;
    for atom in atoms {
        let building = atom.building.map_or(0, |building| i64::from(building.0) + 1);
        packer.signed(building - last);
        last = building;
    }
    atoms.iter().for_each(|atom| packer.optional(atom.compound.map(|compound| compound.0)));
    atoms.iter().for_each(|atom| packer.unsigned(u64::from(atom.unit)));
    for atom in atoms {
        packer.optional(atom.floors.map(|floors| u32::from(floors.low)));
        packer.unsigned(atom.floors.map_or(0, |floors| u64::from(floors.high)));
    }
    for count in COUNTS {
        atoms.iter().for_each(|atom| packer.unsigned(u64::from(*count(&mut { atom.demand }))));
    }
    for sure in SURE {
        for atom in atoms {
            let own = *sure(&mut { atom.sources });
            packer.unsigned(CERTAINTIES.iter().position(|one| *one == own).unwrap_or(usize::MAX) as u64);
        }
    }
    let mut base = Point::default();
    for atom in atoms {
        packer.signed(i64::from(atom.anchor.x) - i64::from(base.x));
        packer.signed(i64::from(atom.anchor.y) - i64::from(base.y));
        base = atom.anchor;
    }
    packer.seal()
}

pub(crate) fn unpack(bytes: &[u8]) -> Result<Vec<Atom>, Problem> {
    let damaged = |what: String| Problem::Damaged(format!("the atoms of the ground: {what}"));
    let mut unpacker = Unpacker::open("the atoms of the ground", bytes)?;
    let count = unpacker.count()?;
    let mut atoms = Vec::with_capacity(count);
    for _ in 0..count {
        atoms.push(Atom {
            code: AtomCode::new(unpacker.text()?).map_err(|error| damaged(error.to_string()))?,
            kind: AtomKind::Open,
            building: None,
            compound: None,
            unit: 0,
            floors: None,
            demand: Demand::default(),
            sources: Sources::GIVEN,
            anchor: Point::default(),
        });
    }
    for atom in &mut atoms {
        atom.kind = unpacker.one_of(AtomKind::ALL)?;
    }
    let mut last = 0i64;
    for atom in &mut atoms {
        last = last
            .checked_add(unpacker.signed()?)
            .ok_or_else(|| damaged("a building is out of range".to_owned()))?;
        let building =
            u32::try_from(last).map_err(|_too_large| damaged("a building is out of range".to_owned()))?;
        atom.building = building.checked_sub(1).map(BuildingIdx);
    }
    for atom in &mut atoms {
        atom.compound = unpacker.optional()?.map(CompoundIdx);
    }
    for atom in &mut atoms {
        atom.unit = unpacker.small()?;
    }
    for atom in &mut atoms {
        let low = unpacker.optional()?;
        let high = unpacker.small()?;
        let low = low
            .map(u16::try_from)
            .transpose()
            .map_err(|_too_large| damaged("a floor is out of range".to_owned()))?;
        atom.floors = low.map(|low| FloorBand { low, high });
    }
    for count in COUNTS {
        for atom in &mut atoms {
            *count(&mut atom.demand) = unpacker.small()?;
        }
    }
    for sure in SURE {
        for atom in &mut atoms {
            *sure(&mut atom.sources) = unpacker.one_of(&CERTAINTIES)?;
        }
    }
    let mut base = Point::default();
    for atom in &mut atoms {
        base = Point::new(unpacker.delta(base.x)?, unpacker.delta(base.y)?);
        atom.anchor = base;
    }
    unpacker.end()?;
    Ok(atoms)
}

/// The atoms of the ground in the file; `None` when there is none.
pub(crate) fn read(db: &Connection) -> Result<Option<Vec<Atom>>, Problem> {
    let packed: Option<Vec<u8>> =
        db.query_row("SELECT atoms FROM lifang_ground", [], |row| row.get(0)).optional()?;
    packed.as_deref().map(unpack).transpose()
}

/// Packs the rows that files of versions before 5 have.
pub(crate) fn take_in_rows(db: &Connection) -> Result<(), Problem> {
    let sql = "SELECT id, code, kind, building, compound, unit, floor_low, floor_high,
        households, persons, merchants, elders, children, day_persons,
        households_certainty, persons_certainty, ages_certainty, merchants_certainty, anchor_x, anchor_y
        FROM lifang_atom ORDER BY id";
    // Ids are places in the tables plus one, as in the layers.
    let place = |reference: Option<i64>| match reference.map(|id| u32::try_from(id - 1)) {
        None => Ok(None),
        Some(Ok(place)) => Ok(Some(place)),
        Some(Err(_)) => Err("a reference is out of range".to_owned()),
    };
    let atoms = rows(db, "lifang_atom", sql, |_, fields| {
        Ok(Atom {
            code: AtomCode::new(fields.next::<String>()?).map_err(|error| error.to_string())?,
            kind: fields.key()?,
            building: place(fields.next()?)?.map(BuildingIdx),
            compound: place(fields.next()?)?.map(CompoundIdx),
            unit: fields.next()?,
            floors: match (fields.next()?, fields.next()?) {
                (Some(low), Some(high)) => Some(FloorBand { low, high }),
                _ => None,
            },
            demand: fields.demand()?,
            sources: fields.sources()?,
            anchor: Point::new(fields.next()?, fields.next()?),
        })
    })?;
    db.execute("UPDATE lifang_ground SET atoms = ?1", params![pack(&atoms)?])?;
    db.execute("DROP TABLE lifang_atom", [])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::option::of;
    use proptest::prelude::*;

    prop_compose! {
        fn atom()(
            code in "[A-Z网-]{1,12}", kind in 0..AtomKind::ALL.len(), building in of(0u32..u32::MAX - 1),
            compound in of(0u32..u32::MAX - 1), unit in any::<u16>(), floors in of((any::<u16>(), any::<u16>())),
            counts in vec(any::<u32>(), 6), sure in vec(0..3usize, 4), anchor in any::<(i32, i32)>(),
        ) -> Atom {
            let mut atom = Atom {
                code: AtomCode::new(code).unwrap(),
                kind: AtomKind::ALL[kind],
                building: building.map(BuildingIdx),
                compound: compound.map(CompoundIdx),
                unit,
                floors: floors.map(|(low, high)| FloorBand { low, high }),
                demand: Demand::default(),
                sources: Sources::GIVEN,
                anchor: Point::from(anchor),
            };
            COUNTS.iter().zip(counts).for_each(|(count, value)| *count(&mut atom.demand) = value);
            SURE.iter().zip(sure).for_each(|(certainty, at)| *certainty(&mut atom.sources) = CERTAINTIES[at]);
            atom
        }
    }

    proptest! {
        #[test]
        fn any_atoms_come_back_equal(atoms in vec(atom(), 0..30)) {
            prop_assert_eq!(unpack(&pack(&atoms).unwrap()).unwrap(), atoms);
        }
    }

    #[test]
    fn what_is_cut_short_is_damaged() {
        let sealed = crate::pack::seal(&[3, 1, b'A']).unwrap();
        assert!(matches!(unpack(&sealed), Err(Problem::Damaged(_))));
        assert!(matches!(unpack(b"LFP1"), Err(Problem::Damaged(_))));
    }
}
