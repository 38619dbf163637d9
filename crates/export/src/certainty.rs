//! 可信度 How certainty is written in files.

use lifang_model::{Certainty, Sources};

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

/// Of each count the better certainty: what either knows, both together know in part.
pub(crate) fn best(a: Sources, b: Sources) -> Sources {
    Sources {
        households: a.households.min(b.households),
        persons: a.persons.min(b.persons),
        ages: a.ages.min(b.ages),
        merchants: a.merchants.min(b.merchants),
    }
}
