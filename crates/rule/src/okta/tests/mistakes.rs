use std::fmt::Write;

use super::*;

/// Reads the lines of a fixture that are not remarks, and compares what is said of them with the remarks.
///
/// A remark follows its line: carets under the place, code and message; then help, then second places.
fn check(fixture: &str) {
    check_with(fixture, |text| read(text).diagnostics);
}

fn check_with(fixture: &str, diagnose: fn(&str) -> Vec<Diagnostic>) {
    let fixture = fixture.trim_matches('\n');
    let is_remark = |line: &&str| {
        let line = line.trim_start();
        ["^", "= help: ", "- "].iter().any(|mark| line.starts_with(mark))
    };
    let lines: Vec<_> = fixture.lines().filter(|line| !is_remark(line)).collect();
    let text = lines.join("\n");
    let found = remarked(&text, &diagnose(&text));
    assert_eq!(found.trim_end(), fixture, "found:\n{found}");
}

fn remarked(text: &str, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for (idx, line) in text.lines().enumerate() {
        writeln!(out, "{line}").unwrap();
        for diagnostic in diagnostics {
            if diagnostic.span().place(text).line == idx + 1 {
                remark(diagnostic, text, &mut out);
            }
        }
    }
    out
}

fn remark(diagnostic: &Diagnostic, text: &str, out: &mut String) {
    let Diagnostic { code, severity, message, labels, help } = diagnostic;
    let marks = |span: Span, mark: &str| {
        let n_marked = text[span.range()].chars().count().max(1);
        " ".repeat(span.place(text).column - 1) + &mark.repeat(n_marked)
    };
    let carets = marks(diagnostic.span(), "^");
    writeln!(out, "{carets} {}[{code}]: {message}", severity.as_str()).unwrap();
    for label in &labels[1..] {
        writeln!(out, "{} {}", marks(label.span, "-"), label.message).unwrap();
    }
    if let Some(help) = help {
        writeln!(out, "  = help: {help}").unwrap();
    }
}

#[test]
fn operators() {
    check(
        r#"
a = "x" and b == "x" or c != 1
  ^ error[S030]: `=` is not an operator
  = help: did you mean `eq`?
              ^^ error[S030]: `==` is not an operator
  = help: did you mean `eq`?
                          ^^ error[S030]: `!=` is not an operator
  = help: did you mean `ne`?
and d >= 2 and e contains "x" and f startsWith "x"
      ^^ error[S030]: `>=` is not an operator
  = help: did you mean `ge`?
                 ^^^^^^^^ error[S030]: `contains` is not an operator
  = help: did you mean `co`?
                                    ^^^^^^^^^^ error[S030]: `startsWith` is not an operator
  = help: did you mean `sw`?
and g qe 1 and h =~ "x" and i matches "x" and j frobs "x" and k
      ^^ error[S030]: `qe` is not an operator
  = help: did you mean `eq`?
                 ^^ error[S030]: `=~` is not an operator
  = help: regular expressions are written in Sigma: `field|re: …`
                              ^^^^^^^ error[S030]: `matches` is not an operator
  = help: regular expressions are written in Sigma: `field|re: …`
                                                ^^^^^ error[S030]: `frobs` is not an operator
  = help: the operators are eq, ne, gt, ge, lt, le, sw, ew, co, in, pr
                                                              ^ error[S029]: `k` has no operator
  = help: name the attribute again for each value, or list them: `outcome.result in ["SUCCESS", "ALLOW"]`
and l not in ["x"] and m not eq 1
      ^^^ error[S029]: `not` stands before the attribute
  = help: write `not l …`
                         ^^^ error[S029]: `not` stands before the attribute
  = help: write `not m …`
&& n pr || !(o pr)
^^ error[S030]: `&&` is not an operator
  = help: did you mean `and`?
        ^^ error[S030]: `||` is not an operator
  = help: did you mean `or`?
           ^ error[S030]: `!` is not an operator
  = help: did you mean `not`?
and eq "x" and p "x" and q ("x")
    ^^ error[S029]: expected an attribute before `eq`
                 ^^^ error[S029]: expected an operator after `p`
                           ^ error[S029]: expected an operator after `q`
and target[type eq "User"]
          ^ error[S029]: filters inside of brackets are not in this language
  = help: tests on one element of an array are written in Sigma: `target[any]:`
"#,
    );
}

#[test]
fn quotes() {
    check(
        r#"
a eq “x” and b eq 'y' and c in [«z», ‘z’]
     ^^^ error[S060]: text stands in double quotes `"`, not in `“`
  = help: replace both quotes; word processors and web pages turn straight quotes into others
                  ^^^ error[S060]: text stands in double quotes `"`, not in `'`
  = help: replace both quotes; word processors and web pages turn straight quotes into others
                                ^^^ error[S060]: text stands in double quotes `"`, not in `«`
  = help: replace both quotes; word processors and web pages turn straight quotes into others
                                     ^^^ error[S060]: text stands in double quotes `"`, not in `‘`
  = help: replace both quotes; word processors and web pages turn straight quotes into others
and d eq SUCCESS and e eq Okta Admin Console and f eq “open
         ^^^^^^^ error[S060]: the text `SUCCESS` stands without quotes
  = help: write `"SUCCESS"`
                          ^^^^^^^^^^^^^^^^^^ error[S060]: the text `Okta Admin Console` stands without quotes
  = help: write `"Okta Admin Console"`
                                                      ^^^^^ error[S060]: text stands in double quotes `"`, not in `“`
  = help: replace both quotes; word processors and web pages turn straight quotes into others
and published gt 2026-01-01T00:00:00Z and actor.alternateId eq ann@example.com
                                                               ^^^^^^^^^^^^^^^ error[S060]: the text `ann@example.com` stands without quotes
  = help: write `"ann@example.com"`
and g eq DENY h eq 1
         ^^^^ error[S060]: the text `DENY` stands without quotes
  = help: write `"DENY"`
              ^ error[S064]: two tests stand side by side without `and` or `or`
"#,
    );
}

#[test]
fn text() {
    check(
        r#"
a eq "DOMAIN\user" and b eq "\u12" and c eq "\é" and d eq "open and e pr
            ^^ error[S061]: `\u` is not an escape of JSON
  = help: a backslash itself is written `\\`
                             ^^ error[S061]: `\u` is not an escape of JSON
  = help: a backslash itself is written `\\`
                                             ^^ error[S061]: `\é` is not an escape of JSON
  = help: a backslash itself is written `\\`
                                                          ^^^^^^^^^^^^^^ error[S061]: this text has no closing quote
  = help: end it with `"`; a line break inside of text is written `\n`
and f eq "ends with \
         ^^^^^^^^^^^^ error[S061]: this text has no closing quote
  = help: end it with `"`; a line break inside of text is written `\n`
                    ^ error[S061]: `\` is not an escape of JSON
  = help: a backslash itself is written `\\`
and g eq "tab	here"
             ^ error[S061]: text cannot hold the control character U+0009
  = help: write it as `\u0009`
"#,
    );
}

#[test]
fn operands() {
    check(
        r#"
a co 5 and b sw true and c ew null and d gt null and e le false
     ^ error[S065]: `co` looks into text, and `5` is none
  = help: write `"5"` if the text is meant
                ^^^^ error[S065]: `sw` looks into text, and `true` is none
  = help: write `"true"` if the text is meant
                              ^^^^ error[S065]: `ew` looks into text, and `null` is none
  = help: write `"null"` if the text is meant
                                            ^^^^ error[S065]: `gt` compares numbers, times and text, not `null`
                                                          ^^^^^ error[S065]: `le` compares numbers, times and text, not `false`
and f ge (1 or 2) and g ne ("x" or "y") and h eq ["x"]
         ^ error[S065]: `ge` takes one value
  = help: write one test for each value
                           ^ error[S065]: `ne` takes one value
  = help: write one test for each value
                                                 ^ error[S065]: `eq` takes one value
  = help: a list stands after `in`
and i eq (1 or "x") and j co ("x" or 2)
         ^^^^^^^^^^ warning[S067]: Okta itself does not take several values in parentheses
  = help: use `in ["…", "…"]`, or one test for each value joined by `or`
                             ^^^^^^^^^^ warning[S067]: Okta itself does not take several values in parentheses
  = help: use `in ["…", "…"]`, or one test for each value joined by `or`
                                     ^ error[S065]: `co` looks into text, and `2` is none
  = help: write `"2"` if the text is meant
"#,
    );
}

#[test]
fn lists() {
    check(
        r#"
a in [] and b eq () and c in "x" and d in ("x", "y")
     ^^ error[S066]: the list is empty
  = help: give at least one value; no event could fulfil the test
                 ^^ error[S066]: the list is empty
  = help: give at least one value; no event could fulfil the test
                             ^^^ error[S029]: expected a list
  = help: write `in ["SUCCESS", "ALLOW"]`
                                          ^ error[S029]: a list stands in brackets
  = help: write `in ["SUCCESS", "ALLOW"]`
and e in ["x" "y"] and f in ["x",] and g in ["x" or 1] and h in [and]
              ^^^ error[S029]: expected `,` or `]`
         - opened here
                                 ^ error[S029]: expected a value: text in quotes, a number, `true`, `false` or `null`
                                                 ^^ error[S029]: expected `,` or `]`
                                            - opened here
                                                                 ^^^ error[S029]: expected a value: text in quotes, a number, `true`, `false` or `null`
and i eq ("x", "y") and j eq ("x" and "y") and k in
             ^ error[S029]: expected `or` or `)`
         - opened here
                                  ^^^ error[S029]: expected `or` or `)`
                             - opened here
and l eq and m eq not n pr
^^^ error[S029]: expected a list
  = help: write `in ["SUCCESS", "ALLOW"]`
         ^^^ error[S029]: expected a value: text in quotes, a number, `true`, `false` or `null`
                  ^^^ error[S029]: expected a value: text in quotes, a number, `true`, `false` or `null`
and o in ["x"
             ^ error[S029]: expected `,` or `]`
         - opened here
"#,
    );
}

#[test]
fn structure() {
    check(
        r#"
a pr b pr (c pr) not d pr
     ^ error[S064]: two tests stand side by side without `and` or `or`
          ^ error[S064]: two tests stand side by side without `and` or `or`
                 ^^^ error[S064]: two tests stand side by side without `and` or `or`
and (e pr and ((f pr or g pr) or h pr) and () and "i" eq j or "z"
                                            ^ error[S029]: expected a test
  = help: a test is an attribute, an operator and a value: `eventType eq "user.session.start"`
                                                         ^ error[S060]: the text `j` stands without quotes
  = help: write `"j"`
                                                              ^^^ error[S029]: expected an attribute, not text
  = help: an attribute stands first, and text after its operator
k pr) and l pr)) or and m pr or or n pr
              ^ error[S062]: this closes nothing
               ^ error[S062]: this closes nothing
                    ^^^ error[S029]: expected a test
  = help: a test is an attribute, an operator and a value: `eventType eq "user.session.start"`
                                ^^ error[S029]: expected a test
  = help: a test is an attribute, an operator and a value: `eventType eq "user.session.start"`
and o pr true and [p]
         ^^^^ error[S029]: expected `and`, `or` or the end
                  ^ error[S029]: expected an attribute
and (q pr or
    ^ error[S062]: this is not closed
            ^ error[S029]: expected a test
  = help: a test is an attribute, an operator and a value: `eventType eq "user.session.start"`
"#,
    );
}

#[test]
fn characters() {
    check(
        r"
a pr # the rest of the line
     ^^^^^^^^^^^^^^^^^^^^^^ error[S063]: an expression has no comments
  = help: in a rule file, put the comment before the key
and b pr // as here (
         ^^^^^^^^^^^^ error[S063]: an expression has no comments
  = help: in a rule file, put the comment before the key
and c; pr and e? pr
     ^ error[S063]: `;` means nothing here
  = help: remove it, or put it into quotes if it belongs to a value
               ^ error[S063]: `?` means nothing here
  = help: remove it, or put it into quotes if it belongs to a value
and f..g pr and .h eq 1 and i/j pr
    ^^^^ error[S037]: `f..g` has a dot too many
                ^^ error[S037]: `.h` has a dot too many
                            ^^^ error[S037]: `/` cannot stand in the name of an attribute
",
    );
    let diagnostics = read("a pr\u{200b}").diagnostics;
    assert_eq!(diagnostics[0].message, "the character U+200B means nothing here");
}

/// In the manner of a detection that Okta published on 2025-01-06 and that its own API refuses.
#[test]
fn a_published_detection() {
    check(
        r#"
a eq "x" and b co ("one" or "two")
                  ^^^^^^^^^^^^^^^^ warning[S067]: Okta itself does not take several values in parentheses
  = help: use `in ["…", "…"]`, or one test for each value joined by `or`
c.d eq (mail or sms) and not c.d eq nonce or otp or push)
^^^ error[S064]: two tests stand side by side without `and` or `or`
       ^^^^^^^^^^^^^ warning[S067]: Okta itself does not take several values in parentheses
  = help: use `in ["…", "…"]`, or one test for each value joined by `or`
        ^^^^ error[S060]: the text `mail` stands without quotes
  = help: write `"mail"`
                ^^^ error[S060]: the text `sms` stands without quotes
  = help: write `"sms"`
                                    ^^^^^ error[S060]: the text `nonce` stands without quotes
  = help: write `"nonce"`
                                             ^^^ error[S029]: `otp` has no operator
  = help: name the attribute again for each value, or list them: `outcome.result in ["SUCCESS", "ALLOW"]`
                                                    ^^^^ error[S029]: `push` has no operator
  = help: name the attribute again for each value, or list them: `outcome.result in ["SUCCESS", "ALLOW"]`
                                                        ^ error[S062]: this closes nothing
"#,
    );
}

#[test]
fn several_values_in_parentheses_are_read() {
    check(
        r#"
a pr and b eq ("x" or "y")
              ^^^^^^^^^^^^ warning[S067]: Okta itself does not take several values in parentheses
  = help: use `in ["…", "…"]`, or one test for each value joined by `or`
"#,
    );
}

#[test]
fn attributes_that_okta_does_not_have() {
    check_with(
        r#"
result eq "FAILURE" and client.ip pr and okta.risk.level eq "HIGH"
^^^^^^ warning[S107]: events of Okta have no `result`
  = help: did you mean `outcome.result`?
                        ^^^^^^^^^ warning[S107]: events of Okta have no `client.ip`
  = help: did you mean `client.ipAddress`?
or target.detailEntry.x pr or zzz.zzz pr or TARGET[0].ID pr
                              ^^^^^^^ warning[S107]: events of Okta have no `zzz.zzz`
"#,
        |text| unknown_attributes(&read(text).tree.unwrap()),
    );
}

#[test]
fn names_that_are_probably_misspelled() {
    check_with(
        r#"
eventTyp eq "user.sesion.start" or data.client_nam eq "x" or data.client_name eq "x"
^^^^^^^^ warning[S107]: events of Okta have no `eventTyp`
  = help: did you mean `eventType`?
or eventType eq "user.sesion.start" or eventType in ["user.session.start", "zzz"]
                ^^^^^^^^^^^^^^^^^^^ warning[S106]: unknown event type `user.sesion.start`
  = help: did you mean `user.session.start`?
or eventType sw "user.sesion" or sourceIPAddress eq "192.0.2.1" or userIdentity.type eq "Root"
"#,
        misspellings,
    );
}

#[test]
fn bounds() {
    fn check(text: &str, expected: &[(Code, &str)]) {
        let Parsed { tree, diagnostics } = read(text);
        let found: Vec<_> = diagnostics.iter().map(|d| (d.code, d.message.as_str())).collect();
        assert_eq!(found, expected);
        assert_eq!(tree.is_some(), expected.is_empty());
    }
    check("", &[(Code::FilterSyntax, "expected a test")]);
    check(" \n", &[(Code::FilterSyntax, "expected a test")]);
    let deep = [(Code::TooComplex, "nested deeper than 64 levels")];
    let nested = |n: usize| format!("{}a pr{}", "(".repeat(n), ")".repeat(n));
    check(&nested(64), &[]);
    check(&nested(65), &deep);
    check(&"(".repeat(100_000), &deep);
    check(&"not ".repeat(60_000), &deep);
    let list = |n: usize| format!("a in [1{}]", ", 1".repeat(n - 1));
    let many = [(Code::TooComplex, "more than 10000 values")];
    check(&list(10_000), &[]);
    check(&list(10_001), &many);
    check(&format!("a pr{}", " or a pr".repeat(10_000)), &many);
    let long = "an expression of more than 262144 bytes is not read";
    check(&" ".repeat(262_145), &[(Code::TooComplex, long)]);
}

#[test]
fn mistakes_without_end_are_counted() {
    let diagnostics = read(&")".repeat(100_000)).diagnostics;
    assert_eq!(diagnostics.len(), 51);
    assert_eq!(diagnostics[50].message, "99951 more mistakes follow");
}
