use super::{grids, shops, square};
use crate::*;
use geo_types::{Geometry, LineString, Polygon};
use std::fs;
use std::path::Path;

fn options(encoding: Encoding) -> WriteOptions {
    let crs_wkt = r#"GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
    WriteOptions { crs_wkt: Some(crs_wkt.into()), epsg: Some(4490), encoding, ..WriteOptions::default() }
}

fn again(path: &Path) -> FeatureTable {
    read(path, &ReadOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_folder_gets_files_named_after_the_table() {
    let dir = tempfile::tempdir().unwrap();
    for (format, count) in
        [(Format::GeoJson, 1), (Format::GeoPackage, 1), (Format::Csv, 1), (Format::Shapefile, 6)]
    {
        let paths = write(dir.path(), &grids(), format, &options(Encoding::Gbk)).unwrap();
        assert_eq!(paths.len(), count, "{paths:?}");
        assert!(
            paths
                .iter()
                .all(|p| p.is_file() && p.file_name().unwrap().to_string_lossy().starts_with("微网格."))
        );
    }
    let hidden = fs::read_dir(dir.path())
        .unwrap()
        .filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
    assert_eq!(hidden.count(), 0, "temporary files stayed behind");
}

#[test]
fn the_same_table_gives_the_same_bytes() {
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for format in [Format::GeoJson, Format::GeoPackage, Format::Csv, Format::Shapefile] {
        let first = write(a.path(), &grids(), format, &options(Encoding::Utf8)).unwrap();
        let second = write(b.path(), &grids(), format, &options(Encoding::Utf8)).unwrap();
        for (x, y) in first.iter().zip(&second) {
            assert_eq!(fs::read(x).unwrap(), fs::read(y).unwrap(), "{}", x.display());
        }
    }
}

#[test]
fn geojson_follows_the_rfc() {
    let mut table = grids();
    // Outer ring clockwise on purpose.
    let mut ring = square(0.0, 0.0, 1.0 / 3.0);
    ring.0.reverse();
    table.rows[1].geometry = Some(Polygon::new(ring, vec![]).into());
    let text = String::from_utf8(geojson_bytes(&table).unwrap()).unwrap();
    assert!(text.contains("[[0,0],[0.3333333,0],[0.3333333,0.3333333],[0,0.3333333],[0,0]]"), "{text}");
    assert!(!text.contains("\"crs\"") && text.contains("\"geometry\":null"));
    table.rows[0].geometry = Some(LineString::from(vec![(440_000.0, 3e6), (1.0, 2.0)]).into());
    let error = geojson_bytes(&table).unwrap_err();
    assert!(error.to_string().contains("row 1: F-902"), "{error}");
}

#[test]
fn what_gbk_lacks_is_told_before_anything_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let mut table = grids();
    table.rows[1].values[1] = Value::Text("㙟村 😀".into());
    for format in [Format::Shapefile, Format::Csv] {
        let error = write(dir.path(), &table, format, &options(Encoding::Gbk)).unwrap_err();
        let fault = &error.faults()[0];
        assert!(
            fault.cause.contains("GBK has no character") && fault.place.column.as_deref() == Some("名称"),
            "{fault:?}"
        );
        write(dir.path(), &table, format, &options(Encoding::Utf8)).unwrap();
    }
    let long = Value::Text("长".repeat(200));
    table.rows[0].values[1] = long;
    assert!(
        write(dir.path(), &table, Format::Shapefile, &options(Encoding::Utf8))
            .unwrap_err()
            .to_string()
            .contains("254")
    );
}

#[test]
fn a_failed_export_leaves_the_old_files_alone() {
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("out.shp");
    write(&target, &grids(), Format::Shapefile, &options(Encoding::Gbk)).unwrap();
    let before = fs::read(dir.path().join("out.dbf")).unwrap();
    let mut table = grids();
    table.rows[0].values[1] = Value::Text("😀".into());
    write(&target, &table, Format::Shapefile, &options(Encoding::Gbk)).unwrap_err();
    assert_eq!(fs::read(dir.path().join("out.dbf")).unwrap(), before);
    let unknown = WriteOptions::default();
    assert!(write(&target, &grids(), Format::Shapefile, &unknown).unwrap_err().to_string().contains(".prj"));
}

#[test]
fn shapefile_names_are_explained_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    write(&dir.path().join("g.shp"), &grids(), Format::Shapefile, &options(Encoding::Gbk)).unwrap();
    let list = fs::read_to_string(dir.path().join("g.fields.csv")).unwrap();
    assert!(
        list.contains("compactnes,compactness,real") && list.contains("F05,独居老年人口数量,integer"),
        "{list}"
    );
    let table = again(&dir.path().join("g.shp"));
    let names: Vec<_> = table.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["code", "名称", "户数", "compactnes", "F05", "达标"]);
}

#[test]
fn holes_and_parts_survive_every_polygon_format() {
    let dir = tempfile::tempdir().unwrap();
    for format in [Format::GeoJson, Format::GeoPackage, Format::Shapefile] {
        let paths = write(dir.path(), &grids(), format, &options(Encoding::Gbk)).unwrap();
        let table = again(paths.last().unwrap());
        let Some(Geometry::MultiPolygon(parts)) = &table.rows[0].geometry else { panic!("{format:?}") };
        assert_eq!(parts.0.iter().map(|p| p.interiors().len()).collect::<Vec<_>>(), [1, 0], "{format:?}");
        assert_eq!(table.rows[2].geometry, None);
        let values = |t: &FeatureTable| t.rows.iter().map(|r| r.values.clone()).collect::<Vec<_>>();
        assert_eq!(values(&table), values(&grids()), "{format:?}");
    }
}

#[test]
fn the_shapefile_crate_reads_what_we_write() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("g.shp");
    write(&path, &grids(), Format::Shapefile, &options(Encoding::Utf8)).unwrap();
    let shapes: Vec<_> = ::shapefile::Reader::from_path(&path)
        .unwrap()
        .iter_shapes_and_records()
        .map(Result::unwrap)
        .collect();
    assert_eq!(shapes.len(), 3);
    let ::shapefile::Shape::Polygon(first) = &shapes[0].0 else { panic!("{}", shapes[0].0) };
    let outer =
        first.rings().iter().filter(|ring| matches!(ring, ::shapefile::PolygonRing::Outer(_))).count();
    assert_eq!((first.rings().len(), outer), (3, 2));
    assert!(matches!(shapes[2].0, ::shapefile::Shape::NullShape));
}

#[test]
fn several_layers_share_a_geopackage_and_a_layer_can_be_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plan.gpkg");
    write(&path, &grids(), Format::GeoPackage, &options(Encoding::Utf8)).unwrap();
    write(&path, &shops(), Format::GeoPackage, &WriteOptions::default()).unwrap();
    let mut fewer = grids();
    fewer.rows.truncate(1);
    write(&path, &fewer, Format::GeoPackage, &options(Encoding::Utf8)).unwrap();
    assert_eq!(layers(&path).unwrap(), ["shops", "微网格"]);
    let layer = |name: &str| {
        read(&path, &ReadOptions { layer: Some(name.into()), ..ReadOptions::default() }).unwrap()
    };
    assert_eq!(layer("微网格").rows.len(), 1);
    assert_eq!(layer("微网格").crs.as_deref(), Some("EPSG:4490"));
    assert_eq!(layer("shops").crs, None);
    assert_eq!(layer("shops").rows, shops().rows);
    let mut reserved = shops();
    reserved.name = "gpkg_contents".into();
    assert!(write(&path, &reserved, Format::GeoPackage, &WriteOptions::default()).is_err());
    let other = dir.path().join("no.gpkg");
    fs::write(&other, "text").unwrap();
    assert!(write(&other, &shops(), Format::GeoPackage, &WriteOptions::default()).is_err());
    assert_eq!(fs::read_to_string(&other).unwrap(), "text");
}

#[test]
fn a_system_without_a_code_is_kept_by_its_definition() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plan.gpkg");
    let own = WriteOptions { epsg: None, ..options(Encoding::Utf8) };
    write(&path, &grids(), Format::GeoPackage, &own).unwrap();
    write(&path, &shops(), Format::GeoPackage, &own).unwrap();
    let table = read(&path, &ReadOptions { layer: Some("shops".into()), ..ReadOptions::default() }).unwrap();
    assert_eq!(table.crs, own.crs_wkt);
}

#[test]
fn our_well_known_binary_is_read_by_others() {
    use geozero::ToGeo;
    let table = grids();
    for geometry in table.rows.iter().filter_map(|row| row.geometry.as_ref()) {
        let blob = wkb::encode_gpkg(geometry, 4490, false);
        let theirs = geozero::wkb::GpkgWkb(blob.clone()).to_geo().unwrap();
        assert_eq!(Some(&theirs), wkb::decode_gpkg(&blob).unwrap().geometry.as_ref());
    }
}

#[test]
fn csv_opens_in_excel_and_runs_nothing() {
    let bytes = csv_bytes(&shops(), Encoding::Utf8).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(
        text,
        "\u{feff}名称,座位,lon,lat\r\n面馆,20,107.39,29.7\r\n'=1+1,-4,107.391,29.71\r\n\"茶,馆\"\"老\"\"\",7,107.4,29.72\r\n"
    );
    let dir = tempfile::tempdir().unwrap();
    for encoding in [Encoding::Utf8, Encoding::Gbk] {
        write(dir.path(), &shops(), Format::Csv, &options(encoding)).unwrap();
        let table = again(&dir.path().join("shops.csv"));
        assert_eq!(table.rows[1].values[..2], shops().rows[1].values[..]);
        assert_eq!(table.rows[2].geometry, shops().rows[2].geometry);
    }
}

#[test]
fn csv_keeps_codes_and_finds_chinese_coordinate_columns() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.csv");
    let text = "编码\t经度\t纬度\t户数\t身份\n007\t107.39\t29.7\t5\t500102200001011234\n008\tabc\t29.7\t\t1\n\n009\t\t\t6\t2\n";
    let (gbk, _, _) = encoding_rs::GBK.encode(text);
    fs::write(&path, &gbk).unwrap();
    let table = again(&path);
    assert_eq!(table.rows.len(), 3);
    assert!(table.encoding.unwrap().starts_with("gb18030"));
    assert_eq!(table.rows[0].values[0], Value::Text("007".into()));
    assert_eq!(table.rows[0].values[3], Value::Integer(5));
    assert_eq!(table.rows[0].values[4], Value::Text("500102200001011234".into()));
    assert!(table.rows[0].geometry.is_some() && table.rows[1].geometry.is_none());
    let fault = &table.faults[0];
    assert_eq!((fault.place.row, fault.place.column.as_deref()), (Some(3), Some("经度")));
    fs::write(&path, "a,b\n1,2,3\n").unwrap();
    assert!(read(&path, &ReadOptions::default()).unwrap_err().to_string().contains("row 2"));
}

#[test]
fn mixed_kinds_are_refused_by_shapefiles_and_kept_by_geopackages() {
    let dir = tempfile::tempdir().unwrap();
    let mut table = grids();
    table.rows[1].geometry = shops().rows[0].geometry.clone();
    let error = write(dir.path(), &table, Format::Shapefile, &options(Encoding::Utf8)).unwrap_err();
    assert!(error.to_string().contains("row 2: F-913"), "{error}");
    let paths = write(dir.path(), &table, Format::GeoPackage, &options(Encoding::Utf8)).unwrap();
    assert_eq!(again(&paths[0]).rows[1].geometry, table.rows[1].geometry);
}

#[test]
fn an_old_crs_member_of_geojson_is_honoured() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.geojson");
    fs::write(&path, r#"{"features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[440966,3287014]},"properties":null}],"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4545"}},"type":"FeatureCollection"}"#).unwrap();
    assert_eq!(again(&path).crs.as_deref(), Some("urn:ogc:def:crs:EPSG::4545"));
    fs::write(&path, r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"a":1}},{"type":"Feature","geometry":null,"properties":{"b":"x","a":2.5}}]}"#).unwrap();
    let table = again(&path);
    assert_eq!(table.rows[0].values, [Value::Real(1.0), Value::Null]);
    let options = ReadOptions { max_features: 1, ..ReadOptions::default() };
    assert!(read(&path, &options).unwrap_err().to_string().contains("F-112"));
    let options = ReadOptions { max_bytes: 10, ..ReadOptions::default() };
    assert!(read(&path, &options).unwrap_err().to_string().contains("F-111"));
}
