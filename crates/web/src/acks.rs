//! Acknowledgements of the HTTP Event Collector: numbers by channel.
//!
//! A post is answered once it is durable, so a number that was given out is always acknowledged. After a restart none is
//! known; clients then send again, and what comes twice is kept once.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Channels that are remembered. The oldest makes room.
const MAX_CHANNELS: usize = 1_024;

/// The numbers given out through one receiver.
#[derive(Debug, Default)]
pub(crate) struct Acks(Mutex<Channels>);

#[derive(Debug, Default)]
struct Channels {
    next: HashMap<Box<str>, u64>,
    order: VecDeque<Box<str>>,
}

impl Acks {
    /// The number of a post on that channel that is kept.
    pub(crate) fn give(&self, channel: &str) -> u64 {
        let mut channels = self.lock();
        if let Some(next) = channels.next.get_mut(channel) {
            *next += 1;
            return *next - 1;
        }
        if channels.order.len() >= MAX_CHANNELS
            && let Some(oldest) = channels.order.pop_front()
        {
            channels.next.remove(&oldest);
        }
        channels.order.push_back(channel.into());
        channels.next.insert(channel.into(), 1);
        0
    }

    /// Whether that number was given out on that channel.
    pub(crate) fn is_kept(&self, channel: &str, number: u64) -> bool {
        self.lock().next.get(channel).is_some_and(|&next| number < next)
    }

    fn lock(&self) -> MutexGuard<'_, Channels> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_up_by_channel_and_are_kept_once_given() {
        let acks = Acks::default();
        assert_eq!([acks.give("a"), acks.give("a"), acks.give("b")], [0, 1, 0]);
        assert_eq!(
            [
                acks.is_kept("a", 1),
                acks.is_kept("a", 2),
                acks.is_kept("b", 1),
                acks.is_kept("c", 0)
            ],
            [true, false, false, false]
        );
    }

    #[test]
    fn channels_are_bounded() {
        let acks = Acks::default();
        for channel in 0..=MAX_CHANNELS {
            acks.give(&channel.to_string());
        }
        assert!(!acks.is_kept("0", 0));
        assert!(acks.is_kept("1", 0));
    }
}
