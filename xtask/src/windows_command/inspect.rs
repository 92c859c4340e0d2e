//! Looks at the built file: what it needs of the system, what it says of itself, how large it is.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, ensure};

const READER: &str = "x86_64-w64-mingw32-objdump";
/// The program must fit through a mail gateway and onto a file share of a branch.
const LARGEST: u64 = 20 << 20;
/// Libraries that are part of every Windows 10 and Windows Server 2016, client or server core.
const SYSTEM: [&str; 20] = [
    "advapi32.dll",
    "bcrypt.dll",
    "bcryptprimitives.dll",
    "crypt32.dll",
    "iphlpapi.dll",
    "kernel32.dll",
    "ktmw32.dll",
    "msvcrt.dll",
    "netapi32.dll",
    "ntdll.dll",
    "ole32.dll",
    "oleaut32.dll",
    "pdh.dll",
    "powrprof.dll",
    "psapi.dll",
    "secur32.dll",
    "shell32.dll",
    "user32.dll",
    "userenv.dll",
    "ws2_32.dll",
];

/// Checks the file.
///
/// # Errors
/// What is wrong with it.
pub fn check(program: &Path) -> Result<()> {
    let size = fs_err::metadata(program)?.len();
    ensure!(size <= LARGEST, "{size} bytes are more than {LARGEST}");
    let output = Command::new(READER)
        .arg("--private-headers")
        .arg(program)
        .output()
        .with_context(|| format!("cannot start {READER}"))?;
    ensure!(output.status.success(), "{READER} cannot read the file");
    let libraries = libraries(&String::from_utf8_lossy(&output.stdout));
    ensure!(!libraries.is_empty(), "{READER} names no library");
    let foreign: Vec<_> = libraries.iter().filter(|name| !is_system(name)).collect();
    ensure!(foreign.is_empty(), "needs what no Windows has: {foreign:?}");
    resources(program)?;
    tell(size, &libraries);
    Ok(())
}

#[expect(
    clippy::print_stdout,
    reason = "a chore's answer goes to standard output"
)]
fn tell(size: u64, libraries: &[String]) {
    println!("{size} bytes; needs {}", libraries.join(", "));
}

/// What the resources must hold, as it stands in the file.
fn resources(program: &Path) -> Result<()> {
    let bytes = fs_err::read(program)?;
    let has = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
    let wide: Vec<u8> = "VS_VERSION_INFO"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    ensure!(has(&wide), "the file has no version resource");
    for setting in [
        "asInvoker",
        "longPathAware",
        "activeCodePage",
        "supportedOS",
    ] {
        ensure!(has(setting.as_bytes()), "the manifest lacks {setting}");
    }
    Ok(())
}

fn libraries(headers: &str) -> Vec<String> {
    let mut names: Vec<String> = headers
        .lines()
        .filter_map(|line| line.trim().strip_prefix("DLL Name:"))
        .map(|name| name.trim().to_lowercase())
        .collect();
    names.sort();
    names.dedup();
    names
}

/// `api-ms-win-*` are names for parts of those.
fn is_system(name: &str) -> bool {
    SYSTEM.contains(&name) || name.starts_with("api-ms-win-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_that_come_with_the_compiler_are_foreign() {
        let headers = "\tDLL Name: KERNEL32.dll\n\tvma:\n\tDLL Name: libgcc_s_seh-1.dll\n\
                       \tDLL Name: api-ms-win-core-synch-l1-2-0.dll\n\tDLL Name: KERNEL32.dll\n";
        let libraries = libraries(headers);
        let foreign: Vec<_> = libraries.iter().filter(|name| !is_system(name)).collect();
        assert_eq!(foreign, ["libgcc_s_seh-1.dll"]);
        assert_eq!(libraries.len(), 3);
    }
}
