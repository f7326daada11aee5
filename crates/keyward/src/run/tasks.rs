//! The tasks of a running program: begun together, ended together, and missed when one of them ends early.

use tokio::task::{Id, JoinError, JoinSet};

use super::stop::{Stop, Stopper};

/// Tasks that run until they are told to stop.
pub(crate) struct Tasks {
    set: JoinSet<()>,
    names: Vec<(Id, String)>,
}

impl Tasks {
    pub(crate) fn new() -> Self {
        Self { set: JoinSet::new(), names: Vec::new() }
    }

    /// Begins one.
    pub(crate) fn add(&mut self, name: String, task: impl Future<Output = ()> + Send + 'static) {
        let handle = self.set.spawn(task);
        self.names.push((handle.id(), name));
    }

    /// Waits for all to end. One that dies takes none of the others with it, and is told of; whether none did.
    pub(crate) async fn join(mut self) -> bool {
        let mut is_whole = true;
        while let Some(ended) = self.set.join_next_with_id().await {
            if let Err(error) = ended {
                is_whole = false;
                tracing::error!(task = self.name(&error), "a task died; the others go on");
            }
        }
        is_whole
    }

    fn name(&self, error: &JoinError) -> &str {
        let found = self.names.iter().find(|(id, _)| *id == error.id());
        found.map_or("", |(_, name)| name.as_str())
    }
}

/// Tells everybody to stop when the system or the terminal says so.
pub(crate) async fn until_told(stopper: Stopper, stop: Stop) {
    let told = stop.or(told()).await;
    if let Some(why) = told {
        tracing::info!("stopping: {why}");
    }
    stopper.stop();
}

#[cfg(unix)]
async fn told() -> &'static str {
    use tokio::signal::unix::{SignalKind, signal};

    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signals) => signals.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = terminate => "the system asks for it",
        _ = tokio::signal::ctrl_c() => "interrupted",
    }
}

#[cfg(not(unix))]
async fn told() -> &'static str {
    let _ = tokio::signal::ctrl_c().await;
    "interrupted"
}
