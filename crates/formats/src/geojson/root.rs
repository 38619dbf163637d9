//! The outermost object, taken member by member so that features never stand in memory as JSON all at once.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// What the outermost object held besides its features.
#[derive(Default)]
pub(super) struct Root {
    /// Every member but `features`.
    pub members: Map<String, Value>,
    /// How many features there were; `None` when there was no list of them.
    pub features: Option<u64>,
}

/// Reads the outermost object and hands each feature over with its number, counted from 1.
pub(super) struct Reader<'a> {
    pub feature: &'a mut dyn FnMut(u64, Value) -> Result<(), String>,
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Root;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Root, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Root;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a GeoJSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Root, A::Error> {
        let mut root = Root::default();
        while let Some(key) = map.next_key::<String>()? {
            if key == "features" {
                if root.features.is_some() {
                    return Err(A::Error::custom("`features` comes twice"));
                }
                root.features = Some(map.next_value_seed(Features { feature: &mut *self.feature })?);
            } else {
                let value: Value = map.next_value()?;
                if root.members.insert(key.clone(), value).is_some() {
                    return Err(A::Error::custom(format!("`{key}` comes twice")));
                }
            }
        }
        Ok(root)
    }
}

struct Features<'a> {
    feature: &'a mut dyn FnMut(u64, Value) -> Result<(), String>,
}

impl<'de> DeserializeSeed<'de> for Features<'_> {
    type Value = u64;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<u64, D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Features<'_> {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<u64, A::Error> {
        let mut count = 0;
        while let Some(value) = list.next_element::<Value>()? {
            count += 1;
            (self.feature)(count, value).map_err(A::Error::custom)?;
        }
        Ok(count)
    }
}
