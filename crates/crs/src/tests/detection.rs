use crate::{Candidate, CrsSpec, detect};

fn specs(found: &[Candidate]) -> Vec<CrsSpec> {
    found.iter().map(|c| c.spec.clone()).collect()
}

#[test]
fn a_zone_number_in_front_of_the_easting_gives_candidates_but_no_certainty() {
    let found = detect(None, [36_440_000.0, 3_286_000.0, 36_442_000.0, 3_288_000.0]);
    assert_eq!(specs(&found), [CrsSpec::Epsg(4524), CrsSpec::Epsg(2360), CrsSpec::Epsg(2412)]);
    assert!(found.iter().all(|c| !c.certain && !c.swapped && c.why.contains("108°E")));
    let six = detect(None, [18_737_000.0, 3_286_000.0, 18_739_000.0, 3_288_000.0]);
    assert_eq!(six[0].spec, CrsSpec::Epsg(4496));
}

#[test]
fn an_easting_without_zone_number_is_not_guessed() {
    let found = detect(None, [440_000.0, 3_286_000.0, 442_000.0, 3_288_000.0]);
    assert_eq!(specs(&found), [CrsSpec::Local]);
    assert!(!found[0].certain && found[0].why.contains("Name it"));
}

#[test]
fn degrees_in_china_may_be_gcj02() {
    let found = detect(None, [107.3, 29.6, 107.4, 29.8]);
    assert_eq!(specs(&found), [CrsSpec::Epsg(4326), CrsSpec::Epsg(4490), CrsSpec::Gcj02, CrsSpec::Bd09]);
    assert!(found.iter().all(|c| !c.certain));
    assert_eq!(specs(&detect(None, [24.9, 60.1, 24.95, 60.2])), [CrsSpec::Epsg(4326)]);
}

#[test]
fn exchanged_axes_are_noticed() {
    let found = detect(None, [29.6, 107.3, 29.8, 107.4]);
    assert!(found.iter().all(|c| c.swapped && c.why.contains("latitude comes first")));
    let found = detect(None, [3_286_000.0, 36_440_000.0, 3_288_000.0, 36_442_000.0]);
    assert!(found[0].swapped && found[0].spec == CrsSpec::Epsg(4524));
    let found = detect(Some("EPSG:4490"), [29.6, 107.3, 29.8, 107.4]);
    assert!(found[0].swapped && !found[0].certain);
}

#[test]
fn a_declaration_the_numbers_agree_with_is_certain() {
    let found = detect(Some("EPSG:4545"), [440_000.0, 3_286_000.0, 442_000.0, 3_288_000.0]);
    assert!(found.len() == 1 && found[0].certain);
    assert!(detect(Some("urn:ogc:def:crs:OGC:1.3:CRS84"), [107.3, 29.6, 107.4, 29.8])[0].certain);
}

#[test]
fn a_declaration_the_numbers_contradict_is_not() {
    let prefixed = detect(Some("EPSG:4545"), [36_440_000.0, 3_286_000.0, 36_442_000.0, 3_288_000.0]);
    assert!(!prefixed[0].certain && prefixed[0].why.contains("zone number 36"));
    assert!(specs(&prefixed).contains(&CrsSpec::Epsg(4524)));
    let bare = detect(Some("EPSG:4524"), [440_000.0, 3_286_000.0, 442_000.0, 3_288_000.0]);
    assert!(!bare[0].certain && bare[0].why.contains("no zone number"));
    let degrees = detect(Some("EPSG:4545"), [107.3, 29.6, 107.4, 29.8]);
    assert!(!degrees[0].certain && degrees[0].why.contains("look like degrees"));
    assert!(specs(&degrees).contains(&CrsSpec::Epsg(4490)));
    let metres = detect(Some("EPSG:4490"), [36_440_000.0, 3_286_000.0, 36_442_000.0, 3_288_000.0]);
    assert!(!metres[0].certain && specs(&metres).contains(&CrsSpec::Epsg(4524)));
}

#[test]
fn nonsense_gives_no_candidate() {
    assert!(detect(None, [f64::NAN, 0.0, 1.0, 1.0]).is_empty());
    assert!(detect(None, [1e12, 1e12, 1e13, 1e13]).is_empty());
    assert!(!detect(Some("nonsense"), [107.3, 29.6, 107.4, 29.8]).is_empty());
}
