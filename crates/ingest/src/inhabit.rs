//! 人口推算 Who is in a building: what was given stays, what was not is estimated by a stated rule, and both are marked.

use crate::estimates::EstimateRules;
use crate::uses::without_homes;
use lifang_model::{BuildingUse, Certainty, Demand, Sources};

/// 已知数 What the source says about one building.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Known {
    pub(crate) households: Option<u32>,
    pub(crate) persons: Option<u32>,
    pub(crate) elders: Option<u32>,
    pub(crate) children: Option<u32>,
    pub(crate) merchants: Option<u32>,
}

/// 有无此项 Which counts the source speaks about at all. Where it does, a missing value is not estimated: it is 0, given
/// when the building's use leaves no doubt and unknown otherwise, so that totals are the source's own.
#[derive(Copy, Clone, Debug, Default, PartialEq)]
pub(crate) struct Told {
    pub(crate) households: bool,
    pub(crate) persons: bool,
    pub(crate) elders: bool,
    pub(crate) children: bool,
    pub(crate) merchants: bool,
}

/// 建筑体量 What an estimate is made from.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) use_: BuildingUse,
    pub(crate) footprint_m2: f64,
    pub(crate) levels: Option<u16>,
    /// Gross floor area when it is known better than footprint x levels (building parts), m2.
    pub(crate) gross_m2: Option<f64>,
    /// Whether the form of the building means one household.
    pub(crate) single: bool,
}

/// The counts of a building and how sure they are.
pub(crate) fn inhabit(known: &Known, told: Told, body: &Body, rules: &EstimateRules) -> (Demand, Sources) {
    let none_by_nature = without_homes(body.use_);
    let absent = if none_by_nature { Certainty::Given } else { Certainty::Unknown };
    let persons_rule = &rules.persons;
    let (households, of_households) = match known.households {
        Some(given) => (given, Certainty::Given),
        None if told.households => (0, absent),
        None => match known.persons {
            Some(persons) => {
                let households = (f64::from(persons) / persons_rule.per_household).round() as u32;
                (if persons > 0 { households.max(1) } else { 0 }, Certainty::Estimated)
            }
            None if none_by_nature => (0, Certainty::Given),
            None => (estimate_households(body, rules), Certainty::Estimated),
        },
    };
    let derived = |number: f64, from: Certainty| (number.round() as u32, from.with(Certainty::Estimated));
    let nobody = households == 0 && of_households == Certainty::Given;
    let (persons, of_persons) = match known.persons {
        Some(given) => (given, Certainty::Given),
        None if nobody => (0, Certainty::Given),
        None if told.persons => (0, Certainty::Unknown),
        None => derived(f64::from(households) * persons_rule.per_household, of_households),
    };
    let empty = persons == 0 && of_persons == Certainty::Given;
    let share = |given: Option<u32>, told: bool, share: f64| match given {
        Some(given) => (given, Certainty::Given),
        None if empty => (0, Certainty::Given),
        None if told => (0, Certainty::Unknown),
        None => derived(f64::from(persons) * share, of_persons),
    };
    let (elders, of_elders) = share(known.elders, told.elders, persons_rule.elder_share);
    let (children, of_children) = share(known.children, told.children, persons_rule.child_share);
    let no_trade = matches!(body.use_, BuildingUse::Ancillary);
    let (merchants, of_merchants) = match known.merchants {
        Some(given) => (given, Certainty::Given),
        None if no_trade => (0, Certainty::Given),
        None => (0, Certainty::Unknown),
    };
    let demand = Demand { households, persons, merchants, elders, children, day_persons: 0 };
    let ages = of_elders.with(of_children);
    (demand, Sources { households: of_households, persons: of_persons, ages, merchants: of_merchants })
}

/// Households by floor area. A building of unknown use counts as homes when its footprint is neither
/// too small nor too large for that; see `data/estimates.toml`.
fn estimate_households(body: &Body, rules: &EstimateRules) -> u32 {
    if body.use_ == BuildingUse::Unknown && !rules.may_house(body.footprint_m2) {
        return 0;
    }
    let levels = body.levels.unwrap_or_else(|| rules.default_levels(body.use_, body.footprint_m2));
    let gross = body.gross_m2.unwrap_or(body.footprint_m2 * f64::from(levels));
    let homes = if body.use_ == BuildingUse::Mixed {
        let levels = f64::from(levels.max(1));
        gross * ((levels - f64::from(rules.mixed.trade_floors)) / levels).max(0.0)
    } else {
        gross
    };
    if body.single && gross < rules.single.below_gross_m2 {
        return 1;
    }
    (homes / rules.dwelling.gross_m2).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_estimates;
    use proptest::prelude::*;

    fn rules() -> EstimateRules {
        parse_estimates(include_str!("../../../data/estimates.toml")).unwrap()
    }

    fn body(use_: BuildingUse, footprint_m2: f64, levels: u16) -> Body {
        Body { use_, footprint_m2, levels: Some(levels), gross_m2: None, single: false }
    }

    #[test]
    fn a_tower_without_counts_is_estimated_from_its_floor_area() {
        let tower = body(BuildingUse::Residential, 815.0, 20);
        let (demand, sources) = inhabit(&Known::default(), Told::default(), &tower, &rules());
        assert_eq!(demand.households, 100);
        assert_eq!(demand.persons, 262);
        assert_eq!(demand.elders, 49);
        assert_eq!(demand.children, 47);
        assert_eq!(sources.households, Certainty::Estimated);
        assert_eq!(sources.persons, Certainty::Estimated);
        assert_eq!(sources.merchants, Certainty::Unknown);
    }

    #[test]
    fn given_counts_stay_given_and_their_gaps_are_not_filled() {
        let told = Told { households: true, ..Told::default() };
        let known = Known { households: Some(94), ..Known::default() };
        let (demand, sources) = inhabit(&known, told, &body(BuildingUse::Residential, 500.0, 12), &rules());
        assert_eq!((demand.households, sources.households), (94, Certainty::Given));
        assert_eq!(sources.persons, Certainty::Estimated);
        let gap = |use_| inhabit(&Known::default(), told, &body(use_, 500.0, 12), &rules());
        assert_eq!(gap(BuildingUse::Public).1.households, Certainty::Given);
        assert_eq!(gap(BuildingUse::Unknown).1.households, Certainty::Unknown);
        assert_eq!(gap(BuildingUse::Residential).1.households, Certainty::Unknown);
        assert_eq!(gap(BuildingUse::Residential).1.persons, Certainty::Unknown);
        assert_eq!(gap(BuildingUse::Residential).0, Demand::default());
    }

    #[test]
    fn a_school_holds_no_households_and_that_is_known() {
        let (demand, sources) =
            inhabit(&Known::default(), Told::default(), &body(BuildingUse::Public, 5000.0, 4), &rules());
        assert_eq!(demand, Demand::default());
        assert_eq!(sources.households, Certainty::Given);
        assert_eq!(sources.persons, Certainty::Given);
    }

    #[test]
    fn households_follow_from_persons_when_only_those_are_given() {
        let known = Known { persons: Some(262), ..Known::default() };
        let (demand, sources) = inhabit(
            &known,
            Told { persons: true, ..Told::default() },
            &body(BuildingUse::Unknown, 10.0, 1),
            &rules(),
        );
        assert_eq!((demand.households, sources.households), (100, Certainty::Estimated));
        assert_eq!((demand.persons, sources.persons), (262, Certainty::Given));
    }

    #[test]
    fn a_house_is_one_household_and_a_small_shed_of_unknown_use_none() {
        let house = Body { single: true, ..body(BuildingUse::Residential, 60.0, 1) };
        assert_eq!(inhabit(&Known::default(), Told::default(), &house, &rules()).0.households, 1);
        let shed = Body { levels: None, ..body(BuildingUse::Unknown, 39.0, 1) };
        assert_eq!(inhabit(&Known::default(), Told::default(), &shed, &rules()).0.households, 0);
    }

    #[test]
    fn shops_on_the_ground_floor_take_it_from_the_homes() {
        let mixed = body(BuildingUse::Mixed, 163.0, 5);
        assert_eq!(inhabit(&Known::default(), Told::default(), &mixed, &rules()).0.households, 4);
    }

    proptest! {
        #[test]
        fn an_unknown_count_is_always_zero_and_elders_and_children_fit_the_persons(
            footprint in 0.0f64..1e5, levels in 0u16..90, use_ in 0usize..8,
            households in prop::option::of(0u32..5000), told in any::<bool>(),
        ) {
            let use_ = BuildingUse::ALL[use_];
            let known = Known { households, ..Known::default() };
            let told = Told { households: told || households.is_some(), ..Told::default() };
            let (demand, sources) = inhabit(&known, told, &body(use_, footprint, levels), &rules());
            prop_assert!(sources.households != Certainty::Unknown || demand.households == 0);
            prop_assert!(sources.persons != Certainty::Unknown || demand.persons == 0);
            prop_assert!(demand.elders + demand.children <= demand.persons + 1);
            prop_assert!(sources.persons >= sources.households.min(Certainty::Estimated) || demand.persons == 0);
        }
    }
}
