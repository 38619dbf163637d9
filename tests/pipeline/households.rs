//! A household table in Excel joined to buildings, from the command line to the plan file.

use crate::support::{json, lifang, refused, text};
use rust_xlsxwriter::Workbook;
use std::path::{Path, PathBuf};

/// Six slabs of two compounds, 6 floors each.
fn buildings(folder: &Path) -> PathBuf {
    let slabs: Vec<String> = (0..6)
        .map(|at| {
            let (west, south) = (107.390 + f64::from(at % 3) * 0.0008, 29.700 + f64::from(at / 3) * 0.0006);
            let (east, north) = (west + 0.0005, south + 0.00013);
            let compound = if at < 3 { "御景湾" } else { "翠屏苑" };
            format!(
                r#"{{"type":"Feature","properties":{{"CODE":"L{at}","名称":"{}栋","小区":"{compound}","层数":6,"用途":"住宅"}},
                "geometry":{{"type":"Polygon","coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}}}"#,
                at % 3 + 1
            )
        })
        .collect();
    let path = folder.join("buildings.geojson");
    std::fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, slabs.join(",")))
        .unwrap();
    path
}

const NAMES: [&str; 4] = ["王建国", "李秀英", "赵德柱", "孙桂兰"];

/// Two residents in each of 60 homes a slab: 5 units, 6 floors, 2 a floor. A title stands above the header.
fn residents(folder: &Path, spoil: bool) -> PathBuf {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("说明").unwrap().write(0, 0, "内部资料").unwrap();
    let sheet = book.add_worksheet().set_name("住户").unwrap();
    sheet.write(0, 0, "太平街住户登记表").unwrap();
    for (column, name) in
        ["地址", "姓名", "身份证号", "联系电话", "出生日期", "与户主关系"].iter().enumerate()
    {
        sheet.write(2, column as u16, *name).unwrap();
    }
    let mut row = 3;
    for slab in 0..6 {
        let compound = if slab < 3 { "御景湾小区" } else { "翠屏苑" };
        for home in 0..60 {
            let (unit, floor, door) = (home / 12 + 1, home % 12 / 2 + 1, home % 2 + 1);
            let address = match home % 3 {
                0 => format!("{compound}{}栋{unit}单元{floor}0{door}", slab % 3 + 1),
                1 => format!("{compound}{}#-{unit}-{floor}0{door}", slab % 3 + 1),
                _ => format!("{compound}{}号楼{unit}单元{floor}0{door}室", ["一", "二", "三"][slab % 3]),
            };
            for person in 0..2 {
                let name = NAMES[(home + person) % 4];
                let born = if person == 0 { "1955-05-05" } else { "2015-05-05" };
                let cells = [
                    address.as_str(),
                    name,
                    "11010519491231002X",
                    "13800138000",
                    born,
                    ["户主", "孙子"][person],
                ];
                for (column, cell) in cells.iter().enumerate() {
                    sheet.write(row, column as u16, *cell).unwrap();
                }
                row += 1;
            }
        }
    }
    if spoil {
        sheet.write(row, 0, "滨江路8栋1单元101").unwrap();
        sheet.write(row, 1, "周不在").unwrap();
    }
    let path = folder.join("households.xlsx");
    book.save(&path).unwrap();
    path
}

#[test]
fn residents_in_a_workbook_become_counts_by_building_unit_and_floor_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let (layer, table) = (buildings(folder.path()), residents(folder.path(), true));
    let plan = folder.path().join("plan.gpkg");
    let made = json(&[
        "--json",
        "new",
        text(&plan),
        "--buildings",
        text(&layer),
        "--table",
        text(&table),
        "--sheet",
        "住户",
        "--table-key",
        "地址",
        "--as-of",
        "2026-07-01",
    ]);
    let demand = &made["demand"];
    let counts = ["households", "persons", "elders", "children"].map(|key| demand[key].as_u64().unwrap());
    assert_eq!(counts, [360, 720, 360, 360]);
    assert_eq!(made["households"], "given");
    let faults = made["faults"].as_array().unwrap();
    let lost: Vec<_> = faults.iter().filter(|fault| fault["code"] == "I-133").collect();
    assert_eq!(lost.len(), 1);
    assert_eq!((&lost[0]["place"]["layer"], &lost[0]["place"]["row"]), (&"住户".into(), &724.into()));

    let partition = json(&["--json", "partition", text(&plan), "--preset", "taipingjie"]);
    assert_eq!(partition["levels"][1]["households"], 360, "{partition}");
    let db = rusqlite::Connection::open(&plan).unwrap();
    let one = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(one("SELECT count(*) FROM storeys"), 6 * 30);
    assert_eq!(one("SELECT sum(households) FROM storeys WHERE unit = 5 AND floor = 6"), 12);
    drop(db);

    // Not one name, number or date, in no table and on no page of the file, nor in anything exported.
    let out = folder.path().join("out");
    for layer in ["zones", "atoms", "buildings"] {
        for format in ["geojson", "csv"] {
            json(&[
                "--json",
                "export",
                text(&plan),
                "--layer",
                layer,
                "--format",
                format,
                "--out",
                text(&out),
            ]);
        }
    }
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.push(plan);
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        for secret in NAMES.iter().copied().chain([
            "周不在",
            "11010519491231002",
            "13800138000",
            "1955-05",
            "2015-05",
            "孙子",
        ]) {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} is in {}", file.display());
        }
    }
}

#[test]
fn a_table_that_cannot_be_joined_is_refused_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let (layer, table) = (buildings(folder.path()), residents(folder.path(), false));
    let plan = folder.path().join("plan.gpkg");
    let new = |more: &[&str]| {
        let mut args = vec!["new", text(&plan), "--buildings", text(&layer), "--table", text(&table)];
        args.extend(more);
        refused(&args)
    };
    assert!(new(&["--sheet", "住户", "--table-key", "楼栋编号"]).contains("I-111"));
    let sheets = new(&["--sheet", "商铺"]);
    assert!(sheets.contains("住户") && sheets.contains("说明"), "{sheets}");
    assert!(new(&["--sheet", "住户", "--table-key", "姓名"]).contains("I-115"));
    assert!(new(&["--sheet", "住户", "--building-key", "层数"]).contains("I-137"));
    assert!(!plan.exists());
    let told = lifang(&[
        "new",
        text(&plan),
        "--buildings",
        text(&layer),
        "--table",
        &format!("{}#住户", text(&table)),
    ]);
    let said = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(said.contains("一人一行") && said.contains("720 of 720 rows"), "{said}");
}
