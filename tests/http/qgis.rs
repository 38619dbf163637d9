//! QGIS itself reads the served plan as an OGC API, and the plan file as it is. Skips, saying so, where PyQGIS is not installed.

use crate::support::{installed, json, partitioned_sample, text};
use lifang_model::Silent;
use lifang_planner::Session;
use std::path::Path;
use std::process::Command;

/// Opens layers the way a user of QGIS does and says what came of each, one JSON object in the last line.
const LOOK: &str = r#"
import json, sys
from qgis.core import QgsApplication, QgsVectorLayer, QgsVectorTileLayer
app = QgsApplication([], False)
app.initQgis()
base, plan = sys.argv[1:3]
def told(layer):
    if not layer.isValid():
        return {"valid": False, "error": layer.error().message()}
    rows = list(layer.getFeatures())
    shapes = [row.geometry() for row in rows if row.hasGeometry()]
    fields = [field.name() for field in layer.fields()]
    return {"valid": True, "crs": layer.crs().authid(), "fields": fields, "rows": len(rows), "shapes": len(shapes),
            "geos": all(shape.isGeosValid() for shape in shapes),
            "codes": sorted({str(row["code"]) for row in rows}) if "code" in fields else [],
            "style": layer.renderer().type() if layer.renderer() else None}
found = {"served": {}, "file": {}}
for name in ["zones-grid", "zones-micro_grid", "buildings", "streets"]:
    source = f" pagingEnabled='true' restrictToRequestBBOX='1' srsname='OGC:CRS84' typename='{name}' url='{base}'"
    found["served"][name] = told(QgsVectorLayer(source, name, "OAPIF"))
for name in ["zones_grid", "zones_micro_grid", "buildings", "streets", "facilities"]:
    found["file"][name] = told(QgsVectorLayer(f"{plan}|layername={name}", name, "ogr"))
tiles = f"type=xyz&url={base}api/tiles/zones/{{z}}/{{x}}/{{y}}.mvt&zmin=0&zmax=16"
found["tiles"] = QgsVectorTileLayer(tiles, "tiles").isValid()
print(json.dumps(found), flush=True)
app.exitQgis()
"#;

/// What QGIS finds at an address and in a file.
fn look(python: &str, base: &str, plan: &Path, folder: &Path) -> serde_json::Value {
    let output = Command::new(python)
        .args(["-c", LOOK, base, text(plan)])
        // Nothing of the user's own QGIS is read or written.
        .env("QT_QPA_PLATFORM", "offscreen")
        .env("QGIS_CUSTOM_CONFIG_PATH", folder.join("qgis"))
        .env("XDG_RUNTIME_DIR", folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let last = said.lines().rfind(|line| line.starts_with('{'));
    let last = last.unwrap_or_else(|| panic!("{said}\n{}", String::from_utf8_lossy(&output.stderr)));
    serde_json::from_str(last).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn qgis_reads_the_served_plan_and_the_plan_file() {
    let python = std::env::var("LIFANG_PYTHON").unwrap_or_else(|_| "/usr/bin/python3".to_owned());
    if !installed(&python, &["-c", "import qgis.core"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    json(&["--json", "cover", text(&plan)]);
    let session = Session::open(&plan, &Silent).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/plans/sample.gpkg/", listener.local_addr().unwrap());
    let content = lifang_server::Content { session: Some(session), folder: folder.path().to_owned() };
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(lifang_server::serve(listener, content, async {
        let _either_way = stopped.await;
    }));
    let found = {
        let (plan, at) = (plan.clone(), folder.path().to_owned());
        tokio::task::spawn_blocking(move || look(&python, &base, &plan, &at)).await.unwrap()
    };
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();

    for (place, layers) in
        [("served", ["zones-grid", "zones-micro_grid"]), ("file", ["zones_grid", "zones_micro_grid"])]
    {
        for (layer, zones) in layers.into_iter().zip([10, 44]) {
            let told = &found[place][layer];
            assert_eq!(
                (&told["valid"], &told["geos"]),
                (&true.into(), &true.into()),
                "{place} {layer}: {told}"
            );
            assert_eq!(
                (&told["rows"], &told["shapes"]),
                (&zones.into(), &zones.into()),
                "{place} {layer}: {told}"
            );
            assert_eq!(told["codes"].as_array().unwrap().len(), zones, "{place} {layer}: {told}");
        }
    }
    // Both ways to the plan give the same zones.
    assert_eq!(found["served"]["zones-micro_grid"]["codes"], found["file"]["zones_micro_grid"]["codes"]);
    for (place, layer) in
        [("served", "buildings"), ("served", "streets"), ("file", "buildings"), ("file", "streets")]
    {
        let told = &found[place][layer];
        assert!(told["valid"] == true && told["rows"].as_u64().unwrap() > 50, "{place} {layer}: {told}");
    }
    assert_eq!(found["tiles"], true);
}
