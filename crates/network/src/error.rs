//! 错误 Why a table of edges is no graph.

/// 路网错误 What [`crate::PlainGraph`] refuses.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// An edge ends at a node the table does not have.
    #[error("edge {row} joins node {node}, but there are only {nodes} nodes (0 to {nodes} less one)")]
    NoSuchNode {
        /// Row of the edge, from 0.
        row: usize,
        /// The node it names.
        node: u32,
        /// How many nodes there are.
        nodes: u32,
    },
    /// A length is negative, infinite or not a number.
    #[error("edge {row} has length {length}; a length is a finite number, 0 or more")]
    BadLength {
        /// Row of the edge, from 0.
        row: usize,
        /// Its length.
        length: f64,
    },
    /// A source is no node of the graph.
    #[error("source {node} is no node: there are {nodes} nodes")]
    NoSuchSource {
        /// The source.
        node: u32,
        /// How many nodes there are.
        nodes: u32,
    },
    /// More edges than an index can count.
    #[error("{edges} edges are more than 2^31")]
    TooLarge {
        /// How many edges there are.
        edges: usize,
    },
}
