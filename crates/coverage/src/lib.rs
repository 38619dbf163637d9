//! Tiers, reached atoms, shares, gaps and their cause.
