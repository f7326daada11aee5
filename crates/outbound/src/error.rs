//! Why there is no answer.
//!
//! No variant holds a header, a body or a query: all of them can hold tokens.

use std::net::IpAddr;
use std::time::Duration;

use thiserror::Error;

/// A request without an answer that can be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The path leads away from the origin. Nothing was sent.
    #[error("an address leads away from {origin}, nothing was sent there")]
    Elsewhere {
        /// Where the request belongs.
        origin: String,
    },

    /// The host stands at an address that is not public. Nothing was sent.
    #[error("{host} is at {address}, which is no public address, and private ones are not allowed")]
    Private {
        /// The host that was named.
        host: String,
        /// Where it is.
        address: IpAddr,
    },

    /// The host has no address.
    #[error("{host} has no address")]
    Unknown {
        /// The host that was named.
        host: String,
        /// What the machine said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// No connection came about: refused, unreachable, or its certificate is not trusted.
    #[error("no connection to {host}")]
    Connect {
        /// The host that was named.
        host: String,
        /// What the transport said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// It took too long.
    #[error("{host} did not finish its answer within {} s", after.as_secs())]
    TimedOut {
        /// The host that was named.
        host: String,
        /// The limit.
        after: Duration,
    },

    /// The answer is longer than is taken.
    #[error("the answer of {host} is longer than {most} bytes")]
    TooLarge {
        /// The host that was named.
        host: String,
        /// The limit, in bytes.
        most: usize,
    },

    /// The server sends requests elsewhere; they are not followed, since a credential would go along.
    #[error("{host} redirects with status {status}, which is not followed")]
    Redirected {
        /// The host that was named.
        host: String,
        /// 300 to 399.
        status: u16,
    },

    /// The connection broke, or what came over it is no HTTP.
    #[error("the connection to {host} broke")]
    Broken {
        /// The host that was named.
        host: String,
        /// What the transport said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// A value cannot be sent as a header: it has line ends or other control characters.
    #[error("the value of the header `{name}` cannot be sent")]
    Header {
        /// Which header.
        name: String,
    },

    /// All connections go through a proxy, which passes HTTP alone. Nothing was sent.
    #[error("{host} cannot be reached through the proxy, which passes HTTP alone")]
    Proxied {
        /// The host that was named.
        host: String,
    },

    /// The peer said more than it was asked before the connection was encrypted: somebody on the way may have.
    #[error("{host} went on talking before the connection was encrypted")]
    Meddled {
        /// The host that was named.
        host: String,
    },
}

impl Error {
    /// Whether the same request may succeed later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unknown { .. }
            | Self::Connect { .. }
            | Self::TimedOut { .. }
            | Self::Broken { .. }
            | Self::Meddled { .. }
            | Self::Redirected { .. } => true,
            Self::Elsewhere { .. }
            | Self::Private { .. }
            | Self::TooLarge { .. }
            | Self::Proxied { .. }
            | Self::Header { .. } => false,
        }
    }
}

/// An error with its causes, on one line: `failed to write: no space left`.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Settings with which no request can be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SetupError {
    /// The extra certificates are no PEM, or hold no certificate.
    #[error("the extra certificates of authorities cannot be read")]
    Authorities {
        /// What the reader said, if it said anything.
        source: Option<reqwest::Error>,
    },
    /// The client cannot be built, for want of any certificate to trust, for example.
    #[error("requests cannot be set up")]
    Client {
        /// What the library said.
        source: reqwest::Error,
    },
}
