//! 文件名 Names of files and layers, safe on every system whatever the keys hold.

use crate::{LayerKind, LayerRequest, Scene};

/// Longest part of a name, characters; file systems take 255 bytes and a Han character takes three.
const LONGEST: usize = 24;

/// The name of a layer, and of its file without extension.
pub(crate) fn stem(scene: &Scene<'_>, request: &LayerRequest) -> String {
    let mut name = request.layer.key().to_owned();
    let finest = || scene.plan.and_then(|plan| plan.levels.last()).map(|level| level.key.as_str());
    let parts: [Option<&str>; 3] = match request.layer {
        LayerKind::Zones => [request.level.as_deref().or_else(finest), None, None],
        LayerKind::Coverage | LayerKind::Gaps => {
            [request.category.as_deref(), request.tier.as_deref(), request.profile.as_deref()]
        }
        _ => [None; 3],
    };
    for part in parts.into_iter().flatten() {
        name.push('-');
        name.push_str(&safe(part));
    }
    name
}

/// A key as part of a file name: letters, digits and underscores of any script, nothing that means a place.
pub(crate) fn safe(key: &str) -> String {
    let keep = |c: char| if c.is_alphanumeric() || c == '_' { c } else { '_' };
    let name: String = key.chars().map(keep).take(LONGEST).collect();
    if name.is_empty() { "_".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::safe;
    use proptest::prelude::*;

    #[test]
    fn keys_of_any_kind_become_plain_names() {
        assert_eq!(safe("micro_grid"), "micro_grid");
        assert_eq!(safe("微网格"), "微网格");
        assert_eq!(safe("../../etc/passwd"), "______etc_passwd");
        assert_eq!(safe("C:\\x\0y"), "C__x_y");
        assert_eq!(safe(""), "_");
    }

    proptest! {
        #[test]
        fn no_key_leads_out_of_the_folder(key in any::<String>()) {
            let name = safe(&key);
            prop_assert!(!name.is_empty() && name.len() < 200);
            prop_assert!(!name.contains(['/', '\\', '.', ':', '\0', '*', '?', '"', '<', '>', '|', ' ']));
        }
    }
}
