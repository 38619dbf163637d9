import type { Violation } from '../api/types';
import { count } from '../i18n/format';
import { i18n, maybe } from '../i18n/index.svelte';

/** The engine speaks English. In Chinese the page says the same from the violation's own figures. */
export function causeOf(violation: Violation): string {
  return i18n.language === 'zh' ? said(violation, 'cause', violation.cause) : violation.cause;
}

export function actionOf(violation: Violation): string {
  return i18n.language === 'zh' ? said(violation, 'action', violation.action) : violation.action;
}

function said(violation: Violation, part: 'cause' | 'action', otherwise: string): string {
  const number = (value: number): string => (Number.isInteger(value) ? count(value) : value.toFixed(1));
  return maybe(`violation.${violation.code}.${part}`, otherwise, { measured: number(violation.measured), limit: number(violation.limit) });
}
