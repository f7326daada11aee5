//! Reading a body: bounded in bytes as it comes, unpacked, and together with all others that wait.

use std::io::{ErrorKind, Read};
use std::sync::Arc;

use bytes::Buf;
use flate2::bufread::MultiGzDecoder;
use http_body_util::BodyExt;
use hyper::HeaderMap;
use hyper::body::{Body, Incoming};
use hyper::header::CONTENT_ENCODING;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::answer::Outcome;

/// What one permit stands for.
const STEP: usize = 4 << 10;

/// Bytes that may be in memory on their way to the disk.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    permits: Arc<Semaphore>,
    body_bytes: usize,
}

/// Room that was taken. It is given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Taken {
    permit: OwnedSemaphorePermit,
}

/// A body as it came.
#[derive(Debug)]
pub(crate) struct Packed {
    bytes: Vec<u8>,
    packing: Packing,
    taken: Taken,
}

/// Bodies above this take so long that other connections of the same thread would wait.
const LONG: usize = 512 << 10;

impl Packed {
    /// Whether opening it takes long. What is packed may hold a thousand times as much.
    pub(crate) fn is_long(&self) -> bool {
        self.bytes.len() > LONG || self.packing != Packing::None
    }
}

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
}

impl Packing {
    fn of(headers: &HeaderMap) -> Result<Self, Outcome> {
        let mut named = headers.get_all(CONTENT_ENCODING).iter();
        let (first, more) = (named.next(), named.next());
        let name = first.map_or(&b""[..], |value| value.as_bytes().trim_ascii());
        match name.to_ascii_lowercase().as_slice() {
            _ if more.is_some() => Err(Outcome::Encoding),
            b"" | b"identity" => Ok(Self::None),
            b"gzip" | b"x-gzip" => Ok(Self::Gzip),
            _ => Err(Outcome::Encoding),
        }
    }
}

impl Room {
    pub(crate) fn new(pending_bytes: usize, body_bytes: usize) -> Self {
        let permits = (pending_bytes / STEP).clamp(1, Semaphore::MAX_PERMITS);
        Self { permits: Arc::new(Semaphore::new(permits)), body_bytes }
    }

    /// Whether nothing more fits.
    pub(crate) fn is_full(&self) -> bool {
        self.permits.available_permits() == 0
    }

    /// Reads a body to its end. While there is no room it waits; the caller bounds how long.
    pub(crate) async fn read(
        &self,
        headers: &HeaderMap,
        body: Incoming,
    ) -> Result<Packed, Outcome> {
        let packing = Packing::of(headers)?;
        let told = body.size_hint().exact().unwrap_or(0);
        let told = usize::try_from(told).map_err(|_| Outcome::TooLarge)?;
        if told > self.body_bytes {
            return Err(Outcome::TooLarge);
        }
        let mut taken = Taken { permit: self.take(told.max(1)).await? };
        let bytes = self.collect(body, told, &mut taken).await?;
        Ok(Packed { bytes, packing, taken })
    }

    /// Unpacks what was read.
    pub(crate) fn open(&self, packed: Packed) -> Result<(Vec<u8>, Taken), Outcome> {
        let Packed { bytes, packing, mut taken } = packed;
        match packing {
            Packing::None => Ok((bytes, taken)),
            Packing::Gzip => Ok((self.unpack(&bytes, &mut taken)?, taken)),
        }
    }

    async fn collect(
        &self,
        mut body: Incoming,
        told: usize,
        taken: &mut Taken,
    ) -> Result<Vec<u8>, Outcome> {
        let mut bytes = Vec::with_capacity(told);
        while let Some(frame) = body.frame().await {
            let Ok(mut data) = frame.map_err(|_| Outcome::Cut)?.into_data() else { continue };
            let len = bytes.len() + data.remaining();
            if len > self.body_bytes {
                return Err(Outcome::TooLarge);
            }
            if len > taken.bytes() {
                taken.permit.merge(self.take(len - taken.bytes()).await?);
            }
            while data.has_remaining() {
                let chunk = data.chunk();
                bytes.extend_from_slice(chunk);
                data.advance(chunk.len());
            }
        }
        Ok(bytes)
    }

    /// Undoes gzip. Where it would not fit beside the others it does not wait: the packed bytes hold room themselves.
    fn unpack(&self, packed: &[u8], taken: &mut Taken) -> Result<Vec<u8>, Outcome> {
        let mut bytes = Vec::new();
        let mut decoder = MultiGzDecoder::new(packed);
        let mut piece = vec![0; 16 * STEP];
        loop {
            let len = match decoder.read(&mut piece) {
                Ok(0) => return Ok(bytes),
                Ok(len) => len,
                Err(err) if err.kind() == ErrorKind::UnexpectedEof => return Err(Outcome::Cut),
                Err(_) => return Err(Outcome::Unreadable),
            };
            if bytes.len() + len > self.body_bytes {
                return Err(Outcome::TooLarge);
            }
            let wanted = packed.len() + bytes.len() + len;
            if wanted > taken.bytes() {
                taken.permit.merge(self.take_now(wanted - taken.bytes())?);
            }
            bytes.extend_from_slice(&piece[..len]);
        }
    }

    async fn take(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Outcome> {
        let permits = Arc::clone(&self.permits);
        permits.acquire_many_owned(steps(bytes)).await.map_err(|_| Outcome::Busy)
    }

    fn take_now(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Outcome> {
        let permits = Arc::clone(&self.permits);
        permits.try_acquire_many_owned(steps(bytes)).map_err(|_| Outcome::Busy)
    }
}

impl Taken {
    fn bytes(&self) -> usize {
        self.permit.num_permits() * STEP
    }
}

/// Permits for so many bytes. Bodies are bounded far below what would not fit.
fn steps(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(STEP)).unwrap_or(u32::MAX)
}
