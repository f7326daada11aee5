//! A log that nobody reads, for a while or for good.

use std::sync::mpsc::{Receiver, Sender, channel};

use super::*;

/// Takes a line when it is let, and says what it took.
struct Stalled(Receiver<()>, Sender<Vec<u8>>);

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

#[test]
fn a_log_that_nobody_reads_keeps_nobody_waiting_and_what_it_left_out_is_counted() {
    let ((stall, stalled), (tell, told)) = (channel(), channel());
    let log = Log::to(Box::new(Stalled(stalled, tell))).unwrap();
    let line = vec![b'x'; WAITING_BYTES / 4];
    for _ in 0..10 {
        log.make_writer().write_all(&line).unwrap();
    }
    // The thread may have taken one out before it stalled.
    let unwritten = log.unwritten();
    assert!((5..=6).contains(&unwritten), "{unwritten} were left out");
    log.wait(Duration::from_millis(1));
    assert!(told.try_recv().is_err(), "nobody let it write, and nobody waited for that");
    drop(stall);
    log.wait(Duration::from_mins(1));
    assert_eq!(told.try_iter().count() as u64 + unwritten, 10);
}

#[test]
fn a_log_that_cannot_be_written_is_counted() {
    struct Broken;
    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let log = Log::to(Box::new(Broken)).unwrap();
    for _ in 0..3 {
        log.make_writer().write_all(b"line\n").unwrap();
    }
    log.wait(Duration::from_mins(1));
    assert_eq!(log.unwritten(), 3);
}

#[test]
fn what_was_left_out_is_said_once_it_is_read_again() {
    let ((stall, stalled), (tell, told)) = (channel(), channel());
    let log = Log::to(Box::new(Stalled(stalled, tell))).unwrap();
    log.state().unwritten = 7;
    // Said by the thread that writes, whose subscriber no test has: that it tries is what counts.
    assert_eq!(log.say(7, true), 7);
    assert_eq!(log.say(5, false), 5);
    assert_eq!(log.say(8, true), 8);
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).finish();
    let said = tracing::subscriber::with_default(subscriber, || log.say(0, true));
    assert_eq!(said, 8);
    drop(stall);
    log.wait(Duration::from_mins(1));
    let line = String::from_utf8(told.try_recv().unwrap()).unwrap();
    assert!(line.contains("left out") && line.contains("lines=8"), "{line}");
}
