//! 服务 Listens and serves until Ctrl-C or a request to end.

use crate::args::{ListenArgs, ServeArgs};
use crate::bars::Bars;
use crate::print::{CliError, Printer};
use lifang_planner::Session;
use lifang_server::Content;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// `lifang serve`: the map of a plan, or the start page over a folder of plans.
pub fn run(args: &ServeArgs, bars: &Bars, out: &Printer) -> Result<(), CliError> {
    // A folder in the place of a plan is the folder to serve.
    let (plan, named) = match args.plan.as_deref() {
        Some(folder) if folder.is_dir() => (None, Some(folder.to_owned())),
        plan => (plan, None),
    };
    let folder = match (args.folder.clone(), named) {
        (Some(folder), Some(named)) => return Err(CliError::TwoFolders { named, folder }),
        (folder, named) => folder.or(named).unwrap_or_else(|| beside(plan)),
    };
    // The plan before its folder: of a plan that is not there, that is what to say, not that its folder is missing.
    let session = plan.map(|plan| Session::open(plan, bars)).transpose()?;
    bars.done();
    if !folder.is_dir() {
        return Err(CliError::Folder { folder });
    }
    listen(Content { session, folder }, &args.listen, out)
}

/// Serves the map of an open plan.
pub fn serve(session: Session, listening: &ListenArgs, out: &Printer) -> Result<(), CliError> {
    let folder = beside(Some(&session.path));
    listen(Content { session: Some(session), folder }, listening, out)
}

/// The folder of a plan, or the one the program was started in.
fn beside(plan: Option<&Path>) -> PathBuf {
    let folder = plan.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new(".")).to_owned()
}

/// The log goes to standard error: warnings unless `RUST_LOG` says otherwise, as JSON lines with `LIFANG_LOG=json`.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = filter.unwrap_or_else(|_unset| tracing_subscriber::EnvFilter::new("warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let json = std::env::var_os("LIFANG_LOG").is_some_and(|kind| kind == "json");
    // Only one log a program: a second start in the same process keeps the first.
    let _there_already = if json { log.json().try_init() } else { log.try_init() };
}

fn listen(content: Content, listen: &ListenArgs, out: &Printer) -> Result<(), CliError> {
    log();
    let runtime = tokio::runtime::Runtime::new().map_err(CliError::Runtime)?;
    runtime.block_on(async {
        let address = SocketAddr::new(listen.host, listen.port);
        let listener = tokio::net::TcpListener::bind(address)
            .await
            .map_err(|source| CliError::Listen { address, source })?;
        let bound = listener.local_addr().map_err(|source| CliError::Listen { address, source })?;
        let name = match &content.session {
            Some(session) => session.territory.name.clone(),
            None => content.folder.display().to_string(),
        };
        out.serving(bound, &name);
        lifang_server::serve(listener, content, asked_to_stop()).await.map_err(CliError::Server)
    })
}

/// Ready at Ctrl-C, or when the system asks the program to end.
async fn asked_to_stop() {
    let interrupt = async {
        // An error here means no signal can arrive; serving on is then the only sensible thing.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
