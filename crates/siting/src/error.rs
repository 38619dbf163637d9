//! 错误 Why a siting problem cannot be solved.

/// 选址错误 What is wrong with a problem.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SitingError {
    /// The table has not one cost a client and candidate.
    #[error("{clients} clients and {candidates} candidates need {clients} x {candidates} costs, not {cells}")]
    WrongShape {
        /// Rows.
        clients: usize,
        /// Columns.
        candidates: usize,
        /// Costs given.
        cells: usize,
    },
    /// A cost is negative or not a number. Infinite means unreachable.
    #[error("the cost of client {client} to candidate {candidate} is {cost}; a cost is 0 or more")]
    BadCost {
        /// The client.
        client: usize,
        /// The candidate.
        candidate: usize,
        /// The cost.
        cost: f64,
    },
    /// A weight is negative or not finite, or their number is not that of the clients.
    #[error("client {client} has weight {weight}; there must be one weight of 0 or more a client")]
    BadWeight {
        /// The client.
        client: usize,
        /// The weight; not a number where it is missing.
        weight: f64,
    },
    /// An existing site is no candidate.
    #[error("existing site {site} is no candidate: there are {candidates}")]
    NoSuchSite {
        /// The site.
        site: u32,
        /// How many candidates there are.
        candidates: usize,
    },
    /// The number of sites is smaller than that of the existing ones, 0, or larger than that of the candidates.
    #[error("cannot choose {sites} sites: {fixed} exist already and there are {candidates} candidates")]
    BadCount {
        /// Sites asked for, the existing ones included.
        sites: usize,
        /// Existing sites.
        fixed: usize,
        /// Candidates, the existing sites included.
        candidates: usize,
    },
    /// The radius is negative or not a number.
    #[error("radius {radius} is no distance")]
    BadRadius {
        /// The radius.
        radius: f64,
    },
    /// There is not one room a candidate.
    #[error("room is given for {given} candidates, but there are {candidates}")]
    BadRoom {
        /// Rooms given.
        given: usize,
        /// Candidates.
        candidates: usize,
    },
    /// With room at the sites people are counted one by one.
    #[error(
        "client {client} has weight {weight}; where sites have a capacity, weights are whole people, at most 1e9"
    )]
    NotWhole {
        /// The client.
        client: usize,
        /// Its weight.
        weight: f64,
    },
}
