//! Directories as a whole.

use super::*;

fn settings(objects: u64, seed: u64) -> Settings {
    let day = jiff::civil::date(2026, 11, 1);
    Settings {
        objects,
        seed,
        day,
        faults: Selection::All,
    }
}

fn directory(settings: &Settings) -> (String, Planted) {
    let mut out = Vec::new();
    let planted = write(settings, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), planted)
}

#[test]
fn same_settings_give_the_same_bytes_and_another_seed_others() {
    let (first, planted) = directory(&settings(400, 7));
    let (again, planted_again) = directory(&settings(400, 7));
    assert!(first == again && planted == planted_again);
    let (other, _) = directory(&settings(400, 8));
    assert!(first != other);
}

#[test]
fn as_many_objects_as_wanted_stand_in_it_once_each() {
    for objects in [FEWEST, 999, 2_500] {
        let (text, planted) = directory(&settings(objects, 3));
        let text = text.replace("\n ", "");
        let names: Vec<_> = text
            .lines()
            .filter(|line| line.starts_with("dn:"))
            .collect();
        let distinct: std::collections::HashSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        let head = forest::entries().len() as u64;
        assert_eq!(names.len() as u64, objects + head);
        assert_eq!(planted.counts.values().sum::<u64>(), objects);
    }
}

#[test]
fn without_faults_nothing_is_planted() {
    let mut settings = settings(500, 1);
    settings.faults = Selection::Only(Vec::new());
    let (_, planted) = directory(&settings);
    assert!(planted.planted.is_empty() && planted.faults.is_empty());
    settings.faults = Selection::Only(vec!["upn-missing".to_owned()]);
    let (_, planted) = directory(&settings);
    assert_eq!(planted.checks.keys().collect::<Vec<_>>(), [&"upn_missing"]);
}

#[test]
fn what_cannot_be_is_refused() {
    let mut settings = settings(99, 1);
    let refused = write(&settings, &mut Vec::new()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "99 objects are too few, 100 is the least"
    );
    settings.objects = 100;
    settings.faults = Selection::Only(vec!["upn".to_owned()]);
    let refused = write(&settings, &mut Vec::new()).unwrap_err();
    assert!(refused.to_string().contains("no fault `upn`"));
}

#[test]
fn claims_name_objects_that_stand_in_the_directory() {
    let (text, planted) = directory(&settings(4_000, 5));
    let text = text.replace("\n ", "");
    let decoded = |line: &str| {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let (_, encoded) = line.split_once(":: ")?;
        String::from_utf8(STANDARD.decode(encoded).ok()?).ok()
    };
    let names: std::collections::HashSet<String> = text
        .lines()
        .filter(|line| line.starts_with("dn:"))
        .filter_map(|line| {
            line.strip_prefix("dn: ")
                .map(str::to_owned)
                .or_else(|| decoded(line))
        })
        .collect();
    assert!(!planted.planted.is_empty());
    for planted in &planted.planted {
        assert!(names.contains(&planted.claim.dn), "{planted:?}");
    }
}
