//! What can go wrong with an export. Letter `X`.

use lifang_crs::CrsError;
use lifang_formats::FormatError;

/// Why a layer could not be exported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// Zones were asked for and there is no plan.
    #[error("X-101 there is no plan to export zones of. Propose a partition first")]
    NoPlan,
    /// Coverage or gaps were asked for and none was computed.
    #[error("X-102 there is no coverage to export. Compute the coverage first")]
    NoCoverage,
    /// A key that does not exist.
    #[error("X-103 there is no {what} {wanted:?}. Choose one of: {}", known.join(", "))]
    Unknown {
        /// Level, category, tier or profile.
        what: &'static str,
        /// The key asked for.
        wanted: String,
        /// The keys there are.
        known: Vec<String>,
    },
    /// Parts of the scene that do not belong together.
    #[error("X-104 {what}. Open the plan again, or compute it anew over the present inputs")]
    Mismatch {
        /// Which parts.
        what: String,
    },
    /// Degrees for a program that draws metres.
    #[error(
        "X-105 a CAD drawing is in metres, and {crs} is in degrees. Name a metric system with --crs, e.g. EPSG:4545 or local"
    )]
    NotMetric {
        /// The system asked for.
        crs: String,
    },
    /// Only the outlines of zones are ever thinned.
    #[error(
        "X-106 only the outlines of zones are drawn thinner, not {layer}. Leave --simplify out, or export the layer zones"
    )]
    NotThinned {
        /// The layer asked for.
        layer: &'static str,
    },
    /// No tolerance to draw with.
    #[error(
        "X-107 outlines cannot be thinned by {metres} m. Name a tolerance between 0.001 and 10000 metres"
    )]
    Tolerance {
        /// The tolerance asked for.
        metres: f64,
    },
    /// The coordinate system cannot be reached.
    #[error(transparent)]
    Crs(#[from] CrsError),
    /// The format cannot hold the layer, or the file cannot be written.
    #[error(transparent)]
    Format(#[from] FormatError),
}
