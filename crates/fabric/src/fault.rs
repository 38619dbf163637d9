//! Faults of this crate: letter `B`.

use lifang_model::{Building, Fault, Place, Severity};

/// A fault of one building, placed by its code.
pub(crate) fn building(
    severity: Severity,
    code: &str,
    building: &Building,
    cause: impl Into<String>,
    action: impl Into<String>,
) -> Fault {
    Fault::new(severity, code, cause, action).at(Place {
        layer: Some("buildings".to_owned()),
        feature: Some(building.code.clone()),
        ..Place::default()
    })
}
