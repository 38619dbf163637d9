//! Shares out whole people so that a published total is met exactly.

/// Whole numbers in proportion to the weights that sum to `total`, none over its cap.
///
/// What rounding leaves is carried to the next; what caps leave goes, one by one, to the first that have room. If the
/// caps together are smaller than the total, all are filled.
pub(crate) fn apportion(total: u32, weights: &[f64], caps: &[u32]) -> Vec<u32> {
    let sum: f64 = weights.iter().sum();
    let mut carry = 0.0;
    let mut parts: Vec<u32> = weights
        .iter()
        .zip(caps)
        .map(|(weight, &cap)| {
            let want = if sum > 0.0 { weight / sum * f64::from(total) } else { 0.0 } + carry;
            let part = (want.round().max(0.0) as u32).min(cap);
            carry = want - f64::from(part);
            part
        })
        .collect();
    let mut given: u64 = parts.iter().map(|&p| u64::from(p)).sum();
    let wanted = u64::from(total);
    while given != wanted {
        let before = given;
        for (part, &cap) in parts.iter_mut().zip(caps) {
            if given < wanted && *part < cap && cap > 0 {
                *part += 1;
                given += 1;
            } else if given > wanted && *part > 0 {
                *part -= 1;
                given -= 1;
            }
        }
        if given == before {
            break;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::apportion;

    #[test]
    fn parts_meet_the_total_and_respect_the_caps() {
        let parts = apportion(100, &[1.0, 2.0, 3.0, 0.0], &[100, 10, 100, 5]);
        assert_eq!(parts.iter().sum::<u32>(), 100);
        assert!(parts[1] <= 10 && parts[3] <= 5);
        assert_eq!(apportion(10, &[1.0], &[3]), vec![3]);
        assert_eq!(apportion(7, &[0.0, 0.0], &[9, 9]).iter().sum::<u32>(), 7);
    }
}
