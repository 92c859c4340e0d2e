//! Browsers planted in a home folder of a live Linux machine: an archive, a flatpak, links that loop.

#![cfg(target_os = "linux")]

use serde_json::Value;

use crate::support::{LOCAL, Sandbox};

fn plant(sandbox: &Sandbox, folder: &str, version: &str) {
    let folder = sandbox.path(folder);
    fs_err::create_dir_all(folder.join("defaults/pref")).unwrap();
    let ini = format!("[App]\nVendor=Mozilla\nName=Firefox\nVersion={version}\n");
    fs_err::write(folder.join("application.ini"), ini).unwrap();
    let channel = "pref(\"app.update.channel\", \"release\");\n";
    fs_err::write(folder.join("defaults/pref/channel-prefs.js"), channel).unwrap();
}

#[test]
fn archives_and_flatpaks_of_a_home_are_found_live_and_loops_end() {
    let sandbox = Sandbox::new();
    plant(&sandbox, "firefox", "153.0.1");
    plant(&sandbox, "opt/firefox-old", "115.10");
    let flatpak = ".local/share/flatpak/app/org.mozilla.firefox/current/active/files/lib/firefox";
    plant(&sandbox, flatpak, "152.0");
    std::os::unix::fs::symlink("round", sandbox.path("round")).unwrap();
    std::os::unix::fs::symlink(".", sandbox.path("opt/here")).unwrap();
    let ended = sandbox.run(&["record", "run", "--only", LOCAL]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let text = fs_err::read_to_string(sandbox.path("run/environment/browsers.json")).unwrap();
    let facts: Value = serde_json::from_str(&text).unwrap();
    let facts = &facts["known"];
    let installed = match &facts["installed"]["known"] {
        // A system without dpkg or rpm has only what was found all the same.
        Value::Null => &facts["partial"],
        whole => whole,
    };
    let home = sandbox.path("").to_string_lossy().into_owned();
    let all = installed.as_array().unwrap().iter();
    let planted = all.filter(|one| {
        one["path"]
            .as_str()
            .unwrap()
            .starts_with(home.trim_end_matches('/'))
    });
    let mut found: Vec<String> = planted
        .map(|one| {
            format!(
                "{} {}",
                one["version"]["known"].as_str().unwrap(),
                one["source"].as_str().unwrap()
            )
        })
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            "115.10 application.ini",
            "152.0 flatpak",
            "153.0.1 application.ini"
        ]
    );
    assert!(facts["policies"]["known"].is_array(), "{facts}");
}
