use super::town::{Town, square};
use crate::{GapCause, GateHours, Moment};

fn lets_through(at: &str, hours: &str) -> Option<bool> {
    at.parse::<Moment>().unwrap().lets_through(hours)
}

#[test]
fn hours_are_read_as_openstreetmap_and_chinese_tables_write_them() {
    for (hours, at, open) in [
        ("06:00-22:00", "22:30", false),
        ("06:00-22:00", "21:59", true),
        ("06:00-22:00", "22:00", false),
        ("Mo-Fr 06:00-22:00; Sa,Su 08:00-23:00", "Su 22:30", true),
        ("Mo-Fr 06:00-22:00; Sa,Su 08:00-23:00", "Fr 22:30", false),
        ("Mo-Fr 06:00-22:00", "周日 12:00", false),
        ("18:00-02:00", "Tu 01:00", true),
        ("24/7", "03:00", true),
        ("off", "12:00", false),
        ("Apr-Oct 06:00-22:00; Nov-Mar 07:00-20:00", "2026-12-24 21:00", false),
        ("Apr-Oct 06:00-22:00; Nov-Mar 07:00-20:00", "21:00", true),
        ("6:00至22:30", "22:15", true),
        ("06：00—22：00", "星期天 22:30", false),
        ("周一至周五 06:00-22:00；周六、周日 全天", "Sa 23:00", true),
        ("工作日06:00-20:00", "Wednesday 21:00", false),
        ("24小时", "04:00", true),
    ] {
        assert_eq!(lets_through(at, hours), Some(open), "{hours} at {at}");
    }
    for hours in ["", "看情况", "when the guard is awake", "25:99", &"06:00-22:00; ".repeat(1000)] {
        assert_eq!(lets_through("12:00", hours), None, "{hours}");
    }
    for text in ["", "noon", "Someday 12:00", "24:30", "12", "9999-01-01 12:00", "2026-02-30 10:00"] {
        assert!(text.parse::<Moment>().is_err(), "{text}");
    }
}

#[test]
fn a_gate_shut_at_that_hour_moves_the_homes_behind_it_into_the_gaps_as_a_missing_gate() {
    let mut town = Town::new();
    town.street(&[(0, -20), (400, -20), (400, 420), (0, 420), (0, -20)]);
    town.clinic((200, -20));
    town.compound(square(20, 0, 360, 400), &[((200, 0), true), ((200, 400), true), ((380, 200), false)]);
    town.territory.compounds[0].gates[0].hours = Some("06:00-22:00".into());
    let behind = town.house((200, 30), 30);
    let outside = town.house((210, -30), 9);
    assert!(town.coverage().gaps.is_empty(), "by day everybody is within 300 m");

    let moment = |text: &str| text.parse::<Moment>().unwrap();
    let (day, told, faults) = moment("12:00").gates(&town.territory);
    assert_eq!(day, town.territory);
    assert_eq!(told, GateHours { at: "12:00".into(), always_shut: 1, shut: 0, open: 1, unknown: 1 });
    assert!(faults.is_empty());

    let (night, told, _) = moment("22:30").gates(&town.territory);
    assert_eq!((told.shut, told.open, told.unknown), (1, 0, 1));
    town.territory = night;
    let coverage = town.coverage();
    assert_eq!(coverage.gaps.len(), 1);
    assert_eq!(
        (coverage.gaps[0].cause, coverage.gaps[0].atoms.as_slice()),
        (GapCause::MissingGate, &[behind][..])
    );
    assert!(coverage.categories[0].distance_mm[outside.at()].is_some_and(|mm| mm < 300_000));
}

#[test]
fn hours_nobody_can_read_leave_a_gate_open_and_are_told() {
    let mut town = Town::new();
    town.compound(square(20, 0, 360, 400), &[((200, 0), true)]);
    town.territory.compounds[0].gates[0].hours = Some("ask the guard".into());
    let (then, told, faults) = "23:00".parse::<Moment>().unwrap().gates(&town.territory);
    assert!(then.compounds[0].gates[0].open);
    assert_eq!((told.unknown, faults.len(), faults[0].code.as_str()), (1, 1, "V-105"));
}
