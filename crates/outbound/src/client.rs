//! Sending.

use std::error::Error as StdError;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::{Certificate, Client, Response, redirect};
use url::{Host, Url};

use crate::address::is_public;
use crate::resolve::{NotPublic, Resolver};
use crate::stream::{Peer, Stream, Way};
use crate::{Answer, Error, Origin, Request, Settings, SetupError};

/// Sends requests. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Outbound {
    client: Client,
    limits: Limits,
    way: Arc<Way>,
}

#[derive(Debug, Clone, Copy)]
struct Limits {
    total: Duration,
    max_body: usize,
    allow_private: bool,
}

impl Outbound {
    /// Sets requests up. Opens no connection.
    pub fn new(settings: &Settings) -> Result<Self, SetupError> {
        let limits = Limits {
            total: settings.total_timeout,
            max_body: settings.max_body,
            allow_private: settings.allow_private,
        };
        Ok(Self { client: client(settings)?, limits, way: Arc::new(Way::new(settings)) })
    }

    /// Opens a connection that is not encrypted yet; what is said over it ends in time as a whole.
    pub async fn open(&self, peer: &Peer) -> Result<Stream, Error> {
        Stream::open(peer, &self.way).await
    }

    /// Sends a request to an origin and takes the whole answer.
    ///
    /// An answer of any status but a redirect is an answer; what it means is the caller's to say.
    pub async fn send(&self, origin: &Origin, request: Request) -> Result<Answer, Error> {
        let host = origin.host().to_owned();
        let url = self.address(origin, &request)?;
        let endpoint = request.endpoint().to_owned();
        let whole = self.exchange(&host, url, request);
        let answer = match tokio::time::timeout(self.limits.total, whole).await {
            Ok(answer) => answer?,
            Err(_) => return Err(Error::TimedOut { host, after: self.limits.total }),
        };
        let (status, bytes) = (answer.status, answer.body.len());
        tracing::debug!(host, endpoint, status, bytes, "answered");
        Ok(answer)
    }

    /// Where a request goes, if it may. Names are judged when they are resolved.
    fn address(&self, origin: &Origin, request: &Request) -> Result<Url, Error> {
        let elsewhere = || Error::Elsewhere { origin: origin.to_string() };
        let url = origin.at(&request.path).ok_or_else(elsewhere)?;
        let address: IpAddr = match url.host() {
            Some(Host::Ipv4(address)) => address.into(),
            Some(Host::Ipv6(address)) => address.into(),
            Some(Host::Domain(_)) | None => return Ok(url),
        };
        if self.limits.allow_private || origin.is_loopback() || is_public(address) {
            return Ok(url);
        }
        Err(Error::Private { host: origin.host().to_owned(), address })
    }

    async fn exchange(&self, host: &str, url: Url, request: Request) -> Result<Answer, Error> {
        let built = build(url, request)?;
        let response = self.client.execute(built).await.map_err(|error| failure(host, error))?;
        let status = response.status();
        if status.is_redirection() {
            return Err(Error::Redirected { host: host.to_owned(), status: status.as_u16() });
        }
        let headers = response.headers().clone();
        let body = read(host, response, self.limits.max_body).await?;
        Ok(Answer::new(status.as_u16(), headers, body))
    }
}

fn build(url: Url, request: Request) -> Result<reqwest::Request, Error> {
    let method = match request.method {
        crate::Method::Get => reqwest::Method::GET,
        crate::Method::Post => reqwest::Method::POST,
        crate::Method::Put => reqwest::Method::PUT,
        crate::Method::Patch => reqwest::Method::PATCH,
        crate::Method::Delete => reqwest::Method::DELETE,
    };
    let mut built = reqwest::Request::new(method, url);
    for (name, value) in request.headers {
        let unfit = || Error::Header { name: name.to_string() };
        let mut text = HeaderValue::from_str(value.expose()).map_err(|_| unfit())?;
        text.set_sensitive(true);
        built.headers_mut().append(name, text);
    }
    *built.body_mut() = request.body.map(|body| body.expose().to_owned().into());
    Ok(built)
}

fn client(settings: &Settings) -> Result<Client, SetupError> {
    let proxy_host = settings.proxy.as_ref().map(|proxy| proxy.host().to_owned());
    let resolver = Resolver { allow_private: settings.allow_private, proxy: proxy_host };
    let builder = Client::builder()
        .redirect(redirect::Policy::none())
        // The library would send a request again by itself; what is sent again is for the caller to say.
        .retry(reqwest::retry::never())
        .no_proxy()
        .referer(false)
        .user_agent(settings.user_agent.as_str())
        .connect_timeout(settings.connect_timeout)
        .dns_resolver(Arc::new(resolver))
        .tls_certs_merge(authorities(settings)?);
    let builder = match &settings.proxy {
        Some(proxy) => builder.proxy(proxy.rule()),
        None => builder,
    };
    builder.build().map_err(|source| SetupError::Client { source })
}

fn authorities(settings: &Settings) -> Result<Vec<Certificate>, SetupError> {
    let Some(pem) = &settings.extra_ca else { return Ok(Vec::new()) };
    let found = Certificate::from_pem_bundle(pem.expose().as_bytes())
        .map_err(|source| SetupError::Authorities { source: Some(source) })?;
    if found.is_empty() {
        return Err(SetupError::Authorities { source: None });
    }
    Ok(found)
}

/// The body, while it stays within its size.
async fn read(host: &str, mut response: Response, most: usize) -> Result<Vec<u8>, Error> {
    let too_large = || Error::TooLarge { host: host.to_owned(), most };
    if response.content_length().is_some_and(|length| length > most as u64) {
        return Err(too_large());
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(host, error))? {
        if body.len() + chunk.len() > most {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn failure(host: &str, error: reqwest::Error) -> Error {
    let host = host.to_owned();
    if let Some(refused) = cause::<NotPublic>(&error) {
        return Error::Private { host, address: refused.address };
    }
    // A query is no business of who reads errors.
    let error = error.without_url();
    if is_name_unknown(&error) {
        return Error::Unknown { host, source: Box::new(error) };
    }
    if error.is_connect() {
        return Error::Connect { host, source: Box::new(error) };
    }
    Error::Broken { host, source: Box::new(error) }
}

fn is_name_unknown(error: &reqwest::Error) -> bool {
    error.is_connect() && chain(error).any(|cause| cause.to_string().contains("dns error"))
}

fn cause<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    chain(error).find_map(|cause| cause.downcast_ref())
}

fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}
