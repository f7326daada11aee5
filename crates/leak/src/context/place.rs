//! A value in its place: how far it goes, its name, and the scheme or user before it.

use std::ops::Range;

use super::element;
use super::name::{self, Name};
use super::quote::{self, Quoted};
use super::view::View;
use super::{Form, joint, table, web};

/// Bytes of a run that can be a token of one alphabet, beside which `:`, `?` and the like end a value.
const TOKEN_MIN: usize = 20;

/// A value in its place.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    /// The value.
    pub(super) value: Range<usize>,
    /// Its name.
    pub(super) name: Option<String>,
    /// How that is written.
    pub(super) form: Form,
    /// Names that belong to it, the outermost first.
    pub(super) outer: Vec<String>,
    /// The scheme before it.
    pub(super) scheme: Option<String>,
    /// The user before it.
    pub(super) user: Option<String>,
    /// Where all of this begins: what encloses it is sought from here.
    pub(super) start: usize,
}

impl Place {
    /// Takes over what a name says.
    fn named(mut self, name: Name) -> Self {
        self.start = self.start.min(name.start);
        self.scheme = self.scheme.or(name.scheme);
        self.user = self.user.or(name.user);
        self.outer = name.outer;
        self.form = name.form;
        self.name = Some(name.text);
        self
    }

    /// Whether anything is known of the value.
    fn is_known(&self) -> bool {
        self.name.is_some()
            || self.scheme.is_some()
            || self.user.is_some()
            || self.form != Form::Bare
    }
}

/// Reads the place of `run`.
pub(super) fn read(view: View<'_>, run: &Range<usize>) -> Place {
    match quote::around(view, run) {
        Some(quoted) => in_quotes(view, &quoted, run),
        None => bare(view, run),
    }
}

/// A value that is, or lies in, a string.
fn in_quotes(view: View<'_>, quoted: &Quoted, run: &Range<usize>) -> Place {
    let inner = bare(view.within(&quoted.content), run);
    let outer = name::before(view, quoted.start);
    if inner.is_known() {
        return nested(view, inner, quoted, outer);
    }
    let value = if is_token_among_words(view, &quoted.content, run) {
        inner.value
    } else {
        quoted.content.clone()
    };
    let place = Place { value, start: quoted.start, ..Place::default() };
    match outer {
        Some(name) => place.named(in_tag(view, name, quoted)),
        None => Place { scheme: joint::scheme(view, quoted.start), ..place },
    }
}

/// A name before a string, which may be an attribute's.
fn in_tag(view: View<'_>, name: Name, quoted: &Quoted) -> Name {
    let is_attribute = view.prev(quoted.start) == b'=' && name.form != Form::Call;
    if is_attribute { element::attribute(view, name) } else { name }
}

/// A value with a name, scheme or user inside its string, and what stands before the string.
fn nested(view: View<'_>, inner: Place, quoted: &Quoted, outer: Option<Name>) -> Place {
    let Some(outer) = outer.map(|name| in_tag(view, name, quoted)) else {
        return Place { start: quoted.start, ..inner };
    };
    let is_named = inner.name.is_some();
    let mut place = Place { start: quoted.start.min(outer.start), ..inner };
    if is_named {
        if place.form == Form::Assigned && web::holds_cookies(&outer) {
            place.form = Form::Cookie;
        }
        place.outer.insert(0, outer.text);
        place.outer.splice(0..0, outer.outer);
        return place;
    }
    let form = if place.form == Form::Bare { outer.form } else { place.form };
    Place { form, ..place.named(outer) }
}

/// Whether a string is a text in which the run is one word, and can be a token by itself.
fn is_token_among_words(view: View<'_>, content: &Range<usize>, run: &Range<usize>) -> bool {
    let is_parted = |byte: u8| {
        matches!(
            byte,
            b' ' | b'\t' | b',' | b';' | b'|' | b'\\' | b'<' | b'>' | b'(' | b')' | b'"' | b'\''
        )
    };
    let (before, after) = (view.within(content).prev(run.start), view.within(content).at(run.end));
    run.len() >= TOKEN_MIN
        && (is_parted(before) || before == b'\n')
        && (is_parted(after) || after == b'\n' || matches!(after, b'.' | b':' | b'!' | b'?'))
        && *run != *content
}

/// A value without quotation marks around it.
fn bare(view: View<'_>, run: &Range<usize>) -> Place {
    let value = extent(view, run);
    let place = Place { value: value.clone(), start: value.start, ..Place::default() };
    let before = view.prev(value.start);
    if before == b':'
        && value.start > view.floor
        && let Some((user, start)) = web::user(view, value.start, value.end)
    {
        return login(view, place, user, start);
    }
    if web::is_lone_user(view, &value) {
        return Place { form: Form::UserInfo, ..place };
    }
    if before == b'/' && value.start > view.floor {
        return segment(view, place);
    }
    if before == b'\t'
        && let Some(name) = web::jar(view, value.start).or_else(|| table::column(view, value.start))
    {
        return place.named(name);
    }
    if before == b';'
        && let Some(name) = table::column(view, value.start)
    {
        return place.named(name);
    }
    let (start, scheme) = web::scheme_back(view, value.start);
    let Some(mut name) = name::before(view, start) else {
        return Place { scheme, start, ..place };
    };
    let sign = view.blanks_back(start).saturating_sub(1);
    name.form = web::form(view, &name, &value, sign);
    let place = Place { scheme, start, ..place }.named(name);
    tagged(view, place)
}

/// An attribute without quotation marks: `<input value=… name=x>`.
fn tagged(view: View<'_>, place: Place) -> Place {
    let is_value = place.name.as_deref().is_some_and(element::is_value);
    match (&place.name, is_value) {
        (Some(text), true)
            if view.rfind(b'<', view.line_start(place.start), place.start).is_some() =>
        {
            match Name::new(text.clone(), place.start) {
                Some(name) => place.named(element::attribute(view, name)),
                None => place,
            }
        }
        _ => place,
    }
}

/// `user:password`, with what is named before it.
fn login(view: View<'_>, place: Place, user: String, start: usize) -> Place {
    let outer = name::before(view, start);
    let place = Place { user: Some(user), start, form: Form::UserInfo, ..place };
    match outer {
        Some(name) if name.text.len() > 1 => Place { form: Form::UserInfo, ..place.named(name) },
        _ => place,
    }
}

/// A segment of a URL's path. Elsewhere a slash belongs to base64, and to the value.
fn segment(view: View<'_>, place: Place) -> Place {
    match web::segment(view, place.value.start) {
        Some(segment) => {
            let form = if segment.name.is_some() { Form::Segment } else { Form::Bare };
            let place = Place { form, name: segment.name, ..place };
            Place { start: segment.start.min(place.start), ..place }
        }
        None => place,
    }
}

/// How far a value goes that no quotation mark ends.
fn extent(view: View<'_>, run: &Range<usize>) -> Range<usize> {
    let is_token = run.len() >= TOKEN_MIN;
    let start = view.back_while(run.start, |byte| is_value(byte, is_token) && byte != b'=');
    let start = start.max(run.start.saturating_sub(quote::QUOTED_MAX));
    let start = unscheme(view, unescaped(view, start, run.start), run);
    let is_url = view.prev(start) == b'/' && web::segment(view, start).is_some();
    let start = if is_url || view.prev(start) != b'/' { start } else { base64_back(view, start) };
    let is_path = is_url || start < run.start && view.at(start) == b'/';
    let mut end =
        view.on_while(run.end, |byte| is_value(byte, is_token) || !is_path && matches!(byte, b'/'));
    end = end.min(run.end.saturating_add(quote::QUOTED_MAX));
    while end > run.end && matches!(view.prev(end), b'.' | b'!' | b':' | b'?' | b'*') {
        end -= 1;
    }
    start.min(run.start + usize::from(run.start < run.end))..end.max(run.end)
}

/// Without the letters of an escape such as `\n` where the value begins.
fn unescaped(view: View<'_>, start: usize, run: usize) -> usize {
    if view.prev(start) == b'\\' && matches!(view.at(start), b'n' | b't' | b'r') && start < run {
        start + 1
    } else {
        start
    }
}

/// Without what stands before the value in one word: `SSWS+` in a form, the dash of `${X:-…}`.
fn unscheme(view: View<'_>, start: usize, run: &Range<usize>) -> usize {
    let plus = view
        .rfind(b'+', start, run.start)
        .filter(|&plus| web::is_scheme(&view.string(start..plus)));
    let is_default =
        view.bytes(start.saturating_sub(1)..start + 1) == b":-" && is_variable(view, start - 1);
    plus.map_or(start + usize::from(is_default && start < run.end), |plus| plus + 1)
}

/// Whether the name that ends at `end` is that of a variable: `${X`.
fn is_variable(view: View<'_>, end: usize) -> bool {
    let name = view.name_back(end);
    view.bytes(name.saturating_sub(2)..name) == b"${"
}

/// Where the base64 that `at` lies in begins.
fn base64_back(view: View<'_>, at: usize) -> usize {
    let floor = at.saturating_sub(quote::QUOTED_MAX);
    view.back_while(at, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+' | b'-' | b'_')
    })
    .max(floor)
}

/// What values without quotation marks are made of.
fn is_value(byte: u8, is_token: bool) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'+' | b'%' | b'=')
        || !is_token && matches!(byte, b'!' | b'*' | b'^' | b'$' | b'#' | b'?' | b'@')
}
