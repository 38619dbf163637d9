import type { Feature } from 'geojson';
import { api } from '../api/client';
import type { Repair } from '../api/variants';
import { mapInfo } from '../map/info.svelte';
import { MOVED } from '../map/palette';
import { jobs } from './jobs.svelte';
import { plan } from './plan.svelte';
import { view } from './view.svelte';

/** Chosen zones put right by the engine: looked at first, then taken or left. */
class Mend {
  result = $state.raw<Repair | null>(null);
  #asked: { level: string; zones: string[] } | null = null;

  async look(level: string, zones: string[]): Promise<void> {
    this.clear();
    const job = await jobs.run(() => api.mend({ level, zones }));
    const repair = job?.result?.['repair'] as Repair | undefined;
    if (!repair) return;
    this.#asked = { level, zones };
    this.result = repair;
    await this.#draw(repair);
  }

  /** The same plan and zones give the same repair: what was looked at is what is done. */
  async accept(reason: string): Promise<void> {
    if (!this.#asked) return;
    const author = view.author.trim();
    const note = { at: new Date().toISOString(), reason, ...(author ? { author } : {}) };
    const asked = this.#asked;
    if (!(await jobs.run(() => api.mend({ ...asked, accept: true, note })))) return;
    this.clear();
    await plan.again();
  }

  clear(): void {
    if (this.result) mapInfo.extra = null;
    this.result = this.#asked = null;
  }

  async #draw(repair: Repair): Promise<void> {
    const moved = new Set(repair.moves.flatMap((move) => move.atoms));
    // All cells of a large plan are too much to ask for a picture of some.
    if (!moved.size || plan.large) return;
    try {
      const atoms = await api.layer('atoms');
      if (this.result !== repair) return;
      const features = atoms.features
        .filter((atom) => moved.has(String(atom.properties?.['code'])))
        .map((atom): Feature => ({ ...atom, properties: { colour: MOVED, strength: 0.7 } }));
      mapInfo.extra = { type: 'FeatureCollection', features };
    } catch (error) {
      plan.fail('atoms', error);
    }
  }
}

export const mend = new Mend();
