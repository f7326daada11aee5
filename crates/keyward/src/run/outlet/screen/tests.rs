//! Outputs that fail, and outputs that nobody reads.

use std::sync::Arc;
use std::sync::mpsc::channel;

use finding::{Level, Occurrence};

use super::*;

/// Takes as many writes as it is let, then fails.
struct Broken(usize);

impl Write for Broken {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(1).ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Takes a write when it is let, and says what it took.
struct Stalled(Receiver<()>, std::sync::mpsc::Sender<Vec<u8>>);

impl Write for Stalled {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Once nobody stalls it any more it takes everything.
        let _ = self.0.recv();
        let _ = self.1.send(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Shows so many findings on an output, lets something happen, and ends; how many were not printed.
fn unprinted(out: impl Write + Send + 'static, n: usize, then: impl FnOnce()) -> u64 {
    let account = Account::default();
    let mut screen = Screen::to(Style::Jsonl, Box::new(out), &account).unwrap();
    let event = Occurrence::default();
    let finding = Finding::of_event(Arc::default(), Level::Low, event);
    let line = "{}".to_owned();
    screen.show((0..n).map(|_| (&finding, &line)));
    then();
    drop(screen);
    account.seen().unprinted
}

#[test]
fn an_output_that_fails_is_counted() {
    assert_eq!(unprinted(Broken(usize::MAX), 5, || ()), 0);
    assert_eq!(unprinted(Broken(2), 5, || ()), 3);
}

#[test]
fn an_output_that_nobody_reads_does_not_stop_detection() {
    let ((stall, stalled), (tell, told)) = (channel(), channel());
    let n = QUEUE + 10;
    let lost = unprinted(Stalled(stalled, tell), n, || drop(stall));
    // The thread may have taken one out of the queue before it stalled.
    assert!((9..=10).contains(&lost), "{lost} were left out");
    assert_eq!(told.iter().count() as u64 + lost, n as u64);
}
