//! Siting, what-if and impact for people.

use super::{Printer, mark, shops};
use lifang_model::Demand;
use lifang_planner::{GapsResult, GateHours, Impact, SiteAnswer, SiteModel, SiteResult};
use serde_json::json;

impl Printer {
    /// After `site`.
    pub fn sited(&self, result: &SiteResult) {
        if self.json {
            say!("{}", json!(result));
            return;
        }
        if !self.text() {
            return;
        }
        say!(
            "{} within {} ({:.0} m), profile {}, in {:.1} s",
            result.category,
            result.tier,
            result.distance_m,
            result.profile,
            result.seconds
        );
        self.gates(result.gates.as_ref());
        for change in &result.changes {
            say!("  if {change}");
        }
        if let Some(answer) = &result.answer {
            told(answer);
        }
        say!(
            "  {:<12} {:>10} {:>12} {:>12} {:>12} {:>12}",
            "",
            "stations",
            "households",
            "persons",
            "elders",
            "children"
        );
        for (at, before) in result.before.tiers.iter().enumerate() {
            let Some(after) = result.after.tiers.get(at) else { continue };
            let row = |word: &str, stations: u32, demand: &Demand| {
                say!(
                    "  {:<12} {stations:>10} {:>12} {:>12} {:>12} {:>12}",
                    format!("{} {word}", before.tier),
                    demand.households,
                    demand.persons,
                    demand.elders,
                    demand.children
                );
            };
            row("before", result.before.stations, &before.covered);
            row("after", result.after.stations, &after.covered);
        }
        if let Some(tier) = result.before.tiers.first() {
            let all = &tier.total;
            say!(
                "  {:<12} {:>10} {:>12} {:>12} {:>12} {:>12}",
                "everyone",
                "",
                all.households,
                all.persons,
                all.elders,
                all.children
            );
        }
        for (word, side) in [("before", &result.before), ("after", &result.after)] {
            for gaps in &side.gaps {
                let cause = json!(gaps.cause);
                say!(
                    "  {word}: {} gaps, {}: {} households, {} persons",
                    gaps.gaps,
                    cause.as_str().unwrap_or_default().replace('_', " "),
                    gaps.demand.households,
                    gaps.demand.persons
                );
            }
        }
    }

    /// The gates at a time of day.
    pub fn gates(&self, gates: Option<&GateHours>) {
        if let Some(gates) = gates {
            say!(
                "  at {}: {} gates shut by their hours, {} open by them, {} of unknown hours taken as open, {} always shut",
                gates.at,
                gates.shut,
                gates.open,
                gates.unknown,
                gates.always_shut
            );
        }
    }

    /// After `gaps`.
    pub fn gaps(&self, result: &GapsResult) {
        if self.json {
            say!("{}", json!(result));
            return;
        }
        if !self.text() {
            return;
        }
        let word = |value: serde_json::Value| value.as_str().unwrap_or_default().replace('_', " ");
        say!(
            "{} within {} ({:.0} m), profile {}: {} of {} households, {} of {} persons",
            result.category,
            result.tier,
            result.distance_m,
            result.profile,
            result.covered.households,
            result.total.households,
            result.covered.persons,
            result.total.persons
        );
        self.gates(result.gates.as_ref());
        if result.unknown != Demand::default() {
            say!("  {} persons live where no street is known nearby", result.unknown.persons);
        }
        for gap in result.gaps.iter().take(20) {
            let metres = |value: Option<f64>| value.map_or("-".to_owned(), |metres| format!("{metres:.0} m"));
            say!(
                "  {} {}: {} households, {} persons in {} buildings; straight {}, on foot {}",
                gap.code,
                word(json!(gap.cause)),
                gap.demand.households,
                gap.demand.persons,
                gap.buildings.len(),
                metres(gap.straight_m),
                metres(gap.network_m)
            );
        }
        if result.gaps.len() > 20 {
            say!("  … {} more gaps; --json lists all", result.gaps.len() - 20);
        }
        for one in &result.openings {
            say!(
                "  {:>3}. {}{} at {:.6},{:.6}{}: {} households, {} persons more",
                one.number,
                word(json!(one.kind)),
                one.compound.as_ref().map_or(String::new(), |name| format!(" of {name}")),
                one.from.0,
                one.from.1,
                if one.length_m > 0.0 {
                    format!(" to {:.6},{:.6} ({:.0} m)", one.to.0, one.to.1, one.length_m)
                } else {
                    String::new()
                },
                one.demand.households,
                one.demand.persons
            );
        }
    }

    /// After `impact`.
    pub fn impact(&self, impact: &Impact) {
        if self.json {
            say!("{}", json!(impact));
            return;
        }
        if !self.text() {
            return;
        }
        let all = &impact.demand;
        say!(
            "{}{} households, {}{} persons ({} elders, {} children), {} in {} buildings",
            mark(impact.households),
            all.households,
            mark(impact.persons),
            all.persons,
            all.elders,
            all.children,
            shops(all.merchants, impact.merchants),
            impact.buildings
        );
        if !impact.compounds.is_empty() {
            say!("  compounds: {}", impact.compounds.join(", "));
        }
        for (category, count) in &impact.facilities {
            say!("  {category}: {count}");
        }
        for zone in &impact.zones {
            say!(
                "  {} {}{}: {} of {} households, {} of {} persons{}{}",
                zone.level,
                zone.code,
                zone.name.as_ref().map_or(String::new(), |name| format!(" {name}")),
                zone.inside.households,
                zone.total.households,
                zone.inside.persons,
                zone.total.persons,
                match zone.total.merchants {
                    0 => String::new(),
                    all => format!(", {} of {all} merchants", zone.inside.merchants),
                },
                if zone.whole { " (all of it)" } else { "" }
            );
        }
    }
}

fn told(answer: &SiteAnswer) {
    let used = &answer.candidates;
    let thinned = used.spacing_m.map_or(String::new(), |metres| format!(", {metres:.0} m apart"));
    say!("  chosen from {} of {} {}{thinned}", used.used, used.there, used.source);
    let what = match answer.model {
        SiteModel::Lscp => "stations in all".to_owned(),
        SiteModel::Mclp => format!("{} within the tier", answer.weight),
        SiteModel::PMedian => format!("{} times metres", answer.weight),
        SiteModel::PCenter => "metres at most".to_owned(),
    };
    let sure = if answer.proven {
        "proven best among the candidates".to_owned()
    } else {
        format!("at most {:.2} % from best: no choice beats {:.1}", answer.gap_pct, answer.bound)
    };
    say!("  {} {what}: {sure}", (answer.objective * 10.0).round() / 10.0);
    if answer.unserved != Demand::default() {
        let beyond = if answer.model == SiteModel::Mclp {
            "beyond the tier of any"
        } else {
            "out of reach of every place"
        };
        say!(
            "  {} households ({} persons) stay {beyond}",
            answer.unserved.households,
            answer.unserved.persons
        );
    }
    if let (Some(size), Some(without)) = (answer.capacity, answer.without_room) {
        say!(
            "  with room for {size} {} at each new station, {without} find none within reach",
            answer.weight
        );
    }
    for station in &answer.stations {
        let place = station
            .name
            .as_ref()
            .or(station.building.as_ref())
            .map_or(String::new(), |name| format!(" {name}"));
        say!(
            "  {:>3}. {:.6},{:.6}{place}: adds {} households, {} persons, {} elders; {} persons within",
            station.number,
            station.at.0,
            station.at.1,
            station.adds.households,
            station.adds.persons,
            station.adds.elders,
            station.within.persons
        );
    }
}
