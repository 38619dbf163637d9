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
