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
