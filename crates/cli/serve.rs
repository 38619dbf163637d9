//! 服务 Listens and serves until Ctrl-C.

use crate::args::ListenArgs;
use crate::print::{CliError, Printer};
use lifang_planner::Session;
use std::net::SocketAddr;

/// Serves the map of an open plan.
pub fn serve(session: Session, listen: &ListenArgs, out: &Printer) -> Result<(), CliError> {
    let runtime = tokio::runtime::Runtime::new().map_err(CliError::Runtime)?;
    runtime.block_on(async {
        let address = SocketAddr::new(listen.host, listen.port);
        let listener = tokio::net::TcpListener::bind(address)
            .await
            .map_err(|source| CliError::Listen { address, source })?;
        let bound = listener.local_addr().map_err(|source| CliError::Listen { address, source })?;
        out.serving(bound, &session.territory.name);
        let stop = async {
            // An error here means no signal can arrive; serving on is then the only sensible thing.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        lifang_server::serve(listener, session, stop).await.map_err(CliError::Server)
    })
}
