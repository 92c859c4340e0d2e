//! What is done with recordings before they are given away: checked, shown, signed, redacted.

use minisign::KeyPair;

use crate::support::{Sandbox, repository};

fn lab() -> String {
    repository("fixtures/lab-domain").display().to_string()
}

#[test]
fn check_names_every_damaged_part_and_shows_the_hash_of_the_whole() {
    let sandbox = Sandbox::new();
    let name = sandbox.recording("run");
    let sound = sandbox.run(&["check", &name]);
    assert_eq!(sound.code, 0, "{}", sound.stderr);
    assert!(
        sound.stdout.contains("SHA-256 of the whole: "),
        "{}",
        sound.stdout
    );
    for part in ["host", "dns"] {
        fs_err::write(sandbox.path(&format!("run/environment/{part}.json")), "{}").unwrap();
    }
    let damaged = sandbox.run(&["check", &name]);
    assert_eq!(damaged.code, 3);
    let bad = damaged
        .stdout
        .lines()
        .filter(|line| line.contains("fewer bytes"));
    assert_eq!(bad.count(), 2, "{}", damaged.stdout);
}

#[test]
fn signed_recording_is_verified_and_a_changed_one_refused() {
    let sandbox = Sandbox::new();
    let pair = KeyPair::generate_unencrypted_keypair().unwrap();
    sandbox.file("key", pair.sk.to_box(None).unwrap().into_string());
    sandbox.file("key.pub", pair.pk.to_box().unwrap().into_string());
    let recorded = sandbox.run(&["record", "run", "--only", "host", "--sign", "key"]);
    assert_eq!(recorded.code, 0, "{}", recorded.stderr);
    let verify = ["check", "run", "--verify-key", "key.pub"];
    let verified = sandbox.run(&verify);
    assert!(
        verified.stdout.contains("signature: verified"),
        "{}",
        verified.stdout
    );
    let manifest = sandbox.path("run/manifest.json");
    let text = fs_err::read_to_string(&manifest).unwrap();
    fs_err::write(&manifest, text.replace("waterline", "waterline ")).unwrap();
    assert_ne!(sandbox.run(&verify).code, 0);

    let unsigned = sandbox.recording("unsigned");
    let refused = sandbox.run(&["check", &unsigned, "--verify-key", "key.pub"]);
    assert_eq!(refused.code, 3, "{}", refused.stdout);
    let no_key = sandbox.file("no-key", "hello");
    sandbox
        .run(&["record", "run", "--sign", &no_key])
        .refused(2, &["--sign", "no-key", "not a secret key"]);
    sandbox
        .run(&["assess", "--only", "host", "--sign", "key"])
        .refused(2, &["--sign needs --record"]);
}

#[test]
fn any_fact_and_any_object_is_shown() {
    let sandbox = Sandbox::new();
    let lab = lab();
    let overview = sandbox.run(&["show", &lab]);
    assert!(
        overview.stdout.contains("directory    known"),
        "{}",
        overview.stdout
    );
    let level = sandbox.run(&["show", &lab, "directory.domains[0].level"]);
    assert!(level.stdout.contains("\"known\": "), "{}", level.stdout);
    assert!(
        level
            .stdout
            .contains("environment/directory.json, SHA-256 ")
    );
    let dn = "CN=srv22-002,OU=Servers,OU=Devices,OU=Corp,DC=corp,DC=example,DC=test";
    let object = sandbox.run(&["show", &lab, "--object", dn]);
    assert_eq!(object.json()["sam_account_name"], "SRV22-002$");
    sandbox
        .run(&["show", &lab, "directory.forrest"])
        .refused(2, &["there is no `forrest`", "forest"]);
}

#[test]
fn redacted_recording_gives_the_same_verdicts_and_its_owner_can_reveal_it() {
    let sandbox = Sandbox::new();
    let lab = lab();
    sandbox.file("phrase", "correct horse battery\n");
    let phrase = ["--passphrase-file", "phrase"];
    let redact = [
        "redact",
        &lab,
        "-o",
        "lab-domain.waterline",
        "--mapping",
        "mapping",
    ];
    let redacted = sandbox.run(&[&redact[..], &phrase].concat());
    assert_eq!(redacted.code, 0, "{}", redacted.stderr);
    let expect = ["--expect", "expected.json"];
    let original = sandbox.run(&[&["replay", &lab], &expect[..], &["--update"]].concat());
    assert_eq!(original.code, 0, "{}", original.stderr);
    let again = sandbox.run(&[&["replay", "lab-domain.waterline"], &expect[..]].concat());
    assert_eq!(again.code, 0, "{}", again.stdout);

    let host = sandbox.run(&["show", "lab-domain.waterline", "host.name"]);
    assert!(!host.stdout.contains("sync1"), "{}", host.stdout);
    let pseudonym = host.stdout.split('"').nth(3).unwrap().to_owned();
    let reveal = ["reveal", "mapping", &pseudonym];
    let told = sandbox.run(&[&reveal[..], &phrase].concat());
    assert_eq!(
        told.stdout,
        format!("{pseudonym} = sync1\n"),
        "{}",
        told.stderr
    );
    sandbox.file("phrase", "another passphrase");
    sandbox
        .run(&[&reveal[..], &phrase].concat())
        .refused(2, &["mapping", "passphrase"]);
    sandbox.file("phrase", "short");
    sandbox
        .run(&[&redact[..], &phrase].concat())
        .refused(2, &["fewer than 8 characters"]);
}
