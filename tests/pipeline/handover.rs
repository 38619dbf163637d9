//! What planners hand over: the workbook, the drawing, and the local grid of their city.

use crate::support::{json, partitioned_sample, refused, text};
use calamine::{Data, Reader, Xlsx, open_workbook};
use std::path::{Path, PathBuf};

fn files(args: &[&str]) -> Vec<PathBuf> {
    let done = json(args);
    done["files"].as_array().unwrap().iter().map(|file| PathBuf::from(file.as_str().unwrap())).collect()
}

#[test]
fn the_whole_plan_is_one_workbook_and_one_drawing() {
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    let out = folder.path().join("成果");
    json(&["--json", "cover", text(&plan)]);
    let made = files(&["--json", "export", text(&plan), "--format", "xlsx", "--out", text(&out)]);
    assert_eq!(made, [out.join("plan.xlsx")]);
    let mut book: Xlsx<_> = open_workbook(&made[0]).unwrap();
    let names = book.sheet_names();
    for wanted in ["概况", "micro_grid", "楼栋对照", "问题", "覆盖率", "缺口", "字段说明"] {
        assert!(names.iter().any(|name| name.contains(wanted)), "{names:?}");
    }
    let zones = names.iter().find(|name| name.contains("micro_grid")).unwrap().clone();
    let range = book.worksheet_range(&zones).unwrap();
    let head: Vec<String> = range.rows().next().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(head[0], "编码\ncode");
    let homes = head.iter().position(|title| title.ends_with("\nhouseholds")).unwrap();
    let total: f64 = range
        .rows()
        .skip(1)
        .map(|row| match row[homes] {
            Data::Float(number) => number,
            ref other => panic!("{other:?} is no number"),
        })
        .sum();
    let verdict = json_of_verify(&plan);
    assert_eq!(total, verdict["levels"][1]["households"].as_f64().unwrap());
    let drawing = drawing(&plan, &out, &[]);
    let bytes = std::fs::read(&drawing).unwrap();
    let closed = bytes.windows(14).filter(|window| *window == b" 70\r\n1\r\n1001\r\n").count();
    assert!(closed > 300, "{closed} closed outlines");
    let refusal =
        refused(&["export", text(&plan), "--format", "dxf", "--crs", "EPSG:4326", "--out", text(&out)]);
    assert!(refusal.contains("X-105"), "{refusal}");
}

#[test]
fn the_drawing_is_the_ground_of_another_plan() {
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    let drawing = drawing(&plan, folder.path(), &["--crs", "EPSG:4545"]);
    let on = |layer: &str| format!("{}#{layer}", text(&drawing));
    let back = folder.path().join("back.gpkg");
    let new = |more: &[&str]| -> Vec<String> {
        let (buildings, streets, compounds) = (on("建筑"), on("道路"), on("小区"));
        let boundary = on("边界");
        let layers = [
            "--buildings",
            &buildings,
            "--streets",
            &streets,
            "--compounds",
            &compounds,
            "--boundary",
            &boundary,
        ];
        ["--json", "new", text(&back)].iter().chain(&layers).chain(more).map(ToString::to_string).collect()
    };
    // A drawing never says where on Earth it lies.
    let args = new(&[]);
    assert!(refused(&args.iter().map(String::as_str).collect::<Vec<_>>()).contains("I-116"));
    let args = new(&["--crs", "EPSG:4545", "--households", "households"]);
    let made = json(&args.iter().map(String::as_str).collect::<Vec<_>>());
    // Streets around squares come back as streets.
    assert!(!made.to_string().contains("a street must be a line"), "{made}");
    json(&["--json", "partition", text(&back)]);
    let (before, after) = (json_of_verify(&plan), json_of_verify(&back));
    assert_eq!(before["levels"][1]["households"], after["levels"][1]["households"], "{made}");
    assert_eq!(after["violations"].as_array().unwrap().len(), 0);
}

/// The plan as one drawing in GBK.
fn drawing(plan: &Path, out: &Path, more: &[&str]) -> PathBuf {
    let args = ["--json", "export", text(plan), "--format", "dxf", "--encoding", "gbk", "--out", text(out)];
    files(&[&args, more].concat()).swap_remove(0)
}

fn json_of_verify(plan: &Path) -> serde_json::Value {
    json(&["--json", "verify", text(plan)])
}

/// Buildings in a city grid, turned by half a degree against CGCS2000 / 108°E, and four control points.
fn city(folder: &Path, spoilt: f64) -> (PathBuf, PathBuf) {
    let (sin, cos) = 0.5f64.to_radians().sin_cos();
    let known = |x: f64, y: f64| (440_000.0 + cos * x - sin * y, 3_287_000.0 + sin * x + cos * y);
    let squares: Vec<String> = (0..9)
        .map(|at| {
            let (x, y) = (50_000.0 + f64::from(at % 3) * 60.0, 50_000.0 + f64::from(at / 3) * 60.0);
            format!(
                r#"{{"type":"Feature","properties":{{"户数":40}},"geometry":{{"type":"Polygon","coordinates":[[[{x},{y}],[{0},{y}],[{0},{1}],[{x},{1}],[{x},{y}]]]}}}}"#,
                x + 30.0,
                y + 20.0
            )
        })
        .collect();
    let layer = folder.join("buildings.geojson");
    std::fs::write(&layer, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, squares.join(",")))
        .unwrap();
    let mut table = String::from("点号,local_x,local_y,east,north\r\n");
    for (at, (x, y)) in
        [(49_000.0, 49_000.0), (51_500.0, 49_200.0), (51_200.0, 51_700.0), (48_900.0, 51_100.0)]
            .into_iter()
            .enumerate()
    {
        let (e, n) = known(x, y);
        let e = if at == 2 { e + spoilt } else { e };
        table.push_str(&format!("K{at},{x},{y},{e:.4},{n:.4}\r\n"));
    }
    let control = folder.join("控制点.csv");
    std::fs::write(&control, table).unwrap();
    (layer, control)
}

#[test]
fn a_local_grid_is_fitted_to_control_points_and_exports_go_back_into_it() {
    let folder = tempfile::tempdir().unwrap();
    let (layer, control) = city(folder.path(), 0.0);
    let plan = folder.path().join("plan.gpkg");
    let made = json(&[
        "--json",
        "new",
        text(&plan),
        "--buildings",
        text(&layer),
        "--control",
        text(&control),
        "--control-crs",
        "EPSG:4545",
    ]);
    let fit = &made["control"];
    assert_eq!(fit["points"].as_array().unwrap().len(), 4);
    assert!(
        fit["points"].as_array().unwrap().iter().all(|point| point["residual_mm"].as_f64().unwrap() < 0.5)
    );
    assert!((fit["rotation_deg"].as_f64().unwrap() - 0.5).abs() < 1e-4, "{fit}");
    let out = folder.path().join("out");
    let back = files(&[
        "--json",
        "export",
        text(&plan),
        "--layer",
        "buildings",
        "--format",
        "csv",
        "--geometry",
        "wkt",
        "--out",
        text(&out),
    ]);
    let csv = std::fs::read_to_string(&back[0]).unwrap();
    let first = csv.lines().nth(1).unwrap();
    let numbers: Vec<f64> = first[first.find("((").unwrap()..]
        .split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .filter_map(|number| number.parse().ok())
        .collect();
    let corners = [50_000.0, 50_030.0, 50_020.0];
    assert!(numbers.iter().all(|n| corners.iter().any(|corner| (n - corner).abs() < 0.002)), "{first}");
    // The same corner in CGCS2000.
    let there = files(&[
        "--json",
        "export",
        text(&plan),
        "--layer",
        "buildings",
        "--format",
        "csv",
        "--geometry",
        "inner",
        "--crs",
        "EPSG:4545",
        "--out",
        text(&out),
    ]);
    let csv = std::fs::read_to_string(&there[0]).unwrap();
    let cells: Vec<&str> = csv.lines().nth(1).unwrap().split(',').collect();
    let at: Vec<f64> = cells[cells.len() - 2..].iter().map(|cell| cell.parse().unwrap()).collect();
    let (sin, cos) = 0.5f64.to_radians().sin_cos();
    let (x, y) = (50_015.0, 50_010.0);
    let (e, n) = (440_000.0 + cos * x - sin * y, 3_287_000.0 + sin * x + cos * y);
    assert!((at[0] - e).abs() < 20.0 && (at[1] - n).abs() < 20.0, "{at:?} {e} {n}");
}

#[test]
fn a_bad_control_point_is_named_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let (layer, control) = city(folder.path(), 0.8);
    let plan = folder.path().join("plan.gpkg");
    let args = [
        "new",
        text(&plan),
        "--buildings",
        text(&layer),
        "--control",
        text(&control),
        "--control-crs",
        "EPSG:4545",
    ];
    let refusal = refused(&args);
    assert!(refusal.contains("C-503") && refusal.contains("K2"), "{refusal}");
    assert!(!plan.exists());
    let without = refused(&args[..6]);
    assert!(without.contains("--control-crs"), "{without}");
}
