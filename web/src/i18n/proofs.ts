/** What the judge proves of a zone, in Chinese. It speaks English, a sentence for each kind of proof; the figures and names are taken over. */

const COUNTED: Readonly<Record<string, string>> = { households: '户', residents: '人', merchants: '家商户' };

/** `357 households connected here`, `80 residents of 锦绣苑`: how many of whom. */
function people(count: string, what: string, where: string): string {
  const unit = COUNTED[what] ?? '（户、人合计）';
  return where === 'connected here' ? `此处相连的 ${count} ${unit}` : `${where.replace(/^of /, '')}的 ${count} ${unit}`;
}

const WHO = '([\\d.,]+) ((?:households|residents|merchants)(?: and (?:households|residents|merchants))*) (connected here|of .+?)';

/** Whole sentences; what follows a sentence is another. */
const SENTENCES: readonly [RegExp, (...parts: string[]) => string][] = [
  [/^([\d.]+) are ([\d.]+) (fewer|more) than (\d+); no arithmetic rules a better plan out\.$/, (load, by, word, limit) => `现有 ${load}，比 ${limit} ${word === 'fewer' ? '少' : '多'} ${by}；尚不能证明没有更好的划分。`],
  [new RegExp(`^the ${WHO} are fewer than (\\d+) and nothing adjacent may join\\.$`), (n, what, where, min) => `${people(n ?? '', what ?? '', where ?? '')}少于 ${min}，且没有相邻的可以并入。`],
  [new RegExp(`^the ${WHO} are fewer than (\\d+) and nothing else of its parent touches them\\.$`), (n, what, where, min) => `${people(n ?? '', what ?? '', where ?? '')}少于 ${min}，上级网格内再无相邻部分。`],
  [new RegExp(`^all (that may be joined|its parent holds there), ${WHO}, cannot be divided: (\\d+) zones hold at most (\\d+), (\\d+) at least (\\d+)\\.$`), (all, n, what, where, few, most, more, least) => `${all === 'that may be joined' ? '可以并在一起的' : '上级网格在此的'}全部，即${people(n ?? '', what ?? '', where ?? '')}，无法划分：${few} 个最多容纳 ${most}，${more} 个至少需要 ${least}。`],
  [new RegExp(`^the atoms that may be joined, ${WHO} in all, cannot be grouped inside the band\\.$`), (n, what, where) => `可以并在一起的楼栋，共${people(n ?? '', what ?? '', where ?? '')}，怎样组合都不在区间内。`],
  [/^At least one zone there must miss; (\d+) do\.$/, (count) => `该处至少有一个必然不符，现有 ${count} 个不符。`],
  [/^(\S+) counts ([\d.]+); with what it can be joined with it comes to ([\d.]+) at most, fewer than (\d+)(?:, or ([\d.]+) at least, more than (\d+))?: no plan puts it inside the band\.$/, (code, own, most, min, least, max) => `${code} 计 ${own}；与能并入的合计最多 ${most}，少于 ${min}${least ? `，否则至少 ${least}，多于 ${max}` : ''}：任何方案都不能使其落在区间内。`],
  [/^(\S+) and what hangs on it alone count ([\d.]+); joined with what else must stay together they come to (?:([\d.]+) at most, fewer than (\d+))?(?:, or )?(?:([\d.]+) at least, more than (\d+))?: in every plan a zone here is outside the band\.$/, (code, own, most, min, least, max) => `${code} 与只能随它的共 ${own}；加上必须在一起的，${[most && `最多 ${most}，少于 ${min}`, least && `至少 ${least}，多于 ${max}`].filter(Boolean).join('，或')}：任何方案中此处都有一个不在区间内。`],
  [/^(.+): of the (\d+) ways in which zones in the band could hold some of them, past (\d+) neighbours that only one zone each can have, no choice holds them all: in every plan a zone here is outside the band\.$/, (atoms, ways, ring) => `${(atoms ?? '').replace(/, and (\d+) more$/, ' 等另外 $1 处').replaceAll(', ', '、')}：区间内的网格能容纳其中一部分的组合共 ${ways} 种，须经过 ${ring} 处只能归一个网格的相邻单元，没有一种取法能同时容纳全部：任何方案中此处都有一个不在区间内。`],
  [/^atom (\S+) alone holds ([\d.]+), more than the (\d+) allowed\.$/, (code, load, max) => `单元 ${code} 本身就有 ${load}，超过上限 ${max}。`],
  [/^beside (.+) the zone counts ([\d.]+) of (.+?)(; they do not touch the rest of their own area)?\.$/, (own, count, others, apart) => `除 ${own} 外，还有 ${others} 的 ${count}${apart ? '，它们与本片其余部分不相连' : ''}。`],
  [/^the zone lies in (\d+) pieces that do not touch; the smaller ones count ([\d.]+) in (\d+) atoms\.$/, (pieces, load, atoms) => `分为互不相连的 ${pieces} 块，较小的部分共 ${load}，含 ${atoms} 个单元。`],
  [/^the zone holds no atom\.$/, () => '网格内没有任何单元。'],
];

const RELAXED: Readonly<Record<string, string>> = { band: '规模区间', 'atoms.split_above': '楼栋拆分上限', 'atoms.by_floor': '按楼层拆分' };

/** The one sentence that follows another; names have full stops too. */
const parts = (text: string): string[] => text.split(/ (?=At least one zone there must miss; )/);

/** The cause as the judge proved it; null where a sentence of it is not known here. */
export function proofText(cause: string): string | null {
  const said = parts(cause).map((sentence) => {
    for (const [pattern, text] of SENTENCES) {
      const found = pattern.exec(sentence);
      if (found) return text(...found.slice(1));
    }
    return null;
  });
  return said.every((each) => each !== null) ? said.join('') : null;
}

/** What is left where nothing can be done but change a rule; null for other advice. */
export function adviceText(action: string): string | null {
  const found = /^Accept it, or change (\S+) to (.+)\.$/.exec(action);
  if (found) return `保留现状，或把${RELAXED[found[1] ?? ''] ?? found[1]}改为 ${found[2]}。`;
  return action === 'Accept it.' ? '保留现状。' : null;
}
