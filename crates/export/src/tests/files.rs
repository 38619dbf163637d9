use super::main_file;
use super::town::town;
use crate::{LayerKind, LayerRequest, export};
use lifang_crs::CrsSpec;
use lifang_formats::{Encoding, Format};
use std::process::Command;

const FORMATS: [Format; 6] =
    [Format::GeoJson, Format::Shapefile, Format::GeoPackage, Format::Csv, Format::Xlsx, Format::Kml];

#[test]
fn every_layer_is_written_in_every_format_under_its_own_name() {
    let town = town();
    for format in FORMATS {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("成果");
        for layer in LayerKind::ALL {
            let request = LayerRequest::of(*layer);
            let files =
                export(&town.scene(), &request, format, &CrsSpec::Epsg(4326), Encoding::Utf8, &out).unwrap();
            for file in &files {
                assert!(file.starts_with(&out) && file.is_file(), "{}", file.display());
            }
            let ending = format!(".{}", format.extension());
            let main = main_file(&files, format).file_name().unwrap().to_str().unwrap();
            assert!(main.starts_with(layer.key()) && main.ends_with(&ending), "{main}");
            // A workbook holds its dictionary as a sheet.
            let last = files[files.len() - 1].to_str().unwrap();
            assert!(last.ends_with("-dictionary.csv") || format == Format::Xlsx, "{last}");
        }
    }
}

#[test]
fn a_file_name_is_taken_as_it_is() {
    let town = town();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("微网格.GeoJSON");
    let request = LayerRequest::of(LayerKind::Zones);
    let files =
        export(&town.scene(), &request, Format::GeoJson, &CrsSpec::Epsg(4326), Encoding::Utf8, &out).unwrap();
    assert_eq!(files, [out.clone(), out.with_file_name("微网格-dictionary.csv")]);
}

#[test]
fn the_same_scene_gives_the_same_bytes() {
    let town = town();
    for format in FORMATS {
        let write = || {
            let folder = tempfile::tempdir().unwrap();
            let request = LayerRequest::of(LayerKind::Zones);
            let files =
                export(&town.scene(), &request, format, &CrsSpec::Epsg(4490), Encoding::Utf8, folder.path())
                    .unwrap();
            files.iter().map(|file| std::fs::read(file).unwrap()).collect::<Vec<_>>()
        };
        assert!(write() == write(), "{format:?}");
    }
}

#[test]
fn a_name_that_excel_would_run_is_made_harmless_in_csv() {
    let town = town();
    let folder = tempfile::tempdir().unwrap();
    let request = LayerRequest::of(LayerKind::Zones);
    let files =
        export(&town.scene(), &request, Format::Csv, &CrsSpec::Epsg(4326), Encoding::Utf8, folder.path())
            .unwrap();
    let text = std::fs::read_to_string(&files[0]).unwrap();
    assert!(text.contains("HYPERLINK"));
    assert!(!text.contains(",=") && !text.contains(",\"="), "{text}");
}

#[test]
fn gdal_reads_chinese_names_in_every_format() {
    let town = town();
    for (format, encoding) in
        FORMATS.into_iter().map(|format| (format, Encoding::Utf8)).chain([(Format::Shapefile, Encoding::Gbk)])
    {
        let folder = tempfile::tempdir().unwrap();
        let request = LayerRequest::of(LayerKind::Zones);
        let files =
            export(&town.scene(), &request, format, &CrsSpec::Epsg(4490), encoding, folder.path()).unwrap();
        let Ok(output) = Command::new("ogrinfo").args(["-ro", "-al"]).arg(main_file(&files, format)).output()
        else {
            return eprintln!("skipped: ogrinfo is not installed");
        };
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{format:?}");
        for text in ["东区", "500102006001002", "Feature Count: 3"] {
            assert!(said.contains(text), "{format:?}: no {text} in\n{said}");
        }
        if matches!(format, Format::Shapefile | Format::GeoPackage) {
            assert!(
                said.contains("China Geodetic Coordinate System 2000") || said.contains("CGCS"),
                "{format:?}\n{said}"
            );
        }
    }
}
