import type { Feature, FeatureCollection, Position } from 'geojson';
import { metresPerDegree, polygonsOf, ringArea } from '../map/geometry';

/** A stretch of border between two cells, or between a cell and the outside (`right` is -1). */
export interface Arc {
  left: number;
  right: number;
  metres: number;
  line: Position[];
}

export interface Cell {
  code: string;
  zone: string | null;
  households: number;
  persons: number;
  building: string | null;
  unit: number;
  floorLow: number | null;
  floorHigh: number | null;
  areaM2: number;
  /** A point of the cell: the middle of its outline's box. */
  at: [number, number];
}

/**
 * Cells and the arcs between them. The server sends outlines whose neighbours share every vertex to the last digit, so a
 * stretch is found by its two ends, and any zone's border is the arcs whose sides carry different zones.
 */
export interface Topology {
  cells: Cell[];
  index: Map<string, number>;
  arcs: Arc[];
  /** Arcs around each cell. */
  around: number[][];
  /** Cells one can walk on to: over a shared arc at ground level, up and down within a stack. */
  beside: number[][];
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const whole = (value: unknown): number | null => (typeof value === 'number' ? value : null);

export function topologyOf(source: FeatureCollection, zoneField: string): Topology {
  const cells = source.features.map((feature) => cellOf(feature, zoneField));
  const arcs = arcsOf(source.features);
  const around: number[][] = cells.map(() => []);
  arcs.forEach((arc, at) => {
    around[arc.left]?.push(at);
    if (arc.right >= 0) around[arc.right]?.push(at);
  });
  return { cells, index: new Map(cells.map((cell, at) => [cell.code, at])), arcs, around, beside: besideOf(cells, arcs) };
}

/** The same cells in other zones: what an edit changes. Arcs stay, so nothing is looked for anew. */
export function rezoned(topology: Topology, zoneOf: (at: number) => string | null): Topology {
  return { ...topology, cells: topology.cells.map((cell, at) => ({ ...cell, zone: zoneOf(at) })) };
}

/** Whether a layer tells of the same cells in the same order. */
export function sameCells(topology: Topology, source: FeatureCollection): boolean {
  const { cells } = topology;
  return cells.length === source.features.length && source.features.every((feature, at) => feature.properties?.['code'] === cells[at]?.code);
}

export function zoneIn(source: FeatureCollection, at: number, zoneField: string): string | null {
  return text(source.features[at]?.properties?.[zoneField]);
}

function cellOf(feature: Feature, zoneField: string): Cell {
  const said = feature.properties ?? {};
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  let area = 0;
  for (const [outer = []] of polygonsOf(feature.geometry)) {
    area += Math.abs(ringArea(outer));
    for (const [x = 0, y = 0] of outer) {
      [west, south, east, north] = [Math.min(west, x), Math.min(south, y), Math.max(east, x), Math.max(north, y)];
    }
  }
  return {
    code: String(said['code']),
    zone: text(said[zoneField]),
    households: whole(said['households']) ?? 0,
    persons: whole(said['persons']) ?? 0,
    building: text(said['building']),
    unit: whole(said['unit']) ?? 0,
    floorLow: whole(said['floor_low']),
    floorHigh: whole(said['floor_high']),
    areaM2: whole(said['area_m2']) ?? area,
    at: west <= east ? [(west + east) / 2, (south + north) / 2] : [0, 0],
  };
}

/** Whether a cell is a band of floors above the ground one of its stairwell. */
export function aloft(cell: Cell): boolean {
  return cell.floorLow !== null && cell.floorLow > 1;
}

function arcsOf(features: readonly Feature[]): Arc[] {
  // Ends of stretches as numbers: ten-millionths of a degree from the first corner, which any city fits.
  const first = polygonsOf(features.find((feature) => polygonsOf(feature.geometry).length)?.geometry ?? null)[0]?.[0]?.[0];
  const [ox, oy] = [(first?.[0] ?? 0) - 3, (first?.[1] ?? 0) - 3];
  const ids = new Map<number, number>();
  const idOf = (p: Position): number => {
    const key = Math.round(((p[0] ?? 0) - ox) * 1e7) * 2 ** 26 + Math.round(((p[1] ?? 0) - oy) * 1e7);
    let id = ids.get(key);
    if (id === undefined) ids.set(key, (id = ids.size));
    return id;
  };
  const rings: { cell: number; line: Position[]; ends: number[] }[] = [];
  features.forEach((feature, cell) => {
    for (const polygon of polygonsOf(feature.geometry)) {
      for (const ring of polygon) rings.push({ cell, line: ring, ends: ring.map(idOf) });
    }
  });
  const span = ids.size;
  const sides = new Map<number, [number, number]>();
  const keyOf = (a: number, b: number): number => (a < b ? a * span + b : b * span + a);
  for (const { cell, ends } of rings) {
    for (let i = 1; i < ends.length; i += 1) {
      const key = keyOf(ends[i - 1] ?? 0, ends[i] ?? 0);
      const met = sides.get(key);
      if (met) met[1] = cell;
      else sides.set(key, [cell, -1]);
    }
  }
  const arcs: Arc[] = [];
  for (const { cell, line, ends } of rings) {
    const other = ends.slice(1).map((end, i) => {
      const [a, b] = sides.get(keyOf(ends[i] ?? 0, end)) ?? [cell, -1];
      return a === cell ? b : a;
    });
    arcs.push(...runs(cell, line, other));
  }
  return arcs;
}

/** Runs of a ring along one neighbour; each is kept by one of its two cells. */
function runs(cell: number, ring: Position[], other: number[]): Arc[] {
  const n = other.length;
  let start = 0;
  while (start < n && other[start] === other[(start + n - 1) % n]) start += 1;
  if (start === n) start = 0;
  const arcs: Arc[] = [];
  for (let i = 0; i < n; ) {
    const right = other[(start + i) % n] ?? -1;
    const line: Position[] = [ring[(start + i) % n] ?? [0, 0]];
    while (i < n && other[(start + i) % n] === right) {
      line.push(ring[((start + i) % n) + 1] ?? [0, 0]);
      i += 1;
    }
    if (right < 0 || right > cell) arcs.push({ left: cell, right, metres: lengthOf(line), line });
  }
  return arcs;
}

function lengthOf(line: readonly Position[]): number {
  const [kx, ky] = metresPerDegree(line[0]?.[1] ?? 0);
  let sum = 0;
  for (let i = 1; i < line.length; i += 1) {
    const [a, b] = [line[i - 1], line[i]];
    if (a && b) sum += Math.hypot(((b[0] ?? 0) - (a[0] ?? 0)) * kx, ((b[1] ?? 0) - (a[1] ?? 0)) * ky);
  }
  return sum;
}

function besideOf(cells: readonly Cell[], arcs: readonly Arc[]): number[][] {
  const sets = cells.map(() => new Set<number>());
  const join = (a: number, b: number): void => {
    sets[a]?.add(b);
    sets[b]?.add(a);
  };
  for (const { left, right } of arcs) {
    const [a, b] = [cells[left], cells[right]];
    if (a && b && !aloft(a) && !aloft(b)) join(left, right);
  }
  // Floors are left by their own stairs: each band leads to the one above it.
  const stacks = new Map<string, number[]>();
  cells.forEach((cell, at) => {
    if (cell.floorLow === null || cell.building === null) return;
    const key = `${cell.building} ${cell.unit}`;
    stacks.set(key, [...(stacks.get(key) ?? []), at]);
  });
  for (const stack of stacks.values()) {
    stack.sort((a, b) => (cells[a]?.floorLow ?? 0) - (cells[b]?.floorLow ?? 0));
    for (let i = 1; i < stack.length; i += 1) join(stack[i - 1] ?? 0, stack[i] ?? 0);
  }
  return sets.map((set) => [...set].sort((a, b) => a - b));
}
