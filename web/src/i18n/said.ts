import { CAUSES, PROBLEMS, REASONS } from './causes';
import { fill, type Language } from './format';

const CODED = /^(?:(.+?): )?([A-Z]-\d{3})\b/;

/** Where a fault is, as the program writes it: file, layer, row, column, feature. */
function placed(place: string): string {
  return place
    .replace(/ row (\d+)/, ' 第 $1 行')
    .replace(/ column "(.*?)"/, ' “$1”')
    .replace(/ feature "(.*?)"/, ' “$1”');
}

/** What the program says line by line. It speaks English and names a code; in Chinese the page says what the code means. */
export function causeText(message: string, language: Language): string {
  if (language === 'en') return message;
  return message
    .split('\n')
    .map((line) => {
      const [, place, code] = CODED.exec(line) ?? [];
      const text = code ? CAUSES[code] : undefined;
      if (text) return `${place ? `${placed(place)}：` : ''}${text}（${code}）`;
      return line.replace(/^and (\d+) more$/, '另有 $1 项');
    })
    .join('\n');
}

/** A refusal of the server: its code where it has one, else what kind of refusal it is with the words as they came. */
export function problemText({ key, message }: { key: string; message: string }, language: Language): string {
  const said = causeText(message, language);
  if (language === 'en' || said !== message) return said;
  const kind = PROBLEMS[key];
  return kind ? (message ? `${kind}（${message}）` : kind) : message;
}

/** Why a coordinate system is offered. */
export function reasonText(offer: { why: string; reason?: string; values?: Record<string, string>; swapped?: boolean }, language: Language): string {
  const text = offer.reason ? REASONS[offer.reason] : undefined;
  if (language === 'en' || !text) return offer.why;
  const said = fill(text, offer.values ?? {});
  return offer.swapped && !offer.reason?.startsWith('declared_') ? `${said}；纬度或纵坐标在前` : said;
}

const JOINED = /^(\d+) of (\d+) rows \(.*?\) were joined to (\d+) of (\d+) buildings: (.*)$/;
const COUNTED: Record<string, string> = { households: '户', persons: '人', merchants: '家商户', elders: '位老人', children: '名儿童' };

/** What became of a household table, in Chinese; null in English and for anything else. */
export function joinedText({ cause }: { cause: string }, language: Language): string | null {
  const [, rows, all, hosts, buildings, counts = ''] = JOINED.exec(cause) ?? [];
  if (language === 'en' || rows === undefined) return null;
  const said = counts.split(', ').map((each) => each.replace(/^(\d+) (\w+)$/, (whole, n: string, what: string) => (COUNTED[what] ? `${n} ${COUNTED[what]}` : whole)));
  return `${all} 行中 ${rows} 行对应到 ${buildings} 栋建筑中的 ${hosts} 栋：${said.join('、')}。只保留这些合计。`;
}

const ENCODED: Record<string, string> = {
  'as asked': '按指定', 'found by its bytes': '按字节识别', 'only ASCII found': '仅含 ASCII', 'neither UTF-8 nor Chinese': '既非 UTF-8 也非中文编码',
  'byte order mark': '有字节序标记', 'language byte of the .dbf': '按 .dbf 语言标志', '.cpg': '按 .cpg',
};

/** The encoding of a file's text and how it was found. */
export function encodingText(note: string, language: Language): string {
  if (language === 'en') return note;
  return note.replace(/^(\S+) \((.*)\)$/, (_, name: string, how: string) => `${name.toLowerCase() === 'gb18030' ? 'GB18030' : name}（${ENCODED[how] ?? how}）`);
}
