//! Rules of every type with memory, and what is done with them over and over: logs in, findings and states out.

use std::fmt::Write as _;
use std::sync::Arc;

use detect::{Detector, Engine, Limits, Receiver, Scope, Settings};
use rule::{Lists, Severity, SourceFile};

/// A rule of each type, and some over others.
const RULES: &str = include_str!("../rules/all_types.yml");

/// The rules, or those of them with another one less.
pub fn detector(n_less: usize) -> Arc<Detector> {
    let files = [SourceFile { path: "all_types.yml", text: RULES }];
    let loaded = rule::load(&files, &Lists::default());
    let wrong = loaded.diagnostics.iter().find(|(_, said)| said.severity == Severity::Error);
    assert!(wrong.is_none(), "{wrong:?}");
    let detector = Detector::of(&loaded.rules[n_less..], Scope::default());
    assert!(detector.unfed().is_empty());
    Arc::new(detector)
}

/// Little room, so that it runs out.
pub fn settings() -> Settings {
    Settings { total_bytes: 30_000, rule_groups: 20, group_values: 5, ..Settings::default() }
}

/// What rules need of a log, one excerpt after the other.
pub fn excerpts(detector: &Detector, log: &[u8]) -> Vec<Vec<u8>> {
    struct Row(Vec<u8>);
    impl Receiver for Row {
        fn excerpts(&mut self, row: &[u8]) {
            self.0.extend_from_slice(row);
        }
        fn progress(&mut self, _bytes: u64) {}
    }
    let mut row = Row(Vec::new());
    detector.sweep(&mut &*log, Limits { threads: 1, max_event_bytes: 1 << 16 }, &mut row);
    let (mut all, mut rest) = (Vec::new(), &*row.0);
    while let Some(len) = rest.first_chunk().map(|len| u32::from_le_bytes(*len) as usize) {
        let (one, more) = rest.split_at(len + 4);
        all.push(one.to_vec());
        rest = more;
    }
    all
}

/// A log that four bytes an event describe: when after the one before, what, who, and the rest.
pub fn log(bytes: &[u8]) -> String {
    const KINDS: [&str; 4] = [
        "user.session.start",
        "user.authentication.auth_via_mfa",
        "user.authentication.sso",
        "user.account.privilege.grant",
    ];
    let (mut log, mut at) = (String::new(), 1_793_610_000_i64);
    for (number, four) in bytes.chunks_exact(4).enumerate() {
        at += [0, 1, 5, 10, 30, 60, 61, 600, 3600, 90_000][usize::from(four[0]) % 10];
        // Some come late, some never say when they were.
        let time = match four[0] {
            250.. => "null".to_owned(),
            240..250 => format!("\"{}\"", jiff::Timestamp::from_second(at - 100).unwrap()),
            _ => format!("\"{}\"", jiff::Timestamp::from_second(at).unwrap()),
        };
        let (kind, who) = (KINDS[usize::from(four[1]) % 4], four[2]);
        let (a, b) = (four[3] % 16, four[3] / 16);
        let _ = writeln!(
            log,
            r#"{{"uuid":"e{number}","published":{time},"eventType":"{kind}","actor":{{"alternateId":"u{who}","type":"User"}},"client":{{"ipAddress":"192.0.2.{a}","bytes":{b},"geographicalContext":{{"geolocation":{{"lat":{a}.5,"lon":-{b}0}}}}}},"target":[{{"type":"User","id":"t{a}"}},{{"type":"User","id":"t{b}"}}]}}"#
        );
    }
    log
}

/// Feeds events, and holds the engine to its word: its limits, and that a saved state is the state.
pub fn go_on(detector: &Arc<Detector>, mut engine: Engine, excerpts: &[Vec<u8>]) {
    for one in excerpts {
        engine.take(one, &mut |finding| {
            serde_json::to_string(&finding).unwrap();
        });
    }
    if !excerpts.is_empty() {
        assert!(engine.bytes() <= settings().total_bytes + 100_000, "{}", engine.bytes());
    }
    let state = engine.save();
    let (mut restored, _) = Engine::restore(Arc::clone(detector), settings(), &state).unwrap();
    assert!(restored.save() == state, "what is saved is restored");
    let mut ends = [&mut engine, &mut restored].map(|engine| {
        let mut found = Vec::new();
        engine.report_open(&mut |finding| found.push(finding.id));
        let end = engine.now().saturating_add(40 * 86_400_000_000);
        engine.advance(end, &mut |finding| found.push(finding.id));
        found
    });
    let restored = std::mem::take(&mut ends[1]);
    assert_eq!(ends[0], restored);
}

/// The hash at the end of states. Written a second time, since only who writes states needs it.
pub fn seal(bytes: &[u8]) -> u64 {
    const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
    const MIX: [u64; 3] = [0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db, 0x8ebc_6af0_9c88_c6e3];
    let fold = |left: u64, right: u64| {
        let product = u128::from(left) * u128::from(right);
        (product as u64) ^ ((product >> 64) as u64) ^ left.rotate_left(29)
    };
    let mut state = fold(4 ^ SEED, MIX[0]);
    let mut words = bytes.chunks_exact(8);
    for word in &mut words {
        state = fold(state ^ u64::from_le_bytes(word.try_into().unwrap()), MIX[1]);
    }
    let mut last = [0; 8];
    last[..words.remainder().len()].copy_from_slice(words.remainder());
    state = fold(state ^ u64::from_le_bytes(last), MIX[2]);
    fold(state ^ bytes.len() as u64, MIX[0])
}
