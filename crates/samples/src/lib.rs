//! Seeded synthetic communities.
