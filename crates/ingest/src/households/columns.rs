//! 户表字段 Which column of a household table holds what.

use crate::columns::Sheet;
use crate::faults::FaultLog;
use crate::role::Role;
use crate::text::{nearest, squash};
use lifang_model::Place;
use std::collections::{BTreeMap, BTreeSet};

/// 户表字段含义 What a column of a household table can mean.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TableRole {
    /// 关系 Relation to the head of the household. Read only to count heads.
    Relation,
    /// 出生日期 Date of birth. Read only for the age.
    Birth,
    /// 身份证号 Identity number. Never read unless asked, and then only for the age.
    Id,
    /// 年龄 Age, years.
    Age,
    /// 性别 Sex. Never read: where it is, rows are people.
    Sex,
    /// 商户名称 Name of a shop. Never read: where it is, rows are merchants.
    Trade,
    /// 户号 Number of the household. Read only to tell households apart.
    Household,
    /// 小区 Compound.
    Compound,
    /// 单元 Stairwell unit.
    Unit,
    /// 楼层 Floor.
    Floor,
    /// 房号 Room. Read only for unit and floor and to tell homes apart.
    Room,
    /// 楼栋或地址 What is matched with buildings: their code, their number, or an address.
    Key,
    /// 老人 Count of elders.
    Elders,
    /// 儿童 Count of children.
    Children,
    /// 户数 Count of households.
    Households,
    /// 人口 Count of residents.
    Persons,
    /// 商户数 Count of merchants.
    Merchants,
}

impl TableRole {
    /// Every role, in the order columns are looked for.
    pub const ALL: &'static [Self] = &[
        Self::Relation,
        Self::Birth,
        Self::Id,
        Self::Age,
        Self::Sex,
        Self::Trade,
        Self::Household,
        Self::Elders,
        Self::Children,
        Self::Households,
        Self::Persons,
        Self::Merchants,
        Self::Key,
        Self::Compound,
        Self::Unit,
        Self::Floor,
        Self::Room,
    ];

    /// The word that names it on the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Relation => "relation",
            Self::Birth => "birth",
            Self::Id => "id",
            Self::Age => "age",
            Self::Sex => "sex",
            Self::Trade => "trade",
            Self::Household => "household",
            Self::Compound => "compound",
            Self::Unit => "unit",
            Self::Floor => "floor",
            Self::Room => "room",
            Self::Key => "key",
            Self::Elders => "elders",
            Self::Children => "children",
            Self::Households => "households",
            Self::Persons => "persons",
            Self::Merchants => "merchants",
        }
    }

    /// The role with this word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.key() == key)
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Relation => "relation to the head of the household (与户主关系)",
            Self::Birth => "date of birth (出生日期)",
            Self::Id => "identity number (身份证号)",
            Self::Age => "age (年龄)",
            Self::Sex => "sex (性别)",
            Self::Trade => "name of a shop (商户名称)",
            Self::Household => "number of the household (户号)",
            Self::Compound => "compound (小区)",
            Self::Unit => "stairwell unit (单元)",
            Self::Floor => "floor (楼层)",
            Self::Room => "room (房号)",
            Self::Key => "building or address (楼栋、地址)",
            Self::Elders => "elders (老人)",
            Self::Children => "children (儿童)",
            Self::Households => "households (户数)",
            Self::Persons => "persons (人口)",
            Self::Merchants => "merchants (商户数)",
        }
    }

    /// Usual names, squashed, the surest first.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Relation => &["与户主关系", "户主关系", "家庭关系", "关系", "relation", "yhzgx"],
            Self::Birth => &[
                "出生日期",
                "出生年月",
                "出生年月日",
                "生日",
                "birthdate",
                "dateofbirth",
                "birthday",
                "dob",
                "csrq",
                "csny",
            ],
            Self::Id => {
                &["身份证", "公民身份号码", "证件号", "idcard", "idnumber", "idno", "sfzhm", "sfzh", "sfz"]
            }
            Self::Age => &["年龄", "周岁", "age", "nl"],
            Self::Sex => &["性别", "sex", "gender", "xb"],
            Self::Trade => &[
                "商户名称",
                "店铺名称",
                "店名",
                "商铺名称",
                "经营范围",
                "统一社会信用代码",
                "营业执照",
                "shopname",
            ],
            Self::Household => &["户号", "户编号", "家庭编号", "householdid", "hhid"],
            Self::Compound => &["小区名称", "所属小区", "小区", "院落", "compound", "xqmc", "xq"],
            Self::Unit => &["单元号", "单元", "门洞", "楼道", "梯号", "unit", "dyh", "dy"],
            Self::Floor => &["楼层", "所在层", "层号", "floor", "storey", "lc"],
            Self::Room => {
                &["房间号", "房号", "室号", "房室号", "门牌", "户室", "room", "roomno", "fjh", "fh"]
            }
            Self::Key => &[
                "楼栋编号",
                "楼栋编码",
                "楼栋代码",
                "建筑编号",
                "建筑编码",
                "楼编号",
                "buildingcode",
                "buildingid",
                "ldbh",
                "ldbm",
                "楼栋号",
                "楼栋",
                "楼幢",
                "幢号",
                "栋号",
                "楼号",
                "building",
                "详细地址",
                "标准地址",
                "房屋地址",
                "地址",
                "住址",
                "address",
                "dz",
            ],
            Self::Elders => Role::Elders.names(),
            Self::Children => Role::Children.names(),
            Self::Households => Role::Households.names(),
            Self::Persons => Role::Persons.names(),
            Self::Merchants => Role::Merchants.names(),
        }
    }

    /// Columns that are personal records: their cells are looked at, never kept.
    const fn is_personal(self) -> bool {
        matches!(
            self,
            Self::Relation | Self::Birth | Self::Id | Self::Age | Self::Sex | Self::Trade | Self::Household
        )
    }
}

/// The columns of a table by what they mean.
pub(super) struct Found(BTreeMap<TableRole, usize>);

impl Found {
    pub(super) fn at(&self, role: TableRole) -> Option<usize> {
        self.0.get(&role).copied()
    }

    pub(super) fn has(&self, role: TableRole) -> bool {
        self.0.contains_key(&role)
    }
}

/// Finds every column: the ones the user named, else those with usual names; one notice tells them all.
pub(super) fn find(sheet: &Sheet<'_>, named: &BTreeMap<TableRole, String>, log: &mut FaultLog) -> Found {
    let names: Vec<String> = sheet.table.columns.iter().map(|column| squash(&column.name)).collect();
    let mut found = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (role, name) in named {
        let wanted = squash(name);
        let exact = sheet.table.columns.iter().position(|column| column.name == *name);
        match exact.or_else(|| names.iter().position(|known| *known == wanted)) {
            Some(at) if sheet.is_shut(at) && !role.is_personal() => {
                let cause = format!("the column named for {} holds personal records", role.title());
                log.error("I-115", sheet.place(None, Some(at)), cause, "Name a column without them.");
            }
            Some(at) => {
                found.insert(*role, at);
                taken.insert(at);
            }
            None => {
                let columns: Vec<&str> =
                    sheet.table.columns.iter().map(|column| column.name.as_str()).collect();
                let hint = nearest(name, columns.iter().copied())
                    .map_or(String::new(), |near| format!(" Did you mean {near:?}?"));
                let place = Place { column: Some(name.clone()), ..sheet.place(None, None) };
                let cause = format!("there is no column {name:?} for {}", role.title());
                log.error("I-111", place, cause, &format!("It has: {}.{hint}", columns.join(", ")));
            }
        }
    }
    let free = |at: usize, role: TableRole, taken: &BTreeSet<usize>| {
        !taken.contains(&at) && (role.is_personal() || !sheet.is_shut(at))
    };
    for role in TableRole::ALL.iter().copied().filter(|role| !named.contains_key(role)) {
        let whole = |known: &str| {
            names.iter().enumerate().position(|(at, name)| free(at, role, &taken) && name == known)
        };
        // 单元数 and 楼层数 are counts of a building, not the place of a home.
        let part = |known: &str| {
            let counts =
                matches!(role, TableRole::Unit | TableRole::Floor | TableRole::Room | TableRole::Key);
            names.iter().enumerate().position(|(at, name)| {
                free(at, role, &taken)
                    && !known.is_ascii()
                    && name.contains(known)
                    && !(counts && name.ends_with('数'))
            })
        };
        let known = role.names();
        let hit = known
            .iter()
            .find_map(|known| whole(known))
            .or_else(|| known.iter().find_map(|known| part(known)));
        if let Some(at) = hit {
            taken.insert(at);
            found.insert(role, at);
        }
    }
    let list: Vec<String> = found
        .iter()
        .filter(|(role, _)| !named.contains_key(role))
        .map(|(role, at)| format!("{:?} as {}", sheet.table.columns[*at].name, role.title()))
        .collect();
    if !list.is_empty() {
        let cause = format!("columns were taken by their names: {}", list.join(", "));
        log.notice("I-114", sheet.place(None, None), cause, "Say otherwise with --table-column ROLE=COLUMN.");
    }
    Found(found)
}
