//! Rosters: what is wrong is refused with its row, names stay in the file unless asked for.

use super::sample;
use crate::{ExportRequest, LayerKind, LayerRequest, PlannerError, Session};
use lifang_formats::{CsvGeometry, Encoding, Format};
use lifang_model::Silent;
use std::path::Path;

fn roster(folder: &Path, text: &str) -> std::path::PathBuf {
    let path = folder.join("roster.csv");
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_roster_comes_in_by_code_and_role_and_goes_out_without_names_unless_asked() {
    let (folder, path) = sample();
    let mut session = Session::open(&path, &Silent).unwrap();
    let plan = session.plan.as_ref().unwrap();
    let (grid, micro) = (plan.levels[0].zones[0].code.to_string(), plan.levels[1].zones[0].code.to_string());
    let text = format!(
        "网格编码,岗位,姓名,电话\r\n{grid},网格长,张三,02312345678\r\n{micro},微网格长,李四,13800000000\r\n{micro},grid_worker,王五,\r\n"
    );
    let done = session.import_staff(&roster(folder.path(), &text), None).unwrap();
    assert_eq!((done.people, done.zones), (3, 2));
    assert_eq!(
        session.staff().unwrap().iter().find(|one| one.name == "张三").unwrap().phone.as_deref(),
        Some("02312345678")
    );
    let posts = session.export_staff(&folder.path().join("posts.csv"), false, Encoding::Utf8).unwrap();
    let said = std::fs::read_to_string(&posts[0]).unwrap();
    assert!(
        said.contains(&format!("{micro},micro_grid_head,1"))
            && !said.contains("李四")
            && !said.contains("138"),
        "{said}"
    );
    let named = session.export_staff(&folder.path().join("named.csv"), true, Encoding::Utf8).unwrap();
    let back = session.staff().unwrap();
    session.import_staff(&named[0], None).unwrap();
    assert_eq!(session.staff().unwrap(), back, "what was written is read back");
    let zones = |with_staff| {
        let request = ExportRequest {
            layer: LayerRequest::of(LayerKind::Zones),
            format: Format::GeoJson,
            csv_geometry: CsvGeometry::Points,
            crs: None,
            encoding: Encoding::Utf8,
            out: folder.path().join(format!("zones-{with_staff}.geojson")),
            with_staff,
        };
        std::fs::read_to_string(&session.export(&request, &Silent).unwrap().files[0]).unwrap()
    };
    assert!(!zones(false).contains("李四"));
    assert!(zones(true).contains("\"micro_grid_head\":\"李四 13800000000\""));
    assert!(zones(false).contains(&format!("\"signature\":\"{}\"", session.signature().unwrap())));
}

#[test]
fn a_roster_with_a_mistake_is_refused_with_the_row_and_nothing_changes() {
    let (folder, path) = sample();
    let mut session = Session::open(&path, &Silent).unwrap();
    let plan = session.plan.as_ref().unwrap();
    let (grid, micro) = (plan.levels[0].zones[0].code.to_string(), plan.levels[1].zones[0].code.to_string());
    for (row, wrong) in [
        (2, "X9,网格员,张三".to_owned()),
        (3, format!("{grid},网格员,张三\n{grid},厨师,李四")),
        (2, format!("{grid},微网格长,张三")),
        (3, format!("{micro},微网格长,张三\n{micro},微网格长,李四")),
        (3, format!("{micro},网格员,张三\n{micro},grid_worker,张三")),
        (2, format!("{micro},网格员,")),
    ] {
        let file = roster(folder.path(), &format!("zone,role,name\n{wrong}\n"));
        let error = session.import_staff(&file, None).unwrap_err();
        assert!(matches!(&error, PlannerError::Table { row: at, .. } if *at == row), "{wrong}: {error}");
    }
    let file = roster(folder.path(), "zone,name\n1,张三\n");
    assert!(session.import_staff(&file, None).unwrap_err().to_string().contains("role"));
    assert!(session.staff().unwrap().is_empty());
}
