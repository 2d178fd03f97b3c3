//! Waits for the order to stop.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// SIGTERM and SIGINT cancel `stop`; the second one ends the process at once.
pub fn listen(stop: CancellationToken) {
    tokio::spawn(async move {
        let (Ok(mut term), Ok(mut interrupt)) =
            (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
        else {
            tracing::error!("signals can not be caught; the process can only be killed");
            return;
        };
        for first in [true, false] {
            tokio::select! { _ = term.recv() => {}, _ = interrupt.recv() => {} }
            if first {
                stop.cancel();
            }
        }
        std::process::exit(130);
    });
}
