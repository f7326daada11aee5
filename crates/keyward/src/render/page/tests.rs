//! One page in three media, and text that wants to be more than text.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;

type Render = fn(&Page, &mut dyn std::io::Write) -> std::io::Result<()>;

fn written(render: Render, page: &Page) -> String {
    let mut bytes = Vec::new();
    render(page, &mut bytes).unwrap();
    anstream::adapter::strip_bytes(&bytes).into_vec().try_into().unwrap()
}

/// A page of one paragraph, list item, fact, cell or block of code with this text in it.
fn pages(text: &str) -> [Page; 4] {
    let lines = || [Line::plain(text), Line::code(text), Line(vec![Span::Strong(text.into())])];
    let all = Line(lines().into_iter().flat_map(|line| line.0).collect());
    let page = |block| Page { title: text.to_owned(), blocks: vec![block] };
    [
        page(Block::Paragraph(all.clone())),
        page(Block::List { numbered: false, items: vec![all.clone(), Line::plain(text)] }),
        page(Block::Facts(vec![(text.to_owned(), all.clone())])),
        page(Block::Table {
            columns: vec![text.to_owned(), "b".into()],
            rows: vec![vec![all.clone(), all.clone()], lines().to_vec().split_off(1)],
        }),
    ]
}

fn sample() -> Page {
    let mut page = Page::new("What acme-sync needs");
    page.push(Block::Paragraph(
        Line::plain("Grant ").and_code("okta.users.read").and(" and nothing else. ").and(
            "A sentence that goes on for so long that no terminal of a hundred columns could hold it in a line.",
        ),
    ));
    page.push(Block::Heading(2, "Calls".into()));
    page.push(Block::Warning(Line::plain("one is wrong")));
    page.push(Block::Table {
        columns: vec!["call".into(), "verdict".into(), "needs".into()],
        rows: vec![
            vec![
                Line::code("GET /api/v1/users"),
                Line::default().and_mark(Tone::Good, "ok"),
                Line::code("okta.users.read"),
            ],
            vec![
                Line::code("PUT /api/v1/a|b"),
                Line::default().and_mark(Tone::Bad, "wrong verb"),
                Line::default(),
            ],
        ],
    });
    page.push(Block::Table {
        columns: vec!["call".into(), "a column of no small name".into(), "why".into()],
        rows: vec![vec![
            Line::code("POST /api/v1/users/{userId}/lifecycle/expire_password_with_temp_password"),
            Line::plain("a text of some length"),
            Line::plain("another"),
        ]],
    });
    page.push(Block::List { numbered: true, items: vec![Line::plain("Create the role.")] });
    page.push(Block::Facts(vec![("level".into(), Line::plain("documented"))]));
    page.push(Block::Code { language: "hcl", text: "a = 1\nb = \"```\"\n".into() });
    page
}

#[test]
fn a_page_as_text() {
    assert_snapshot!(written(text, &sample()), @r#"
    What acme-sync needs

    Grant `okta.users.read` and nothing else. A sentence that goes on for so long that no terminal of a
    hundred columns could hold it in a line.

    Calls
    warning: one is wrong

    call               verdict     needs
    GET /api/v1/users  ok          okta.users.read
    PUT /api/v1/a|b    wrong verb

    POST /api/v1/users/{userId}/lifecycle/expire_password_with_temp_password
      a column of no small name  a text of some length
      why                        another

      1. Create the role.

      level  documented

    a = 1
    b = "```"
    "#);
}

#[test]
fn a_page_as_markdown() {
    assert_snapshot!(written(markdown, &sample()), @r#"
    # What acme-sync needs

    Grant `okta.users.read` and nothing else. A sentence that goes on for so long that no terminal of a hundred columns could hold it in a line.

    ## Calls

    > **Warning:** one is wrong

    | call | verdict | needs |
    | --- | --- | --- |
    | `GET /api/v1/users` | ok | `okta.users.read` |
    | `PUT /api/v1/a\|b` | **wrong verb** |  |

    | call | a column of no small name | why |
    | --- | --- | --- |
    | `POST /api/v1/users/{userId}/lifecycle/expire_password_with_temp_password` | a text of some length | another |

    1. Create the role.

    - **level**: documented

    ````hcl
    a = 1
    b = "```"
    ````
    "#);
}

#[test]
fn a_page_as_html() {
    let page = written(html, &sample());
    let (head, body) = page.split_once("<main>").unwrap();
    assert!(head.contains("default-src 'none'") && !page.contains("<script"));
    assert_snapshot!(body, @r#"
    <p>Grant <code>okta.users.read</code> and nothing else. A sentence that goes on for so long that no terminal of a hundred columns could hold it in a line.</p>
    <h2>Calls</h2>
    <p class="warning"><strong>Warning:</strong> one is wrong</p>
    <div class="wide"><table>
    <thead><tr><th scope="col">call</th><th scope="col">verdict</th><th scope="col">needs</th></tr></thead>
    <tbody>
    <tr><td><code>GET /api/v1/users</code></td><td><span class="good">ok</span></td><td><code>okta.users.read</code></td></tr>
    <tr><td><code>PUT /api/v1/a|b</code></td><td><span class="bad">wrong verb</span></td><td></td></tr>
    </tbody>
    </table></div>
    <div class="wide"><table>
    <thead><tr><th scope="col">call</th><th scope="col">a column of no small name</th><th scope="col">why</th></tr></thead>
    <tbody>
    <tr><td><code>POST /api/v1/users/{userId}/lifecycle/expire_password_with_temp_password</code></td><td>a text of some length</td><td>another</td></tr>
    </tbody>
    </table></div>
    <ol>
    <li>Create the role.</li>
    </ol>
    <dl>
    <dt>level</dt><dd>documented</dd>
    </dl>
    <pre><code>a = 1
    b = &quot;```&quot;
    </code></pre>
    </main>
    <footer><p>keyward 0.1.0</p></footer>
    </body>
    </html>
    "#);
}

/// What a renderer of Markdown would take for more than words: text outside of code and without escapes.
fn bare(markdown: &str) -> String {
    let (mut bare, mut rest) = (String::new(), markdown);
    while let Some(c) = rest.chars().next() {
        let run = rest.bytes().take_while(|byte| *byte == b'`').count();
        if run > 0 {
            let fence = &rest[..run];
            rest = &rest[run..];
            rest = closing(rest, fence).unwrap_or(rest);
        } else if c == '\\' {
            rest = &rest[rest.char_indices().nth(2).map_or(rest.len(), |(at, _)| at)..];
        } else {
            bare.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    bare
}

/// What follows the same fence, as long and no longer.
fn closing<'t>(text: &'t str, fence: &str) -> Option<&'t str> {
    let mut at = 0;
    while let Some(found) = text[at..].find('`') {
        let from = at + found;
        let run = text[from..].bytes().take_while(|byte| *byte == b'`').count();
        if run == fence.len() {
            return Some(&text[from + run..]);
        }
        at = from + run;
    }
    None
}

/// Pipes that end a cell: those behind an even number of backslashes.
fn ends_of_cells(line: &str) -> usize {
    let slashes = |at: usize| line[..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
    line.match_indices('|').filter(|(at, _)| slashes(*at) % 2 == 0).count()
}

fn check_markdown(hostile: &str) {
    for page in pages(hostile) {
        let out = written(markdown, &page);
        for line in out.lines() {
            let bare = bare(line);
            let words = bare.strip_prefix("# ").unwrap_or(&bare);
            assert!(!words.contains(['<', '>', '[', ']', '!', '@', '#']), "{out}\n{bare}");
            assert!(!bare.contains("://") && !bare.contains("www."), "{out}\n{bare}");
        }
        if let Block::Table { .. } = page.blocks[0] {
            let rows: Vec<_> = out.lines().skip(2).map(ends_of_cells).collect();
            assert_eq!(rows, [3, 3, 3, 3], "{out}");
        }
    }
}

#[test]
fn text_from_elsewhere_adds_nothing_to_markdown() {
    for hostile in [
        "[click](https://evil.example.com)",
        "<img src=x onerror=alert(1)> <!-- & -->",
        "![p](http://evil.example.com/p.png)",
        "` [a](b) `` <b> ```",
        "a | b \\| c \\\\| d \\",
        "https://evil.example.com www.evil.example.com ops@example.com @team #12",
        "1. one\n# two\n- three\n> four",
        "@| a@|b `|",
        "--- *** ___ ~~x~~ $x$ **y**",
        "\\`<b>\\`",
    ] {
        check_markdown(hostile);
    }
}

#[test]
fn halves_of_a_link_are_looked_at_together() {
    let mut page = Page::new("t");
    page.push(Block::Paragraph(Line::plain("see https:").and("//evil.example.com now")));
    page.push(Block::Paragraph(Line::code("a`").and_code("b")));
    assert_snapshot!(written(markdown, &page), @r#"
    # t

    see `https://evil.example.com` now

    `` a` `` `b`
    "#);
}

#[test]
fn text_from_elsewhere_does_nothing_on_a_terminal_or_in_a_browser() {
    for page in pages("<b a='x'>\u{1b}[2J\u{202e}\r\n\"&") {
        let (text, html) = (written(text, &page), written(html, &page));
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\r']), "{text}");
        assert!(text.contains(r"\u{1b}[2J\u{202e}\r\n"), "{text}");
        assert!(!html.contains("<b a") && !html.contains('\u{202e}'), "{html}");
        assert!(html.contains("&lt;b a=&#39;x&#39;&gt;"), "{html}");
    }
}

proptest! {
    #[test]
    fn nothing_slips_through(text in "[ -~\n`|\\\\<\\[!]{0,24}") {
        check_markdown(&text);
    }
}
