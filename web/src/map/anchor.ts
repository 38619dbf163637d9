import type { Geometry, Position } from 'geojson';
import { metresPerDegree, polygonsOf, ringArea } from './geometry';

export interface Anchor {
  at: [number, number];
  /** Metres from the anchor to the nearest border: how much room a label has. */
  room: number;
  /** Area of the largest part, m2. */
  area: number;
}

interface Cell {
  x: number;
  y: number;
  half: number;
  inside: number;
  best: number;
}

/**
 * The point furthest from every border of the largest part (pole of inaccessibility, after V. Agafonkin's polylabel),
 * to a metre. A label placed there stays inside its zone however bent the zone is. `rough` is for thousands of zones: to a tenth
 * of their size, on outlines of a few dozen corners.
 */
export function anchorOf(geometry: Geometry | null, rough = false): Anchor | null {
  let rings: Position[][] | null = null;
  let area = 0;
  for (const polygon of polygonsOf(geometry)) {
    const outer = polygon[0];
    if (!outer || outer.length < 4) continue;
    const size = Math.abs(ringArea(outer));
    if (!rings || size > area) [rings, area] = [polygon, size];
  }
  const first = rings?.[0]?.[0];
  if (!rings || !first) return null;
  const [ox, oy] = [first[0] ?? 0, first[1] ?? 0];
  const [kx, ky] = metresPerDegree(oy);
  const flat = rings.map((ring) => ring.map((p): [number, number] => [((p[0] ?? 0) - ox) * kx, ((p[1] ?? 0) - oy) * ky]));
  const pole = rough ? poleOf(flat.map(thinned), 0.1) : poleOf(flat, 0);
  return { at: [ox + pole.x / kx, oy + pole.y / ky], room: Math.max(0, pole.inside), area };
}

/** Corners kept of a ring that is looked at roughly. */
const CORNERS = 48;

function thinned(ring: [number, number][]): [number, number][] {
  const step = Math.ceil(ring.length / CORNERS);
  return step > 1 ? ring.filter((_, at) => at % step === 0) : ring;
}

/** `share` of the size is good enough; a metre always is. */
function poleOf(rings: [number, number][][], share: number): Cell {
  const xs = (rings[0] ?? []).map((p) => p[0]);
  const ys = (rings[0] ?? []).map((p) => p[1]);
  const [west, south, east, north] = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  const size = Math.min(east - west, north - south);
  const precision = Math.max(1, size * share);
  const cell = (x: number, y: number, half: number): Cell => {
    const inside = distance(x, y, rings);
    return { x, y, half, inside, best: inside + half * Math.SQRT2 };
  };
  let found = cell((west + east) / 2, (south + north) / 2, 0);
  if (size <= 0) return found;
  const queue: Cell[] = [];
  const half = size / 2;
  for (let x = west; x < east; x += size) for (let y = south; y < north; y += size) queue.push(cell(x + half, y + half, half));
  // A few hundred cells settle any outline to a metre; the cap keeps a monstrous ring from holding up the page.
  for (let budget = 2000; budget > 0 && queue.length > 0; budget -= 1) {
    let top = 0;
    for (let i = 1; i < queue.length; i += 1) if ((queue[i]?.best ?? 0) > (queue[top]?.best ?? 0)) top = i;
    const [next] = queue.splice(top, 1);
    if (!next) break;
    if (next.inside > found.inside) found = next;
    if (next.best - found.inside <= precision) continue;
    const h = next.half / 2;
    for (const [dx, dy] of [[-h, -h], [h, -h], [-h, h], [h, h]] as const) queue.push(cell(next.x + dx, next.y + dy, h));
  }
  return found;
}

/** Distance to the nearest border, negative outside. */
function distance(x: number, y: number, rings: [number, number][][]): number {
  let inside = false;
  let least = Infinity;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [a, b] = [ring[i], ring[j]];
      if (!a || !b) continue;
      if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside;
      least = Math.min(least, toSegment(x, y, a, b));
    }
  }
  return (inside ? 1 : -1) * Math.sqrt(least);
}

function toSegment(px: number, py: number, a: [number, number], b: [number, number]): number {
  let [x, y] = a;
  const [dx, dy] = [b[0] - x, b[1] - y];
  const length = dx * dx + dy * dy;
  if (length > 0) {
    const t = Math.max(0, Math.min(1, ((px - x) * dx + (py - y) * dy) / length));
    [x, y] = [x + t * dx, y + t * dy];
  }
  return (px - x) ** 2 + (py - y) ** 2;
}
