//! 放宽 Relaxations of the rules that would remove violations: offered with an id, applied by it.

use crate::PlannerError;
use lifang_model::{Band, Rules};
use lifang_partition::Certificate;
use serde::{Deserialize, Serialize};

/// 放宽建议 A relaxation on offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// `R1`, `R2`, … in the order of the zones they would help.
    pub id: String,
    /// Level it concerns.
    pub level: String,
    /// What to change: `band` or `atoms.split_above`.
    pub what: String,
    /// To what.
    pub to: String,
    /// Codes of the zones it would help.
    pub zones: Vec<String>,
}

/// One offer for every different relaxation of the certificates.
#[must_use]
pub fn offers(certificates: &[Certificate]) -> Vec<Offer> {
    let mut offers: Vec<Offer> = Vec::new();
    for certificate in certificates {
        let Some(relaxation) = &certificate.relaxation else { continue };
        let same = |offer: &&mut Offer| {
            (&offer.level, &offer.what, &offer.to) == (&certificate.level, &relaxation.what, &relaxation.to)
        };
        if let Some(offer) = offers.iter_mut().find(same) {
            offer.zones.push(certificate.zone.clone());
        } else {
            offers.push(Offer {
                id: format!("R{}", offers.len() + 1),
                level: certificate.level.clone(),
                what: relaxation.what.clone(),
                to: relaxation.to.clone(),
                zones: vec![certificate.zone.clone()],
            });
        }
    }
    offers
}

/// Changes the rules as an offer says, and writes that into their source.
///
/// # Errors
/// [`PlannerError::Relaxation`] when the offer cannot be applied by a change of rules.
pub fn apply(rules: &mut Rules, offer: &Offer) -> Result<(), PlannerError> {
    let refused =
        || PlannerError::Relaxation { id: offer.id.clone(), what: offer.what.clone(), to: offer.to.clone() };
    let said = match offer.what.as_str() {
        "band" => {
            let level = rules.levels.iter_mut().find(|level| level.key == offer.level).ok_or_else(refused)?;
            let was = level.band.ok_or_else(refused)?;
            let (min, max) = ends(&offer.to).ok_or_else(refused)?;
            level.band = Some(Band { min, target: was.target.clamp(min, max), max });
            format!("band of {} {}-{} to {min}-{max}", level.key, was.min, was.max)
        }
        "atoms.split_above" => {
            let to: u32 = offer.to.trim().parse().map_err(|_not_a_number| refused())?;
            let was = rules.atoms.split_above.map_or_else(|| "never".to_owned(), |was| was.to_string());
            rules.atoms.split_above = Some(to);
            format!("buildings divided above {was} to above {to}")
        }
        _ => return Err(refused()),
    };
    rules.source = format!("{}; relaxed ({}): {said}", rules.source, offer.id);
    Ok(())
}

/// `[low, high]` with 0 < low <= high.
fn ends(text: &str) -> Option<(u32, u32)> {
    let (low, high) = text.trim().strip_prefix('[')?.strip_suffix(']')?.split_once(',')?;
    let (low, high) = (low.trim().parse().ok()?, high.trim().parse().ok()?);
    (0 < low && low <= high).then_some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lifang_model::Relaxation;

    fn certificate(zone: &str, what: &str, to: &str) -> Certificate {
        Certificate {
            level: "micro_grid".to_owned(),
            zone: zone.to_owned(),
            avoidable: None,
            cause: String::new(),
            relaxation: Some(Relaxation { what: what.to_owned(), to: to.to_owned() }),
        }
    }

    #[test]
    fn equal_relaxations_are_one_offer() {
        let offers = offers(&[
            certificate("01", "band", "[87, 100]"),
            certificate("02", "atoms.split_above", "100"),
            certificate("03", "band", "[87, 100]"),
        ]);
        let ids: Vec<(&str, usize)> =
            offers.iter().map(|offer| (offer.id.as_str(), offer.zones.len())).collect();
        assert_eq!(ids, [("R1", 2), ("R2", 1)]);
    }

    #[test]
    fn an_applied_offer_changes_the_rules_and_is_told_in_their_source() {
        let mut rules = crate::Catalog::built_in().unwrap().rules("taipingjie").unwrap();
        let offers = offers(&[
            certificate("01", "band", "[96, 110]"),
            certificate("02", "atoms.split_above", "30"),
            certificate("03", "move the river", "east"),
            certificate("04", "band", "[7]"),
        ]);
        apply(&mut rules, &offers[0]).unwrap();
        apply(&mut rules, &offers[1]).unwrap();
        assert_eq!(rules.levels[1].band, Some(Band { min: 96, target: 96, max: 110 }));
        assert_eq!(rules.atoms.split_above, Some(30));
        assert!(
            rules.source.contains("relaxed (R1): band of micro_grid 90-100 to 96-110"),
            "{}",
            rules.source
        );
        for offer in &offers[2..] {
            assert!(apply(&mut rules, offer).unwrap_err().to_string().contains(&offer.id));
        }
    }
}
