//! 样例社区 Seeded synthetic communities: no real person, building or street is in them.
//!
//! # Determinism
//! The same options give the same territory: every block draws from its own ChaCha stream of the seed.

mod apportion;
mod backdrop;
mod block;
mod border;
mod commercial;
mod community;
mod error;
mod facility;
mod fit;
mod house;
mod lattice;
mod names;
mod offers;
mod plane;
mod residential;
mod roads;
mod site;
mod terrain;
mod town;

#[cfg(test)]
mod tests;

pub use error::SampleError;

use lifang_model::Territory;

/// Smallest and largest number of buildings a scaled sample may have.
const BUILDINGS: (u32, u32) = (50, 200_000);

/// 样例选项 Which community to make.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct SampleOptions {
    /// Seed; different seeds give different towns with the same figures.
    pub seed: u64,
    /// Number of buildings inside the border, 50 to 200,000; `None` for the community as published.
    pub buildings: Option<u32>,
}

/// 太平街社区 A synthetic community that meets the published figures of Taipingjie exactly: 0.36 km2, 7 residential
/// compounds and 3 commercial circles, 12,116 residents, 2,775 merchants, and 4,180 households that can be divided
/// into 44 micro-grids of 90 to 100 (2 to 9 in an area, as the homes drawn allow). Surroundings reach at least 1 km.
///
/// With a number of buildings the same town goes on over more communities, and the figures grow in proportion.
///
/// # Errors
/// [`SampleError::Buildings`] when the number is out of range; [`SampleError::Capacity`] if no layout of this seed
/// holds the households.
pub fn taipingjie(options: &SampleOptions) -> Result<Territory, SampleError> {
    if let Some(asked) = options.buildings {
        let (min, max) = BUILDINGS;
        if !(min..=max).contains(&asked) {
            return Err(SampleError::Buildings { asked, min, max });
        }
    }
    town::make(options.seed, options.buildings)
}
