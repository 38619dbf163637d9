//! Names: invented, but such as a town on the Yangtze has.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

const STREETS: [&str; 40] = [
    "建设",
    "人民",
    "解放",
    "文昌",
    "书院",
    "石板",
    "望江",
    "桂花",
    "兴华",
    "中山",
    "北门",
    "新民",
    "和平",
    "长宁",
    "白鹤",
    "顺城",
    "学府",
    "翠屏",
    "清溪",
    "龙泉",
    "高笋塘",
    "红星",
    "前进",
    "民生",
    "广场",
    "体育",
    "凤凰",
    "荔枝",
    "江东",
    "松屏",
    "锦绣",
    "宏声",
    "鹅颈关",
    "滨湖",
    "秋月门",
    "太极",
    "巴都",
    "涪水",
    "乌江",
    "黔水",
];

const COMPOUNDS: [&str; 24] = [
    "锦绣", "望江", "翠竹", "桂花", "荷香", "清风", "和平", "兴盛", "金桂", "玉兰", "枫林", "碧水", "阳光",
    "康乐", "明月", "松涛", "白鹤", "江畔", "文昌", "宏声", "银杏", "梅园", "御景", "丹桂",
];

const KINDS: [&str; 8] = ["苑", "花园", "小区", "家园", "雅居", "新村", "名邸", "里"];

const CIRCLES: [&str; 10] = ["滨江", "北门", "望州", "学府", "兴华", "长虹", "翠屏", "文昌", "新民", "宏声"];

/// A stream of names that never repeats.
pub(crate) struct Names {
    streets: Vec<&'static str>,
    compounds: Vec<&'static str>,
    street: usize,
    compound: usize,
    circle: usize,
}

fn shuffled(rng: &mut ChaCha8Rng, names: &[&'static str]) -> Vec<&'static str> {
    let mut names = names.to_vec();
    for i in (1..names.len()).rev() {
        names.swap(i, rng.random_range(0..=i));
    }
    names
}

/// `name` the first time round the list, then with the number of the round.
fn nth(name: String, round: usize) -> String {
    if round == 0 { name } else { format!("{name}{}", round + 1) }
}

impl Names {
    pub fn new(rng: &mut ChaCha8Rng) -> Self {
        Self {
            streets: shuffled(rng, &STREETS),
            compounds: shuffled(rng, &COMPOUNDS),
            street: 0,
            compound: 0,
            circle: 0,
        }
    }

    /// The next street; `ending` is 路, 街 or 巷.
    pub fn street(&mut self, ending: &str) -> String {
        let n = self.street;
        self.street += 1;
        let (stem, round) = (self.streets[n % self.streets.len()], n / self.streets.len());
        // A second round of the list gives 建设东路 and so on.
        let part = ["", "东", "西", "南", "北", "中", "上", "下"];
        nth(format!("{stem}{}{ending}", part[round % part.len()]), round / part.len())
    }

    /// The next residential compound.
    pub fn compound(&mut self) -> String {
        let n = self.compound;
        self.compound += 1;
        let (stem, round) = (self.compounds[n % self.compounds.len()], n / self.compounds.len());
        nth(format!("{stem}{}", KINDS[(n + round) % KINDS.len()]), round / KINDS.len())
    }

    /// The next commercial circle beside the community's own square.
    pub fn circle(&mut self) -> String {
        let n = self.circle;
        self.circle += 1;
        nth(format!("{}商圈", CIRCLES[n % CIRCLES.len()]), n / CIRCLES.len())
    }
}
