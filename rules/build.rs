//! Writes the table of rule packs that the library embeds.
//!
//! Walks `packs/`, and nothing else; the table names each file by its path below that folder.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let root =
        PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("packs");
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?).join("packs.rs");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut table = String::from("&[\n");
    for file in &files {
        table.push_str(&entry(&root, file)?);
    }
    table.push(']');
    fs::write(out, table)
}

/// Every YAML file below a folder.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            files.push(path);
        }
    }
    Ok(())
}

/// The row of the table for one file; its name has `/` on every platform.
fn entry(root: &Path, file: &Path) -> io::Result<String> {
    let name = file.strip_prefix(root).map_err(io::Error::other)?;
    let name = name.to_string_lossy().replace('\\', "/");
    Ok(format!(
        "    ({name:?}, include_str!({:?})),\n",
        file.display().to_string()
    ))
}
