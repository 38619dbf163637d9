//! What the routes ask of a plan, so that they can be tried without one.

use crate::download::{Package, Wish};
use crate::edits::{self, EditBody, Step, StepBody};
use crate::error::ApiError;
use crate::ground::{self, Ground, TileQuery};
use crate::ogc::{self, Found, Offer, Page, System};
use lifang_export::ExportError;
use lifang_model::Silent;
use lifang_planner::items::Items;
use lifang_planner::{EditOutcome, GapsRequest, ImpactArea, PlannerError, Session, view};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

pub(crate) use view::LayerQuery;

/// Told of every change while nobody else can make one, so that the order told is the order made.
pub(crate) type Told<'a> = &'a (dyn Fn(&Value) + 'a);

/// The questions; each may take long and is asked off the async threads.
pub(crate) trait Plans: Send + Sync + 'static {
    /// Where the plan file is.
    fn path(&self) -> PathBuf;
    /// The revision of the plan, as it is known here.
    fn revision(&self) -> i64;
    fn summary(&self) -> Result<Value, ApiError>;
    fn layer(&self, query: &LayerQuery) -> Result<Vec<u8>, ApiError>;
    fn verify(&self) -> Result<Value, ApiError>;
    fn gaps(&self, category: Option<&str>) -> Result<Value, ApiError>;
    fn zone(&self, code: &str) -> Result<Value, ApiError>;
    /// Who is inside an area.
    fn impact(&self, area: &ImpactArea) -> Result<Value, ApiError>;
    /// The gates and ways that would help most.
    fn openings(&self, request: &GapsRequest) -> Result<Value, ApiError>;
    fn edit(&self, body: &EditBody, told: Told<'_>) -> Result<Value, ApiError>;
    fn step(&self, step: Step, body: &StepBody, told: Told<'_>) -> Result<Value, ApiError>;
    fn history(&self) -> Result<Value, ApiError>;
    /// Scenarios, relaxations, contact groups.
    fn variants(&self) -> Result<Value, ApiError>;
    /// Who works in which zone.
    fn staff(&self) -> Result<Value, ApiError>;
    /// What differs between another plan file and this plan.
    fn compare(&self, other: &Path) -> Result<Value, ApiError>;
    /// A layer as files to take away.
    fn download(&self, wish: &Wish) -> Result<Package, ApiError>;
    /// The bytes of a vector tile.
    fn tile(&self, query: &TileQuery) -> Result<Vec<u8>, ApiError>;
    /// Where every zone of a level lies.
    fn places(&self, level: Option<&str>) -> Result<Value, ApiError>;
    /// The outline of one zone.
    fn outline(&self, level: Option<&str>, code: &str) -> Result<Value, ApiError>;
    /// Works out beforehand what the first map asks for.
    fn warm(&self) -> Result<(), ApiError>;
    /// What the tiles of a layer hold.
    fn tilejson(&self, layer: &str, level: Option<&str>) -> Result<Value, ApiError>;
    /// The shared arcs of the ground.
    fn topology(&self) -> Result<Value, ApiError>;
    /// Who is in which zone.
    fn assignment(&self) -> Result<Value, ApiError>;
    /// What clients of the OGC interface are offered.
    fn offer(&self) -> Result<Offer, ApiError>;
    /// A page of the features of a layer.
    fn items(&self, page: &Page) -> Result<Found, ApiError>;
    /// One feature of a layer.
    fn item(&self, page: &Page, id: &str) -> Result<Option<Value>, ApiError>;
    /// Draws the zones in the file anew and computes coverage for them.
    fn refresh(&self) -> Result<Value, ApiError>;
    /// Whether another program saved something in the file meanwhile.
    fn overtaken(&self) -> Result<bool, ApiError>;
    /// Takes in what somebody else saved in the file.
    fn reload(&self) -> Result<(), ApiError>;
    /// The last thing asked.
    fn close(&self);

    /// The name of the plan file.
    fn file_name(&self) -> String {
        self.path().file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

/// Layers kept ready for those who read page by page.
const READY: usize = 6;

/// A layer ready for those who read page by page.
struct Ready {
    layer: LayerQuery,
    system: String,
    revision: i64,
    items: Arc<Items>,
}

/// An open plan that many read and one at a time edits.
pub(crate) struct Open {
    /// Where the file is, so that asking for it waits for nobody.
    path: PathBuf,
    session: RwLock<Session>,
    /// What is drawn of it, once somebody asked.
    ground: Mutex<Option<Arc<Ground>>>,
    ready: Mutex<Vec<Ready>>,
}

impl Open {
    pub(crate) fn new(session: Session) -> Self {
        Self {
            path: session.path.clone(),
            session: RwLock::new(session),
            ground: Mutex::default(),
            ready: Mutex::default(),
        }
    }

    fn ground(&self, session: &Session) -> Result<Arc<Ground>, ApiError> {
        let mut held = self.ground.lock().unwrap_or_else(PoisonError::into_inner);
        match &*held {
            Some(ground) if ground.fits(session) => Ok(Arc::clone(ground)),
            _ => {
                let ground = Arc::new(Ground::new(session)?);
                *held = Some(Arc::clone(&ground));
                Ok(ground)
            }
        }
    }

    fn ready(&self, session: &Session, layer: &LayerQuery, system: &System) -> Result<Arc<Items>, ApiError> {
        let revision = session.revision();
        let same = |ready: &&Ready| {
            ready.revision == revision && ready.layer == *layer && ready.system == system.uri
        };
        let lock = || self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ready) = lock().iter().find(same) {
            return Ok(Arc::clone(&ready.items));
        }
        let items = Items::new(session, layer, &system.spec, system.north_first).map_err(said)?;
        let items = Arc::new(items);
        let mut held = lock();
        held.retain(|ready| ready.revision == revision);
        if held.len() >= READY {
            held.remove(0);
        }
        let system = system.uri.clone();
        held.push(Ready { layer: layer.clone(), system, revision, items: Arc::clone(&items) });
        Ok(items)
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Session> {
        // An edit that panicked was not written down; the session is as it was before or is opened anew.
        self.session.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Session> {
        self.session.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The plan with a verdict. An edit answers with what it touched; the verdict on everything is made when somebody asks.
    pub(crate) fn judged(&self) -> RwLockReadGuard<'_, Session> {
        loop {
            let session = self.read();
            if session.plan.is_none() || session.report.is_some() {
                return session;
            }
            drop(session);
            let mut session = self.write();
            if session.report.is_none() {
                session.judge(&Silent);
            }
        }
    }

    /// Runs a change. When the file turns out to be ahead of us, somebody else's program wrote to it: that is taken in.
    fn change(
        &self,
        told: Told<'_>,
        change: impl FnOnce(&mut Session) -> Result<EditOutcome, ApiError>,
    ) -> Result<Value, ApiError> {
        let mut session = self.write();
        let before = session.revision();
        let done = change(&mut session);
        if let Ok(outcome) = &done
            && let Some(ground) = &*self.ground.lock().unwrap_or_else(PoisonError::into_inner)
            && ground.fits(&session)
        {
            ground.levels().follow(&session, before, outcome);
        }
        let done = done.map(|outcome| json!(outcome));
        match &done {
            Ok(outcome) => told(outcome),
            Err(ApiError::Conflict { current, .. }) if *current != session.revision() => {
                session.reload(&Silent).map_err(edits::said)?;
                told(&json!({ "revision": session.revision(), "reloaded": true }));
            }
            Err(_) => {}
        }
        done
    }
}

impl Plans for Open {
    fn path(&self) -> PathBuf {
        self.path.clone()
    }

    fn revision(&self) -> i64 {
        self.read().revision()
    }

    fn summary(&self) -> Result<Value, ApiError> {
        let session = self.judged();
        let mut summary = view::summary(&session).map_err(said)?;
        if let Some(fields) = summary.as_object_mut() {
            fields.insert("revision".to_owned(), session.revision().into());
            let file = session.path.file_name().map(|name| name.to_string_lossy().into_owned());
            fields.insert("file".to_owned(), file.into());
            if let Some(coverage) = fields.get_mut("coverage").and_then(Value::as_object_mut) {
                // Which gates the walks found shut, where a time of day was asked about.
                let gates = session.coverage.as_ref().and_then(|coverage| coverage.gates.as_ref());
                coverage.insert("gates".to_owned(), json!(gates));
            }
        }
        Ok(summary)
    }

    fn layer(&self, query: &LayerQuery) -> Result<Vec<u8>, ApiError> {
        view::layer(&self.judged(), query).map_err(said)
    }

    fn verify(&self) -> Result<Value, ApiError> {
        view::verify(&self.judged()).map_err(said)
    }

    fn gaps(&self, category: Option<&str>) -> Result<Value, ApiError> {
        view::gaps(&self.read(), category).map_err(said)
    }

    fn zone(&self, code: &str) -> Result<Value, ApiError> {
        let session = self.read();
        // Contact groups follow the judge; without them nobody needs to wait for it.
        let session = if session.groups.is_some() {
            drop(session);
            self.judged()
        } else {
            session
        };
        view::zone(&session, code).map_err(said)
    }

    fn impact(&self, area: &ImpactArea) -> Result<Value, ApiError> {
        let mut impact = json!(self.read().impact(area, None).map_err(said)?);
        if let Some(fields) = impact.as_object_mut() {
            // The same plan gives the same bytes.
            fields.retain(|name, _| name != "seconds" && name != "stages");
        }
        Ok(impact)
    }

    fn openings(&self, request: &GapsRequest) -> Result<Value, ApiError> {
        // Every way is measured, which takes seconds: on a plan opened anew, so that nobody's edit waits.
        let found = Session::open(&self.path, &Silent)
            .and_then(|session| session.gaps(request, &Silent))
            .map_err(said)?;
        Ok(json!({
            "category": found.category, "tier": found.tier, "distance_m": found.distance_m,
            "profile": found.profile, "covered": found.covered, "total": found.total, "share": found.share,
            "unknown": found.unknown, "gaps": found.gaps.len(), "openings": found.openings,
        }))
    }

    fn edit(&self, body: &EditBody, told: Told<'_>) -> Result<Value, ApiError> {
        if body.dry_run {
            return edits::edit(&mut self.write(), body).map(|outcome| json!(outcome));
        }
        self.change(told, |session| edits::edit(session, body))
    }

    fn step(&self, step: Step, body: &StepBody, told: Told<'_>) -> Result<Value, ApiError> {
        self.change(told, |session| edits::step(session, step, body))
    }

    fn variants(&self) -> Result<Value, ApiError> {
        crate::variants::variants(&self.judged())
    }

    fn staff(&self) -> Result<Value, ApiError> {
        crate::variants::staff(&self.read())
    }

    fn history(&self) -> Result<Value, ApiError> {
        edits::history(&self.read())
    }

    fn compare(&self, other: &Path) -> Result<Value, ApiError> {
        let other = Session::open(other, &Silent).map_err(said)?;
        let session = self.judged();
        view::compare(&other, &session).map_err(said)
    }

    fn download(&self, wish: &Wish) -> Result<Package, ApiError> {
        crate::download::pack(&self.judged(), wish)
    }

    fn tile(&self, query: &TileQuery) -> Result<Vec<u8>, ApiError> {
        let mut session = self.read();
        // Only zones show what the judge says; what edits left of it holds.
        if query.layer == "zones" && !self.ground(&session)?.levels().judged(&session, query.level.as_deref())
        {
            drop(session);
            session = self.judged();
        }
        self.ground(&session)?.tile(&session, query)
    }

    fn places(&self, level: Option<&str>) -> Result<Value, ApiError> {
        let session = self.read();
        let ground = self.ground(&session)?;
        ground.levels().index(ground.arcs(), &session, level)
    }

    fn outline(&self, level: Option<&str>, code: &str) -> Result<Value, ApiError> {
        let session = self.read();
        let ground = self.ground(&session)?;
        ground.levels().outline(ground.arcs(), &session, level, code)
    }

    fn warm(&self) -> Result<(), ApiError> {
        let session = self.read();
        self.ground(&session)?.warm(&session)
    }

    fn tilejson(&self, layer: &str, level: Option<&str>) -> Result<Value, ApiError> {
        let session = self.read();
        let ground = self.ground(&session)?;
        let (first, names) = ground.told(&session, layer)?;
        let fields: serde_json::Map<String, Value> =
            names.into_iter().map(|name| (name, Value::String(String::new()))).collect();
        let level = level.map_or_else(String::new, |level| format!("?level={level}"));
        Ok(json!({
            "tilejson": "3.0.0", "tiles": [format!("/api/tiles/{layer}/{{z}}/{{x}}/{{y}}.mvt{level}")],
            "minzoom": first, "maxzoom": lifang_tiles::DEEPEST, "bounds": ground.bounds(),
            "vector_layers": [{ "id": layer, "fields": fields }],
        }))
    }

    fn topology(&self) -> Result<Value, ApiError> {
        let session = self.read();
        Ok(self.ground(&session)?.topology(&session))
    }

    fn assignment(&self) -> Result<Value, ApiError> {
        ground::assignment(&self.read())
    }

    fn offer(&self) -> Result<Offer, ApiError> {
        let session = self.read();
        Ok(Offer {
            name: session.territory.name.clone(),
            collections: ogc::collections(&session),
            systems: ogc::systems(&session),
            // A plan without a place on Earth is listed all the same; its features then say why they cannot be given.
            bounds: view::bounds(&session).ok().flatten(),
        })
    }

    fn items(&self, page: &Page) -> Result<Found, ApiError> {
        let session = self.judged();
        let items = self.ready(&session, &page.layer, &page.system)?;
        let places = match &page.window {
            None => items.within(None),
            Some((window, system)) => self.ready(&session, &page.layer, system)?.within(Some(*window)),
        };
        drop(session);
        let shown = places.iter().skip(page.offset).take(page.limit);
        Ok(Found { features: shown.filter_map(|&at| items.feature(at)).collect(), matched: places.len() })
    }

    fn item(&self, page: &Page, id: &str) -> Result<Option<Value>, ApiError> {
        let session = self.judged();
        let items = self.ready(&session, &page.layer, &page.system)?;
        Ok(items.find(id).and_then(|at| items.feature(at)))
    }

    fn refresh(&self) -> Result<Value, ApiError> {
        let mut session = self.write();
        session.refresh(&Silent).map_err(edits::said)?;
        Ok(json!({ "revision": session.revision() }))
    }

    fn overtaken(&self) -> Result<bool, ApiError> {
        self.read().overtaken().map_err(said)
    }

    fn reload(&self) -> Result<(), ApiError> {
        self.write().reload(&Silent).map_err(said)
    }

    fn close(&self) {
        let mut session = self.write();
        if session.editing()
            && let Err(error) = session.refresh(&Silent)
        {
            // Every edit is on the disk; only the outlines others see are old, and the next opening says so.
            tracing::warn!(%error, "the zones in the file could not be drawn anew");
        }
        session.end_editing();
    }
}

/// What of an error people are told: their own mistakes and what their plan lacks, nothing of our insides.
pub(crate) fn said(error: PlannerError) -> ApiError {
    match error {
        PlannerError::UnknownKey { .. } | PlannerError::Export(ExportError::Unknown { .. }) => {
            ApiError::NotFound(error.to_string())
        }
        PlannerError::NoPlan { .. }
        | PlannerError::NoCoverage { .. }
        | PlannerError::Crs(_)
        | PlannerError::Export(_) => ApiError::Unavailable(error.to_string()),
        PlannerError::Conflict { base, current, .. } => {
            ApiError::Conflict { message: error.to_string(), base, current, changes: Vec::new() }
        }
        PlannerError::Cancelled => ApiError::Cancelled,
        PlannerError::Edit(_)
        | PlannerError::Selection { .. }
        | PlannerError::Nothing { .. }
        | PlannerError::Published { .. }
        | PlannerError::Rules { .. }
        | PlannerError::Relaxation { .. }
        | PlannerError::PlanOfOtherGround { .. }
        | PlannerError::Format(_)
        | PlannerError::Ingest(_)
        | PlannerError::Sample(_)
        | PlannerError::Fabric(_)
        | PlannerError::Partition(_)
        | PlannerError::Coverage(_)
        | PlannerError::Network(_)
        | PlannerError::Siting(_)
        | PlannerError::Store(_) => ApiError::Refused(error.to_string()),
        other => ApiError::internal(&other),
    }
}
