//! The facts that a rule looked at, for the record: single values only, cut where they are long.

use serde_json::Value;
use waterline_facts::Environment;
use waterline_rules::rule::Rule;

use super::record::LookedAt;

/// Longest value that the record holds, as JSON, in bytes.
const LONGEST: usize = 2000;

/// The known facts at a rule's evidence paths. A rule that is asked of each of many has none here:
/// its findings name what is at fault.
pub fn facts(rule: &Rule, environment: &Environment) -> Vec<LookedAt> {
    if rule.each.is_some() {
        return Vec::new();
    }
    let Ok(all) = serde_json::to_value(environment) else {
        return Vec::new();
    };
    let paths = rule.evidence.iter().map(|path| path.value.as_str());
    paths
        .filter_map(|path| {
            let value = fact(&all, path)?;
            let path = path.to_owned();
            Some(LookedAt { path, value })
        })
        .collect()
}

/// The value at a path; null if it is known to be absent, nothing if it is unknown or long.
fn fact(all: &Value, path: &str) -> Option<Value> {
    let mut at = all;
    for step in path.split('.') {
        at = at.get("known").unwrap_or(at).get(step)?;
    }
    let value = match at {
        Value::Object(fields) if fields.contains_key("unknown") => return None,
        Value::Object(fields) if fields.contains_key("absent") => Value::Null,
        _ => at.get("known").unwrap_or(at).clone(),
    };
    (value.to_string().len() <= LONGEST).then_some(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn known_and_absent_facts_are_shown_and_unknown_ones_are_not() {
        let all = json!({"directory": {"known": {"forest": {
            "level": {"known": 4},
            "bin": {"absent": true},
            "schema": {"unknown": {"reason": "denied"}},
            "long": {"known": "x".repeat(3000)},
        }}}});
        assert_eq!(fact(&all, "directory.forest.level"), Some(json!(4)));
        assert_eq!(fact(&all, "directory.forest.bin"), Some(Value::Null));
        for path in [
            "directory.forest.schema",
            "directory.forest.long",
            "dns.records",
        ] {
            assert_eq!(fact(&all, path), None, "{path}");
        }
    }
}
