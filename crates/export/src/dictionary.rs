//! 字段说明 What each field means, in both languages, as a table beside every export.

use crate::layers::{is_draft, zone_field};
use crate::sheet::{Sheet, text};
use crate::{Fact, LayerKind, Scene};
use lifang_formats::{FeatureTable, FieldType};

/// Field, Chinese, English, unit. A field means the same in every layer.
const FIELDS: &[(&str, &str, &str, &str)] = &[
    ("action", "处理办法", "what to do", ""),
    ("area_m2", "面积", "area on the ground", "m2"),
    ("atom", "最小单元编码", "code of the atom", ""),
    ("atom_codes", "涉及单元", "codes of the atoms concerned, at most 20", ""),
    ("atoms", "最小单元数", "number of atoms", ""),
    (
        "avoidable",
        "可否避免",
        "false: proven unavoidable; true: a better plan is known; empty: nobody knows",
        "",
    ),
    ("band_max", "规模上限", "largest size allowed", "load"),
    ("band_min", "规模下限", "smallest size allowed", "load"),
    ("bridge", "桥", "on a bridge", ""),
    ("building", "建筑编码", "code of the building", ""),
    ("building_count", "建筑数", "number of buildings", ""),
    ("building_name", "建筑名称", "name of the building", ""),
    ("buildings", "建筑编码列表", "codes of the buildings; (+n): n more", ""),
    ("came", "迁入户数", "households that came from another zone", ""),
    ("came_persons", "迁入人口", "residents that came from another zone", "persons"),
    ("capacity", "服务能力", "people it can serve", ""),
    ("category", "服务类别", "category of service", ""),
    ("cause", "原因", "why: not served, or not allowed", ""),
    ("centre", "中心户所在单元", "code of the atom the central household is best chosen from", ""),
    (
        "certainty",
        "数据可信度",
        "of households, for atoms and buildings of residents too. given: from data; estimated: by rule; unknown: nobody knows. A count nobody knows is empty",
        "",
    ),
    ("children", "儿童", "residents under 15", "persons"),
    ("class", "道路等级", "class of street", ""),
    ("closed", "未开放设施数", "facilities closed to the public", ""),
    ("code", "编码", "permanent code", ""),
    ("column", "列", "column of the table", ""),
    ("compound", "小区编码", "code of the compound", ""),
    ("compound_name", "小区名称", "name of the compound", ""),
    ("count", "联系户数", "households, or merchants, in the group", ""),
    ("counted", "计数人数", "people counted: residents, or households where nobody knows the residents", ""),
    ("cover", "地表", "what covers the land", ""),
    ("day_persons", "日间人口", "people working or visiting in the day", "persons"),
    ("detour", "绕行系数", "walking distance over straight distance", ""),
    ("distance_m", "圈层距离", "walking distance of the tier", "m"),
    ("elders", "老人", "residents of 60 and older", "persons"),
    ("facilities", "开放设施数", "open facilities", ""),
    ("fault", "问题编号", "code of the fault", ""),
    ("feature", "要素", "code of the feature", ""),
    ("field", "字段", "key of the field", ""),
    ("file", "文件", "file the data came from", ""),
    ("floor_high", "最高楼层", "highest floor", ""),
    ("floor_low", "最低楼层", "lowest floor", ""),
    ("foot", "步行通行", "who may walk it", ""),
    ("gates", "大门数", "number of gates", ""),
    ("gates_open", "开放大门数", "number of open gates", ""),
    ("good_share", "达标占比", "share of the people with a score who have a good one", "0-1"),
    ("households", "户数", "households", ""),
    ("households_after", "之后覆盖户数", "households covered after", ""),
    ("households_before", "之前覆盖户数", "households covered before", ""),
    ("in_band", "规模达标", "whether the size lies in the band; empty: no band, or not verified", ""),
    ("item", "项目", "what is told, in Chinese", ""),
    ("item_en", "项目（英文）", "what is told, in English", ""),
    ("kind", "类型", "kind", ""),
    ("lacks", "缺少的服务", "services of the need that are missed", ""),
    ("lat", "内点纬度", "latitude of a point inside", "degrees"),
    ("layer", "立体层", "level over ground", ""),
    ("left", "迁出户数", "households that went to another zone", ""),
    ("left_persons", "迁出人口", "residents that went to another zone", "persons"),
    ("length_m", "长度", "length", "m"),
    ("level", "层级", "level of the hierarchy", ""),
    ("levels", "楼层数", "floors above ground", ""),
    ("limit", "限值", "what is allowed", ""),
    ("load", "负载", "size the band applies to: households and weighted merchants", "households"),
    ("lon", "内点经度", "longitude of a point inside", "degrees"),
    ("measured", "实测值", "what was measured, in the unit of the limit", ""),
    ("members", "成员单元", "atom:count of each member; (+n): n more", ""),
    ("merchants", "商户", "shops and other merchants", ""),
    ("met", "需求满足", "whether every part of the need is met: yes, no, unknown", ""),
    ("minutes", "圈层分钟数", "minutes on the tier's label", "min"),
    ("mix", "评分组合", "key of the mix", ""),
    ("moved", "换网格", "people here change zone; false: only the code is another", ""),
    ("name", "名称", "name", ""),
    ("names", "建筑名称列表", "names of the buildings", ""),
    ("nearest", "最近设施", "code of the nearest facility", ""),
    ("need", "组合需求", "key of the need", ""),
    ("network_m", "步行距离", "walking distance to it; empty: beyond all tiers, or no way", "m"),
    ("new", "新编码", "code of the zone after; empty: none", ""),
    ("number", "组号", "number inside the zone, given anew with every plan", ""),
    ("old", "原编码", "code of the zone before; empty: none", ""),
    ("open", "对公众开放", "open to the public", ""),
    ("opening_hours", "开放时间", "when the gate is open, as the source wrote it", ""),
    ("parent", "上级网格编码", "code of the zone above", ""),
    ("people", "人数", "people in the role", ""),
    ("perimeter_m", "周长", "length of the outline", "m"),
    ("persons", "常住人口", "residents", "persons"),
    ("persons_after", "之后覆盖人口", "residents covered after", "persons"),
    ("persons_before", "之前覆盖人口", "residents covered before", "persons"),
    ("phone", "电话", "telephone number", ""),
    ("pieces", "地块数", "separate pieces", ""),
    ("profile", "出行人群", "who walks", ""),
    ("relaxation", "放宽建议", "smallest change of rules that would cure it", ""),
    ("role", "岗位", "key of the role", ""),
    ("row", "行", "row of the sheet or number of the feature", ""),
    ("score", "得分", "score by the items that are known, 0 to 100; empty: none is known", ""),
    ("score_high", "得分上限", "score if everything unknown counted whole", ""),
    ("score_low", "得分下限", "score if everything unknown counted nothing", ""),
    ("severity", "严重程度", "notice, warning or error", ""),
    ("share_after", "之后人口覆盖率", "share of residents covered after", "0-1"),
    ("share_before", "之前人口覆盖率", "share of residents covered before", "0-1"),
    ("share_children", "儿童覆盖率", "share of children covered", "0-1"),
    ("share_elders", "老人覆盖率", "share of elders covered", "0-1"),
    ("share_households", "户数覆盖率", "share of households covered", "0-1"),
    ("share_persons", "人口覆盖率", "share of residents covered", "0-1"),
    ("sheet", "工作表", "sheet or layer", ""),
    ("since", "任职日期", "day the person began", ""),
    ("station", "站点编码", "code of the station", ""),
    ("status", "状态", "draft, consulted, approved, published or retired", ""),
    ("stayed", "未变户数", "households that stayed", ""),
    ("stayed_persons", "未变人口", "residents that stayed", "persons"),
    ("straight_m", "直线距离", "straight distance to the nearest facility", "m"),
    ("street", "道路编码", "code of the street", ""),
    ("tier", "圈层", "tier", ""),
    ("title_en", "英文说明", "what it means, in English", ""),
    ("title_zh", "中文名称", "what it is called in Chinese", ""),
    ("tunnel", "隧道", "in a tunnel", ""),
    ("unit", "单元", "stairwell unit; 0: not divided", ""),
    ("unit_of", "计量单位", "unit", ""),
    ("units", "单元数", "stairwell units", ""),
    ("unknown", "未知人数", "people of whom nothing is known", ""),
    ("use", "用途", "use of the building", ""),
    ("value", "内容", "what is so", ""),
    ("violation", "违规编号", "code of the violation", ""),
    (
        "walk_max_m",
        "最远步行距离",
        "longest walk of a household to the zone's party-service centre, else its central door; empty where one has no way",
        "m",
    ),
    (
        "walk_mean_m",
        "平均步行距离",
        "mean walk of the households to the zone's party-service centre, else its central door",
        "m",
    ),
    ("walled", "围合", "whether a wall runs along the outline", ""),
    ("x", "内点横坐标", "easting of a point inside", "m"),
    ("y", "内点纵坐标", "northing of a point inside", "m"),
    ("zone", "所属微网格编码", "code of the finest zone", ""),
];

/// Chinese, English and unit of a field.
pub(crate) fn entry(field: &str) -> Option<(&'static str, &'static str, &'static str)> {
    FIELDS.iter().find(|(key, ..)| *key == field).map(|(_, zh, en, unit)| (*zh, *en, *unit))
}

/// The dictionary of a table, its coordinate system, its standing and what else is said of it.
pub(crate) fn of(
    scene: &Scene<'_>,
    layer: Option<LayerKind>,
    table: &FeatureTable,
    facts: &[Fact],
) -> FeatureTable {
    let mut sheet = Sheet::new(&[
        ("field", FieldType::Text),
        ("title_zh", FieldType::Text),
        ("title_en", FieldType::Text),
        ("unit", FieldType::Text),
    ]);
    let mut add = |field: &str, zh: &str, en: &str, unit: &str| {
        sheet.row(None, vec![text(field), text(zh), text(en), text(unit)]);
    };
    for column in &table.columns {
        let level = scene
            .plan
            .and_then(|plan| plan.rules.levels.iter().find(|level| zone_field(&level.key) == column.name));
        match (entry(&column.name), level) {
            (Some((zh, en, unit)), _) => add(&column.name, zh, en, unit),
            (None, Some(level)) => {
                let zh = format!("{}编码", level.title.zh);
                add(&column.name, &zh, &format!("code of the {}", level.title.en), "");
            }
            (None, None) => add(&column.name, "", "", ""),
        }
    }
    let crs = table.crs.clone().unwrap_or_default();
    add("(crs)", "坐标系", &crs, "");
    if layer == Some(LayerKind::Zones) && is_draft(scene) {
        let (zh, en) = match scene.report {
            Some(report) => (
                format!("草案：{} 处不符合规则，不得发布", report.violations.len()),
                format!("draft: {} violations; not for publication", report.violations.len()),
            ),
            None => {
                ("草案：未经校验，不得发布".to_owned(), "draft: not verified; not for publication".to_owned())
            }
        };
        add("(status)", &zh, &en, "");
    }
    for fact in facts {
        add(&format!("({})", fact.key), fact.zh, &fact.value, "");
    }
    let mut table = sheet.done();
    table.name = "fields".to_owned();
    table
}
