//! The use cases: new, partition, verify, cover, export, graph.
