import type { Feature } from 'geojson';
import { api } from '../api/client';
import type { Comparison } from '../api/types';
import { mapInfo } from '../map/info.svelte';
import { MOVED } from '../map/palette';
import { view } from './view.svelte';

/** Another plan beside the open one: who changed zone. */
class Compared {
  file = $state<string | null>(null);
  result = $state.raw<Comparison | null>(null);
  #atoms: readonly Feature[] = [];

  readonly level = $derived(this.result?.levels.find((each) => each.level === view.level?.key) ?? null);

  async run(file: string): Promise<void> {
    const [result, atoms] = await Promise.all([api.compare(file), api.layer('atoms')]);
    this.#atoms = atoms.features;
    this.result = result;
    this.file = file;
    this.show();
  }

  /** Marks on the map what moved at the level that is looked at. */
  show(): void {
    const moved = new Set(this.level?.moved_atoms ?? []);
    const features = this.#atoms
      .filter((atom) => moved.has(String(atom.properties?.['code'])))
      .map((atom): Feature => ({ ...atom, properties: { colour: MOVED, strength: 0.7 } }));
    mapInfo.extra = this.result ? { type: 'FeatureCollection', features } : null;
  }

  clear(): void {
    this.file = this.result = null;
    this.#atoms = [];
    mapInfo.extra = null;
  }
}

export const comparison = new Compared();
