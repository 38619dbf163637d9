//! 邻接 Which atoms touch, and what lies between them.

use crate::{AtomIdx, BarrierClass, Millimetres};
use serde::{Deserialize, Serialize};

/// 邻接方式 How two atoms touch.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// Side by side on the ground.
    Lateral,
    /// One above the other in the same stairwell.
    Vertical,
    /// Joined across a barrier by a bridge, underpass or crossing.
    Crossing,
    /// Side by side above the ground: bands of floors of neighbouring stairwells of one building, through a common wall.
    Party,
}

/// 邻接关系 A pair of atoms a zone may join; `a < b`, each pair once, sorted.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// First atom.
    pub a: AtomIdx,
    /// Second atom.
    pub b: AtomIdx,
    /// How they touch.
    pub kind: LinkKind,
    /// Length of the shared border; 0 for all but lateral links.
    pub shared: Millimetres,
    /// The least severe barrier on the shared border: the easiest way across.
    pub barrier: BarrierClass,
}
