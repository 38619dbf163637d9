//! 命令 Typed arguments to planner requests, and results to the printer.

use crate::args::{
    Args, Command, EncodingArg, ExportArgs, FormatArg, GeometryArg, GraphCommand, NewArgs, ParcelArgs,
    ParcelRoleArg, PartitionArgs, TessellateArgs,
};
use crate::bars::Bars;
use crate::print::{self, CliError};
use crate::{FINE, VIOLATIONS, serve};
use lifang_model::{Band, Millimetres};
use lifang_planner::{
    ChangesRequest, Columns, ControlRequest, CoverOptions, CrsSpec, CsvGeometry, Encoding, ExportRequest,
    Format, From as Start, GraphPartitionRequest, GraphReachRequest, Layer, LayerKind, LayerRequest,
    LayersRequest, NewRequest, OsmRequest, ParcelRole, ParcelsRequest, PartitionOptions, PartitionSummary,
    PlannerError, ReachLayer, ReplanOptions, SampleOptions, Session, Source, TessellateRequest,
    TessellateSource, Thinning, WholeRequest,
};
use std::path::Path;

mod demo;
mod edit;
mod publish;
mod reach;
mod repair;
mod scenario;
mod site;
mod staff;
mod table;

/// Runs one command and says the exit code.
pub fn run(args: &Args) -> Result<u8, CliError> {
    let bars = Bars::new(!args.quiet && !args.json);
    let out = print::Printer { quiet: args.quiet, json: args.json };
    let code = match &args.command {
        Command::New(new) => {
            let (_, created) = lifang_planner::create(&new_request(new)?, &bars)?;
            bars.done();
            out.created(&created);
            FINE
        }
        Command::Partition(partition) => {
            let mut session = Session::open(&partition.plan, &bars)?;
            if let Some(count) = partition.alternatives {
                let options = partition_options(partition);
                let found = session.alternatives(&options, count.into(), partition.keep, &bars)?;
                bars.done();
                out.alternatives(&found);
                return Ok(FINE);
            }
            let summary = partition_plan(&mut session, partition, &bars)?;
            bars.done();
            out.partitioned(&summary, session.report()?);
            FINE
        }
        Command::Verify { plan } => {
            let session = Session::open(plan, &bars)?;
            bars.done();
            let report = session.report()?;
            out.report(report);
            if report.violations.is_empty() { FINE } else { VIOLATIONS }
        }
        Command::Edit(args) => edit::edit(args, &bars, &out)?,
        Command::Repair(args) => repair::repair(args, &bars, &out)?,
        Command::Undo(args) => edit::undo(args, &bars, &out)?,
        Command::Redo(args) => edit::redo(args, &bars, &out)?,
        Command::History { plan } => edit::history(plan, &bars, &out)?,
        Command::Publish(args) => publish::publish(args, &bars, &out)?,
        Command::Compare(args) => publish::compare(args, &bars, &out)?,
        Command::Scenario(args) => scenario::scenario(&args.what, &bars, &out)?,
        Command::Staff(args) => staff::staff(&args.what, &bars, &out)?,
        Command::Backup { plan, to } => publish::backup(plan, to, &bars, &out)?,
        Command::Check { plan, repair } => publish::check(plan, *repair, &bars, &out)?,
        Command::Cover(cover) => {
            let mut session = Session::open(&cover.plan, &bars)?;
            let options = CoverOptions {
                tiers: cover.tiers.clone(),
                profiles: cover.profiles.clone(),
                categories: cover.categories.clone(),
                rooms: cover.capacity,
                at: cover.at.clone(),
            };
            let summary = session.cover(&options, &bars)?;
            bars.done();
            out.covered(&summary, &session);
            FINE
        }
        Command::Gaps(args) => site::gaps(args, &bars, &out)?,
        Command::Site(args) => site::site(args, &bars, &out)?,
        Command::Score(args) => reach::score(args, &bars, &out)?,
        Command::Needs(args) => reach::needs(args, &bars, &out)?,
        Command::Network(args) => reach::network(args, &bars, &out)?,
        Command::Impact(args) => site::impact(args, &bars, &out)?,
        Command::Export(export) => {
            let session = publish::open(&export.plan, &bars)?;
            let exported = match (export.layer.as_str(), ReachLayer::from_key(&export.layer)) {
                ("changes", _) => {
                    exact(export)?;
                    changes(export, &session, &bars)?
                }
                (_, Some(layer)) => {
                    exact(export)?;
                    session.export_reach(&reach::layer_request(export, layer)?, &bars)?
                }
                ("plan", _) => session.export_whole(&whole_request(export)?, &bars)?,
                _ => session.export(&export_request(export, &session)?, &bars)?,
            };
            bars.done();
            out.exported(&exported);
            FINE
        }
        Command::Serve(args) => {
            serve::run(args, &bars, &out)?;
            FINE
        }
        Command::Demo(args) => demo::run(args, &bars, &out)?,
        Command::Catalog => {
            out.catalog(&lifang_planner::Catalog::built_in()?);
            FINE
        }
        Command::Graph(command) => {
            graph(command, &bars, &out)?;
            FINE
        }
        Command::Tessellate(args) => {
            let done = lifang_planner::tessellate(&tessellate_request(args)?, &bars)?;
            bars.done();
            out.figures(&done);
            FINE
        }
    };
    Ok(code)
}

/// A plan from nothing, or from the one in force.
fn partition_plan(
    session: &mut Session,
    args: &PartitionArgs,
    bars: &Bars,
) -> Result<PartitionSummary, PlannerError> {
    let effort = lifang_planner::Effort { moves: args.moves, seconds: args.budget };
    if args.from.is_some() || args.apply.is_some() {
        let from = match args.from.as_deref() {
            None | Some("current") => Start::Current,
            Some(file) => Start::File(file.into()),
        };
        let options = ReplanOptions {
            from,
            preset: args.preset.clone(),
            relax: args.apply.clone(),
            seed: args.seed,
            effort,
        };
        return session.replan(&options, bars);
    }
    session.partition(&partition_options(args), bars)
}

fn partition_options(args: &PartitionArgs) -> PartitionOptions {
    PartitionOptions {
        preset: args.preset.clone().unwrap_or_else(|| lifang_planner::DEFAULT_PRESET.to_owned()),
        counts: args.zones.clone(),
        seed: args.seed,
        effort: lifang_planner::Effort { moves: args.moves, seconds: args.budget },
    }
}

fn crs(text: Option<&String>) -> Result<Option<CrsSpec>, PlannerError> {
    Ok(text.map(|text| CrsSpec::parse(text)).transpose()?)
}

/// A file, or FILE#NAME for one layer or sheet of it.
fn layer(path: &Path) -> Layer {
    let (path, layer) = lifang_planner::file_and_layer(path);
    Layer { path, layer, crs: None }
}

/// The name people see when none is given: the file's own.
fn stem(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.split('.').next().unwrap_or_default().to_owned()
}

fn new_request(new: &NewArgs) -> Result<NewRequest, CliError> {
    let name = new.name.clone().unwrap_or_else(|| stem(new.osm.as_deref().unwrap_or(&new.plan)));
    let code = new.code.clone().unwrap_or_default();
    let source = if new.sample.is_some() {
        Source::Sample(SampleOptions { seed: new.seed, buildings: new.size })
    } else if let Some(osm) = &new.osm {
        Source::Osm(Box::new(OsmRequest {
            name,
            code,
            osm: osm.clone(),
            boundary: new.boundary.as_deref().map(layer),
            table: table::request(&new.table),
            crs: crs(new.crs.as_ref())?,
        }))
    } else {
        let buildings = new.buildings.as_deref().ok_or(CliError::NoSource)?;
        Source::Layers(Box::new(LayersRequest {
            name,
            code,
            buildings: layer(buildings),
            columns: Columns {
                households: new.households.clone(),
                persons: new.persons.clone(),
                elders: new.elders.clone(),
                children: new.children.clone(),
                merchants: new.merchants.clone(),
                floors: new.floors.clone(),
                units: new.units.clone(),
                use_: new.use_.clone(),
                name: new.name_column.clone(),
                code: new.code_column.clone(),
                compound: new.compound.clone(),
                category: new.category.clone(),
            },
            streets: new.streets.as_deref().map(layer),
            facilities: new.facilities.as_deref().map(layer),
            compounds: new.compounds.as_deref().map(layer),
            gates: new.gates.as_deref().map(layer),
            boundary: new.boundary.as_deref().map(layer),
            table: table::request(&new.table),
            crs: crs(new.crs.as_ref())?,
            encoding: new.encoding.clone(),
        }))
    };
    let parcels = parcels_request(&new.parcels);
    Ok(NewRequest {
        out: new.plan.clone(),
        replace: new.replace,
        source,
        preset: new.preset.clone(),
        parcels,
        cuts: new.cut.as_deref().map(layer),
        control: control_request(&new.control)?,
    })
}

/// Control points for a local grid.
fn control_request(args: &crate::args::table::ControlArgs) -> Result<Option<ControlRequest>, PlannerError> {
    let known = crs(args.control_crs.as_ref())?;
    Ok(args.control.as_ref().map(|path| ControlRequest {
        path: path.clone(),
        known,
        kind: args.fit.into(),
        tolerance_m: args.fit_tolerance,
    }))
}

/// Whose zone changed since another plan, or since what was published last.
fn changes(
    export: &ExportArgs,
    session: &Session,
    bars: &Bars,
) -> Result<lifang_planner::Exported, CliError> {
    let before = match &export.against {
        Some(name) => publish::open(name, bars)?.content()?,
        None => {
            let last = session.publications()?.last().map(|last| last.number);
            session.publication(last.ok_or(CliError::Against)?)?
        }
    };
    let request = ChangesRequest {
        format: export.format.into(),
        crs: crs(export.crs.as_ref())?,
        encoding: export.encoding.into(),
        out: export.out.clone(),
    };
    Ok(session.export_changes(&before, &request)?)
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Geojson => Self::GeoJson,
            FormatArg::Shp => Self::Shapefile,
            FormatArg::Gpkg => Self::GeoPackage,
            FormatArg::Csv => Self::Csv,
            FormatArg::Xlsx => Self::Xlsx,
            FormatArg::Dxf => Self::Dxf,
            FormatArg::Kml => Self::Kml,
        }
    }
}

impl From<GeometryArg> for CsvGeometry {
    fn from(geometry: GeometryArg) -> Self {
        match geometry {
            GeometryArg::Points => Self::Points,
            GeometryArg::Inner => Self::Inner,
            GeometryArg::Wkt => Self::Wkt,
        }
    }
}

impl From<EncodingArg> for Encoding {
    fn from(encoding: EncodingArg) -> Self {
        match encoding {
            EncodingArg::Utf8 => Self::Utf8,
            EncodingArg::Gbk => Self::Gbk,
        }
    }
}

/// How much thinner outlines are drawn than they are.
fn thinning(export: &ExportArgs) -> Result<Option<Thinning>, PlannerError> {
    let thinned = export.simplify.map(|metres| Thinning::new(metres, export.smooth));
    Ok(thinned.transpose()?)
}

/// Layers that are measured anew, or show what changed, are drawn as they are.
fn exact(export: &ExportArgs) -> Result<(), PlannerError> {
    match export.simplify {
        Some(_) => Err(PlannerError::Selection {
            what: format!("only the outlines of zones are drawn thinner, not the layer {}", export.layer),
            action: "Leave --simplify out, or export the layer zones".to_owned(),
        }),
        None => Ok(()),
    }
}

fn whole_request(export: &ExportArgs) -> Result<WholeRequest, PlannerError> {
    Ok(WholeRequest {
        format: export.format.into(),
        thinning: thinning(export)?,
        crs: crs(export.crs.as_ref())?,
        encoding: export.encoding.into(),
        out: export.out.clone(),
    })
}

/// `grids` and `micro_grids` are the coarsest and the finest level under the names planners use.
fn export_request(export: &ExportArgs, session: &Session) -> Result<ExportRequest, PlannerError> {
    let levels = session.plan.as_ref().map_or(&[][..], |plan| &plan.levels[..]);
    let (kind, level) = match export.layer.as_str() {
        "grids" => (LayerKind::Zones, levels.first().map(|level| level.key.clone())),
        "micro_grids" => (LayerKind::Zones, levels.last().map(|level| level.key.clone())),
        key => {
            let kind = LayerKind::from_key(key).ok_or_else(|| PlannerError::UnknownKey {
                what: "layer",
                key: key.to_owned(),
                known: LayerKind::ALL.iter().map(|kind| kind.key()).collect::<Vec<_>>().join(", "),
            })?;
            (kind, None)
        }
    };
    Ok(ExportRequest {
        layer: LayerRequest {
            layer: kind,
            level: export.level.clone().or(level),
            category: export.category.clone(),
            tier: export.tier.clone(),
            profile: export.profile.clone(),
            thinning: thinning(export)?,
        },
        format: export.format.into(),
        crs: crs(export.crs.as_ref())?,
        encoding: export.encoding.into(),
        csv_geometry: export.geometry.into(),
        out: export.out.clone(),
        with_staff: export.with_staff,
    })
}

fn graph(command: &GraphCommand, bars: &Bars, out: &print::Printer) -> Result<(), CliError> {
    match command {
        GraphCommand::Partition { atoms, adjacency, band, zones, seed, budget, out: labels } => {
            let (min, max) = match band[..] {
                [min, max] if 0 < min && min <= max => (min, max),
                _ => return Err(CliError::Band),
            };
            let request = GraphPartitionRequest {
                atoms: atoms.clone(),
                adjacency: adjacency.clone(),
                band: Band { min, target: min.midpoint(max), max },
                zones: *zones,
                seed: *seed,
                effort: lifang_planner::Effort { moves: None, seconds: *budget },
                out: labels.clone(),
            };
            let done = lifang_planner::partition_table(&request, bars)?;
            bars.done();
            out.figures(&done);
        }
        GraphCommand::Site(args) => site::graph(args, bars, out)?,
        GraphCommand::Reach { nodes, edges, facilities, cutoff, out: answer } => {
            let request = GraphReachRequest {
                nodes: nodes.clone(),
                edges: edges.clone(),
                facilities: facilities.clone(),
                cutoff: *cutoff,
                out: answer.clone(),
            };
            let done = lifang_planner::reach_table(&request, bars)?;
            bars.done();
            out.figures(&done);
        }
    }
    Ok(())
}

fn tessellate_request(args: &TessellateArgs) -> Result<TessellateRequest, CliError> {
    let source = match (&args.osm, &args.buildings) {
        (Some(osm), _) => TessellateSource::Osm(osm.clone()),
        (None, Some(buildings)) => {
            TessellateSource::Layers { buildings: buildings.clone(), streets: args.streets.clone() }
        }
        (None, None) => return Err(CliError::NoSource),
    };
    Ok(TessellateRequest {
        source,
        boundary: args.boundary.clone(),
        parcels: parcels_request(&args.parcels),
        cuts: args.cut.as_deref().map(layer),
        crs: crs(args.crs.as_ref())?,
        out: args.out.clone(),
    })
}

/// Parcels with their tolerance in millimetres; a tolerance below nothing is none.
fn parcels_request(args: &ParcelArgs) -> Option<ParcelsRequest> {
    let role = match args.parcels_as {
        ParcelRoleArg::Limits => ParcelRole::Limits,
        ParcelRoleArg::Cells => ParcelRole::Cells,
    };
    let snap = Millimetres((args.snap.clamp(0.0, 100.0) * 1000.0).round() as u64);
    args.parcels.as_deref().map(|path| ParcelsRequest { layer: layer(path), role, snap })
}
