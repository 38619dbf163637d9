import type { Feature, Polygon } from 'geojson';
import { describe, expect, it } from 'vitest';
import { anchorOf } from './anchor';
import { colour, neighbours } from './colouring';
import { boundsOf, ringArea } from './geometry';

const square = (x: number, y: number, size = 0.001): Feature<Polygon> => ({
  type: 'Feature',
  properties: {},
  geometry: { type: 'Polygon', coordinates: [[[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]] },
});

describe('colouring', () => {
  it('keeps neighbours apart on a chequered board with corners touching', () => {
    const board = Array.from({ length: 100 }, (_, i) => square((i % 10) / 1000, Math.floor(i / 10) / 1000));
    const snapped = board.map((feature) => {
      const round = JSON.stringify(feature.geometry, (_, v: unknown) => (typeof v === 'number' ? Number(v.toFixed(7)) : v));
      return { ...feature, geometry: JSON.parse(round) as Polygon };
    });
    const adjacent = neighbours(snapped);
    expect(adjacent[11]).toHaveLength(8);
    const colours = colour(adjacent, 6);
    adjacent.forEach((list, zone) => list.forEach((other) => expect(colours[other]).not.toBe(colours[zone])));
    expect(Math.max(...colours)).toBeLessThan(6);
  });

  it('gives the same colours each time', () => {
    const adjacent = neighbours([square(0, 0), square(0.001, 0), square(0.002, 0)]);
    expect(colour(adjacent, 6)).toEqual(colour(adjacent, 6));
  });

  it('still answers when there are more neighbours than colours', () => {
    const all = Array.from({ length: 9 }, (_, i) => Array.from({ length: 9 }, (_, j) => j).filter((j) => j !== i));
    expect(colour(all, 4).every((c) => c >= 0 && c < 4)).toBe(true);
  });
});

describe('label anchors', () => {
  it('lie inside a U whose centroid is outside', () => {
    const u: Feature<Polygon> = {
      type: 'Feature',
      properties: {},
      geometry: {
        type: 'Polygon',
        coordinates: [[[0, 0], [0.003, 0], [0.003, 0.003], [0.002, 0.003], [0.002, 0.001], [0.001, 0.001], [0.001, 0.003], [0, 0.003], [0, 0]]],
      },
    };
    const anchor = anchorOf(u.geometry);
    expect(anchor?.room).toBeGreaterThan(50);
    expect(anchor && (anchor.at[0] < 0.001 || anchor.at[0] > 0.002 || anchor.at[1] < 0.001)).toBe(true);
  });

  it('take the largest part of several', () => {
    const anchor = anchorOf({ type: 'MultiPolygon', coordinates: [square(0, 0).geometry.coordinates, square(1, 1, 0.01).geometry.coordinates] });
    expect(anchor?.at[0]).toBeGreaterThan(1);
  });

  it('are absent for nothing', () => {
    expect(anchorOf(null)).toBeNull();
    expect(anchorOf({ type: 'Polygon', coordinates: [] })).toBeNull();
  });
});

describe('geometry', () => {
  it('bounds features and measures rings', () => {
    expect(boundsOf([square(1, 2), square(3, 4)])).toEqual([1, 2, 3.001, 4.001]);
    expect(boundsOf([])).toBeNull();
    expect(ringArea(square(0, 0).geometry.coordinates[0] ?? [])).toBeCloseTo(111.32 * 110.95, -1);
  });
});
