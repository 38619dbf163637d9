//! Plans beside each other, and staff.

use super::{filled, town};
use crate::{Note, PlanFile, Staff, StoreError};
use lifang_model::Plan;

#[test]
fn a_branch_is_a_plan_of_its_own_and_remembers_where_it_came_from() {
    let (_folder, path, mut file) = filled();
    let (fabric, _, atoms) = town::ground();
    let main = town::plan();
    let copy = file.branch("乙", (&fabric, &atoms), &Note::default()).unwrap();
    assert_eq!(copy, Plan { name: "乙".to_owned(), ..main.clone() });
    for taken in ["乙", "第一稿", "", " 乙"] {
        let refused = file.branch(taken, (&fabric, &atoms), &Note::default()).unwrap_err();
        assert!(matches!(refused, StoreError::Unfit { .. }), "{taken:?}: {refused}");
    }
    assert_eq!(file.common("乙").unwrap(), Some(("第一稿".to_owned(), main.clone())));
    assert_eq!(file.common("第一稿").unwrap(), None);
    file.rename_plan("第一稿", "甲").unwrap();
    assert_eq!(file.common("乙").unwrap().unwrap().0, "甲");
    assert_eq!(file.switch("甲", &fabric, &atoms).unwrap(), Plan { name: "甲".to_owned(), ..main });
    assert!(matches!(file.switch("丙", &fabric, &atoms), Err(StoreError::Unfit { .. })));
    let mut other = fabric.clone();
    other.hash = "other".to_owned();
    assert!(file.switch("乙", &other, &atoms).unwrap_err().to_string().contains("ground"));
    drop(file);
    let file = PlanFile::open(&path).unwrap();
    file.check().unwrap();
    let list = file.scenarios().unwrap();
    let told: Vec<_> =
        list.iter().map(|one| (one.name.as_str(), one.current, one.origin.as_deref())).collect();
    assert_eq!(told, [("甲", true, None), ("乙", false, Some("甲"))]);
}

#[test]
fn staff_come_back_as_they_were_and_nobody_is_listed_twice() {
    let (_folder, path, mut file) = filled();
    let one = |name: &str, phone: Option<&str>| Staff {
        zone: "500102006001".to_owned(),
        role: "grid_worker".to_owned(),
        name: name.to_owned(),
        phone: phone.map(str::to_owned),
        since: None,
    };
    let staff = vec![one("张三", Some("023-1")), one("李四", None)];
    file.save_staff(&staff).unwrap();
    assert!(file.save_staff(&[one("张三", None), one("张三", None)]).is_err());
    let file = PlanFile::open(&path).unwrap();
    let mut back = file.staff().unwrap();
    back.sort();
    let mut staff = staff;
    staff.sort();
    assert_eq!(back, staff);
}
