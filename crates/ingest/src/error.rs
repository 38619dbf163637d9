//! 错误 Why nothing came in.

use lifang_crs::CrsError;
use lifang_formats::FormatError;
use lifang_model::Fault;

/// Faults printed one by one; the rest are counted.
const SHOWN: usize = 50;

/// 输入错误 Why no territory could be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// The input has faults that make it unusable. Warnings and notices met on the way are listed as well.
    #[error("{}", listed(.0))]
    Faults(Vec<Fault>),
    /// A file cannot be read.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// A coordinate system cannot be used.
    #[error(transparent)]
    Crs(#[from] CrsError),
}

/// One fault a line, the first fifty, the worst first.
fn listed(faults: &[Fault]) -> String {
    let mut order: Vec<&Fault> = faults.iter().collect();
    order.sort_by_key(|fault| std::cmp::Reverse(fault.severity));
    let mut lines: Vec<String> = order.iter().take(SHOWN).map(|fault| fault.to_string()).collect();
    if faults.len() > SHOWN {
        lines.push(format!("and {} more", faults.len() - SHOWN));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use lifang_model::Severity;

    #[test]
    fn fifty_faults_are_printed_and_the_rest_counted_with_errors_first() {
        let mut faults: Vec<Fault> =
            (0..60).map(|n| Fault::new(Severity::Notice, "I-1", format!("cause {n}"), "Act.")).collect();
        faults.push(Fault::new(Severity::Error, "I-2", "the worst", "Act."));
        let text = IngestError::Faults(faults).to_string();
        assert!(text.starts_with("I-2 the worst"), "{text}");
        assert!(text.ends_with("and 11 more"), "{text}");
        assert_eq!(text.lines().count(), 51);
    }
}
