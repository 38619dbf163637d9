//! Roles and rosters.

use super::Printer;
use lifang_planner::{Role, Roster};
use serde_json::json;
use std::path::PathBuf;

impl Printer {
    /// `staff roles`.
    pub fn roles(&self, roles: &[Role]) {
        if self.json {
            say!("{}", json!({ "roles": roles }));
        } else if self.text() {
            for role in roles {
                let levels =
                    if role.levels.is_empty() { "any level".to_owned() } else { role.levels.join(", ") };
                say!("{:<18} {}  {} ({levels})", role.key, role.title.zh, role.title.en);
            }
        }
    }

    /// `staff import`.
    pub fn roster(&self, roster: &Roster) {
        if self.json {
            say!("{}", json!(roster));
        } else if self.text() {
            say!("{} people in {} zones", roster.people, roster.zones);
            for (key, title, count) in roster.posts.iter().filter(|post| post.2 > 0) {
                say!("  {key:<18} {title}  {count}");
            }
        }
    }

    /// Files written.
    pub fn files(&self, files: &[PathBuf]) {
        if self.json {
            say!("{}", json!({ "files": files }));
        } else if self.text() {
            for file in files {
                say!("{}", file.display());
            }
        }
    }
}
