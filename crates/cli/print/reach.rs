//! Scores and needs for people.

use super::Printer;
use lifang_planner::{CategoryLoad, NeedFigures, NeedResult, NetworkResult, ScoreFigures, ScoreResult};
use serde_json::json;

/// Zones told one by one, worst first; `--json` has them all.
const MOST: usize = 10;

fn number(value: Option<f64>) -> String {
    value.map_or("unknown".to_owned(), |value| format!("{value:.1}"))
}

fn percent(value: Option<f64>) -> String {
    value.map_or("unknown".to_owned(), |value| format!("{:.1} %", 100.0 * value))
}

impl Printer {
    /// After `cover`: what stations have to bear, where something is known of what they can.
    pub fn loads(&self, loads: &[CategoryLoad]) {
        let number = |value: f64| format!("{value:.0}");
        for load in loads.iter().filter(|load| load.capacity.0 > 0 || load.m2_per_1000.0 > 0) {
            let m2 = load.m2_per_1000.1.map_or("unknown".to_owned(), number);
            let each = load.people_per_station.map_or("unknown".to_owned(), number);
            say!(
                "  {:<16} {each} {} a station; room for {} in {} of {}, {} overfull; {m2} m2 for 1,000 in {} of them",
                load.category,
                load.who.key(),
                load.capacity.1,
                load.capacity.0,
                load.stations.len(),
                load.overfull,
                load.m2_per_1000.0
            );
        }
    }

    /// After `network`.
    pub fn network(&self, result: &NetworkResult) {
        if self.json {
            say!("{}", json!(result));
            return;
        }
        if !self.text() {
            return;
        }
        say!(
            "{} junctions, {} edges, {:.1} km in {} pieces; {} likely gaps, {} joined",
            result.nodes,
            result.edges,
            result.km,
            result.pieces.len(),
            result.gaps.len(),
            result.joined
        );
        for piece in result.pieces.iter().take(MOST) {
            say!(
                "  piece {}: {:.3} km, {} edges, at {:.6},{:.6}",
                piece.number,
                piece.km,
                piece.edges,
                piece.at.0,
                piece.at.1
            );
        }
        for gap in result.gaps.iter().take(2 * MOST) {
            say!(
                "  gap {}: {:.2} m between {} and {}, at {:.6},{:.6}",
                gap.number,
                gap.gap_m,
                gap.street,
                gap.other,
                gap.from.0,
                gap.from.1
            );
        }
    }

    /// After `score`.
    pub fn scored(&self, result: &ScoreResult) {
        if self.json {
            say!("{}", json!(result));
            return;
        }
        if !self.text() {
            return;
        }
        let all = &result.all;
        say!(
            "{}, profile {}: score {} (from {} to {} with what is unknown), {} of {} have {:.0} or more; in {:.1} s",
            result.title.en,
            result.profile,
            number(all.score),
            number(all.low),
            number(all.high),
            percent(all.good),
            result.counted,
            result.good,
            result.seconds
        );
        say!(
            "  {:<24} {:>6} {:>5} {:>9} {:>9} {:>9} {:>10} {:>9}",
            "item",
            "weight",
            "open",
            "whole",
            "part",
            "zero",
            "unreached",
            "unknown"
        );
        for item in &result.items {
            say!(
                "  {:<24} {:>6} {:>5} {:>9} {:>9} {:>9} {:>10} {:>9}",
                item.item,
                item.weight,
                if item.data { item.facilities.to_string() } else { "-".to_owned() },
                item.whole,
                item.part,
                item.zero,
                item.unreached,
                item.unknown
            );
        }
        for (level, zones) in &result.levels {
            let mut worst: Vec<_> = zones.iter().filter(|zone| zone.figures.score.is_some()).collect();
            let key = |figures: &ScoreFigures| figures.score.unwrap_or(0.0);
            worst.sort_by(|a, b| key(&a.figures).total_cmp(&key(&b.figures)).then(a.code.cmp(&b.code)));
            say!("  {level}: {} zones, lowest first", zones.len());
            for zone in worst.into_iter().take(MOST) {
                let name = zone.name.as_deref().unwrap_or_default();
                say!(
                    "    {} {name} {} for {} people",
                    zone.code,
                    number(zone.figures.score),
                    zone.figures.people
                );
            }
        }
    }

    /// After `needs`.
    pub fn needs(&self, result: &NeedResult) {
        if self.json {
            say!("{}", json!(result));
            return;
        }
        if !self.text() {
            return;
        }
        let who = result.who;
        let told = |figures: &NeedFigures| {
            format!(
                "{} have it, {} have not, {} unknown ({})",
                who.of(&figures.met),
                who.of(&figures.unmet),
                who.of(&figures.unknown),
                percent(figures.share)
            )
        };
        say!("{}, {}, profile {}: {}", result.title.en, who.key(), result.profile, told(&result.all));
        for part in &result.parts {
            say!(
                "  {} within {:.0} m, {}: {}; {} lack only this",
                part.services.join(" or "),
                part.within_m,
                if part.data { format!("{} open", part.facilities) } else { "no data".to_owned() },
                told(&part.figures),
                who.of(&part.only_this)
            );
        }
        let mut worst: Vec<_> = result.zones.iter().filter(|zone| who.of(&zone.figures.unmet) > 0).collect();
        worst.sort_by_key(|zone| (std::cmp::Reverse(who.of(&zone.figures.unmet)), zone.code.clone()));
        for zone in worst.into_iter().take(MOST) {
            say!(
                "  {} {} {}: {}",
                zone.level,
                zone.code,
                zone.name.as_deref().unwrap_or_default(),
                told(&zone.figures)
            );
        }
        say!("  {} buildings, see --json or `lifang export --layer needs`", result.buildings.len());
    }
}
