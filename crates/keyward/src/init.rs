//! `keyward init`: a first configuration, and the Terraform of Keyward's own app, which may do what Keyward does and no more.

mod app;
mod files;
mod key;
mod wanted;

use anyhow::Context;

use self::files::Files;
use self::wanted::Wanted;
use crate::args::Init;
use crate::console::Console;
use crate::exit::Exit;

/// Asks, then writes everything or nothing.
pub(crate) fn run(args: &Init, console: Console) -> anyhow::Result<Exit> {
    let wanted = Wanted::of(args)?;
    if wanted.is_shortened {
        let origin = &wanted.origin;
        console.warn(format_args!("what follows the host in the address is left out: `{origin}`"));
    }
    let mut files = Files::new(args.dir.clone());
    let terraform = app::terraform(&wanted)?;
    let made = wanted.needs_key().then(key::make).transpose().context("failed to make a key")?;
    let key_id = made.as_ref().map(|made| made.key_id.as_str());
    files.add("keyward.toml", wanted.configuration(key_id));
    files.add("keyward.tf", terraform);
    if let Some(made) = made {
        files.add_private(wanted::KEY_FILE, made.pem);
        files.add("keyward.auto.tfvars", made.variables);
    }
    files.write()?;
    console.note(|out| {
        for name in files.names() {
            writeln!(out, "Written: {}", args.dir.join(name).display())?;
        }
        writeln!(out, "\n{}", wanted.next_steps())
    });
    Ok(Exit::Clean)
}
