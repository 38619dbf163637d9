//! 选址模型 One name for each model, so that a command or a page can choose.

use crate::{Answer, Effort, Problem, SitingError, lscp, mclp, p_center, p_median};
use serde::{Deserialize, Serialize};

/// 选址模型 What the sites are chosen for.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// 集合覆盖 The fewest sites that leave nobody beyond the radius.
    Lscp,
    /// 最大覆盖 So many sites, most weight within the radius.
    Mclp,
    /// p-中位 So many sites, least weighted cost.
    PMedian,
    /// p-中心 So many sites, the farthest client nearest.
    PCenter,
}

impl Model {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Lscp, Self::Mclp, Self::PMedian, Self::PCenter];

    /// The word used in files and on the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Lscp => "lscp",
            Self::Mclp => "mclp",
            Self::PMedian => "p-median",
            Self::PCenter => "p-center",
        }
    }

    /// The model with this word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|model| model.key() == key)
    }

    /// Whether the number of sites must be given.
    #[must_use]
    pub const fn needs_count(self) -> bool {
        !matches!(self, Self::Lscp)
    }

    /// Whether a radius must be given.
    #[must_use]
    pub const fn needs_radius(self) -> bool {
        matches!(self, Self::Lscp | Self::Mclp)
    }
}

/// Solves by the model named. `sites` counts the existing ones too and means nothing to LSCP; `radius` means nothing to
/// p-median and p-center.
///
/// # Errors
/// [`SitingError`] when the problem is malformed.
pub fn solve(
    model: Model,
    problem: &Problem<'_>,
    sites: usize,
    radius: f64,
    effort: &Effort<'_>,
) -> Result<Answer, SitingError> {
    match model {
        Model::Lscp => lscp(problem, radius, effort),
        Model::Mclp => mclp(problem, sites, radius, effort),
        Model::PMedian => p_median(problem, sites, effort),
        Model::PCenter => p_center(problem, sites, effort),
    }
}
