//! 键 The words files use for kinds, and back.

use lifang_model::{
    AreaKind, AtomKind, BarrierClass, BuildingUse, Certainty, FootAccess, LandCover, Severity, StreetClass,
    ZoneKind, ZoneStatus,
};

/// A kind with a word for each of its values.
pub(crate) trait Keyed: Copy + 'static {
    /// What the kind is called in messages.
    const WHAT: &'static str;
    /// The word.
    fn word(self) -> &'static str;
    /// The value of a word.
    fn of(word: &str) -> Option<Self>;
    /// The value of a word, or what is wrong with it.
    fn parse(word: &str) -> Result<Self, String> {
        Self::of(word).ok_or_else(|| format!("{word:?} is no {}", Self::WHAT))
    }
}

macro_rules! modelled {
    ($($type:ident $what:literal),+ $(,)?) => {$(
        impl Keyed for $type {
            const WHAT: &'static str = $what;
            fn word(self) -> &'static str {
                self.key()
            }
            fn of(word: &str) -> Option<Self> {
                Self::from_key(word)
            }
        }
    )+};
}

macro_rules! spelled {
    ($($type:ident $what:literal { $($value:ident = $word:literal),+ $(,)? })+) => {$(
        impl Keyed for $type {
            const WHAT: &'static str = $what;
            fn word(self) -> &'static str {
                match self {
                    $(Self::$value => $word),+
                }
            }
            fn of(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$value),)+
                    _ => None,
                }
            }
        }
    )+};
}

modelled! {
    AreaKind "kind of area",
    AtomKind "kind of atom",
    BarrierClass "class of barrier",
    BuildingUse "use of a building",
    FootAccess "access on foot",
    StreetClass "class of street",
    ZoneKind "kind of zone",
}

spelled! {
    Certainty "certainty" { Given = "given", Estimated = "estimated", Unknown = "unknown" }
    LandCover "land cover" { Water = "water", Green = "green", Square = "square", Pitch = "pitch" }
    Severity "severity" { Notice = "notice", Warning = "warning", Error = "error" }
    ZoneStatus "status" {
        Draft = "draft", Consulted = "consulted", Approved = "approved", Published = "published", Retired = "retired",
    }
}
