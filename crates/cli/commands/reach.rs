//! 组合需求与评分 Scores, needs, and the layers measured anew.

use super::crs;
use crate::FINE;
use crate::args::ExportArgs;
use crate::args::reach::{NeedsArgs, NetworkArgs, ScoreArgs};
use crate::args::site::WeightArg;
use crate::bars::Bars;
use crate::print::{CliError, Printer};
use lifang_planner::{
    Need, NeedPart, NeedRequest, ReachLayer, ReachLayerRequest, ScoreRequest, Session, Text, Who,
};

/// Scores homes.
pub fn score(args: &ScoreArgs, bars: &Bars, out: &Printer) -> Result<u8, CliError> {
    let session = Session::open(&args.plan, bars)?;
    let request = ScoreRequest { mix: args.mix.clone(), profile: args.profile.clone() };
    let result = session.score(&request, bars)?;
    bars.done();
    out.scored(&result);
    Ok(FINE)
}

/// Tells who has all they need.
pub fn needs(args: &NeedsArgs, bars: &Bars, out: &Printer) -> Result<u8, CliError> {
    let session = Session::open(&args.plan, bars)?;
    let request = if args.all_of.is_empty() {
        NeedRequest::Named(args.need.clone().unwrap_or_else(|| "elders".to_owned()))
    } else {
        NeedRequest::Own(own(args)?)
    };
    let result = session.needs(&request, bars)?;
    bars.done();
    out.needs(&result);
    Ok(FINE)
}

/// Lists what the network is made of; joins what is asked to be.
pub fn network(args: &NetworkArgs, bars: &Bars, out: &Printer) -> Result<u8, CliError> {
    let mut session = Session::open(&args.plan, bars)?;
    let crs = crs(args.crs.as_ref())?;
    let result = match args.join.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => session.network(crs.as_ref(), bars)?,
        ["all"] => session.join_gaps(&[], crs.as_ref(), bars)?,
        ref words => {
            let number = |word: &&str| word.trim().parse::<usize>().map_err(|_bad| CliError::Join);
            let numbers = words.iter().map(number).collect::<Result<Vec<_>, _>>()?;
            session.join_gaps(&numbers, crs.as_ref(), bars)?
        }
    };
    bars.done();
    out.network(&result);
    Ok(FINE)
}

fn own(args: &NeedsArgs) -> Result<Need, CliError> {
    let within = |at: usize| match args.within[..] {
        [one] => Some(one),
        _ => args.within.get(at).copied(),
    };
    if args.within.len() > 1 && args.within.len() != args.all_of.len() {
        return Err(CliError::Within);
    }
    let part = |(at, services): (usize, &String)| {
        let services = services.split('+').map(|key| key.trim().to_owned()).collect();
        Ok(NeedPart { services, within_m: within(at).ok_or(CliError::Within)? })
    };
    let title = args.all_of.join(" & ");
    Ok(Need {
        key: "own".to_owned(),
        title: Text { en: title.clone(), zh: title },
        who: match args.who {
            WeightArg::Persons => Who::Persons,
            WeightArg::Households => Who::Households,
            WeightArg::Elders => Who::Elders,
            WeightArg::Children => Who::Children,
        },
        profile: args.profile.clone(),
        all: args.all_of.iter().enumerate().map(part).collect::<Result<_, CliError>>()?,
        source: "given on the command line".to_owned(),
        certainty: "A".to_owned(),
    })
}

/// A layer that is measured anew.
pub fn layer_request(export: &ExportArgs, layer: ReachLayer) -> Result<ReachLayerRequest, CliError> {
    Ok(ReachLayerRequest {
        layer,
        category: export.category.clone(),
        tiers: export.tiers.clone(),
        tier: export.tier.clone(),
        profile: export.profile.clone(),
        station: export.station.clone(),
        level: export.level.clone(),
        snap_to: export.snap_to.clone(),
        mix: export.mix.clone(),
        need: export.need.clone(),
        format: export.format.into(),
        crs: crs(export.crs.as_ref())?,
        encoding: export.encoding.into(),
        csv_geometry: export.geometry.into(),
        out: export.out.clone(),
    })
}
