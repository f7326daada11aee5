//! The tasks of a running program: begun together, ended together, and missed when one of them ends early.

use tokio::task::{Id, JoinSet};

use super::stop::{Stop, Stopper};

/// Tasks that run until they are told to stop.
pub(crate) struct Tasks {
    set: JoinSet<()>,
    names: Vec<(Id, String)>,
    /// Those that may end before everything does.
    jobs: Vec<Id>,
}

impl Tasks {
    pub(crate) fn new() -> Self {
        Self { set: JoinSet::new(), names: Vec::new(), jobs: Vec::new() }
    }

    /// Begins one.
    pub(crate) fn add(&mut self, name: String, task: impl Future<Output = ()> + Send + 'static) {
        let handle = self.set.spawn(task);
        self.names.push((handle.id(), name));
    }

    /// Begins one that has an end.
    pub(crate) fn add_job(
        &mut self,
        name: String,
        task: impl Future<Output = ()> + Send + 'static,
    ) {
        let handle = self.set.spawn(task);
        self.jobs.push(handle.id());
        self.names.push((handle.id(), name));
    }

    /// Waits for all to end; whether none died or ended early. One that does is told of, and then everybody is told to
    /// stop: a program that looks alive and does not collect would look like peace.
    pub(crate) async fn join(mut self, stopper: &Stopper, stop: &Stop) -> bool {
        let mut is_whole = true;
        while let Some(ended) = self.set.join_next_with_id().await {
            let (id, why) = match ended {
                Err(error) => (error.id(), "died"),
                Ok((id, ())) => {
                    let is_told = stop.or(std::future::ready(())).await.is_none();
                    if is_told || self.jobs.contains(&id) {
                        continue;
                    }
                    (id, "ended by itself")
                }
            };
            is_whole = false;
            tracing::error!(task = self.name(id), "a task {why}; stopping");
            stopper.stop();
        }
        is_whole
    }

    fn name(&self, wanted: Id) -> &str {
        let found = self.names.iter().find(|(id, _)| *id == wanted);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::stop::stopping;

    #[tokio::test]
    async fn a_task_that_dies_or_ends_early_stops_all() {
        for dies in [true, false] {
            let (stopper, stop) = stopping();
            let mut tasks = Tasks::new();
            let mut other = stop.clone();
            tasks.add("other".to_owned(), async move { other.wait().await });
            tasks.add_job("job".to_owned(), async {});
            tasks.add("one".to_owned(), async move { assert!(!dies, "dies") });
            assert!(!tasks.join(&stopper, &stop).await);
        }
    }
}
