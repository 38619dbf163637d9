//! 路网检查 What the street network is made of, where it looks broken, and joining what a drawing error parts.

use crate::what_if::refuse;
use crate::{PlannerError, Session, Stage, Stopwatch};
use lifang_coverage::ways;
use lifang_crs::{CrsSpec, FromFrame};
use lifang_model::{Fault, FootAccess, Progress, Street, StreetClass, Traffic};
use serde::Serialize;

/// 连通分量 One connected piece of the network.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NetworkPiece {
    /// Its number, longest first.
    pub number: usize,
    /// Junctions and ends.
    pub nodes: u32,
    /// Edges.
    pub edges: u32,
    /// Length, km.
    pub km: f64,
    /// One of its junctions.
    pub at: (f64, f64),
}

/// 疑似断点 A dead end that nearly touches another street, offered to be joined.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NetworkGap {
    /// Its number, narrowest first.
    pub number: usize,
    /// The dead end.
    pub from: (f64, f64),
    /// The nearest place on the other street.
    pub to: (f64, f64),
    /// How far apart they are, m.
    pub gap_m: f64,
    /// Code of the street that ends.
    pub street: String,
    /// Code of the other.
    pub other: String,
}

/// 路网结果 What was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NetworkResult {
    /// Junctions and ends.
    pub nodes: u32,
    /// Edges.
    pub edges: u32,
    /// Length, km.
    pub km: f64,
    /// Connected pieces, longest first.
    pub pieces: Vec<NetworkPiece>,
    /// Likely drawing errors that are left, narrowest first.
    pub gaps: Vec<NetworkGap>,
    /// How many were joined.
    pub joined: usize,
    /// What was left out or looks wrong.
    pub faults: Vec<Fault>,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Wall time per stage.
    pub stages: Vec<Stage>,
}

impl Session {
    /// 路网检查 Lists the pieces of the network and the dead ends within 5 m of a street one cannot soon walk to.
    ///
    /// # Errors
    /// Those of measuring, and [`PlannerError::Crs`] when places cannot be told in the system asked for.
    pub fn network(
        &self,
        crs: Option<&CrsSpec>,
        progress: &dyn Progress,
    ) -> Result<NetworkResult, PlannerError> {
        let mut watch = Stopwatch::default();
        let own = if self.territory.frame.crs.is_some() { CrsSpec::Epsg(4326) } else { CrsSpec::Local };
        let out = FromFrame::new(&self.territory.frame, crs.unwrap_or(&own))?;
        let ways = ways(&self.territory, &self.ground.atoms, progress)?;
        let report = ways.network();
        let pieces = report.components.iter().enumerate().map(|(row, piece)| {
            Ok(NetworkPiece {
                number: row + 1,
                nodes: piece.nodes,
                edges: piece.edges,
                km: piece.km,
                at: out.point(piece.at)?,
            })
        });
        let pieces = pieces.collect::<Result<_, PlannerError>>()?;
        let mut found: Vec<_> = report.likely_gaps.iter().collect();
        found.sort_by_key(|gap| (gap.gap_mm, gap.at, gap.to));
        let gaps = found.iter().enumerate().map(|(row, gap)| {
            Ok(NetworkGap {
                number: row + 1,
                from: out.point(gap.at)?,
                to: out.point(gap.to)?,
                gap_m: f64::from(gap.gap_mm) / 1000.0,
                street: gap.street.clone(),
                other: gap.other.clone(),
            })
        });
        let gaps = gaps.collect::<Result<_, PlannerError>>()?;
        watch.lap("network");
        let (seconds, stages) = watch.finish();
        Ok(NetworkResult {
            nodes: report.nodes,
            edges: report.edges,
            km: report.km,
            pieces,
            gaps,
            joined: 0,
            faults: report.faults.clone(),
            seconds,
            stages,
        })
    }

    /// 接通断点 Joins likely drawing errors by their numbers, all of them when none is named, each by a footway of its own, and
    /// saves the streets. The ground stays as it is; coverage is to be computed anew.
    ///
    /// # Errors
    /// [`PlannerError::Selection`] for a number there is none of, or where joining would change the ground; else those of
    /// measuring and saving. The file is untouched then.
    pub fn join_gaps(
        &mut self,
        numbers: &[usize],
        crs: Option<&CrsSpec>,
        progress: &dyn Progress,
    ) -> Result<NetworkResult, PlannerError> {
        let report = ways(&self.territory, &self.ground.atoms, progress)?;
        let mut found: Vec<_> = report.network().likely_gaps.iter().collect();
        found.sort_by_key(|gap| (gap.gap_mm, gap.at, gap.to));
        let all: Vec<usize> = (1..=found.len()).collect();
        let numbers = if numbers.is_empty() { &all[..] } else { numbers };
        let mut territory = self.territory.clone();
        for &number in numbers {
            let Some(gap) = number.checked_sub(1).and_then(|row| found.get(row)) else {
                let what = format!("there is no likely gap {number}, only 1 to {}", found.len());
                return Err(refuse(what, "List them with `lifang network PLAN`"));
            };
            let first = territory.streets.iter().filter(|street| street.code.starts_with("joined-")).count();
            // Its ends touch both streets, so neither is changed, nor the land they enclose.
            let like = territory.streets.iter().find(|street| street.code == gap.street);
            let (layer, bridge, tunnel) =
                like.map_or((0, false, false), |street| (street.layer, street.bridge, street.tunnel));
            territory.streets.push(Street {
                code: format!("joined-{}", first + 1),
                name: None,
                class: StreetClass::Footway,
                line: vec![gap.at, gap.to],
                layer,
                bridge,
                tunnel,
                foot: FootAccess::Yes,
                traffic: Traffic::default(),
            });
        }
        if !numbers.is_empty() {
            let fabric = lifang_fabric::build(&territory, &self.ground.stacks, progress)?;
            if fabric.hash != self.ground.fabric.hash {
                return Err(refuse(
                    "joining these streets would change the ground the plan was made over".to_owned(),
                    "Mend the street layer and make the plan file anew",
                ));
            }
            self.saving(|file, session| {
                let ground = &session.ground;
                file.save_territory(&territory)?;
                Ok(file.save_ground(&ground.fabric, &ground.stacks, &ground.atoms)?)
            })?;
            self.territory = territory;
        }
        let joined = numbers.len();
        Ok(NetworkResult { joined, ..self.network(crs, progress)? })
    }
}
