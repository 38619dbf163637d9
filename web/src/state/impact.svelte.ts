import type { FeatureCollection } from 'geojson';
import { api } from '../api/client';
import type { Certainty } from '../api/types';
import { inside, type Point } from '../edit/shapes';
import { topologyOf } from '../edit/topology';
import type { Shape } from '../map/draw';
import { plan } from './plan.svelte';
import { view } from './view.svelte';

export const COUNTS = ['households', 'persons', 'elders', 'children', 'merchants'] as const;

export interface Impact {
  totals: Record<(typeof COUNTS)[number], number>;
  /** Counts that nobody knows for some building inside. */
  missing: Set<string>;
  certainty: Certainty;
  zones: { code: string; households: number; of: number }[];
  buildings: string[];
}

/** Who lives in an area somebody draws: the counts of the building cells whose middle lies in it. */
class Impacts {
  drawing = $state(false);
  shape = $state<Shape>('freehand');
  /** An area was drawn and is being counted. */
  asking = $state(false);
  result = $state.raw<Impact | null>(null);
  #asked = 0;

  start(): void {
    this.clear();
    this.drawing = true;
  }

  clear(): void {
    this.#asked += 1;
    this.drawing = this.asking = false;
    this.result = null;
  }

  async ask(ring: readonly Point[]): Promise<void> {
    const mine = (this.#asked += 1);
    this.asking = true;
    this.drawing = false;
    try {
      const atoms = await api.layer('atoms');
      // It was moved on or taken away meanwhile.
      if (mine === this.#asked) this.result = count(atoms, ring, view.level?.key ?? '');
    } catch (error) {
      plan.fail('atoms', error);
    } finally {
      if (mine === this.#asked) this.asking = false;
    }
  }
}

function count(atoms: FeatureCollection, ring: readonly Point[], level: string): Impact {
  const { cells } = topologyOf(atoms, `zone_${level}`);
  const totals = { households: 0, persons: 0, elders: 0, children: 0, merchants: 0 };
  const zones = new Map<string, { households: number; of: number }>();
  const buildings = new Set<string>();
  const missing = new Set<string>();
  let certainty: Certainty = 'given';
  cells.forEach((cell, at) => {
    const zone = cell.zone === null ? null : (zones.get(cell.zone) ?? { households: 0, of: 0 });
    if (zone && cell.zone !== null) zones.set(cell.zone, zone);
    if (zone) zone.of += cell.households;
    if (!inside(ring, cell.at)) return;
    const said = atoms.features[at]?.properties ?? {};
    for (const key of COUNTS) {
      totals[key] += Number(said[key] ?? 0);
      if (said[key] === null && cell.building !== null) missing.add(key);
    }
    if (zone) zone.households += cell.households;
    if (cell.building !== null) buildings.add(cell.building);
    if (cell.households > 0 && said['certainty'] === 'estimated' && certainty === 'given') certainty = 'estimated';
    if (cell.building !== null && said['certainty'] === 'unknown') certainty = 'unknown';
  });
  return {
    totals,
    missing,
    certainty,
    zones: [...zones].filter(([, zone]) => zone.households > 0).map(([code, zone]) => ({ code, ...zone })).sort((a, b) => b.households - a.households || (a.code < b.code ? -1 : 1)),
    buildings: [...buildings].sort(),
  };
}

export const impacts = new Impacts();
