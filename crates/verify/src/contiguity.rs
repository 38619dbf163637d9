//! 连通 Who can be reached from whom over the fabric's links.

use lifang_model::Link;

/// Neighbours of each atom, packed.
pub(crate) struct Neighbours {
    first: Vec<u32>,
    list: Vec<u32>,
}

impl Neighbours {
    /// Links naming atoms that do not exist are left out; the caller has compared the lengths before.
    pub(crate) fn new(atoms: usize, links: &[Link]) -> Self {
        let valid =
            || links.iter().filter(|link| link.a.at() < atoms && link.b.at() < atoms && link.a != link.b);
        let mut first = vec![0u32; atoms + 1];
        for link in valid() {
            first[link.a.at() + 1] += 1;
            first[link.b.at() + 1] += 1;
        }
        for i in 0..atoms {
            first[i + 1] += first[i];
        }
        let mut next = first.clone();
        let mut list = vec![0u32; first[atoms] as usize];
        for link in valid() {
            for (from, to) in [(link.a, link.b), (link.b, link.a)] {
                list[next[from.at()] as usize] = to.0;
                next[from.at()] += 1;
            }
        }
        Self { first, list }
    }

    fn of(&self, atom: u32) -> &[u32] {
        &self.list[self.first[atom as usize] as usize..self.first[atom as usize + 1] as usize]
    }

    /// Connected component of each atom, when a link joins only atoms for which `together` holds; and their number.
    pub(crate) fn components(&self, together: impl Fn(u32, u32) -> bool) -> (Vec<u32>, u32) {
        let atoms = self.first.len() - 1;
        let mut component = vec![u32::MAX; atoms];
        let mut count = 0;
        let mut stack = Vec::new();
        for start in 0..atoms as u32 {
            if component[start as usize] != u32::MAX {
                continue;
            }
            component[start as usize] = count;
            stack.push(start);
            while let Some(atom) = stack.pop() {
                for &other in self.of(atom) {
                    if component[other as usize] == u32::MAX && together(atom, other) {
                        component[other as usize] = count;
                        stack.push(other);
                    }
                }
            }
            count += 1;
        }
        (component, count)
    }
}
