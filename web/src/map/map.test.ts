import type { Feature, Polygon } from 'geojson';
import { describe, expect, it } from 'vitest';
import { anchorOf } from './anchor';
import { colour, neighbours } from './colouring';
import { boundsOf, ringArea, roomFor } from './geometry';
import { drawnAt, farBelow, lookOf, stepsOf } from './scale';
import { LAYERS } from './style';

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

describe('room for the legend', () => {
  const legend: [number, number] = [272, 300];
  const map: [number, number] = [960, 810];

  it('is above the legend for wide land and beside it for tall land', () => {
    expect(roomFor([7.3, 43.72, 7.6, 43.8], map, legend)).toMatchObject({ left: 36, bottom: 300 });
    expect(roomFor([7.3, 43.6, 7.4, 43.9], map, legend)).toMatchObject({ left: 272, bottom: 34 });
  });

  it('is not kept where no legend is, nor where it would take half of the map', () => {
    expect(roomFor([7.3, 43.6, 7.4, 43.9], map, [0, 0])).toMatchObject({ left: 36, bottom: 34 });
    expect(roomFor([7.3, 43.6, 7.4, 43.9], [500, 400], legend)).toMatchObject({ left: 36, bottom: 34 });
  });
});

describe('what is drawn at a scale', () => {
  const steps = stepsOf(20);

  it('goes from the coarser level to codes to sizes, and the legend is told so', () => {
    expect(steps.code).toBeLessThan(steps.size);
    expect(drawnAt(12, steps)).toEqual({ far: true, labels: 'parents', buildings: false, details: false, unknown: false });
    expect(drawnAt(steps.code, steps).labels).toBe('codes');
    expect(drawnAt(18, steps)).toEqual({ far: false, labels: 'sizes', buildings: true, details: true, unknown: true });
  });

  it('is far for a whole town though the zones of a coarse level have room for labels', () => {
    expect(drawnAt(13, stepsOf(900)).far).toBe(true);
    expect(farBelow(stepsOf(900))).toBeLessThan(15);
  });

  it('from afar coverage draws no borders of the finer level, and gives back every property it changed', () => {
    const far = lookOf(LAYERS, true, true);
    const near = lookOf(LAYERS, false, true);
    expect(far.zooms['zones-line']).toBe(24);
    expect(near.zooms['zones-line']).toBe(0);
    expect(lookOf(LAYERS, true, false).zooms['zones-line']).toBe(0);
    for (const part of ['paint', 'layout'] as const) {
      for (const [id, changed] of Object.entries(far[part])) {
        const layer = LAYERS.find((each) => each.id === id);
        expect(layer, id).toBeDefined();
        for (const name of Object.keys(changed)) {
          expect(near[part][id]?.[name]).toEqual((layer?.[part] as Record<string, unknown> | undefined)?.[name]);
          expect(near[part][id]?.[name]).not.toEqual(changed[name]);
        }
      }
    }
  });
});
