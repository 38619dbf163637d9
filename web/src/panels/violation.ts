import type { Violation } from '../api/types';
import { count } from '../i18n/format';
import { i18n, maybe } from '../i18n/index.svelte';
import { adviceText, proofText } from '../i18n/proofs';

/** The engine speaks English. In Chinese the page says what it proved, or else the kind of violation with its figures. */
export function causeOf(violation: Violation): string {
  return i18n.language === 'zh' ? (proofText(violation.cause) ?? said(violation, 'cause', violation.cause)) : violation.cause;
}

export function actionOf(violation: Violation): string {
  return i18n.language === 'zh' ? (adviceText(violation.action) ?? said(violation, 'action', violation.action)) : violation.action;
}

function said(violation: Violation, part: 'cause' | 'action', otherwise: string): string {
  const number = (value: number): string => (Number.isInteger(value) ? count(value) : value.toFixed(1));
  return maybe(`violation.${violation.code}.${part}`, otherwise, { measured: number(violation.measured), limit: number(violation.limit) });
}

/** The engine's own words, where the page cannot say them in Chinese. */
export function restOf(violation: Violation): string | null {
  return i18n.language === 'en' || proofText(violation.cause) ? null : `${violation.cause} ${violation.action}`;
}
