//! A lean client: connections that stay, one post at a time on each, and a schedule that all share.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::{JoinSet, LocalSet};
use tokio::time::sleep_until;

use super::amount;
use super::traffic::Traffic;
use super::watched::{Planted, cpu_seconds};

/// The path of the hook.
pub(crate) const PATH: &str = "/hooks/acme";

/// The secret of the hook.
pub(crate) const SECRET: &str = "bench-of-the-intake";

/// What is sent, and how fast.
#[derive(Clone)]
pub(crate) struct Plan {
    /// Posts a second; 0 for as many as are answered.
    pub(crate) per_second: u32,
    /// Events in each.
    pub(crate) events: usize,
    pub(crate) connections: usize,
    pub(crate) time: Duration,
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Sent {
    /// Posts that were answered with success.
    pub(crate) n_kept: u64,
    /// Posts that were answered otherwise.
    pub(crate) n_refused: u64,
    /// From when each post was due until its answer.
    pub(crate) answers: Vec<Duration>,
    /// From the first post to the last answer.
    pub(crate) time: Duration,
    /// Processor time, in seconds.
    pub(crate) cpu: f64,
}

/// What the connections share.
struct Schedule {
    traffic: Arc<Traffic>,
    plan: Plan,
    planted: Planted,
    begun: Instant,
    next: Cell<u64>,
}

/// Sends what is planned, on one thread.
pub(crate) fn send(
    to: SocketAddr,
    traffic: &Arc<Traffic>,
    plan: &Plan,
    planted: &Planted,
) -> Result<Sent> {
    let cpu = cpu_seconds("self");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let begun = Instant::now();
    let schedule = Rc::new(Schedule {
        traffic: Arc::clone(traffic),
        plan: plan.clone(),
        planted: planted.clone(),
        begun,
        next: Cell::new(0),
    });
    let all = async {
        let mut connections = JoinSet::new();
        for _ in 0..plan.connections {
            let schedule = Rc::clone(&schedule);
            connections.spawn_local(async move { schedule.work(to).await });
        }
        let mut sent = Sent::default();
        while let Some(one) = connections.join_next().await {
            let one = one??;
            sent.n_kept += one.n_kept;
            sent.n_refused += one.n_refused;
            sent.answers.extend(one.answers);
        }
        sent.time = begun.elapsed();
        sent.cpu = cpu_seconds("self") - cpu;
        Ok(sent)
    };
    runtime.block_on(LocalSet::new().run_until(all))
}

impl Schedule {
    /// When the post of that number is due; `None` behind the end.
    fn due(&self, number: u64) -> Option<Instant> {
        let now = Instant::now();
        let due = match self.plan.per_second {
            0 => now,
            rate => self.begun + Duration::from_secs_f64(amount(number) / f64::from(rate)),
        };
        (due < self.begun + self.plan.time).then_some(due)
    }

    /// One connection's work.
    async fn work(&self, to: SocketAddr) -> Result<Sent> {
        let mut stream = TcpStream::connect(to).await.context("failed to connect")?;
        stream.set_nodelay(true)?;
        let mut sent =
            Sent { n_kept: 0, n_refused: 0, answers: Vec::new(), time: Duration::ZERO, cpu: 0.0 };
        let (mut body, mut post, mut answer) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            let number = self.next.replace(self.next.get() + 1);
            let Some(due) = self.due(number) else { return Ok(sent) };
            if due > Instant::now() {
                sleep_until(due.into()).await;
            }
            let first = number * self.plan.events as u64;
            let numbers = first..first + self.plan.events as u64;
            self.traffic.body(numbers, &mut body, |id| self.planted.plant(id, due));
            post.clear();
            post.extend_from_slice(
                format!(
                    "POST {PATH} HTTP/1.1\r\nhost: localhost\r\nauthorization: {SECRET}\r\n\
                     content-type: application/json\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                )
                .as_bytes(),
            );
            post.extend_from_slice(&body);
            stream.write_all(&post).await?;
            let is_kept = read_answer(&mut stream, &mut answer).await? == 200;
            sent.answers.push(due.elapsed());
            if is_kept { sent.n_kept += 1 } else { sent.n_refused += 1 }
        }
    }
}

/// Reads one answer to its end; its status.
async fn read_answer(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Result<u16> {
    bytes.clear();
    loop {
        if stream.read_buf(bytes).await? == 0 {
            bail!("the server closed the connection");
        }
        let Some(end) = memchr::memmem::find(bytes, b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&bytes[..end])?.to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(Ok(0), str::parse)?;
        if bytes.len() >= end + 4 + length {
            return Ok(head.get(9..12).context("an answer without a status")?.parse()?);
        }
    }
}
