//! OSM数据 OpenStreetMap objects on the lattice, in the order of their ids.

use lifang_model::Point;
use std::collections::{BTreeMap, HashMap};

/// 标签 The tags of an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tags(pub(crate) Vec<(String, String)>);

impl Tags {
    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    /// Whether a key has one of some values.
    pub(crate) fn is(&self, key: &str, values: &[&str]) -> bool {
        self.get(key).is_some_and(|value| values.contains(&value))
    }

    /// Whether a key is there and does not say no.
    pub(crate) fn yes(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| value != "no")
    }

    /// The name: Chinese if there is one, else the local one, else English.
    pub(crate) fn name(&self) -> Option<String> {
        ["name:zh-Hans", "name:zh", "name", "name:en"]
            .into_iter()
            .find_map(|key| self.get(key))
            .map(str::trim)
            .filter(|name| !name.is_empty() && !crate::privacy::is_personal(name))
            .map(str::to_owned)
    }

    /// Whether anything but a source note is tagged.
    pub(crate) fn is_bare(&self) -> bool {
        self.0
            .iter()
            .all(|(key, _)| matches!(key.as_str(), "type" | "source" | "created_by" | "note" | "fixme"))
    }
}

/// A node with tags.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) id: i64,
    pub(crate) at: Point,
    pub(crate) tags: Tags,
}

/// A way.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) id: i64,
    pub(crate) refs: Vec<i64>,
    pub(crate) tags: Tags,
}

impl Way {
    /// Whether the way ends where it begins and can enclose land.
    pub(crate) fn is_closed(&self) -> bool {
        self.refs.len() >= 4 && self.refs.first() == self.refs.last()
    }
}

/// A relation; only its way members matter here.
#[derive(Clone, Debug)]
pub(crate) struct Relation {
    pub(crate) id: i64,
    /// Way and role.
    pub(crate) ways: Vec<(i64, String)>,
    pub(crate) tags: Tags,
}

/// An extract.
#[derive(Debug, Default)]
pub(crate) struct Osm {
    /// Where every node is; looked up by id only, so its order never shows.
    pub(crate) at: HashMap<i64, Point>,
    /// Nodes with tags, by id.
    pub(crate) nodes: Vec<Node>,
    /// Ways, by id.
    pub(crate) ways: BTreeMap<i64, Way>,
    /// Relations, by id.
    pub(crate) relations: Vec<Relation>,
}

impl Osm {
    /// The points of a way whose nodes are all there.
    pub(crate) fn line(&self, refs: &[i64]) -> Option<Vec<Point>> {
        refs.iter().map(|id| self.at.get(id).copied()).collect()
    }

    /// The stretches of a way between nodes that are missing, without repeated points.
    pub(crate) fn stretches(&self, refs: &[i64]) -> Vec<Vec<Point>> {
        let mut out: Vec<Vec<Point>> = vec![Vec::new()];
        for id in refs {
            match self.at.get(id) {
                Some(point) => {
                    if let Some(line) = out.last_mut()
                        && line.last() != Some(point)
                    {
                        line.push(*point);
                    }
                }
                None => out.push(Vec::new()),
            }
        }
        out.retain(|line| line.len() >= 2);
        out
    }
}
