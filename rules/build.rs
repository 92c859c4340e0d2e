//! Writes the table of rule packs that the library embeds.
//!
//! Walks `packs/`, and nothing else; the table names each file by its path below that folder. Each
//! file is embedded twice: as it was written, for people and for messages that name a line, and as
//! JSON without the cases, which the program reads at every start in a small part of the time.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let root =
        PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("packs");
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut table = String::from("&[\n");
    for (index, file) in files.iter().enumerate() {
        let json = out.join(format!("{index}.json"));
        prepare(file, &json)?;
        table.push_str(&entry(&root, file, &json)?);
    }
    table.push(']');
    fs::write(out.join("packs.rs"), table)
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

/// Writes a YAML document as JSON, without the cases of a rule: only who writes rules needs them. One that is no YAML becomes empty, which no form allows: reading it
/// as it was written then tells what is wrong with it, better than a failing build could.
fn prepare(yaml: &Path, json: &Path) -> io::Result<()> {
    let mut document: Option<serde_json::Value> =
        serde_saphyr::from_str(&fs::read_to_string(yaml)?).ok();
    if let Some(cases) = document.as_mut().and_then(|rule| rule.get_mut("cases")) {
        *cases = serde_json::json!([]);
    }
    fs::write(json, serde_json::to_vec(&document)?)
}

/// The row of the table for one file; its name has `/` on every platform.
fn entry(root: &Path, file: &Path, json: &Path) -> io::Result<String> {
    let name = file.strip_prefix(root).map_err(io::Error::other)?;
    let name = name.to_string_lossy().replace('\\', "/");
    let (text, json) = (file.display().to_string(), json.display().to_string());
    Ok(format!(
        "    ({name:?}, include_str!({text:?}), include_str!({json:?})),\n",
    ))
}
