import { count } from '../i18n/format';
import { t } from '../i18n/index.svelte';
import { plan } from '../state/plan.svelte';
import type { ZoneRow } from '../state/zones';

export function verdictText(row: ZoneRow): string {
  switch (row.verdict) {
    case 'in':
      return t('band.in');
    case 'under':
      return t('band.under', { n: count(row.off) });
    case 'over':
      return t('band.over', { n: count(row.off) });
    case 'free':
      return t('band.free');
  }
}

export function verdictTone(row: ZoneRow): 'good' | 'bad' | 'free' {
  return row.verdict === 'in' ? 'good' : row.verdict === 'free' ? 'free' : 'bad';
}

/** A code without the part the whole territory shares. */
export function shortCode(code: string): string {
  const territory = plan.summary?.code ?? '';
  return code.startsWith(territory) && code.length > territory.length ? code.slice(territory.length) : code;
}
