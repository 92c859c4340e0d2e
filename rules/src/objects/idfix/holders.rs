//! Who was the first to hold a value of an attribute.
//!
//! A value costs a hash and a number; an object that is the first to hold any value costs its
//! distinguished and its common name, as the tool shows both. Values themselves are not kept.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use waterline_facts::DirectoryObject;

use super::{chain::common_name, text};

/// 128 bits of an attribute and a folded value, in words that take no room for alignment. Among a
/// thousand million values a chance meeting is one in 10^20.
pub type Key = [u32; 4];

/// The key of a value, in whatever case it is written.
pub fn key(attribute: &str, value: &str) -> Key {
    let value = text::fold(value);
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, attribute, &value).hash(&mut hasher);
        hasher.finish()
    };
    // The upper and the lower half of each.
    let word = |bits: u64| bits as u32;
    let (a, b) = (half(0), half(1));
    [word(a >> 32), word(a), word(b >> 32), word(b)]
}

/// Names of an object that was the first to hold a value.
#[derive(Debug)]
pub struct Holder {
    /// Its distinguished name.
    pub distinguished_name: Box<str>,
    /// Its common name.
    pub common_name: Box<str>,
}

/// The first holders of all values so far.
#[derive(Debug, Default)]
pub struct Holders {
    first: HashMap<Key, u32>,
    objects: Vec<Holder>,
    /// Whether the last of [`Self::objects`] is the object that is being settled.
    has_current: bool,
}

impl Holders {
    /// The next object's turn.
    pub fn next_object(&mut self) {
        self.has_current = false;
    }

    /// Notes that this object holds a value. Gives whether one, the same object included, held it
    /// already.
    pub fn note(&mut self, key: Key, object: &DirectoryObject) -> bool {
        if self.first.contains_key(&key) {
            return true;
        }
        if !self.has_current {
            self.objects.push(Holder {
                distinguished_name: object.dn.as_str().into(),
                common_name: common_name(object).into(),
            });
            self.has_current = true;
        }
        // Four thousand million objects are beyond any directory (2^31 in its lifetime).
        if let Ok(number) = u32::try_from(self.objects.len() - 1) {
            self.first.insert(key, number);
        }
        false
    }

    /// The first holder of a value.
    pub fn first(&self, key: &Key) -> Option<&Holder> {
        let number = self.first.get(key)?;
        self.objects.get(*number as usize)
    }
}
