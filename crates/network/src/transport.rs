//! 分配 Who is served by which of several places when places are full: transportation at least cost, exact.
//!
//! Everybody begins at the cheapest place; then people are moved away from full places along cheapest chains of moves until none
//! is overfull (successive shortest paths). Nobody's cost is a distance here or anything else in particular.

/// 一种选择 A place somebody could use and what that costs a person.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// What it costs a person.
    pub cost: u64,
    /// The place.
    pub place: u32,
}

/// 一组人 People who are alike. Without another choice they pay `price`, each of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// How many.
    pub people: u64,
    /// What being served by none of the places costs each of them.
    pub price: u64,
    /// The places they could use.
    pub choices: Vec<Choice>,
}

/// 分配结果 How people are shared out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transport {
    /// For each group the places it uses, ascending, and how many people; who is in none pays the price.
    pub shares: Vec<Vec<(u32, u64)>>,
    /// How many of each group no place serves.
    pub left: Vec<u64>,
    /// How many each place serves.
    pub load: Vec<u64>,
    /// What all pay together.
    pub cost: u128,
}

/// Where a group's people are: at a place, or (the last column) at none.
struct Work<'a> {
    groups: &'a [Group],
    /// Cost of each group at each place and, last, at none; `u64::MAX` where it cannot go.
    cost: Vec<Vec<(u32, u64)>>,
    /// By group, in the order of `cost`: people.
    at: Vec<Vec<u64>>,
    load: Vec<u64>,
    limit: Vec<u64>,
    /// Groups with people at each place.
    members: Vec<Vec<u32>>,
    /// By place the others somebody could go to: what the cheapest move of one person there costs, and whose it is.
    moves: Vec<Vec<(u32, i64, u32)>>,
    /// Slot of each place in the row being made.
    slot_of: Vec<u32>,
}

/// Shares people out among places of limited size (`None`: no limit) at least cost; people of one group may be shared between
/// places. When every price is above every cost, as many as possible are served.
///
/// # Determinism
/// The same input gives the same answer; of equally cheap moves the lowest place and group goes first.
#[must_use]
pub fn transport(groups: &[Group], limits: &[Option<u64>]) -> Transport {
    let none = limits.len();
    let mut work = Work {
        groups,
        cost: Vec::with_capacity(groups.len()),
        at: Vec::with_capacity(groups.len()),
        load: vec![0; none + 1],
        limit: limits.iter().map(|limit| limit.unwrap_or(u64::MAX)).chain([u64::MAX]).collect(),
        members: vec![Vec::new(); none + 1],
        moves: vec![Vec::new(); none + 1],
        slot_of: vec![u32::MAX; none + 1],
    };
    for (row, group) in (0u32..).zip(groups) {
        let mut options: Vec<(u32, u64)> = group
            .choices
            .iter()
            .filter(|choice| (choice.place as usize) < none && choice.cost <= group.price)
            .map(|choice| (choice.place, choice.cost))
            .collect();
        options.sort_unstable();
        options.dedup_by_key(|&mut (place, _)| place);
        options.push((none as u32, group.price));
        let mut at = vec![0; options.len()];
        // Of equally cheap places the one with most room.
        let room = |place: u32| work.limit[place as usize].saturating_sub(work.load[place as usize]);
        let cheapest = options
            .iter()
            .enumerate()
            .min_by_key(|&(slot, &(place, cost))| (cost, std::cmp::Reverse(room(place)), slot))
            .map(|(slot, _)| slot);
        if let Some(slot) = cheapest {
            at[slot] = group.people;
            let place = options[slot].0 as usize;
            work.load[place] += group.people;
            if group.people > 0 {
                work.members[place].push(row);
            }
        }
        work.cost.push(options);
        work.at.push(at);
    }
    (0..=none).for_each(|place| work.measure(place));
    while work.relieve() {}
    work.done()
}

impl Work<'_> {
    /// The cheapest move from one place to every other.
    fn measure(&mut self, place: usize) {
        let (cost, at) = (&self.cost, &self.at);
        self.members[place].retain(|&group| {
            let slot = cost[group as usize].iter().position(|option| option.0 as usize == place);
            slot.is_some_and(|slot| at[group as usize][slot] > 0)
        });
        let row = &mut self.moves[place];
        row.clear();
        for &group in &self.members[place] {
            let options = &self.cost[group as usize];
            let Some(here) = options.iter().find(|option| option.0 as usize == place) else { continue };
            for &(to, cost) in options.iter().filter(|option| option.0 as usize != place) {
                let step = cost as i64 - here.1 as i64;
                let slot = &mut self.slot_of[to as usize];
                match row.get_mut(*slot as usize) {
                    None => {
                        *slot = row.len() as u32;
                        row.push((to, step, group));
                    }
                    Some(best) if (step, group) < (best.1, best.2) => *best = (to, step, group),
                    Some(_) => {}
                }
            }
        }
        row.iter().for_each(|&(to, ..)| self.slot_of[to as usize] = u32::MAX);
    }

    /// Moves people from an overfull place to one with room along the cheapest chain; `false` when no place is overfull.
    fn relieve(&mut self) -> bool {
        let places = self.load.len();
        let full = |place: usize| self.load[place] > self.limit[place];
        let mut far: Vec<Option<i64>> = (0..places).map(|place| full(place).then_some(0)).collect();
        if far.iter().all(Option::is_none) {
            return false;
        }
        let mut from: Vec<usize> = vec![usize::MAX; places];
        // Bellman and Ford, round by round: chains may use moves that gain.
        let mut changed: Vec<usize> = (0..places).filter(|&place| far[place].is_some()).collect();
        for _ in 0..places {
            let mut next: Vec<usize> = Vec::new();
            for place in changed {
                let Some(here) = far[place] else { continue };
                for &(to, step, _) in &self.moves[place] {
                    let to = to as usize;
                    if far[to].is_none_or(|there| here + step < there) {
                        far[to] = Some(here + step);
                        from[to] = place;
                        next.push(to);
                    }
                }
            }
            next.sort_unstable();
            next.dedup();
            changed = next;
            if changed.is_empty() {
                break;
            }
        }
        let room = |place: &usize| self.load[*place] < self.limit[*place] && from[*place] != usize::MAX;
        let Some(end) = (0..places).filter(room).min_by_key(|&place| (far[place], place)) else {
            return false;
        };
        let (mut chain, mut place) = (Vec::new(), end);
        while from[place] != usize::MAX && chain.len() < places {
            let step = self.moves[from[place]].iter().find(|&&(to, ..)| to as usize == place);
            let Some(&(_, _, group)) = step else { return false };
            chain.push((from[place], place, group));
            place = from[place];
        }
        let spare = self.limit[end] - self.load[end];
        let over = self.load[place].saturating_sub(self.limit[place]);
        let here = |&(from, _, group): &(usize, usize, u32)| self.at[group as usize][self.slot(group, from)];
        let amount = chain.iter().map(here).fold(spare.min(over), u64::min);
        if amount == 0 {
            return false;
        }
        let mut touched: Vec<usize> = vec![end];
        for &(from, to, group) in &chain {
            let (out, into) = (self.slot(group, from), self.slot(group, to));
            let at = &mut self.at[group as usize];
            at[out] -= amount;
            if at[into] == 0 {
                self.members[to].push(group);
            }
            at[into] += amount;
            touched.push(from);
        }
        self.load[place] -= amount;
        self.load[end] += amount;
        touched.into_iter().for_each(|place| self.measure(place));
        true
    }

    fn slot(&self, group: u32, place: usize) -> usize {
        self.cost[group as usize].iter().position(|option| option.0 as usize == place).unwrap_or_default()
    }

    fn done(self) -> Transport {
        let none = self.load.len() - 1;
        let mut told = Transport { load: self.load[..none].to_vec(), ..Transport::default() };
        for ((options, at), _) in self.cost.iter().zip(&self.at).zip(self.groups) {
            let used = || options.iter().zip(at).filter(|&(_, &people)| people > 0);
            told.cost +=
                used().map(|(option, &people)| u128::from(option.1) * u128::from(people)).sum::<u128>();
            let inside = |&(option, _): &(&(u32, u64), &u64)| (option.0 as usize) < none;
            told.shares.push(used().filter(inside).map(|(option, &people)| (option.0, people)).collect());
            told.left.push(at.last().copied().unwrap_or_default());
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The least cost by trying every way to share single people out.
    fn brute(groups: &[Group], limits: &[Option<u64>]) -> u128 {
        fn go(people: &[(u64, &[Choice])], room: &mut [u64]) -> u128 {
            let Some(((price, choices), rest)) = people.split_first() else { return 0 };
            let mut best = u128::from(*price) + go(rest, room);
            for choice in choices.iter() {
                let place = choice.place as usize;
                if room[place] > 0 {
                    room[place] -= 1;
                    best = best.min(u128::from(choice.cost) + go(rest, room));
                    room[place] += 1;
                }
            }
            best
        }
        let single: Vec<(u64, &[Choice])> = groups
            .iter()
            .flat_map(|group| (0..group.people).map(|_| (group.price, group.choices.as_slice())))
            .collect();
        let mut room: Vec<u64> = limits.iter().map(|limit| limit.unwrap_or(99)).collect();
        go(&single, &mut room)
    }

    fn groups() -> impl Strategy<Value = (Vec<Group>, Vec<Option<u64>>)> {
        let choice = (0u64..20, 0u32..3).prop_map(|(cost, place)| Choice { cost, place });
        let group = (0u64..4, 0u64..40, proptest::collection::vec(choice, 0..4));
        let group = group.prop_map(|(people, price, choices)| Group { people, price, choices });
        (
            proptest::collection::vec(group, 0..4),
            proptest::collection::vec(proptest::option::weighted(0.8, 0u64..4), 3),
        )
    }

    proptest! {
        #[test]
        fn people_are_shared_out_at_the_least_cost_there_is((groups, limits) in groups()) {
            let told = transport(&groups, &limits);
            prop_assert_eq!(told.cost, brute(&groups, &limits));
            let mut load = vec![0; 3];
            for ((group, shares), left) in groups.iter().zip(&told.shares).zip(&told.left) {
                let sum: u64 = shares.iter().map(|(_, people)| people).sum();
                prop_assert_eq!(sum + left, group.people);
                shares.iter().for_each(|&(place, people)| load[place as usize] += people);
            }
            prop_assert_eq!(&load, &told.load);
            for (load, limit) in load.iter().zip(&limits) {
                prop_assert!(limit.is_none_or(|limit| *load <= limit));
            }
        }
    }

    #[test]
    fn as_many_as_possible_are_served_when_being_left_costs_more_than_any_walk() {
        // The near group could take either place, the far one only the first: the near one gives way.
        let group = |people, choices: &[(u64, u32)]| Group {
            people,
            price: 1000,
            choices: choices.iter().map(|&(cost, place)| Choice { cost, place }).collect(),
        };
        let told = transport(&[group(10, &[(1, 0), (50, 1)]), group(10, &[(90, 0)])], &[Some(10), Some(10)]);
        assert_eq!(told.left, [0, 0]);
        assert_eq!(told.shares, [vec![(1, 10)], vec![(0, 10)]]);
    }
}
