import type { Text } from '../api/types';
import { en, type Key } from './en';
import { fill, type Language } from './format';
import { zh } from './zh';

const STORED = 'lifang.language';

function initial(): Language {
  const asked = new URLSearchParams(location.search).get('lang');
  if (asked === 'zh' || asked === 'en') return asked;
  try {
    const kept = localStorage.getItem(STORED);
    if (kept === 'zh' || kept === 'en') return kept;
  } catch {
    // Storage may be switched off; the browser's language decides then.
  }
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh';
}

class I18n {
  language = $state<Language>(initial());

  /** The text of a key, with values put in. */
  t = (key: Key, values?: Record<string, string | number>): string =>
    fill((this.language === 'zh' ? zh : en)[key], values);

  /** A text of the data in the page's language. */
  pick = (text: Text | null | undefined, otherwise = ''): string => (text && (text[this.language] || text.zh || text.en)) || otherwise;

  /** The text of a key that is built from data; falls back to the data itself. */
  maybe = (key: string, otherwise: string, values?: Record<string, string | number>): string =>
    key in en ? this.t(key as Key, values) : otherwise;

  toggle = (): void => {
    this.language = this.language === 'zh' ? 'en' : 'zh';
    try {
      localStorage.setItem(STORED, this.language);
    } catch {
      // The choice then lasts until the page is closed.
    }
  };
}

export const i18n = new I18n();
export const { t, pick, maybe } = i18n;
