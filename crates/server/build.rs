//! Sees to it that the page is embedded again when it was built again, and that a checkout without a built page compiles.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/dist");
    // An empty folder only: a file in it could pass for a built page.
    std::fs::create_dir_all(&dist)?;
    // Separate directives on stdout are how a build script talks to cargo.
    std::io::Write::write_all(
        &mut std::io::stdout(),
        format!("cargo::rerun-if-changed={}\ncargo::rerun-if-changed=build.rs\n", dist.display()).as_bytes(),
    )
}
