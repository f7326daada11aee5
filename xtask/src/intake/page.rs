//! The numbers that the program tells.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::str::FromStr;

use anyhow::{Context, Result};

/// The text of the metrics.
pub(crate) fn metrics(from: SocketAddr) -> Result<String> {
    let mut stream = TcpStream::connect(from).context("failed to connect")?;
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}

/// The number of that name and labels, if there is one.
pub(crate) fn number<N: FromStr>(page: &str, name: &str) -> Option<N> {
    page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
}
