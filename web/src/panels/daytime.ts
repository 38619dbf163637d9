import { t } from '../i18n/index.svelte';

/** Days a time of day can be asked about; a weekday goes without a word. */
export const DAYS = [
  { key: '', word: 'coverage.at.weekday' },
  { key: 'Sa', word: 'coverage.at.sa' },
  { key: 'Su', word: 'coverage.at.su' },
] as const;

/** Every half hour, read the same in both languages; a field for times reads as the browser's own language has it. */
export const HALF_HOURS = Array.from({ length: 48 }, (_, at) => `${String(at >> 1).padStart(2, '0')}:${at % 2 ? '30' : '00'}`);

/** Half an hour into the night as the law has it (22:00 to 6:00, 噪声污染防治法 2022, article 88): gates that close at 22:00 are shut. */
export const NIGHT = '22:30';

/** `Su 22:30` as its day, one of those that can be chosen, and its time; null for any other time, as of a date. */
export function parted(at: string): { day: string; time: string } | null {
  const [time = '', day = ''] = at.split(' ').reverse();
  return /^\d\d:\d\d$/.test(time) && DAYS.some(({ key }) => key === day) ? { day, time } : null;
}

/** A time with its day as people say it. */
export function saidTime(at: string): string {
  const found = parted(at);
  const known = DAYS.find(({ key }) => key === found?.day);
  return found && known ? `${t(known.word)} ${found.time}` : at;
}
