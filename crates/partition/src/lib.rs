//! Atoms to zones: tree DP, merge-split, nested levels, certificates.
