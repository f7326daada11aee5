//! What rows of an export become.

use event::Event;

use super::{read, read_pieces, read_within};

fn check(input: impl AsRef<[u8]>, expected: &str) {
    let input = input.as_ref();
    let tell = |event: &Event<'_>| format!("{} {:?}", event.text(), event.product());
    let expected: String =
        expected.trim().lines().map(|line| line.trim().to_owned() + "\n").collect();
    assert_eq!(read(input, tell), expected);
    for len in [1, 2, 3, 64, 300] {
        assert_eq!(read_pieces(input, len, tell), expected, "in pieces of {len}");
    }
}

/// A header with every column that is looked for, and those that a case adds.
fn header(more: &str) -> String {
    let columns = "timestamp,severity,event_type,display_message,uuid,outcome.result,outcome.reason,actor.id,\
        actor.type,actor.display_name,actor.alternate_id,authentication_context.external_session_id,\
        client.ip_address,client.user_agent.raw_user_agent,client.geographical_context.country,\
        transaction.id,debug_context.debug_data.request_uri,target0.id,target0.type,target0.alternate_id";
    format!("{columns}{more}\n")
}

/// A row for that header: the last cells are those of the case.
fn row(id: &str, more: &str) -> String {
    format!("2026-11-22T10:20:30.123Z,INFO,user.session.start,,{id},,,,,,,,,,,,,,,{more}\n")
}

#[test]
fn columns_become_fields_of_okta() {
    check(
        header(
            ",client.geographical_context.geolocation.lat,client.geographical_context.geolocation.lon,\
                target1.display_name,request.ip_chain.ip,request.ip_chain.geographical_context.geolocation.state,\
                system.transaction.request.apiTokenId,authentication_context.authentication_step",
        ) + "2026-11-22T10:20:30.123Z,INFO,user.session.start,User login,1,SUCCESS,,00u1,User,\"Ada \"\"A\"\"\",\
               ada@example.com,102a,192.0.2.7,\"Mozilla, like\",Norway,t1,/login,00u2,User,bob@example.com,\
               59.9,-10.7,Console,192.0.2.7,Oslo,00T1,0\n",
        r#"2: {"published":"2026-11-22T10:20:30.123Z","severity":"INFO","eventType":"user.session.start","displayMessage":"User login","uuid":"1","outcome":{"result":"SUCCESS"},"actor":{"id":"00u1","type":"User","displayName":"Ada \"A\"","alternateId":"ada@example.com"},"authenticationContext":{"externalSessionId":"102a","authenticationStep":0},"client":{"ipAddress":"192.0.2.7","userAgent":{"rawUserAgent":"Mozilla, like"},"geographicalContext":{"country":"Norway","geolocation":{"lat":59.9,"lon":-10.7}}},"transaction":{"id":"t1","detail":{"requestApiTokenId":"00T1"}},"debugContext":{"debugData":{"requestUri":"/login"}},"target":[{"id":"00u2","type":"User","alternateId":"bob@example.com"},{"displayName":"Console"}],"request":{"ipChain":[{"ip":"192.0.2.7","geographicalContext":{"state":"Oslo"}}]}} Some(Okta)"#,
    );
}

#[test]
fn unknown_columns_are_kept() {
    check(
        header(",x.new_thing.is_new,actor.id,uuid.more,target0,,")
            + &row("1", ",yes,00u9,more,none,,a"),
        r#"2: {"published":"2026-11-22T10:20:30.123Z","severity":"INFO","eventType":"user.session.start","uuid":"1","x":{"newThing":{"isNew":"yes"}},"actor.id":"00u9","uuid.more":"more","target0":"none","":"a"} Some(Okta)"#,
    );
}

#[test]
fn cells_may_hold_line_ends_and_files_a_mark() {
    check(
        format!("\u{feff}{}{}\r\n\n{}", header(""), row("1", "\"a\r\nb\n\"").trim(), row("2", "")),
        r#"2: {"published":"2026-11-22T10:20:30.123Z","severity":"INFO","eventType":"user.session.start","uuid":"1","target":[{"alternateId":"a\r\nb\n"}]} Some(Okta)
        6: {"published":"2026-11-22T10:20:30.123Z","severity":"INFO","eventType":"user.session.start","uuid":"2"} Some(Okta)"#,
    );
}

#[test]
fn missing_columns_are_named() {
    check(
        "timestamp,event_type,uuid,severity,display_message,outcome.result,outcome.reason,actor.type,\
         actor.alternateId,actor.display_name,authentication_context.external_session_id,client.ip_address,\
         client.user_agent.raw_user_agent,client.geographical_context.country,transaction.id,\
         debug_context.debug_data.request_uri,target0.type,target0.alternate_id\n,a.b,1,,,,,,,,,,,,,,,\n",
        r#"1: the table has no column `actor.id`, `target0.id` (!)
        2: {"eventType":"a.b","uuid":"1"} Some(Okta)"#,
    );
    let header = "name,uuid\nx,1\n";
    let told = read(header.as_bytes(), |event| event.text().to_owned());
    assert!(
        told.starts_with("1: the table has no column `timestamp`, `event_type`, `severity`"),
        "{told}"
    );
    assert!(told.ends_with("\n2: {\"name\":\"x\",\"uuid\":\"1\"}\n"), "{told}");
}

#[test]
fn bad_rows_cost_themselves() {
    let event = |line: u8, id: u8| {
        format!(
            r#"{line}: {{"published":"2026-11-22T10:20:30.123Z","severity":"INFO","eventType":"user.session.start","uuid":"{id}"}} Some(Okta)"#
        )
    };
    let (first, last) = (row("1", ""), row("2", ""));
    check(
        format!("{}{first}too,few\n{}{last}", header(""), row("3", ",too many")),
        &format!(
            "{}
             3: has not the columns of the header (!)
             4: has not the columns of the header (!)
             {}",
            event(2, 1),
            event(5, 2)
        ),
    );
    check(
        format!("{}{}{first}{last}", header(""), row("3", "\"never closed")),
        &format!("2: the input ends inside the record (!)\n{}\n{}", event(3, 1), event(4, 2)),
    );
    check(
        [header("").as_bytes(), b"\xff", first.as_bytes(), last.as_bytes()].concat(),
        &format!("2: is not UTF-8 (!)\n{}", event(3, 2)),
    );
    check(format!("{}{first}{}", header(""), ",".repeat(19)), &event(2, 1));
}

#[test]
fn a_row_over_the_limit_costs_one_line() {
    let long = row("3", &format!("\"{}", "x".repeat(9000)));
    let input = format!("{}{long}{}", header(""), row("1", ""));
    let told = read_within(input.as_bytes(), 100, 1000, |event| event.id().unwrap_or_default());
    assert_eq!(told, "2: is longer than the limit (!)\n3: 1\n");

    let long = row("3", &"x".repeat(9000));
    let input = format!("{}{long}{}", header(""), row("1", ""));
    for len in [1, 100, usize::MAX] {
        let told = read_within(input.as_bytes(), len, 1000, |event| event.id().unwrap_or_default());
        assert_eq!(told, "2: is longer than the limit (!)\n3: 1\n", "{len}");
    }
}

#[test]
fn a_header_of_dots_is_no_tower() {
    let header = format!("uuid,{}\n", "a.".repeat(20_000));
    let told = read(format!("{header}1,2\n").as_bytes(), |event| event.text().len().to_string());
    assert!(told.ends_with("2: 40019\n"), "{}", &told[told.len() - 20..]);
}

#[test]
fn a_header_of_half_a_million_columns_makes_no_table() {
    let header = format!("uuid{}", ",c".repeat(500_000));
    let told = read(format!("{header}\n1,2\n").as_bytes(), |event| event.text().to_owned());
    assert_eq!(told, "1: has more than 2000 columns (!)\n");
}

#[test]
fn a_row_of_half_a_million_columns_costs_itself() {
    let wide = ",".repeat(500_000);
    let input = format!("{}{}{}", header(""), row("1", &wide), row("2", ""));
    let told = read(input.as_bytes(), |event| event.id().unwrap_or_default());
    assert_eq!(told, "2: has more than 2000 columns (!)\n3: 2\n");
}
