//! 驾车 Tiers for those who drive: minutes on the road instead of metres on foot.

use lifang_model::{Profile, TierSet};

/// 驾车圈层 A standard as a profile is judged by it. Who walks is judged by the metres of each tier, as the standard is told; who drives by
/// its minutes, less the turnout, in metres at the profile's own speed. A tier shorter than the turnout reaches nobody.
#[must_use]
pub fn tiers_for(tiers: &TierSet, profile: &Profile) -> TierSet {
    let mut told = tiers.clone();
    let Some(rule) = &profile.drive else { return told };
    for tier in &mut told.tiers {
        let minutes = f64::from(tier.label_minutes) - rule.turnout_s / 60.0;
        // A millimetre is the least a tier can be.
        tier.distance_m = ((minutes * profile.metres_per_minute * 1000.0).round() / 1000.0).max(0.001);
        tier.source = format!(
            "{} minutes, {} s of them to turn out, at {} m a minute; {}",
            tier.label_minutes, rule.turnout_s, profile.metres_per_minute, profile.source
        );
        tier.certainty.clone_from(&profile.certainty);
    }
    told
}
