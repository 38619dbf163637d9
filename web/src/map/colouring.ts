import type { Feature } from 'geojson';
import { eachPosition } from './geometry';

/**
 * Which zones touch. Outlines come from shared arcs, so neighbours have vertices in common, to the last digit; two
 * zones that meet in one corner count as touching as well.
 */
export function neighbours(features: readonly Feature[]): number[][] {
  const owners = new Map<number, number[]>();
  let [ox, oy] = [NaN, NaN];
  features.forEach((feature, index) => {
    eachPosition(feature.geometry, ([x, y]) => {
      if (Number.isNaN(ox)) [ox, oy] = [x ?? 0, y ?? 0];
      // One number of both, in hundred-millionths of a degree (a millimetre): ten times quicker than text for a city's worth.
      const key = Math.round(((x ?? 0) - ox) * 1e8) * 2 ** 27 + Math.round(((y ?? 0) - oy) * 1e8);
      const list = owners.get(key);
      if (!list) owners.set(key, [index]);
      else if (list.at(-1) !== index) list.push(index);
    });
  });
  const sets = features.map(() => new Set<number>());
  for (const list of owners.values()) {
    if (list.length < 2) continue;
    for (const a of list) for (const b of list) if (a !== b) sets[a]?.add(b);
  }
  return sets.map((set) => [...set].sort((a, b) => a - b));
}

/**
 * A colour number for each zone, different from its neighbours' (Welsh and Powell 1967, most neighbours first). Among the free
 * colours the least used is taken, so the map does not drown in one. Beyond `colours` neighbours the least bad is.
 */
export function colour(adjacent: readonly number[][], colours: number): number[] {
  const order = adjacent.map((_, index) => index).sort((a, b) => (adjacent[b]?.length ?? 0) - (adjacent[a]?.length ?? 0) || a - b);
  const chosen = adjacent.map(() => -1);
  const used = new Array<number>(colours).fill(0);
  for (const zone of order) {
    const near = new Array<number>(colours).fill(0);
    for (const other of adjacent[zone] ?? []) {
      const taken = chosen[other] ?? -1;
      if (taken >= 0) near[taken] = (near[taken] ?? 0) + 1;
    }
    let best = 0;
    for (let c = 1; c < colours; c += 1) {
      const better = (near[c] ?? 0) - (near[best] ?? 0) || (used[c] ?? 0) - (used[best] ?? 0);
      if (better < 0) best = c;
    }
    chosen[zone] = best;
    used[best] = (used[best] ?? 0) + 1;
  }
  return chosen;
}
