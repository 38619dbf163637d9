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

/// The certainty of a set of counts taken together, by its weakest.
pub(crate) fn weakest(sources: &Sources) -> Certainty {
    sources.households.with(sources.persons).with(sources.ages).with(sources.merchants)
}
