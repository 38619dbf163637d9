//! 错误 Why coverage cannot be computed.

/// 覆盖错误 What is wrong with a request.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CoverageError {
    /// The atoms are not those of the fabric.
    #[error("there are {atoms} atoms but {cells} cells; they must be those of one fabric")]
    AtomsOfAnotherFabric {
        /// How many atoms.
        atoms: usize,
        /// How many cells.
        cells: usize,
    },
    /// The ways were made for another territory.
    #[error(
        "the ways join {entries} facilities to streets, but the territory has {facilities}; make the ways anew"
    )]
    WaysOfAnotherTerritory {
        /// How many facilities the ways know.
        entries: usize,
        /// How many the territory has.
        facilities: usize,
    },
    /// The plan was made over another fabric.
    #[error(
        "the plan was made over fabric {plan}, not over {fabric}; propose again or open the matching plan"
    )]
    PlanOfAnotherFabric {
        /// Fingerprint the plan names.
        plan: String,
        /// Fingerprint of the fabric given.
        fabric: String,
    },
    /// A tier's distance is not a positive number of metres below 1,000 km.
    #[error("tier {tier:?} has distance {distance_m} m; give a positive distance below 1,000 km")]
    BadTier {
        /// Key of the tier.
        tier: String,
        /// Its distance.
        distance_m: f64,
    },
    /// There is no tier or no profile to measure by.
    #[error("there is no {what} to measure by")]
    Nothing {
        /// `tier` or `profile`.
        what: &'static str,
    },
    /// Some walk and some drive, or several drive: they have neither streets nor tiers in common.
    #[error(
        "profile {profile:?} cannot be measured with the others; measure every profile that drives by itself"
    )]
    ProfilesApart {
        /// The profile that drives.
        profile: String,
    },
    /// The ways are for vehicles and the profile walks, or the other way round.
    #[error("the ways are not those profile {profile:?} goes by; make the ways for it")]
    WaysOfAnotherKind {
        /// The profile.
        profile: String,
    },
    /// The user asked to stop.
    #[error("stopped as asked")]
    Cancelled,
}
