//! The serde form of facts, as far as rules read them: of a large run they read a small part, and
//! what nobody reads costs time and memory.

use std::collections::BTreeMap;

use serde::ser::{Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};
use serde_json::{Error, Map, Value as Json, value};

use super::{FactPath, path::Step};

/// Which facts are wanted: a tree of names, in which lists and marks take no level.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Whether everything below is.
    whole: bool,
    fields: BTreeMap<String, Wanted>,
}

impl Wanted {
    /// Everything.
    pub fn everything() -> Self {
        Self {
            whole: true,
            fields: BTreeMap::new(),
        }
    }

    /// Wants what an expression reads at a path: whether it is there, if it is a structure, and
    /// what other paths name of it.
    pub fn read(&mut self, path: &FactPath) {
        self.at(path);
    }

    /// Wants all that there is at a path, to show it.
    pub fn show(&mut self, path: &FactPath) {
        self.at(path).whole = true;
    }

    fn at(&mut self, path: &FactPath) -> &mut Self {
        path.steps.iter().fold(self, |wanted, step| match step {
            Step::Field(name) => wanted.fields.entry(name.clone()).or_default(),
            Step::Each => wanted,
        })
    }
}

/// The serde form of what is wanted of a value.
///
/// # Errors
/// If it has none.
pub fn sift(value: &(impl Serialize + ?Sized), wanted: &Wanted) -> Result<Json, Error> {
    match wanted.whole {
        true => value.serialize(value::Serializer),
        false => value.serialize(Sieve(wanted)),
    }
}

#[derive(Clone, Copy)]
struct Sieve<'a>(&'a Wanted);

/// A list of which parts of each element are wanted.
struct List<'a> {
    wanted: &'a Wanted,
    items: Vec<Json>,
}

/// A structure of which fields are wanted.
struct Structure<'a> {
    wanted: &'a Wanted,
    fields: Map<String, Json>,
    /// The key before its value, where they come one by one.
    key: Option<String>,
}

impl<'a> Sieve<'a> {
    fn structure(self) -> Structure<'a> {
        Structure {
            wanted: self.0,
            fields: Map::new(),
            key: None,
        }
    }
}

impl Structure<'_> {
    fn field(&mut self, name: &str, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        if let Some(wanted) = self.wanted.fields.get(name) {
            self.fields.insert(name.to_owned(), sift(value, wanted)?);
        }
        Ok(())
    }
}

/// What has no parts is taken as it is.
macro_rules! plain {
    ($($method:ident($($name:ident: $type:ty),*);)*) => {
        $(fn $method(self, $($name: $type),*) -> Result<Json, Error> {
            value::Serializer.$method($($name),*)
        })*
    };
}

impl<'a> Serializer for Sieve<'a> {
    type Ok = Json;
    type Error = Error;
    type SerializeSeq = List<'a>;
    type SerializeTuple = <value::Serializer as Serializer>::SerializeTuple;
    type SerializeTupleStruct = <value::Serializer as Serializer>::SerializeTupleStruct;
    type SerializeTupleVariant = <value::Serializer as Serializer>::SerializeTupleVariant;
    type SerializeMap = Structure<'a>;
    type SerializeStruct = Structure<'a>;
    type SerializeStructVariant = Impossible<Json, Error>;

    plain! {
        serialize_bool(v: bool);
        serialize_i8(v: i8);
        serialize_i16(v: i16);
        serialize_i32(v: i32);
        serialize_i64(v: i64);
        serialize_u8(v: u8);
        serialize_u16(v: u16);
        serialize_u32(v: u32);
        serialize_u64(v: u64);
        serialize_f32(v: f32);
        serialize_f64(v: f64);
        serialize_char(v: char);
        serialize_str(v: &str);
        serialize_bytes(v: &[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(name: &'static str);
        serialize_unit_variant(name: &'static str, index: u32, variant: &'static str);
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Json, Error> {
        sift(value, self.0)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<Json, Error> {
        sift(value, self.0)
    }

    /// A mark: what is known is sifted, why something is not known is taken whole.
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Json, Error> {
        let value = match variant {
            "known" => sift(value, self.0),
            _ => value.serialize(value::Serializer),
        };
        let mut marked = Map::new();
        marked.insert(variant.to_owned(), value?);
        Ok(Json::Object(marked))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<List<'a>, Error> {
        Ok(List {
            wanted: self.0,
            items: Vec::with_capacity(length.unwrap_or(0)),
        })
    }

    fn serialize_tuple(self, length: usize) -> Result<Self::SerializeTuple, Error> {
        value::Serializer.serialize_tuple(length)
    }

    fn serialize_tuple_struct(
        self,
        name: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleStruct, Error> {
        value::Serializer.serialize_tuple_struct(name, length)
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        value::Serializer.serialize_tuple_variant(name, index, variant, length)
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Structure<'a>, Error> {
        Ok(self.structure())
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Structure<'a>, Error> {
        Ok(self.structure())
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        Err(serde::ser::Error::custom(format!(
            "rules cannot read into {name}::{variant}"
        )))
    }
}

impl SerializeSeq for List<'_> {
    type Ok = Json;
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.items.push(sift(value, self.wanted)?);
        Ok(())
    }

    fn end(self) -> Result<Json, Error> {
        Ok(Json::Array(self.items))
    }
}

impl SerializeStruct for Structure<'_> {
    type Ok = Json;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.field(name, value)
    }

    fn end(self) -> Result<Json, Error> {
        Ok(Json::Object(self.fields))
    }
}

impl SerializeMap for Structure<'_> {
    type Ok = Json;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.key = key
            .serialize(value::Serializer)?
            .as_str()
            .map(str::to_owned);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        match self.key.take() {
            Some(key) => self.field(&key, value),
            None => Ok(()),
        }
    }

    fn end(self) -> Result<Json, Error> {
        Ok(Json::Object(self.fields))
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde_json::json;
    use waterline_facts::Seen;

    use super::*;

    #[derive(Serialize)]
    struct Machine {
        name: Seen<String>,
        disks: Seen<Vec<Disk>>,
        labels: BTreeMap<String, u8>,
        unread: Vec<u8>,
    }

    #[derive(Serialize)]
    struct Disk {
        size: u64,
        model: Seen<String>,
    }

    fn sifted(read: &[&str], shown: &[&str]) -> Json {
        let machine = Machine {
            name: Seen::Absent,
            disks: Seen::Known(vec![Disk {
                size: 7,
                model: Seen::unknown(waterline_facts::Reason::Denied, "no right"),
            }]),
            labels: BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]),
            unread: vec![1],
        };
        let mut wanted = Wanted::default();
        let path = |text: &&str| FactPath::parse(text).unwrap();
        read.iter().for_each(|text| wanted.read(&path(text)));
        shown.iter().for_each(|text| wanted.show(&path(text)));
        sift(&machine, &wanted).unwrap()
    }

    #[test]
    fn only_what_is_named_comes_through_marks_and_lists() {
        assert_eq!(sifted(&[], &[]), json!({}));
        assert_eq!(
            sifted(&["name", "disks[].size", "labels.b"], &[]),
            json!({"name": {"absent": true}, "disks": {"known": [{"size": 7}]}, "labels": {"b": 2}})
        );
        let model = json!({"unknown": {"reason": "denied", "detail": "no right"}});
        assert_eq!(
            sifted(&["disks[].model"], &[]),
            json!({"disks": {"known": [{"model": model}]}})
        );
    }

    #[test]
    fn a_structure_that_is_read_is_there_and_one_that_is_shown_is_whole() {
        assert_eq!(sifted(&["disks"], &[]), json!({"disks": {"known": [{}]}}));
        let whole = sifted(&["disks[].size"], &["disks"]);
        assert_eq!(whole["disks"]["known"][0]["size"], 7);
        assert_eq!(
            whole["disks"]["known"][0]["model"]["unknown"]["reason"],
            "denied"
        );
    }
}
