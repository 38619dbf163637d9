//! What an extract holds, each kind sorted by id so that a search needs no table of its own.

/// 标签 Keys and values of an element, in file order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags(pub Box<[(Box<str>, Box<str>)]>);

impl Tags {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(k, _)| &**k == key).map(|(_, value)| &**value)
    }

    /// Whether the key has this value.
    #[must_use]
    pub fn is(&self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keys and values in file order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (&**key, &**value))
    }
}

/// 节点 The position of a node: 16 bytes, since cities have millions.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// OSM id.
    pub id: i64,
    /// Longitude, 1e-7 degrees.
    pub lon_e7: i32,
    /// Latitude, 1e-7 degrees.
    pub lat_e7: i32,
}

impl Node {
    /// Longitude and latitude in degrees.
    #[must_use]
    pub fn degrees(&self) -> (f64, f64) {
        (f64::from(self.lon_e7) / 1e7, f64::from(self.lat_e7) / 1e7)
    }
}

/// 带标签节点 A node that means something by itself: shop, gate, crossing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaggedNode {
    /// OSM id; its position is in [`OsmData::nodes`].
    pub id: i64,
    /// Its tags, never empty.
    pub tags: Tags,
}

/// 路径 A way: street, building outline, wall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// OSM id.
    pub id: i64,
    /// Ids of its nodes, in order; some may lie outside the extract.
    pub refs: Box<[i64]>,
    /// Tags.
    pub tags: Tags,
}

impl Way {
    /// Whether it ends where it begins, with at least three corners.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.refs.len() > 3 && self.refs.first() == self.refs.last()
    }
}

/// 成员类型 What a member of a relation is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum MemberKind {
    /// 节点 Node.
    Node,
    /// 路径 Way.
    Way,
    /// 关系 Relation.
    Relation,
}

/// 成员 A member of a relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// What it is.
    pub kind: MemberKind,
    /// Its id.
    pub id: i64,
    /// Its role, e.g. `outer`.
    pub role: Box<str>,
}

/// 关系 A relation: building with courtyards, administrative area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// OSM id.
    pub id: i64,
    /// Members in order.
    pub members: Box<[Member]>,
    /// Tags.
    pub tags: Tags,
}

/// 地图数据 An extract, each list sorted by id, every id once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OsmData {
    /// Positions of all nodes.
    pub nodes: Vec<Node>,
    /// Nodes with tags.
    pub tagged: Vec<TaggedNode>,
    /// Ways.
    pub ways: Vec<Way>,
    /// Relations.
    pub relations: Vec<Relation>,
    /// Box the extract declares, `[west, south, east, north]` in degrees.
    pub bounds: Option<[f64; 4]>,
}

impl OsmData {
    /// The position of a node.
    #[must_use]
    pub fn node(&self, id: i64) -> Option<&Node> {
        self.nodes.binary_search_by_key(&id, |node| node.id).ok().and_then(|i| self.nodes.get(i))
    }

    /// A way by its id.
    #[must_use]
    pub fn way(&self, id: i64) -> Option<&Way> {
        self.ways.binary_search_by_key(&id, |way| way.id).ok().and_then(|i| self.ways.get(i))
    }

    /// A relation by its id.
    #[must_use]
    pub fn relation(&self, id: i64) -> Option<&Relation> {
        self.relations
            .binary_search_by_key(&id, |relation| relation.id)
            .ok()
            .and_then(|i| self.relations.get(i))
    }

    /// Longitude and latitude of a way's nodes, and how many of them lie outside the extract.
    #[must_use]
    pub fn way_points(&self, way: &Way) -> (Vec<(f64, f64)>, usize) {
        let points: Vec<_> = way.refs.iter().filter_map(|&id| self.node(id)).map(Node::degrees).collect();
        let missing = way.refs.len() - points.len();
        (points, missing)
    }

    /// The box around all nodes, `[west, south, east, north]` in degrees; `None` when there are none.
    #[must_use]
    pub fn extent(&self) -> Option<[f64; 4]> {
        let first = self.nodes.first()?.degrees();
        Some(self.nodes.iter().map(Node::degrees).fold([first.0, first.1, first.0, first.1], |e, (x, y)| {
            [e[0].min(x), e[1].min(y), e[2].max(x), e[3].max(y)]
        }))
    }
}
