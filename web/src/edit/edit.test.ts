import type { Feature, FeatureCollection } from 'geojson';
import { describe, expect, it } from 'vitest';
import { compactness, Live } from './live';
import { away, halfway, inside, joined, leftOf, type Point, pulled, thinned } from './shapes';
import { rezoned, sameCells, topologyOf } from './topology';

/** A lattice of square cells, `zone(i, j)` the zone of each; cell (i, j) is "i-j". */
function lattice(columns: number, rows: number, zone: (i: number, j: number) => string): FeatureCollection {
  const at = (i: number, j: number): number[] => [108.1 + i / 1000, 30.2 + j / 1000];
  const features: Feature[] = [];
  for (let j = 0; j < rows; j += 1) {
    for (let i = 0; i < columns; i += 1) {
      features.push({
        type: 'Feature',
        properties: { code: `${i}-${j}`, zone_m: zone(i, j), households: 10 * i + j, persons: 1, area_m2: 100 },
        geometry: { type: 'MultiPolygon', coordinates: [[[at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1), at(i, j)]]] },
      });
    }
  }
  return { type: 'FeatureCollection', features };
}

const halves = (columns = 4, rows = 3) => topologyOf(lattice(columns, rows, (i) => (i < 2 ? 'A' : 'B')), 'zone_m');

describe('arcs of cells', () => {
  it('are found once for each pair of neighbours and once for each outer side', () => {
    const { arcs } = halves();
    expect(arcs.filter((arc) => arc.right >= 0)).toHaveLength(3 * 3 + 4 * 2);
    // A corner cell has its two outer sides in one stretch.
    expect(arcs.filter((arc) => arc.right < 0)).toHaveLength(10);
  });

  it('lead over ground from cell to cell, and in a tower only up and down', () => {
    const source = lattice(3, 1, () => 'A');
    for (const [at, low, high] of [[1, 1, 6], [2, 7, 12]] as const) {
      Object.assign(source.features[at]?.properties ?? {}, { building: 'T', unit: 1, floor_low: low, floor_high: high });
    }
    expect(topologyOf(source, 'zone_m').beside).toEqual([[1], [0, 2], [1]]);
    Object.assign(source.features[0]?.properties ?? {}, { building: 'T', unit: 2, floor_low: 7, floor_high: 12 });
    expect(topologyOf(source, 'zone_m').beside).toEqual([[], [2], [1]]);
  });
});

describe('cells in other zones', () => {
  it('keep their arcs, and are as if they had been read anew', () => {
    const read = (zone: (i: number) => string) => topologyOf(lattice(4, 3, zone), 'zone_m');
    const [before, after] = [read((i) => (i < 2 ? 'A' : 'B')), read((i) => (i < 3 ? 'A' : 'B'))];
    expect(rezoned(before, (at) => after.cells[at]?.zone ?? null)).toEqual(after);
    expect(sameCells(before, lattice(4, 3, () => 'C'))).toBe(true);
    expect(sameCells(before, lattice(3, 4, () => 'C'))).toBe(false);
  });
});

describe('the live assignment', () => {
  it('follows any moves as if everything were counted anew', () => {
    const topology = halves(5, 5);
    const live = new Live(topology);
    let seed = 7;
    const random = (n: number): number => (seed = (seed * 48_271) % 2_147_483_647) % n;
    for (let round = 0; round < 60; round += 1) {
      const moved = new Map(Array.from({ length: random(8) }, () => [random(25), ['A', 'B', 'C'][random(3)] ?? 'A'] as const));
      live.set(moved);
      const zone = topology.cells.map((cell, at) => moved.get(at) ?? cell.zone);
      expect(live.zone).toEqual(zone);
      for (const code of ['A', 'B', 'C']) {
        const own = topology.cells.filter((_, at) => zone[at] === code);
        expect(live.of(code).households).toBe(own.reduce((sum, cell) => sum + cell.households, 0));
        const border = topology.arcs.filter((arc) => (zone[arc.left] === code) !== ((arc.right < 0 ? null : zone[arc.right]) === code));
        expect(live.of(code).perimeterM).toBeCloseTo(border.reduce((sum, arc) => sum + arc.metres, 0), 6);
      }
    }
  });

  it('tells which arcs turned into borders, and gives them back', () => {
    const live = new Live(halves());
    const before = live.topology.arcs.map((_, at) => live.border(at));
    const { arcs } = live.set(new Map([[live.topology.index.get('2-1') ?? -1, 'A']]));
    const after = live.topology.arcs.map((_, at) => live.border(at));
    const changed = after.flatMap((border, at) => (border === before[at] ? [] : [at]));
    expect(changed).toHaveLength(4);
    expect(arcs).toEqual(expect.arrayContaining(changed));
    live.set(new Map());
    expect(live.topology.arcs.map((_, at) => live.border(at))).toEqual(before);
  });

  it('sees a zone fall into pieces', () => {
    const live = new Live(halves(4, 3));
    expect(live.pieces('B')).toHaveLength(1);
    live.set(new Map([['2-1', 'A'], ['3-1', 'A']].map(([code, zone]) => [live.topology.index.get(code ?? '') ?? -1, zone ?? ''])));
    expect(live.pieces('B').map((part) => part.length)).toEqual([2, 2]);
  });

  it('knows neighbours by the length of the common border', () => {
    const live = new Live(topologyOf(lattice(4, 3, (i, j) => (i < 2 ? 'A' : j < 2 ? 'B' : 'C')), 'zone_m'));
    expect(live.touching('A').map(([code]) => code)).toEqual(['B', 'C']);
    expect(live.reachable('C')).toHaveLength(3);
  });

  it('calls a disc compact and a thread not', () => {
    expect(compactness({ households: 0, persons: 0, cells: 1, areaM2: Math.PI, perimeterM: 2 * Math.PI })).toBeCloseTo(1);
    expect(compactness({ households: 0, persons: 0, cells: 1, areaM2: 100, perimeterM: 202 })).toBeLessThan(0.05);
  });
});

describe('what the pointer draws', () => {
  it('divides the plane by a bent line whose ends go on', () => {
    const line: Point[] = [[0, 0], [5, 1], [10, 0]];
    const half = leftOf(line, 1000);
    const sides = ([[5, 3], [-50, 8], [60, 9], [5, -3], [-50, -20], [60, -30]] as Point[]).map((p) => inside(half, p));
    expect(new Set(sides.slice(0, 3)).size).toBe(1);
    expect(new Set(sides.slice(3)).size).toBe(1);
    expect(sides[0]).not.toBe(sides[3]);
  });

  it('takes a trembling hand for a straight line and keeps its bends', () => {
    const trembling = Array.from({ length: 60 }, (_, i): Point => [i * 4, (i % 3) - 1]);
    expect(thinned(trembling, 6)).toEqual([trembling[0], trembling.at(-1)]);
    const bent = [...trembling, ...Array.from({ length: 40 }, (_, i): Point => [236 + (i % 2), i * 5])];
    const kept = thinned(bent, 6);
    expect(kept.length).toBe(3);
    for (const p of bent) expect(away(kept, p)).toBeLessThanOrEqual(6);
    expect(thinned([[1, 1]], 6)).toEqual([[1, 1]]);
  });

  it('finds the point half way along a bent line', () => {
    expect(halfway([[0, 0], [10, 0], [10, 30]])).toEqual([10, 10]);
    expect(halfway([[3, 4]])).toEqual([3, 4]);
    expect(halfway([])).toBeNull();
  });

  it('pulls a border where it is held and leaves it where it is not', () => {
    const { ring, line } = pulled([[0, 0], [400, 0]], [200, 0], [200, 50]);
    expect(inside(ring, [200, 40])).toBe(true);
    expect(inside(ring, [200, -5])).toBe(false);
    expect(inside(ring, [20, 5])).toBe(false);
    expect(line[0]).toEqual([0, 0]);
  });

  it('joins stretches whatever way they run', () => {
    expect(joined([[[1, 0], [2, 0]], [[1, 0], [0, 0]], [[3, 0], [2, 0]], [[9, 9], [8, 8]]])).toEqual([
      [[0, 0], [1, 0], [2, 0], [3, 0]],
      [[9, 9], [8, 8]],
    ]);
  });
});
