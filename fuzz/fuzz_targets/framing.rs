//! Whatever an input holds: nothing panics, every byte is accounted for, and it does not matter in
//! which pieces it arrives.

#![no_main]

use event::{Event, Form, Path};
use libfuzzer_sys::fuzz_target;

fn tell(event: &Event<'_>) -> String {
    event.any_value(&mut |value| {
        value.to_number();
        value.to_text().is_none()
    });
    for path in ["target.0.id", "okta.risk.level", "okta.tunnels.type", "data.type", "a[-1].b"] {
        event.text_at(&Path::parse(path));
    }
    let (time, actor, targets) = (event.time(), event.actor(), event.targets());
    let (outcome, tenant, fault) = (event.outcome(), event.tenant(), event.fault());
    let text = event.text();
    format!("{text} {time:?} {actor:?} {targets:?} {outcome:?} {tenant:?} {fault:?}")
}

fuzz_target!(|input: &[u8]| {
    let Some((&choice, input)) = input.split_first() else { return };
    let form = match choice % 4 {
        0 => Form::Lines,
        1 => Form::Stream,
        2 => Form::Csv,
        _ => Form::recognize(input),
    };
    let (whole, tally) = fuzz::read(form, input, usize::MAX / 2, usize::MAX, tell);
    let len = usize::from(choice / 4) + 1;
    let pieces = fuzz::read(form, input, len, usize::MAX, tell);
    assert_eq!(pieces, (whole, tally));
    let (_, limited) = fuzz::read(form, input, len, 50, tell);
    assert!(limited.lines == tally.lines || limited.rejected > 0);
});
