/** Points in pixels or degrees: what is drawn with the pointer, and what lies where. */
export type Point = readonly [number, number];

export function inside(ring: readonly Point[], [x, y]: Point): boolean {
  let within = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [a, b] = [ring[i], ring[j]];
    if (!a || !b) continue;
    if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) within = !within;
  }
  return within;
}

/** The half of the plane at the left of a line whose ends go on straight, as a ring that is large enough. */
export function leftOf(line: readonly Point[], far: number): Point[] {
  const [first, second, last, before] = [line[0], line[1], line.at(-1), line.at(-2)];
  if (!first || !second || !last || !before) return [];
  const on = (from: Point, to: Point): Point => {
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(dx, dy) || 1;
    return [to[0] + (dx / length) * far, to[1] + (dy / length) * far];
  };
  const [start, end] = [on(second, first), on(before, last)];
  const [dx, dy] = [end[0] - start[0], end[1] - start[1]];
  const length = Math.hypot(dx, dy) || 1;
  const side: Point = [(dy / length) * far * 2, (-dx / length) * far * 2];
  return [start, ...line, end, [end[0] + side[0], end[1] + side[1]], [start[0] + side[0], start[1] + side[1]]];
}

/** A line with the points that lie within a distance of the line left (Douglas and Peucker 1973): a hand that draws straight trembles. */
export function thinned(line: readonly Point[], distance: number): Point[] {
  const [first, last] = [line[0], line.at(-1)];
  if (!first || !last || line.length < 3) return [...line];
  let [most, at] = [distance, 0];
  line.forEach((p, i) => {
    const far = away([first, last], p);
    if (far > most) [most, at] = [far, i];
  });
  return at === 0 ? [first, last] : [...thinned(line.slice(0, at + 1), distance).slice(0, -1), ...thinned(line.slice(at), distance)];
}

/** The point half way along a line. */
export function halfway(line: readonly Point[]): Point | null {
  const lengths = line.slice(1).map((p, i) => Math.hypot(p[0] - (line[i]?.[0] ?? 0), p[1] - (line[i]?.[1] ?? 0)));
  let left = lengths.reduce((sum, length) => sum + length, 0) / 2;
  for (const [i, length] of lengths.entries()) {
    const [a, b] = [line[i], line[i + 1]];
    if (a && b && left <= length) return length ? [a[0] + ((b[0] - a[0]) * left) / length, a[1] + ((b[1] - a[1]) * left) / length] : a;
    left -= length;
  }
  return line.at(-1) ?? null;
}

/**
 * A border pulled at one place, as a band pulled by a finger: the place follows the pointer, the border further along less
 * and less. Gives the land between the border as it was and as it is pulled.
 */
export function pulled(border: readonly Point[], grab: Point, to: Point): { ring: Point[]; line: Point[] } {
  const [dx, dy] = [to[0] - grab[0], to[1] - grab[1]];
  const reach = Math.max(60, Math.hypot(dx, dy) * 1.2);
  const line = fine(border, 6).map((p): [Point, Point] => {
    const near = Math.max(0, 1 - Math.hypot(p[0] - grab[0], p[1] - grab[1]) / reach);
    // Eased at both ends, so that the stretch meets the border that stays without a corner.
    const share = near * near * (3 - 2 * near);
    return [p, [p[0] + dx * share, p[1] + dy * share]];
  });
  return { ring: [...line.map(([was]) => was), ...line.map(([, is]) => is).reverse()], line: line.map(([, is]) => is) };
}

/** The same line with a corner at least every `step`. */
function fine(line: readonly Point[], step: number): Point[] {
  const out: Point[] = [];
  line.forEach((p, at) => {
    const last = line[at - 1];
    if (last) {
      const parts = Math.min(200, Math.ceil(Math.hypot(p[0] - last[0], p[1] - last[1]) / step));
      for (let k = 1; k < parts; k += 1) out.push([last[0] + ((p[0] - last[0]) * k) / parts, last[1] + ((p[1] - last[1]) * k) / parts]);
    }
    out.push(p);
  });
  return out;
}

/** Joins stretches end to end into the longest lines they make; ends meet when they are the same point. */
export function joined(stretches: readonly (readonly Point[])[]): Point[][] {
  const key = (p: Point | undefined): string => (p ? `${p[0]},${p[1]}` : '');
  const open = new Set(stretches.filter((line) => line.length > 1));
  const lines: Point[][] = [];
  for (const start of stretches) {
    if (!open.delete(start)) continue;
    const line = [...start];
    for (let grown = true; grown; ) {
      grown = false;
      for (const next of open) {
        const [head, tail] = [key(line[0]), key(line.at(-1))];
        const [a, b] = [key(next[0]), key(next.at(-1))];
        if (a === tail) line.push(...next.slice(1));
        else if (b === tail) line.push(...[...next].reverse().slice(1));
        else if (b === head) line.unshift(...next.slice(0, -1));
        else if (a === head) line.unshift(...[...next].reverse().slice(0, -1));
        else continue;
        open.delete(next);
        grown = true;
        break;
      }
    }
    lines.push(line);
  }
  return lines;
}

/** How far a point is from a line. */
export function away(line: readonly Point[], [px, py]: Point): number {
  let least = Infinity;
  for (let i = 1; i < line.length; i += 1) {
    const [a, b] = [line[i - 1], line[i]];
    if (!a || !b) continue;
    let [x, y] = a;
    const [dx, dy] = [b[0] - x, b[1] - y];
    const length = dx * dx + dy * dy;
    if (length > 0) {
      const t = Math.max(0, Math.min(1, ((px - x) * dx + (py - y) * dy) / length));
      [x, y] = [x + t * dx, y + t * dy];
    }
    least = Math.min(least, Math.hypot(px - x, py - y));
  }
  return least;
}
