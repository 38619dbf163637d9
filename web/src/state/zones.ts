import type { Band, ZoneTally } from '../api/types';

/** `free`: size does not matter for this zone, which is not the same as fitting. */
export type Verdict = 'in' | 'under' | 'over' | 'free';

export interface ZoneRow extends ZoneTally {
  verdict: Verdict;
  /** Households short of or beyond the band; 0 inside. */
  off: number;
}

/** The server's `in_band` decides; the band only says on which side a zone is out and by how much. */
export function judge(tally: ZoneTally, band: Band | null): ZoneRow {
  if (tally.in_band === null) return { ...tally, verdict: 'free', off: 0 };
  if (tally.in_band || !band) return { ...tally, verdict: tally.in_band ? 'in' : 'free', off: 0 };
  return tally.load < band.min
    ? { ...tally, verdict: 'under', off: Math.ceil(band.min - tally.load) }
    : { ...tally, verdict: 'over', off: Math.ceil(tally.load - band.max) };
}

export type SortKey = 'code' | 'name' | 'households' | 'fit';
export interface Sort {
  key: SortKey;
  down: boolean;
}

const WEIGHT: Record<Verdict, number> = { over: 0, under: 0, in: 1, free: 2 };

/** Rows that match, in order; equal rows stay in code order, so the list never jumps. */
export function select(rows: readonly ZoneRow[], text: string, outsideOnly: boolean, sort: Sort): ZoneRow[] {
  const wanted = text.trim().toLowerCase();
  const kept = rows.filter(
    (row) =>
      (!outsideOnly || row.off > 0) &&
      (!wanted || row.code.toLowerCase().includes(wanted) || (row.name ?? '').toLowerCase().includes(wanted)),
  );
  const sign = sort.down ? -1 : 1;
  return kept.sort((a, b) => {
    const first = sign * compare(a, b, sort.key);
    return first || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
  });
}

function compare(a: ZoneRow, b: ZoneRow, key: SortKey): number {
  switch (key) {
    case 'code':
      return a.code < b.code ? -1 : a.code > b.code ? 1 : 0;
    case 'name':
      return (a.name ?? '').localeCompare(b.name ?? '', 'zh');
    case 'households':
      return a.load - b.load;
    case 'fit':
      return WEIGHT[a.verdict] - WEIGHT[b.verdict] || b.off - a.off;
  }
}

export interface Bin {
  from: number;
  to: number;
  zones: number;
  inside: boolean;
}

/** Zones counted by size, in steps that end on the band's limits, so no bin is half inside. */
export function histogram(rows: readonly ZoneRow[], band: Band): Bin[] {
  const judged = rows.filter((row) => row.verdict !== 'free');
  const width = Math.max(1, Math.round((band.max - band.min + 1) / 5));
  const bins = new Map<number, number>();
  const inner = band.max - band.min + 1;
  const index = (load: number): number => {
    if (load < band.min) return -Math.ceil((band.min - load) / width);
    if (load > band.max) return Math.ceil(inner / width) + Math.ceil((load - band.max) / width) - 1;
    return Math.min(Math.ceil(inner / width) - 1, Math.floor((load - band.min) / width));
  };
  for (const row of judged) {
    const at = Math.max(-5, Math.min(Math.ceil(inner / width) + 4, index(row.load)));
    bins.set(at, (bins.get(at) ?? 0) + 1);
  }
  const inside = Math.ceil(inner / width);
  const low = Math.min(0, ...bins.keys());
  const high = Math.max(inside - 1, ...bins.keys());
  const result: Bin[] = [];
  for (let at = low; at <= high; at += 1) {
    const from = at < inside ? band.min + at * width : band.max + 1 + (at - inside) * width;
    const to = at >= 0 && at < inside ? Math.min(band.max, from + width - 1) : from + width - 1;
    result.push({ from, to, zones: bins.get(at) ?? 0, inside: at >= 0 && at < inside });
  }
  return result;
}
