//! 错误 What can go wrong between two coordinate systems.

/// Why a coordinate system or a coordinate cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CrsError {
    /// The text names no coordinate system PROJ knows.
    #[error(
        "C-101 {text:?} names no coordinate system: {reason}. Give an EPSG code such as EPSG:4545, GCJ-02, BD-09, local, or a WKT"
    )]
    Unknown {
        /// The text, cut to 120 characters.
        text: String,
        /// What PROJ said.
        reason: String,
    },
    /// The system exists but is neither geographic nor projected (vertical, geocentric, engineering).
    #[error(
        "C-102 {text:?} is a {kind}; a map needs a geographic or projected coordinate system. Name the right one, or `local`"
    )]
    NotHorizontal {
        /// The text, cut to 120 characters.
        text: String,
        /// What it is instead.
        kind: String,
    },
    /// PROJ knows no way between the two systems.
    #[error("C-103 no transformation leads from {from} to {to}: {reason}")]
    NoPath {
        /// Source.
        from: String,
        /// Target.
        to: String,
        /// What PROJ said.
        reason: String,
    },
    /// The plan stands on a survey grid nobody related to Earth.
    #[error(
        "C-104 the plan's coordinates are a local survey grid of unknown relation to Earth, so {wanted} cannot be reached. Give the data's coordinate system when the plan is made"
    )]
    LocalFrame {
        /// What was asked for.
        wanted: String,
    },
    /// A local survey grid was given for a plan that stands on Earth.
    #[error(
        "C-105 data in a local survey grid cannot join a plan in {frame}. Give the data's coordinate system"
    )]
    LocalData {
        /// The plan's system.
        frame: String,
    },
    /// The coordinate lies outside what the system or the frame covers.
    #[error("C-201 coordinate ({x}, {y}) in {crs} {reason}. Check the coordinate system and the axis order")]
    OutOfRange {
        /// First coordinate as given.
        x: f64,
        /// Second coordinate as given.
        y: f64,
        /// The system it was read in.
        crs: String,
        /// Why it does not fit.
        reason: String,
    },
    /// The extent is empty or holds numbers that are none.
    #[error(
        "C-202 the extent [{min_x}, {min_y}, {max_x}, {max_y}] is empty or not finite. Check that the layer holds geometry"
    )]
    BadExtent {
        /// West.
        min_x: f64,
        /// South.
        min_y: f64,
        /// East.
        max_x: f64,
        /// North.
        max_y: f64,
    },
    /// The system cannot be written as ESRI WKT.
    #[error("C-301 {crs} cannot be written as a .prj: {reason}")]
    NoWkt {
        /// The system.
        crs: String,
        /// What PROJ said.
        reason: String,
    },
    /// Control points that tie nothing to Earth.
    #[error(
        "C-501 the local grid cannot be fitted: {reason}. Give more points, known well in both systems and spread over the area"
    )]
    Control {
        /// Why.
        reason: String,
    },
}
