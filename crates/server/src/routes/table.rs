//! The routes of the page: plans, layers, figures, edits, jobs.

use super::{Answer, Route, route};
use crate::{change, download, folder, listen, openapi, read, tasks, upload};
use axum::http::Method;

const LAYER: &[(&str, bool, &str)] = &[
    ("level", false, "key of a level, for zones; the finest without one"),
    ("category", false, "service category, for coverage and gaps"),
    ("profile", false, "walking profile, for coverage and gaps"),
    ("tier", false, "tier, for coverage"),
];

/// The folder of plans, the open plan, edits and jobs.
pub(super) fn api() -> Vec<Route> {
    const GET: Method = Method::GET;
    const POST: Method = Method::POST;
    const DELETE: Method = Method::DELETE;
    vec![
        route(GET, "/api/health", "server", "Whether the server is up", "Health", read::health),
        route(GET, "/api/openapi.json", "server", "This description", "OpenApi", openapi::document),
        route(
            GET,
            "/api/catalog",
            "server",
            "Presets, tiers, profiles and services there are",
            "Catalog",
            folder::catalog,
        ),
        route(
            GET,
            "/api/events",
            "server",
            "What happens, as server-sent events; resumes after Last-Event-ID",
            "Event",
            listen::events,
        )
        .gives(Answer::Bytes("text/event-stream")),
        route(
            GET,
            "/api/plans",
            "plans",
            "The plan files of the folder, which is open here, which is in front, which are open at all",
            "Plans",
            folder::list,
        ),
        route(
            POST,
            "/api/plans/open",
            "plans",
            "Puts a plan in front: where addresses without the name of a plan lead; opens it",
            "Opened",
            folder::open,
        )
        .body("OpenBody"),
        route(
            POST,
            "/api/plans/close",
            "plans",
            "Closes the plan of this address for everybody",
            "Closed",
            folder::close,
        )
        .body("Empty"),
        route(
            POST,
            "/api/plans/sample",
            "plans",
            "Makes a plan of the synthetic community; in front where no plan is",
            "Job",
            folder::sample,
        )
        .body("SampleBody")
        .status(202),
        route(
            POST,
            "/api/uploads",
            "plans",
            "Takes files and says what they hold; nothing is made of them yet",
            "Upload",
            upload::upload,
        )
        .body("multipart")
        .status(201)
        .limit(upload::LARGEST),
        route(GET, "/api/uploads/{id}", "plans", "What the files of an upload hold", "Upload", upload::one),
        route(DELETE, "/api/uploads/{id}", "plans", "Forgets an upload", "Dropped", upload::forget),
        route(
            POST,
            "/api/uploads/{id}/plan",
            "plans",
            "Makes a plan of an upload; in front where no plan is",
            "Job",
            upload::plan,
        )
        .body("UploadPlanBody")
        .status(202),
        route(
            GET,
            "/api/plan",
            "plan",
            "Levels, totals, coverage shares, counts of violations and gaps",
            "PlanSummary",
            read::plan,
        ),
        route(GET, "/api/verify", "plan", "What the judge says", "Report", read::verify),
        route(GET, "/api/gaps", "plan", "Gaps in coverage", "Gaps", read::gaps).query(&[(
            "category",
            false,
            "service category; all without one",
        )]),
        route(
            GET,
            "/api/zones/{code}",
            "plan",
            "What one zone reaches of each service, its contact groups, where its households come from",
            "ZoneReach",
            read::zone,
        ),
        route(
            GET,
            "/api/layers/{layer}",
            "plan",
            "A layer as RFC 7946 GeoJSON",
            "FeatureCollection",
            read::layer,
        )
        .query(LAYER)
        .gives(Answer::GeoJson("FeatureCollection")),
        route(
            GET,
            "/api/history",
            "plan",
            "Every edit, oldest first, and the revision",
            "History",
            read::history,
        ),
        route(
            GET,
            "/api/compare",
            "plan",
            "What differs between another plan of the folder and the one that is open",
            "Comparison",
            read::compare,
        )
        .query(&[("with", true, "name of the other plan file")]),
        route(
            GET,
            "/api/export",
            "plan",
            "A layer as files, as a ZIP archive unless zip=false",
            "Bytes",
            download::export,
        )
        .query(&[
            ("layer", true, "layer, as of /api/layers; plan: the whole plan, as xlsx or dxf"),
            ("format", true, "geojson, shp, gpkg, csv, xlsx, dxf or kml"),
            ("level", false, "key of a level, for zones"),
            ("category", false, "service category, for coverage and gaps"),
            ("profile", false, "walking profile, for coverage and gaps"),
            ("tier", false, "tier, for coverage"),
            (
                "crs",
                false,
                "coordinate system, e.g. EPSG:4545; GeoJSON is WGS 84, others are as the data came",
            ),
            ("encoding", false, "utf-8 or gbk, for shapefile tables"),
            ("zip", false, "false for the file itself; a shapefile is always an archive"),
            ("simplify", false, "draw zones with fewer points, within so many metres; the files say so"),
            ("smooth", false, "true to round the corners of thinned outlines, for printed maps"),
        ])
        .gives(Answer::Bytes("application/zip")),
        route(
            POST,
            "/api/edits",
            "edit",
            "Makes or tries an edit; 409 on another revision",
            "EditOutcome",
            change::edit,
        )
        .body("EditBody"),
        route(POST, "/api/undo", "edit", "Takes the last edit back", "EditOutcome", change::undo)
            .body("StepBody"),
        route(POST, "/api/redo", "edit", "Brings back what was taken back last", "EditOutcome", change::redo)
            .body("StepBody"),
        route(
            POST,
            "/api/refresh",
            "edit",
            "Draws the zones in the file anew, computes coverage for them",
            "Refreshed",
            change::refresh,
        )
        .body("StepBody"),
        route(GET, "/api/jobs", "jobs", "The jobs, newest first", "Jobs", tasks::all),
        route(
            GET,
            "/api/jobs/{id}",
            "jobs",
            "How far a job is; its result once it is done",
            "Job",
            tasks::one,
        ),
        route(DELETE, "/api/jobs/{id}", "jobs", "Asks a job to stop", "Job", tasks::cancel),
        route(POST, "/api/jobs/propose", "jobs", "Divides the plan anew", "Job", tasks::propose)
            .body("ProposeBody")
            .status(202),
        route(
            POST,
            "/api/jobs/repair",
            "jobs",
            "Divides again from the plan there is, moving as few households as will do",
            "Job",
            tasks::repair,
        )
        .body("RepairBody")
        .status(202),
        route(POST, "/api/jobs/cover", "jobs", "Computes who reaches what", "Job", tasks::cover)
            .body("CoverBody")
            .status(202),
    ]
}
