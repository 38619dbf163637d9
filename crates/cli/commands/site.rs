//! 选址与影响 Siting, what-if, impact.

use super::crs;
use crate::FINE;
use crate::args::site::{GapsArgs, GraphSiteArgs, ImpactArgs, SiteArgs, WeightArg};
use crate::bars::Bars;
use crate::print::{CliError, Printer};
use lifang_planner::{
    Candidates, GapsRequest, GraphSiteInput, GraphSiteRequest, ImpactArea, Session, SiteRequest, SiteWeight,
    WhatIf,
};

/// Chooses new stations, or tries changes.
pub fn site(args: &SiteArgs, bars: &Bars, out: &Printer) -> Result<u8, CliError> {
    let session = Session::open(&args.plan, bars)?;
    let request = SiteRequest {
        model: args.model.map(Into::into),
        new_sites: args.p,
        tiers: args.tiers.clone(),
        tier: args.tier.clone(),
        profile: args.profile.clone(),
        weight: match args.weight {
            WeightArg::Persons => SiteWeight::Persons,
            WeightArg::Households => SiteWeight::Households,
            WeightArg::Elders => SiteWeight::Elders,
            WeightArg::Children => SiteWeight::Children,
        },
        capacity: args.capacity,
        candidates: match args.candidates.as_str() {
            _ if !args.candidate.is_empty() => {
                Candidates::Points(args.candidate.iter().map(|place| place.0).collect())
            }
            "buildings" => Candidates::Buildings,
            file => Candidates::Layer(file.into()),
        },
        candidates_max: args.candidates_max as usize,
        what_if: WhatIf {
            close: args.close.clone(),
            add: args.add.iter().map(|place| place.0).collect(),
            moves: args.moves.iter().map(|one| (one.0.clone(), one.1)).collect(),
            open_gates: args.gate.iter().map(|place| place.0).collect(),
            close_gates: args.close_gate.iter().map(|place| place.0).collect(),
            links: args.bridge.iter().map(|line| line.0).collect(),
        },
        crs: crs(args.crs.as_ref())?,
        at: args.at.clone(),
        seconds: args.limit,
        ..SiteRequest::new(&args.category)
    };
    let result = session.site(&request, bars)?;
    bars.done();
    out.sited(&result);
    Ok(FINE)
}

/// Lists who is not served, and what would help.
pub fn gaps(args: &GapsArgs, bars: &Bars, out: &Printer) -> Result<u8, CliError> {
    let session = Session::open(&args.plan, bars)?;
    let request = GapsRequest {
        category: args.category.clone(),
        tiers: args.tiers.clone(),
        tier: args.tier.clone(),
        profile: args.profile.clone(),
        openings: args.openings,
        rooms: args.capacity,
        crs: crs(args.crs.as_ref())?,
        at: args.at.clone(),
    };
    let result = session.gaps(&request, bars)?;
    bars.done();
    out.gaps(&result);
    Ok(FINE)
}

/// Counts who is inside an area.
pub fn impact(args: &ImpactArgs, bars: &Bars, out: &Printer) -> Result<u8, CliError> {
    let session = Session::open(&args.plan, bars)?;
    let area = match (&args.area, args.point, args.radius) {
        (Some(file), ..) => ImpactArea::File(file.clone()),
        (None, Some(at), Some(radius_m)) => ImpactArea::Circle { at: at.0, radius_m },
        _ => return Err(CliError::Area),
    };
    let impact = session.impact(&area, crs(args.crs.as_ref())?.as_ref())?;
    bars.done();
    out.impact(&impact);
    Ok(FINE)
}

/// Chooses sites for plain tables.
pub fn graph(args: &GraphSiteArgs, bars: &Bars, out: &Printer) -> Result<(), CliError> {
    let input = match (&args.orlib, &args.clients, &args.candidates, &args.cost) {
        (Some(file), ..) => GraphSiteInput::OrLibrary(file.clone()),
        (None, Some(clients), Some(candidates), Some(cost)) => GraphSiteInput::Tables {
            clients: clients.clone(),
            candidates: candidates.clone(),
            cost: cost.clone(),
        },
        _ => return Err(CliError::Tables),
    };
    let request = GraphSiteRequest {
        input,
        model: args.model.into(),
        sites: args.p,
        radius: args.radius,
        capacity: args.capacity.clone(),
        seconds: args.limit,
        out: args.out.clone(),
    };
    let done = lifang_planner::site_table(&request, bars)?;
    bars.done();
    out.figures(&done);
    Ok(())
}
