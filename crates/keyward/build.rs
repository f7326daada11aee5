//! Rebuilds the binary when the rules it carries change.

fn main() {
    println!("cargo::rerun-if-changed=../../rules");
}
