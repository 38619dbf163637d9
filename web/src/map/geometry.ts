import type { Feature, Geometry, Polygon, Position } from 'geojson';

export type Bounds = [number, number, number, number];

export function eachPosition(geometry: Geometry | null, visit: (position: Position) => void): void {
  if (!geometry) return;
  if (geometry.type === 'GeometryCollection') {
    for (const part of geometry.geometries) eachPosition(part, visit);
    return;
  }
  const walk = (value: unknown): void => {
    if (!Array.isArray(value)) return;
    if (typeof value[0] === 'number') visit(value as Position);
    else for (const inner of value) walk(inner);
  };
  walk(geometry.coordinates);
}

export function boundsOf(features: readonly Feature[]): Bounds | null {
  const box: Bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (const feature of features) {
    eachPosition(feature.geometry, ([x, y]) => {
      if (x === undefined || y === undefined) return;
      if (x < box[0]) box[0] = x;
      if (y < box[1]) box[1] = y;
      if (x > box[2]) box[2] = x;
      if (y > box[3]) box[3] = y;
    });
  }
  return box[0] <= box[2] ? box : null;
}

export function polygonsOf(geometry: Geometry | null): Polygon['coordinates'][] {
  if (geometry?.type === 'Polygon') return [geometry.coordinates];
  if (geometry?.type === 'MultiPolygon') return geometry.coordinates;
  if (geometry?.type === 'GeometryCollection') return geometry.geometries.flatMap(polygonsOf);
  return [];
}

/** Metres in a degree of longitude and of latitude; good to 0.5 % for placing labels, never for figures. */
export function metresPerDegree(latitude: number): [number, number] {
  return [111_320 * Math.cos((latitude * Math.PI) / 180), 110_950];
}

/** Signed area in square metres, for ordering parts by size; figures come from the server. */
export function ringArea(ring: Position[]): number {
  const [kx, ky] = metresPerDegree(ring[0]?.[1] ?? 0);
  const [ox, oy] = [ring[0]?.[0] ?? 0, ring[0]?.[1] ?? 0];
  let sum = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [a, b] = [ring[j], ring[i]];
    if (!a || !b) continue;
    sum += ((a[0] ?? 0) - ox) * ((b[1] ?? 0) - oy) - ((b[0] ?? 0) - ox) * ((a[1] ?? 0) - oy);
  }
  return (sum / 2) * kx * ky;
}

/**
 * Pixels to keep free at each side so that a territory is seen whole and as large as can be: beside the legend, which lies in
 * the corner at the left below, or above it. `legend` is its width and height, 0 where there is none.
 */
export function roomFor([west, south, east, north]: Bounds, [width, height]: [number, number], legend: [number, number]): { top: number; right: number; bottom: number; left: number } {
  const plain = { top: 24, right: 52, bottom: 34, left: 36 };
  const [across, up] = legend;
  // In a narrow map the legend would take more than half: it is folded there, and covers land where somebody unfolds it.
  if (!across || width < 2 * across) return plain;
  const beside = { ...plain, left: across };
  // The button above lies on nothing either.
  const above = { ...plain, top: 48, bottom: Math.min(up, height * 0.55) };
  const aspect = ((east - west) * Math.cos(((south + north) * Math.PI) / 360)) / Math.max(1e-9, north - south);
  const scale = ({ top, right, bottom, left }: typeof plain): number => Math.min((width - left - right) / aspect, height - top - bottom);
  return scale(above) > scale(beside) ? above : beside;
}
