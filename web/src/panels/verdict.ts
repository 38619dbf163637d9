import { count } from '../i18n/format';
import { t } from '../i18n/index.svelte';
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
