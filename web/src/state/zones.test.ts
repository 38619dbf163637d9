import { describe, expect, it } from 'vitest';
import type { ZoneTally } from '../api/types';
import { histogram, judge, select, type ZoneRow } from './zones';

const band = { min: 90, target: 95, max: 100 };

function row(code: string, load: number, inBand: boolean | null = load >= 90 && load <= 100): ZoneRow {
  const tally: ZoneTally = {
    code, name: `组 ${code}`, kind: 'comprehensive', households: load, persons: 0, merchants: 0, elders: 0, children: 0,
    load, in_band: inBand, certainty: 'given', pieces: 1, atoms: 1, area_m2: 1, perimeter_m: 1, compactness: 1,
  };
  return judge(tally, band);
}

describe('judging', () => {
  it('says on which side a zone is out and by how much', () => {
    expect([row('1', 88), row('2', 100), row('3', 103), row('4', 20, null)].map((r) => [r.verdict, r.off])).toEqual([
      ['under', 2], ['in', 0], ['over', 3], ['free', 0],
    ]);
  });
});

describe('the table', () => {
  const rows = [row('003', 95), row('001', 120), row('002', 89), row('004', 10, null)];

  it('puts the worst zones first and keeps code order among equals', () => {
    expect(select(rows, '', false, { key: 'fit', down: false }).map((r) => r.code)).toEqual(['001', '002', '003', '004']);
  });

  it('keeps only zones outside the band when asked, never those size does not matter for', () => {
    expect(select(rows, '', true, { key: 'code', down: false }).map((r) => r.code)).toEqual(['001', '002']);
  });

  it('finds by code and by Chinese name', () => {
    expect(select(rows, '组 003', false, { key: 'code', down: false })).toHaveLength(1);
    expect(select(rows, '00', false, { key: 'code', down: true }).map((r) => r.code)).toEqual(['004', '003', '002', '001']);
  });
});

describe('the histogram', () => {
  it('counts every judged zone once and no bin straddles the band', () => {
    const rows = [5, 89, 90, 95, 100, 101, 130, 900].map((load, at) => row(String(at), load));
    const bins = histogram(rows, band);
    expect(bins.reduce((sum, bin) => sum + bin.zones, 0)).toBe(rows.length);
    expect(bins.filter((bin) => bin.inside).reduce((sum, bin) => sum + bin.zones, 0)).toBe(3);
    for (const bin of bins.filter((each) => each.inside)) {
      expect(bin.from).toBeGreaterThanOrEqual(90);
      expect(bin.to).toBeLessThanOrEqual(100);
    }
  });
});
