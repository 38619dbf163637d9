//! 开放时间 Gates at a time of day: those shut then are shut for everybody, and those nobody knows the hours of stay as they are.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use lifang_model::{Fault, Place, Severity, Territory};
use opening_hours::OpeningHours;
use serde::{Deserialize, Serialize};

/// Hours longer than this nobody means; they are taken as unknown.
const TEXT_MOST: usize = 400;
/// Without a date a time is that of a Wednesday in June, as neither a weekend nor a season; a day of the week that of this week.
const MONDAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(2025, 6, 2);

/// 时刻 A time gates are asked about: `22:30` (of a Wednesday in June), `Su 22:30`, `周日 22:30` or `2026-12-24 22:30`. Holidays
/// are not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment {
    told: String,
    at: NaiveDateTime,
}

/// 大门时刻 What became of the gates of walled compounds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateHours {
    /// The time asked about.
    pub at: String,
    /// Gates that are shut at any time.
    pub always_shut: u32,
    /// Gates shut by their hours.
    pub shut: u32,
    /// Gates open by their hours.
    pub open: u32,
    /// Gates without hours, or with hours that cannot be read; they stay open.
    pub unknown: u32,
}

impl std::str::FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no time; write 22:30, Su 22:30 or 2026-12-24 22:30");
        let plain = text.trim().replace('：', ":");
        let (day, time) = match plain.rsplit_once(char::is_whitespace) {
            Some((day, time)) => (Some(day.trim()), time),
            None => (None, plain.as_str()),
        };
        let time = NaiveTime::parse_from_str(time, "%H:%M").ok().ok_or_else(wrong)?;
        let date = match day {
            Some(day) => match NaiveDate::parse_from_str(day, "%Y-%m-%d") {
                Ok(date) if (1970..2200).contains(&date.year()) => Some(date),
                Ok(_) => None,
                Err(_) => weekday(day).and_then(in_the_week),
            },
            None => in_the_week(Weekday::Wed),
        };
        Ok(Self { told: plain.clone(), at: date.ok_or_else(wrong)?.and_time(time) })
    }
}

impl TryFrom<String> for Moment {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.told
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.told)
    }
}

fn in_the_week(day: Weekday) -> Option<NaiveDate> {
    MONDAY?.checked_add_days(chrono::Days::new(u64::from(day.num_days_from_monday())))
}

/// A day of the week in English, short or long, or Chinese.
fn weekday(text: &str) -> Option<Weekday> {
    const DAYS: [(&str, &str, Weekday); 7] = [
        ("mo", "一", Weekday::Mon),
        ("tu", "二", Weekday::Tue),
        ("we", "三", Weekday::Wed),
        ("th", "四", Weekday::Thu),
        ("fr", "五", Weekday::Fri),
        ("sa", "六", Weekday::Sat),
        ("su", "日", Weekday::Sun),
    ];
    if let Some(number) = ["星期", "礼拜", "周"].iter().find_map(|prefix| text.strip_prefix(prefix)) {
        let number = if number == "天" { "日" } else { number };
        return DAYS.iter().find(|(_, zh, _)| *zh == number).map(|(.., day)| *day);
    }
    let folded = text.to_lowercase();
    let short = DAYS.iter().find(|(en, ..)| *en == folded).map(|(.., day)| *day);
    short.or_else(|| folded.parse().ok())
}

/// What a table writes in Chinese, as OpenStreetMap would.
fn plain(hours: &str) -> String {
    const WORDS: [(&str, &str); 28] = [
        ("：", ":"),
        ("，", ","),
        ("、", ","),
        ("；", ";"),
        ("—", "-"),
        ("–", "-"),
        ("～", "-"),
        ("~", "-"),
        ("至", "-"),
        ("到", "-"),
        ("--", "-"),
        ("星期", "周"),
        ("周天", "周日"),
        ("周一", "Mo"),
        ("周二", "Tu"),
        ("周三", "We"),
        ("周四", "Th"),
        ("周五", "Fr"),
        ("周六", "Sa"),
        ("周日", "Su"),
        ("工作日", "Mo-Fr "),
        ("周末", "Sa,Su "),
        ("全天", "00:00-24:00"),
        ("24小时", "00:00-24:00"),
        ("每天", ""),
        ("每日", ""),
        ("关闭", "off"),
        ("开放", ""),
    ];
    let mut text = hours.trim().to_owned();
    for (word, osm) in WORDS {
        text = text.replace(word, osm);
    }
    text.trim().to_owned()
}

impl Moment {
    /// Whether hours let people through; `None` when they cannot be read or do not say.
    #[must_use]
    pub fn lets_through(&self, hours: &str) -> Option<bool> {
        if hours.len() > TEXT_MOST {
            return None;
        }
        let hours = plain(hours).parse::<OpeningHours>().ok()?;
        if hours.is_open(self.at) { Some(true) } else { hours.is_closed(self.at).then_some(false) }
    }

    /// 某时刻的辖区 The territory with the gates as they are then, and what became of them, faults about hours nobody can read included.
    #[must_use]
    pub fn gates(&self, territory: &Territory) -> (Territory, GateHours, Vec<Fault>) {
        let mut then = territory.clone();
        let mut told = GateHours { at: self.told.clone(), ..GateHours::default() };
        let mut faults = Vec::new();
        for compound in then.compounds.iter_mut().filter(|compound| compound.walled) {
            for gate in &mut compound.gates {
                if !gate.open {
                    told.always_shut += 1;
                    continue;
                }
                match gate.hours.as_deref().map(|hours| (hours, self.lets_through(hours))) {
                    Some((_, Some(true))) => told.open += 1,
                    Some((_, Some(false))) => {
                        told.shut += 1;
                        gate.open = false;
                    }
                    Some((hours, None)) => {
                        told.unknown += 1;
                        faults.push(
                            Fault::new(
                                Severity::Notice,
                                "V-105",
                                format!("the opening hours {hours:?} of a gate cannot be read"),
                                "It was taken as open. Write them as Mo-Fr 06:00-22:00; Sa,Su 07:00-23:00.",
                            )
                            .at(Place { feature: Some(compound.code.clone()), ..Place::default() }),
                        );
                    }
                    None => told.unknown += 1,
                }
            }
        }
        (then, told, faults)
    }
}
