//! Walks through the facts as JSON, and gives each text with the path of its fact.
//!
//! A path is that of rules, `directory.domains[].dns_name`; the marks of facts are not in it, but
//! the words of a gap are at `….unknown.detail`.

use serde_json::Value;

/// Changes each text.
pub fn strings(value: &mut Value, change: &mut impl FnMut(&str, &str) -> String) {
    walk_mut(&mut String::new(), value, change);
}

/// Shows each text.
pub fn each(value: &Value, see: &mut impl FnMut(&str, &str)) {
    // A copy of some megabytes is cheaper than the same walk in two forms.
    walk_mut(&mut String::new(), &mut value.clone(), &mut |path, text| {
        see(path, text);
        text.to_owned()
    });
}

fn walk_mut(path: &mut String, value: &mut Value, change: &mut impl FnMut(&str, &str) -> String) {
    let length = path.len();
    match value {
        Value::String(text) => *text = change(path, text),
        Value::Array(list) => {
            path.push_str("[]");
            for element in list {
                walk_mut(path, element, change);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                if name != "known" {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
                }
                walk_mut(path, field, change);
                path.truncate(length);
            }
        }
        _ => {}
    }
    path.truncate(length);
}
