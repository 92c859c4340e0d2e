//! `waterline targets` and `waterline init`.

use crate::support::Sandbox;

#[test]
fn targets_tells_of_each_what_it_means_needs_and_takes() {
    let ended = Sandbox::new().run(&["targets"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for told in [
        "* core: ",
        "* connect-sync: ",
        "needs first: core",
        "probed: ",
        "attested: ",
        "mdm_user_scope_set",
        "rules: ",
    ] {
        assert!(ended.stdout.contains(told), "{told}: {}", ended.stdout);
    }
    assert!(ended.stdout.lines().all(|line| line.chars().count() <= 100));
    assert!(ended.stderr.contains("left out"), "{}", ended.stderr);
}

#[test]
fn targets_of_a_profile_are_marked() {
    let sandbox = Sandbox::new();
    sandbox.file("profile.yaml", "targets: [core]\n");
    let ended = sandbox.run(&["targets", "--profile", "profile.yaml"]);
    assert!(ended.stdout.contains("* core: "), "{}", ended.stdout);
    assert!(ended.stdout.contains("- intune: "), "{}", ended.stdout);
    assert_eq!(ended.stderr, "");
}

#[test]
fn init_refuses_where_nobody_can_be_asked_and_says_what_to_do() {
    let sandbox = Sandbox::new();
    sandbox
        .run(&["init", "profile.yaml"])
        .refused(2, &["terminal", "--blank"]);
    assert!(!sandbox.path("profile.yaml").exists());
}

#[test]
fn init_writes_a_file_to_fill_in_that_can_be_judged_by_and_is_not_written_over() {
    let sandbox = Sandbox::new();
    let ended = sandbox.run(&["init", "--blank", "profile.yaml"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let text = fs_err::read_to_string(sandbox.path("profile.yaml")).unwrap();
    assert!(text.contains("# mdm_user_scope_set: true"), "{text}");
    let ended = sandbox.run(&["targets", "--profile", "profile.yaml"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    sandbox
        .run(&["init", "--blank", "profile.yaml"])
        .refused(2, &["profile.yaml", "there already"]);
    let again = fs_err::read_to_string(sandbox.path("profile.yaml")).unwrap();
    assert_eq!(again, text);
}

#[test]
fn the_schema_of_the_profile_names_targets_and_questions() {
    let schema = Sandbox::new().run(&["schema", "profile"]).json();
    let answer = &schema["properties"]["attested"]["properties"]["mdm_user_scope_set"];
    assert_eq!(answer["type"], "boolean", "{schema}");
    let targets = schema["properties"]["targets"]["items"]["oneOf"].as_array();
    assert!(targets.is_some_and(|all| all.iter().any(|one| one["const"] == "core")));
}
