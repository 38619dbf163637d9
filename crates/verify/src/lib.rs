//! The independent judge: tallies, violations, metrics.
