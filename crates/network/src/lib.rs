//! The street graph, walking profiles, snapping and bounded search.
