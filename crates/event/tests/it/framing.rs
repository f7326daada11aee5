//! Where records begin and end, and what is rejected.

use event::Event;

use super::{read, read_pieces, read_within};

/// Compares what is read from an input, whole and in pieces, with lines of `line: record`.
fn check(input: impl AsRef<[u8]>, expected: &str) {
    let input = input.as_ref();
    let show = String::from_utf8_lossy(input);
    let tell = |event: &Event<'_>| event.text().replace(['\n', ' '], "");
    let expected: String =
        expected.trim().lines().map(|line| line.trim().to_owned() + "\n").collect();
    assert_eq!(read(input, tell), expected, "{show}");
    for len in [1, 2, 3, 7, 64, 5000] {
        assert_eq!(read_pieces(input, len, tell), expected, "in pieces of {len}: {show}");
    }
}

#[test]
fn records_are_found_in_lines() {
    check(
        "{\"a\":1}\n\r\n  {\"a\":2}\t\n{}\n{\"a\":3}",
        "1: {\"a\":1}\n3: {\"a\":2}\n4: {}\n5: {\"a\":3}",
    );
    check("{\"a\":\"}{\\\"\"}", "1: {\"a\":\"}{\\\"\"}");
    check("\u{feff}{\"a\":1}\n\u{feff}{\"a\":2}\n", "1: {\"a\":1}\n2: {\"a\":2}");
    check("", "");
    check("\n\n \n", "");
}

#[test]
fn records_are_found_in_arrays_and_concatenated() {
    check("[{\"a\":1},{\"a\":2}]", "1: {\"a\":1}\n1: {\"a\":2}");
    check("[]", "");
    check("[\n{\"a\":1},\n{\"a\":2}\n]\n", "2: {\"a\":1}\n3: {\"a\":2}");
    check("{\"a\":1}{\"a\":2}\n{\"a\":3}", "1: {\"a\":1}\n1: {\"a\":2}\n2: {\"a\":3}");
    check("{\n \"a\": {\n  \"b\": 1 }\n}\n{\n\"a\": 2}\n", "1: {\"a\":{\"b\":1}}\n5: {\"a\":2}");
    check("[{\"a\":1}]\n[{\"a\":2},{\"a\":3}]\n", "1: {\"a\":1}\n2: {\"a\":2}\n2: {\"a\":3}");
}

#[test]
fn a_bad_line_costs_one_line() {
    check(
        "{\"a\":1}\n{\"a\":{\"b\":\n{\"a\":2}\nnonsense {\"a\":3}\n{\"a\":4]\n{\"a\":5",
        "1: {\"a\":1}
         2: the line ends inside the record (!)
         3: {\"a\":2}
         4: is no JSON object (!)
         5: closes with the wrong bracket (!)
         6: the input ends inside the record (!)",
    );
    check("{\"a\":1} rubbish\n{\"a\":2}", "1: {\"a\":1}\n1: is no JSON object (!)\n2: {\"a\":2}");
    check(b"{\"a\":\"\xff\"}\n{\"a\":2}", "1: is not UTF-8 (!)\n2: {\"a\":2}");
}

#[test]
fn deep_nesting_is_rejected() {
    let nested =
        |depth: usize| format!("{{\"a\":{}{}}}\n", "[".repeat(depth - 1), "]".repeat(depth - 1));
    check(nested(128), &format!("1: {}", nested(128)));
    check(nested(129) + "{\"a\":2}", "1: nests deeper than 128 levels (!)\n2: {\"a\":2}");
    check(nested(20_000), "1: nests deeper than 128 levels (!)");
}

#[test]
fn a_broken_record_of_an_array_costs_one_record() {
    check(
        "[\n  {\n    \"a\": {\"b\": 1}\n  },\n  {\n    \"a\": {\n      \"b\": 2\n  },\n  {\n    \"a\": {\n      \"b\": 3\n    }\n  }\n]",
        "2: {\"a\":{\"b\":1}}
         5: closes with the wrong bracket (!)
         9: {\"a\":{\"b\":3}}",
    );
    check(
        "[{\"a\":1},\n{\"a\":{\"b\":[2]\n{\"a\":3},\n{\"a\":4}]\n",
        "1: {\"a\":1}
         2: the input ends inside the record (!)
         3: {\"a\":3}
         4: {\"a\":4}",
    );
    check(
        "[{\"a\":1},{\"a\":{\"b\":{\"c\":2}},{\"a\":3},{\"a\":4}]",
        "1: {\"a\":1}
         1: closes with the wrong bracket (!)
         1: {\"a\":3}
         1: {\"a\":4}",
    );
    check(
        "[{\"id\":\"1\",\"a\":[{\"id\":\"2\",\"b\":[{\"id\":\"3\"]},{\"id\":\"4\",\"a\":1}]",
        "1: the input ends inside the record (!)
         1: {\"id\":\"4\",\"a\":1}",
    );
}

#[test]
fn a_record_cut_short_costs_one_record_of_a_stream() {
    check(
        "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": \"te\n{\n  \"a\": 2,\n  \"b\": {}\n}\n",
        "1: the input ends inside the record (!)
         5: {\"a\":2,\"b\":{}}",
    );
    check(
        "{\"a\":1}{\"a\":{\"b\":{\"a\":2}{\"a\":3}",
        "1: {\"a\":1}
         1: the input ends inside the record (!)
         1: {\"a\":3}",
    );
    check(
        "{\"a\":1}{\"a\":2,\"b\"",
        "1: {\"a\":1}
         1: the input ends inside the record (!)",
    );
    check(
        "[\n {\"a\":1,\n  \"b\":[\n   {\"a\":2},\n   {\"a\":3}\n",
        "2: the input ends inside the record (!)",
    );
}

#[test]
fn what_stands_between_records_of_a_stream_is_rejected_once() {
    check("[null, {\"a\":1}, {\"a\":2}]", "1: is no JSON object (!)\n1: {\"a\":1}\n1: {\"a\":2}");
    check(
        "{\n \"a\": {}},\n \"b\": {\n  \"c\": [{}]\n }\n}\n{\n \"a\": 1\n}\n",
        "1: {\"a\":{}}
         3: is no JSON object (!)
         7: {\"a\":1}",
    );
}

#[test]
fn nul_bytes_are_said_and_stepped_over() {
    check(
        "{\"a\":1}\n\0\0\0\0{\"a\":2}\n{\"a\":3}\n\0\0",
        "1: {\"a\":1}
         2: is NUL bytes instead of a record (!)
         2: {\"a\":2}
         3: {\"a\":3}
         4: is NUL bytes instead of a record (!)",
    );
    check(
        "[{\"a\":1},\n\0\0{\"a\":2}]",
        "1: {\"a\":1}\n2: is NUL bytes instead of a record (!)\n2: {\"a\":2}",
    );
}

#[test]
fn utf_16_is_said_once() {
    let text = "{\"a\":1}\r\n{\"a\":2}\r\n";
    let said = "1: is UTF-16; convert it to UTF-8 (!)";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    check([&b"\xff\xfe"[..], &little].concat(), said);
    check([&b"\xfe\xff"[..], &big].concat(), said);
    check(little, said);
    check(big, said);
}

#[test]
fn other_white_space_does_not_begin_a_line() {
    check(
        "{\"a\":1]\n,\n\x0c{\"a\":2}\n",
        "1: closes with the wrong bracket (!)
         3: {\"a\":2}",
    );
}

/// The same with a limit on the length of a record, which the caller enforces.
fn check_limit(input: &str, limit: usize, pieces: &[usize], expected: &str) {
    let tell = |event: &Event<'_>| event.text().replace(['\n', ' '], "");
    let expected: String =
        expected.trim().lines().map(|line| line.trim().to_owned() + "\n").collect();
    for &len in pieces {
        assert_eq!(read_within(input.as_bytes(), len, limit, tell), expected, "pieces of {len}");
    }
}

#[test]
fn a_record_over_the_limit_costs_one_record() {
    let long = "x".repeat(9000);
    check_limit(
        &format!("{{\"a\":1}}\n{{\"a\":\"{long}\"}}\n{{\"a\":2}}\n"),
        100,
        &[1, 10, 500, usize::MAX],
        "1: {\"a\":1}\n2: is longer than the limit (!)\n3: {\"a\":2}",
    );
    check_limit(
        &format!("[{{\"a\":1}},\n{{\"a\":[\"{long}\",{{\"b\":1}},\n {{}}]}},\n{{\"a\":2}}\n"),
        100,
        &[1, 10, 500, usize::MAX],
        "1: {\"a\":1}\n2: is longer than the limit (!)\n4: {\"a\":2}",
    );
    check_limit(
        &format!("[{{\"a\":1}},{{\"a\":[\"{long}\",{{\"b\":1}},{{}}]}},{{\"a\":2}}"),
        100,
        &[1, 10, 500, usize::MAX],
        "1: {\"a\":1}\n1: is longer than the limit (!)\n1: {\"a\":2}",
    );
}

#[test]
fn a_record_that_never_ends_costs_one_record() {
    let good = "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n".repeat(40);
    let rest: Vec<_> = (0..40).map(|i| format!("{}: {{\"a\":{{\"b\":1}}}}", 4 + 5 * i)).collect();
    check_limit(
        &format!("{{\n  \"a\": {{\n    \"b\": [\n{good}"),
        500,
        &[1, 10, 500],
        &format!("1: is longer than the limit (!)\n{}", rest.join("\n")),
    );
}

#[test]
fn lists_in_an_object_may_be_longer_than_a_record() {
    let records = |n: usize| {
        let record = |i| format!("{{\"n\":{i},\"pad\":\"{}\"}}", "x".repeat(30));
        (0..n).map(record).collect::<Vec<_>>()
    };
    let told = |line: usize| {
        let told = |(i, record): (usize, &String)| format!("{}: {record}\n", 1 + i * line);
        records(5).iter().enumerate().map(told).collect::<String>()
    };
    let whole = format!("{{\"Records\":[{}", records(5).join(","));
    let pieces = [1, 7, 40, 1000];
    check_limit(&format!("{{\n{}]}}\n", &whole[1..]), 60, &pieces, &told(0).replace("1:", "2:"));
    let page = format!(
        "{{ \"@odata.context\": \"x\", \"value\": [{}],\n\"@odata.nextLink\": \"y\"\n}}",
        records(5).join(",\n")
    );
    check_limit(&page, 60, &pieces, &told(1));
    let two = format!("{{\n{0}]}}\n{{{0}]}}", &whole[1..]);
    let expected = format!("{}{}", told(0).replace("1:", "2:"), told(0).replace("1:", "3:"));
    check_limit(&two, 60, &pieces, &expected);
    let cut = "{\"Records\": [\n{\"a\":1},\n{\"b\":2}";
    let said = "the input ends inside a list, cut short between two records (!)";
    check(cut, &format!("2: {{\"a\":1}}\n3: {{\"b\":2}}\n3: {said}\n"));
    let broken = "{\"Records\": [\n{\"a\":1},\n{\"a\":2]},\n{\"a\":3}\n]}\n";
    let said = "closes with the wrong bracket (!)";
    check(broken, &format!("2: {{\"a\":1}}\n3: {said}\n4: {{\"a\":3}}\n"));
}

#[test]
fn a_list_cut_between_records_is_told() {
    check(
        "[{\"a\":1},",
        "1: {\"a\":1}\n1: the input ends inside a list, cut short between two records (!)",
    );
    check("[\n", "2: the input ends inside a list, cut short between two records (!)");
    check(
        "[{\"a\":1}]\n[",
        "1: {\"a\":1}\n2: the input ends inside a list, cut short between two records (!)",
    );
    check("[{\"a\":1},{\"a\":", "1: {\"a\":1}\n1: the input ends inside the record (!)");
}

#[test]
fn records_behind_a_broken_stranger_are_found() {
    let deep = format!("{{\"x\":{}", "[".repeat(200));
    check(
        format!("[{{\"a\":1}},{{\"a\":2}},{deep},{{\"a\":3}},{{\"a\":4}}]"),
        "1: {\"a\":1}\n1: {\"a\":2}\n1: nests deeper than 128 levels (!)\n1: {\"a\":3}\n1: {\"a\":4}",
    );
}
