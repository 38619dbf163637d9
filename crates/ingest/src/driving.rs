//! 行车属性 What binds vehicles on a street: one-way streets and limits of access, from OpenStreetMap tags or columns.

use crate::text::fold;
use lifang_model::{MotorLimit, OneWay};

/// The one direction vehicles may go, as tags and columns write it, along the line as it is drawn; `None` for both, and for what
/// changes by the hour.
#[must_use]
pub(crate) fn oneway(text: &str) -> Option<OneWay> {
    match fold(text).as_str() {
        "yes" | "true" | "1" | "是" | "单行" | "单向" | "正向" | "顺向" | "ft" | "forward" => {
            Some(OneWay::Forward)
        }
        "-1" | "reverse" | "反向" | "逆向" | "tf" | "backward" => Some(OneWay::Backward),
        _ => None,
    }
}

/// Whom of those who drive a street is kept for: `motor_vehicle` is stronger than `vehicle`, and that than `access`. Where nobody
/// else may drive, `emergency` lets emergency vehicles in.
#[must_use]
pub(crate) fn limit(
    motor_vehicle: Option<&str>,
    vehicle: Option<&str>,
    access: Option<&str>,
    emergency: Option<&str>,
) -> Option<MotorLimit> {
    // Open, or kept for somebody.
    let meant = |value: &str| match fold(value).as_str() {
        "yes" | "designated" | "permissive" | "official" | "public" | "destination" | "true" | "1" | "是"
        | "可通行" => Some(None),
        "private" | "customers" | "permit" | "residents" | "delivery" | "agricultural" | "forestry"
        | "限本区" => Some(Some(MotorLimit::Private)),
        "no" | "military" | "false" | "0" | "否" | "禁止" => Some(Some(MotorLimit::No)),
        _ => None,
    };
    let said = [motor_vehicle, vehicle, access].into_iter().find_map(|value| value.and_then(meant));
    let let_in = emergency
        .is_some_and(|value| matches!(fold(value).as_str(), "yes" | "designated" | "official" | "是"));
    match said.flatten() {
        Some(MotorLimit::No) if let_in => Some(MotorLimit::Emergency),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_are_read_as_tags_and_chinese_columns_write_them() {
        let forward = ["yes", "True", "1", "单行", "FT"].map(oneway);
        assert!(forward.iter().all(|way| *way == Some(OneWay::Forward)), "{forward:?}");
        assert_eq!(["-1", "reverse", "逆向"].map(oneway), [Some(OneWay::Backward); 3]);
        assert_eq!(["no", "", "双向", "reversible", "alternating", "0"].map(oneway), [None; 6]);
    }

    #[test]
    fn the_more_special_key_counts_and_emergency_vehicles_are_let_in_where_nobody_else_is() {
        let (private, no) = (Some(MotorLimit::Private), Some(MotorLimit::No));
        assert_eq!(limit(None, None, Some("private"), None), private);
        assert_eq!(limit(Some("yes"), None, Some("no"), None), None);
        assert_eq!(limit(None, Some("no"), Some("yes"), None), no);
        assert_eq!(limit(Some("no"), None, None, Some("yes")), Some(MotorLimit::Emergency));
        assert_eq!(limit(Some("private"), None, None, Some("yes")), private);
        assert_eq!(limit(Some("?"), None, Some("否"), None), no);
        assert_eq!(limit(None, None, None, Some("yes")), None);
    }
}
