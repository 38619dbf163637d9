//! 可信度 How certainty is written in files.

use lifang_model::{Atom, Certainty, Sources};

/// The word for a certainty.
pub(crate) const fn word(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Given => "given",
        Certainty::Estimated => "estimated",
        Certainty::Unknown => "unknown",
    }
}

/// How sure it is who lives there: households and residents, by the weaker. Other counts nobody knows are left empty
/// ([`crate::sheet::known`]), and say nothing about these.
pub(crate) fn weakest(sources: &Sources) -> Certainty {
    sources.households.with(sources.persons)
}

/// How sure each count of some atoms is where it is surest: what one building knows, all together know in part. Land knows its zero.
pub(crate) fn surest<'a>(atoms: impl IntoIterator<Item = &'a Atom>) -> Sources {
    let housed = atoms.into_iter().filter(|atom| atom.building.is_some());
    let best = |a: Sources, b: Sources| Sources {
        households: a.households.min(b.households),
        persons: a.persons.min(b.persons),
        ages: a.ages.min(b.ages),
        merchants: a.merchants.min(b.merchants),
    };
    housed.map(|atom| atom.sources).reduce(best).unwrap_or(Sources::GIVEN)
}
