//! Keyward, from file to findings.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use detect::{Detector, Limits, MAX_EVENT_BYTES, Receiver, Scope, Watch};
use finding::Finding;

use super::Matches;
use crate::repository;
