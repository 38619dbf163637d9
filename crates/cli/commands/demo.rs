//! 演示 The whole job on the sample: plan, coverage, every output, the map.

use crate::args::DemoArgs;
use crate::bars::Bars;
use crate::print::{CliError, Printer};
use crate::{FINE, VIOLATIONS, serve};
use lifang_planner::{
    CoverOptions, CsvGeometry, DEFAULT_PRESET, Effort, Encoding, ExportRequest, Format, LayerKind,
    LayerRequest, NewRequest, PartitionOptions, PlannerError, SampleOptions, Session, Source, WholeRequest,
};

/// Makes the demo and serves it.
pub fn run(args: &DemoArgs, bars: &Bars, out: &Printer) -> Result<u8, CliError> {
    std::fs::create_dir_all(&args.out).map_err(|source| PlannerError::Io {
        path: args.out.clone(),
        source,
        action: "Choose a folder that can be written to",
    })?;
    let (mut session, created) = lifang_planner::create(
        &NewRequest {
            out: args.out.join("taipingjie.gpkg"),
            replace: true,
            source: Source::Sample(SampleOptions { seed: args.seed, buildings: None }),
            preset: DEFAULT_PRESET.to_owned(),
            parcels: None,
            cuts: None,
            control: None,
        },
        bars,
    )?;
    bars.done();
    out.created(&created);
    let options = PartitionOptions {
        preset: DEFAULT_PRESET.to_owned(),
        counts: Vec::new(),
        seed: args.seed,
        effort: Effort { moves: None, seconds: None },
    };
    let summary = session.partition(&options, bars)?;
    bars.done();
    out.partitioned(&summary, session.report()?);
    let covered = session.cover(&CoverOptions::default(), bars)?;
    bars.done();
    out.covered(&covered, &session);
    for format in [Format::Xlsx, Format::Dxf] {
        let whole = WholeRequest {
            format,
            crs: None,
            thinning: None,
            encoding: Encoding::Gbk,
            out: args.out.clone(),
        };
        let exported = session.export_whole(&whole, bars)?;
        bars.done();
        out.exported(&exported);
    }
    for request in outputs(args, &session) {
        let exported = session.export(&request, bars)?;
        bars.done();
        out.exported(&exported);
    }
    let code = if session.report()?.violations.is_empty() { FINE } else { VIOLATIONS };
    if !args.no_serve {
        serve::serve(session, &args.listen, out)?;
    }
    Ok(code)
}

/// Grids and micro-grids in every format, then atoms, the circle of the party-service centre and its gaps.
fn outputs(args: &DemoArgs, session: &Session) -> Vec<ExportRequest> {
    let request = |layer, level: Option<&str>, category: Option<&str>, format, encoding| ExportRequest {
        with_staff: false,
        layer: LayerRequest {
            layer,
            level: level.map(str::to_owned),
            category: category.map(str::to_owned),
            tier: category.map(|_| "5min".to_owned()),
            profile: category.map(|_| "adult".to_owned()),
            thinning: None,
        },
        format,
        crs: None,
        encoding,
        csv_geometry: CsvGeometry::Points,
        out: args.out.clone(),
    };
    let mut requests = Vec::new();
    let levels = session.plan.as_ref().map_or(&[][..], |plan| &plan.levels[..]);
    for level in levels {
        for (format, encoding) in [
            (Format::GeoJson, Encoding::Utf8),
            (Format::Shapefile, Encoding::Gbk),
            (Format::GeoPackage, Encoding::Utf8),
            (Format::Csv, Encoding::Utf8),
        ] {
            requests.push(request(LayerKind::Zones, Some(&level.key), None, format, encoding));
        }
    }
    requests.push(request(LayerKind::Atoms, None, None, Format::GeoPackage, Encoding::Utf8));
    for layer in [LayerKind::Coverage, LayerKind::Gaps] {
        requests.push(request(layer, None, Some("party_centre"), Format::GeoJson, Encoding::Utf8));
    }
    requests
}
