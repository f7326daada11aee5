//! Mail against a server on this machine.

use std::sync::Arc;

use outbound::Secret;
use sink::{Delivery, Failure, Mail, Receipt, Security, Submission, Turn};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};

use crate::collector::Place;
use crate::receiver::{HOSTILE, Stopped, deliver, delivery};
use crate::stage::finding;

/// How the server behaves.
#[derive(Clone, Default)]
struct Mood {
    /// What it offers, one a line.
    offers: Vec<&'static str>,
    /// What it answers to a command that begins so, instead of yes.
    instead: Vec<(&'static str, &'static str)>,
    /// What it says behind its answer to STARTTLS, before encryption.
    meddling: &'static str,
}

/// What the server heard.
#[derive(Debug, Default)]
struct Heard {
    commands: Vec<String>,
    letter: String,
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

async fn serve(place: &Place, security: Security, mood: &Mood) -> Heard {
    let mut heard = Heard::default();
    let stream = place.plain().await;
    if security == Security::Implicit {
        let Ok(secure) = place.secure(stream).await else { return heard };
        converse(&mut BufReader::new(Box::new(secure) as Box<dyn Wire>), mood, &mut heard, true)
            .await;
        return heard;
    }
    let mut plain = BufReader::new(stream);
    if converse(&mut plain, mood, &mut heard, true).await {
        let Ok(secure) = place.secure(plain.into_inner()).await else { return heard };
        converse(&mut BufReader::new(secure), mood, &mut heard, false).await;
    }
    heard
}

/// Returns whether encryption is to begin.
async fn converse<T: AsyncRead + AsyncWrite + Unpin>(
    wire: &mut BufReader<T>,
    mood: &Mood,
    heard: &mut Heard,
    greets: bool,
) -> bool {
    if greets && wire.write_all(b"220 mail.example.com ready\r\n").await.is_err() {
        return false;
    }
    let mut line = String::new();
    loop {
        line.clear();
        let Ok(1..) = wire.read_line(&mut line).await else { return false };
        let command = line.trim_end().to_owned();
        heard.commands.push(command.clone());
        let special = mood.instead.iter().find(|(start, _)| command.starts_with(start));
        let answer = match (special, command.split(' ').next().unwrap_or_default()) {
            (Some((_, answer)), _) => format!("{answer}\r\n"),
            (None, "EHLO") => {
                let mut offers = String::new();
                for offer in &mood.offers {
                    offers.extend(["-", offer, "\r\n250"]);
                }
                format!("250-mail.example.com\r\n250{offers} 8BITMIME\r\n")
            }
            (None, "STARTTLS") => format!("220 go on\r\n{}", mood.meddling),
            (None, "DATA") => "354 go on\r\n".to_owned(),
            (None, "QUIT") => return false,
            (None, "AUTH") if command == "AUTH LOGIN" => "334 VXNlcm5hbWU6\r\n".to_owned(),
            (None, "AUTH") => "235 welcome\r\n".to_owned(),
            (None, "MAIL" | "RCPT") => "250 yes\r\n".to_owned(),
            // The user and the password of AUTH LOGIN.
            (None, _) if command == "bWU=" => "334 UGFzc3dvcmQ6\r\n".to_owned(),
            (None, _) => "235 welcome\r\n".to_owned(),
        };
        if wire.write_all(answer.as_bytes()).await.is_err() {
            return false;
        }
        if command == "STARTTLS" && answer.starts_with("220") {
            return true;
        }
        if answer.starts_with("354") {
            while let Ok(1..) = wire.read_line(&mut heard.letter).await {
                if heard.letter.ends_with("\r\n.\r\n") {
                    break;
                }
            }
            let answer = mood.instead.iter().find(|(start, _)| *start == ".");
            let answer = answer.map_or("250 queued", |(_, answer)| answer);
            let _ = wire.write_all(format!("{answer}\r\n").as_bytes()).await;
        }
    }
}

async fn check(
    security: Security,
    login: bool,
    mood: &Mood,
    told: &Delivery,
) -> (Result<Receipt, Failure>, Heard) {
    let place = Place::new().await;
    let submission = Submission {
        peer: place.peer(),
        security,
        login: login.then(|| ("me".to_owned(), Secret::new("hush"))),
        from: "keyward@example.com".parse().unwrap(),
        to: vec!["oncall@example.com".parse().unwrap(), "lead@example.com".parse().unwrap()],
    };
    let channel = Mail::new(place.trusting(), Arc::new(Stopped), submission);
    tokio::join!(deliver(&channel, told), serve(&place, security, mood))
}

fn told() -> Delivery {
    delivery(&finding("okta_api_token_created", "mallory@example.com", "e"), Turn::Raised)
}

fn mood(offers: &[&'static str]) -> Mood {
    Mood { offers: offers.to_vec(), ..Mood::default() }
}

#[tokio::test]
async fn mail_is_handed_on_encrypted_from_the_beginning() {
    let (sent, heard) =
        check(Security::Implicit, true, &mood(&["AUTH LOGIN PLAIN"]), &told()).await;
    assert_eq!(sent.unwrap().handle, Some(format!("<{}@example.com>", told().key)));
    insta::assert_debug_snapshot!(heard.commands, @r#"
    [
        "EHLO example.com",
        "AUTH PLAIN AG1lAGh1c2g=",
        "MAIL FROM:<keyward@example.com>",
        "RCPT TO:<oncall@example.com>",
        "RCPT TO:<lead@example.com>",
        "DATA",
        "QUIT",
    ]
    "#);
    insta::assert_snapshot!(heard.letter.replace('\r', ""));
}

#[tokio::test]
async fn mail_is_handed_on_after_encryption_began() {
    let offers = mood(&["STARTTLS", "AUTH LOGIN"]);
    let (sent, heard) = check(Security::StartTls, true, &offers, &told()).await;
    sent.unwrap();
    insta::assert_debug_snapshot!(heard.commands[..6], @r#"
    [
        "EHLO example.com",
        "STARTTLS",
        "EHLO example.com",
        "AUTH LOGIN",
        "bWU=",
        "aHVzaA==",
    ]
    "#);
}

#[tokio::test]
async fn who_offers_no_encryption_gets_no_password_and_no_mail() {
    let (sent, heard) = check(Security::StartTls, true, &mood(&["AUTH PLAIN"]), &told()).await;
    assert!(matches!(sent, Err(Failure::Later { .. })), "{sent:?}");
    assert_eq!(heard.commands, ["EHLO example.com"]);
}

#[tokio::test]
async fn what_is_said_before_encryption_is_not_believed_after_it() {
    let meddled =
        Mood { meddling: "250-mail.example.com\r\n250 AUTH PLAIN\r\n", ..mood(&["STARTTLS"]) };
    let (sent, heard) = check(Security::StartTls, true, &meddled, &told()).await;
    assert!(matches!(sent, Err(Failure::Later { .. })), "{sent:?}");
    assert_eq!(heard.commands, ["EHLO example.com", "STARTTLS"]);
}

#[tokio::test]
async fn replies_say_whether_to_try_again() {
    let said = async |start, answer| {
        let mood = Mood { instead: vec![(start, answer)], ..mood(&["AUTH PLAIN"]) };
        check(Security::Implicit, true, &mood, &told()).await.0
    };
    let later = |sent: Result<Receipt, Failure>| matches!(sent, Err(Failure::Later { .. }));
    let refused = |sent: Result<Receipt, Failure>| matches!(sent, Err(Failure::Refused { .. }));
    assert!(later(said("MAIL", "451 later").await));
    assert!(later(said("RCPT TO:<lead", "450 busy").await));
    assert!(later(said("DATA", "421 closing").await));
    assert!(later(said(".", "452 disk full").await));
    assert!(later(said("EHLO", "554 no service").await));
    assert!(later(said("AUTH", "454 later").await));
    assert!(later(said("MAIL", "what").await));
    assert!(later(said("AUTH", "535 wrong hush").await));
    assert!(later(said("MAIL", "550 no").await));
    assert!(later(said("RCPT", "550 nobody of that name").await));
    assert!(refused(said(".", "554 spam").await));
    let part = said("RCPT TO:<lead", "550 nobody of that name").await.unwrap();
    assert_eq!(part.said, "accepted, but 1 of 2 recipients were refused");
    let wrong = said("AUTH", "535 wrong hush").await.unwrap_err();
    assert!(!wrong.why().contains("hush"));
}

#[tokio::test]
async fn text_of_an_event_is_no_header_no_end_and_no_command() {
    let mut hostile = delivery(&finding(HOSTILE, HOSTILE, "e"), Turn::Raised);
    hostile.sent = Some(Receipt {
        handle: Some("<a@b>\r\nBcc: all@example.com".into()),
        ..Receipt::default()
    });
    let (sent, heard) = check(Security::Implicit, false, &mood(&[]), &hostile).await;
    sent.unwrap();
    assert_eq!(heard.commands.len(), 6, "{:?}", heard.commands);
    let (header, body) = heard.letter.split_once("\r\n\r\n").unwrap();
    let names: Vec<_> = header
        .lines()
        .filter(|line| !line.starts_with(' '))
        .map(|line| line.split(':').next().unwrap())
        .collect();
    insta::assert_debug_snapshot!(names, @r#"
    [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Auto-Submitted",
        "X-Keyward-Key",
        "MIME-Version",
        "Content-Type",
    ]
    "#);
    assert!(heard.letter.lines().all(|line| line.len() <= 998 && line.is_ascii()));
    assert!(body.lines().filter(|line| line.starts_with('.')).eq(["."]));
}

#[tokio::test]
async fn a_server_on_this_machine_needs_no_encryption() {
    let (sent, heard) = check(Security::None, true, &mood(&["AUTH PLAIN"]), &told()).await;
    sent.unwrap();
    assert_eq!(heard.commands[1], "AUTH PLAIN AG1lAGh1c2g=");
}

#[tokio::test]
async fn a_way_to_log_in_that_nobody_offers_is_tried_later() {
    let (sent, heard) =
        check(Security::Implicit, true, &mood(&["AUTH XOAUTH2 CRAM-MD5"]), &told()).await;
    assert!(matches!(sent, Err(Failure::Later { .. })), "{sent:?}");
    assert_eq!(heard.commands.len(), 1, "{:?}", heard.commands);
}
