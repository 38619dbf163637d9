//! 纯图 A graph given as a plain table of nodes and edges, searched in floating-point lengths.
//!
//! Nodes of degree two carry no choice, so they are folded into chains: the search queues junctions only and runs
//! along a chain in memory order. Lengths are still added edge by edge from the source outwards, which makes every
//! distance the smallest left-to-right floating-point sum over all paths, the same number any exact Dijkstra gives,
//! whatever the order of its queue.

mod fold;
mod search;

#[cfg(test)]
mod tests;

pub use search::{NearestSearch, Search};

use crate::NetworkError;
use rayon::prelude::*;

/// A half edge between junctions: direct, or through a chain.
#[derive(Copy, Clone, Debug)]
struct Arc {
    /// Position of the junction at the other end.
    head: u32,
    /// [`DIRECT`], or twice the chain's number, plus 1 when walked against its order.
    chain: u32,
    /// Length of a direct arc; 0 for a chain.
    length: f64,
}

/// No chain in between.
const DIRECT: u32 = u32::MAX;

/// A run of nodes of degree two between two junctions.
#[derive(Copy, Clone, Debug)]
struct Chain {
    /// Position of the junction before the first inner node.
    from: u32,
    /// Position of the junction after the last.
    to: u32,
    /// Position of the first inner node; the others follow.
    inner: u32,
    /// How many inner nodes; one step more than that.
    count: u32,
    /// Place of the first step's length in `steps`.
    steps: u32,
}

/// 纯图 An undirected graph with lengths of 0 or more, ready for many bounded searches.
#[derive(Clone, Debug)]
pub struct PlainGraph {
    /// Position of each node: junctions first, then the inner nodes of the chains in order.
    place: Vec<u32>,
    /// Node at each position.
    node: Vec<u32>,
    /// How many junctions.
    junctions: u32,
    /// First arc of each junction, and the end of the last.
    first: Vec<u32>,
    arcs: Vec<Arc>,
    chains: Vec<Chain>,
    steps: Vec<f64>,
    /// Chain of each inner node.
    chain_of: Vec<u32>,
    /// Mean and largest length from junction to junction.
    mean: f64,
    longest: f64,
}

impl PlainGraph {
    /// Builds the graph from `(node, node, length)`. Edges run both ways; of parallel edges the shortest counts; an
    /// edge from a node to itself is never on a shortest path and is dropped.
    ///
    /// # Errors
    /// [`NetworkError`] when an edge names a node that is not there or its length is negative or not finite.
    pub fn from_edges(nodes: u32, edges: &[(u32, u32, f64)]) -> Result<Self, NetworkError> {
        fold::fold(nodes, edges)
    }

    /// How many nodes.
    #[must_use]
    pub fn nodes(&self) -> u32 {
        u32::try_from(self.node.len()).unwrap_or(u32::MAX)
    }

    /// How many junctions, the nodes the search has to queue.
    #[must_use]
    pub const fn junctions(&self) -> u32 {
        self.junctions
    }

    /// The nodes within `cutoff` of `source`, both ends of the range included, with their distances, in an order that
    /// depends on the graph alone. A source that is no node reaches nothing.
    ///
    /// # Units
    /// Those of the lengths given.
    pub fn bounded<'s>(&self, source: u32, cutoff: f64, search: &'s mut Search) -> &'s [(u32, f64)] {
        search.run(self, std::iter::once((source, 0.0)), cutoff);
        search.found()
    }

    /// The nodes within `cutoff` of any source, each with its distance and the nearest source (its place in
    /// `sources`; of equally near ones the first).
    pub fn nearest<'s>(
        &self,
        sources: &[u32],
        cutoff: f64,
        search: &'s mut NearestSearch,
    ) -> &'s [(u32, (f64, u32))] {
        search.run(self, sources.iter().zip(0u32..).map(|(&node, i)| (node, (0.0, i))), cutoff);
        search.found()
    }

    /// [`PlainGraph::bounded`] from every source, sorted by node, on all threads.
    ///
    /// # Errors
    /// [`NetworkError::NoSuchSource`].
    pub fn reach(&self, sources: &[u32], cutoff: f64) -> Result<Vec<Vec<(u32, f64)>>, NetworkError> {
        let nodes = self.nodes();
        if let Some(&node) = sources.iter().find(|&&node| node >= nodes) {
            return Err(NetworkError::NoSuchSource { node, nodes });
        }
        Ok(sources
            .par_iter()
            .map_init(Search::default, |search, &source| {
                let mut found = self.bounded(source, cutoff, search).to_vec();
                found.sort_unstable_by_key(|&(node, _)| node);
                found
            })
            .collect())
    }
}
