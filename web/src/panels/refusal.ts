import { i18n, maybe } from '../i18n/index.svelte';

/** Why an edit was refused. The engine speaks English and begins with a code; in Chinese the page says what the code means. */
export function refusalText(message: string): string {
  const code = /^([A-Z]-\d+)\b/.exec(message)?.[1];
  return i18n.language === 'zh' && code ? maybe(`refusal.${code}`, message) : message;
}
