import type { FeatureCollection } from 'geojson';
import { ROOT } from '../api/base';
import { api, ApiError } from '../api/client';
import type { Gap, Level, Places, PlanSummary, VerifyReport } from '../api/types';
import { judge, type ZoneRow } from './zones';

export interface Failure {
  layer: string;
  message: string;
  status: number;
  /** The word programs go by, where the server gave one. */
  key?: string;
}

/** Households from which the ground comes in tiles and the map opens at the coarsest level: it would be too much at once. */
const LARGE = 100_000;

/** Milliseconds that tables of a large plan wait for the first map at most. */
const PATIENCE = 4000;

/** What the server said, kept once. Nothing here is computed twice elsewhere; panels and map only read. */
class PlanStore {
  summary = $state.raw<PlanSummary | null>(null);
  report = $state.raw<VerifyReport | null>(null);
  gaps = $state.raw<Gap[] | null>(null);
  facilities = $state.raw<FeatureCollection | null>(null);
  boundary = $state.raw<FeatureCollection | null>(null);
  /** Outlines of each level looked at; of a large plan, where its zones lie, as the outlines come in tiles. */
  zones = $state.raw<Record<string, FeatureCollection>>({});
  places = $state.raw<Record<string, Places>>({});
  /** Grows with every plan opened: the map is made anew then. */
  opened = $state(0);
  /** The plan itself could not be opened: nothing can be shown. */
  fatal = $state.raw<Failure | null>(null);
  /** Parts that could not be loaded; the rest works. */
  failures = $state.raw<Failure[]>([]);

  readonly large = $derived((this.summary?.totals.households ?? 0) > LARGE);

  rows = $derived.by<Record<string, ZoneRow[]>>(() => {
    const rows: Record<string, ZoneRow[]> = {};
    for (const level of this.report?.levels ?? []) {
      rows[level.key] = level.detail.map((tally) => judge(tally, level.band));
    }
    return rows;
  });

  #pending = new Set<string>();
  #opening: Promise<void> | null = null;
  #drawn: (() => void) | null = null;

  level(key: string | null): Level | null {
    return this.summary?.levels.find((level) => level.key === key) ?? null;
  }

  /** The next coarser level; levels come coarse to fine. */
  coarser(key: string | null): Level | null {
    const at = this.summary?.levels.findIndex((level) => level.key === key) ?? -1;
    return at > 0 ? (this.summary?.levels[at - 1] ?? null) : null;
  }

  row(level: string | null, code: string | null): ZoneRow | null {
    return (level && code && this.rows[level]?.find((row) => row.code === code)) || null;
  }

  /** Opens the plan of this address, if it is that of one; asked twice at a time, it is done once. */
  open(): Promise<void> {
    if (!ROOT) return Promise.resolve();
    this.#opening ??= this.#open().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #open(): Promise<void> {
    this.fatal = null;
    this.failures = [];
    try {
      this.summary = await api.plan();
    } catch (error) {
      this.fatal = failure('plan', error);
      this.summary = null;
      return;
    }
    // Another plan may be in the place of the one before.
    this.zones = {};
    this.places = {};
    this.report = this.gaps = this.facilities = this.boundary = null;
    this.opened += 1;
    const rest: Promise<void>[] = [
      this.#take('boundary', async () => {
        this.boundary = await api.layer('boundary');
      }),
    ];
    if (this.large) {
      // The first map of a large plan takes all the machine has: tables, verdicts and gaps come after it.
      const [coarsest] = this.summary.levels;
      if (coarsest) rest.push(this.needZones(coarsest.key));
      await Promise.race([new Promise<void>((drawn) => (this.#drawn = drawn)), new Promise((late) => setTimeout(late, PATIENCE))]);
    } else {
      rest.push(this.needFacilities());
    }
    if (this.summary.rules) {
      rest.push(
        this.#take('verify', async () => {
          this.report = await api.verify();
        }),
      );
    }
    if (this.summary.coverage) {
      rest.push(
        this.#take('gaps', async () => {
          this.gaps = await api.gaps();
        }),
      );
    }
    await Promise.all(rest);
  }

  /** The first map is drawn. */
  drawn(): void {
    this.#drawn?.();
  }

  /** Loads the outlines of a level unless they are here or on the way. */
  async needZones(level: string): Promise<void> {
    if (this.zones[level] || this.places[level]) return;
    await this.#once(`zones ${level}`, 'zones', async () => {
      if (this.large) this.places = { ...this.places, [level]: await api.places(level) };
      else this.zones = { ...this.zones, [level]: await api.layer('zones', { level }) };
    });
  }

  /** Loads the places of services unless they are here or on the way. */
  async needFacilities(): Promise<void> {
    if (this.facilities) return;
    await this.#once('facilities', 'facilities', async () => {
      this.facilities = await api.layer('facilities');
    });
  }

  /** Takes in what an edit changed; the base map stays. */
  async again(): Promise<void> {
    const each = async <T>(levels: string[], ask: (level: string) => Promise<T>): Promise<Record<string, T>> =>
      Object.fromEntries(await Promise.all(levels.map(async (level) => [level, await ask(level)] as const)));
    await this.#take('plan', async () => {
      const [summary, report, zones, places] = await Promise.all([
        api.plan(),
        api.verify(),
        each(Object.keys(this.zones), (level) => api.layer('zones', { level })),
        each(Object.keys(this.places), (level) => api.places(level)),
      ]);
      [this.summary, this.report, this.zones, this.places] = [summary, report, zones, places];
    });
  }

  fail(layer: string, error: unknown): void {
    const entry = failure(layer, error);
    if (!this.failures.some((known) => known.layer === layer)) this.failures = [...this.failures, entry];
  }

  dismiss(layer: string): void {
    this.failures = this.failures.filter((known) => known.layer !== layer);
  }

  async #once(key: string, layer: string, work: () => Promise<void>): Promise<void> {
    if (this.#pending.has(key)) return;
    this.#pending.add(key);
    await this.#take(layer, work);
    this.#pending.delete(key);
  }

  async #take(layer: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.fail(layer, error);
    }
  }
}

function failure(layer: string, error: unknown): Failure {
  if (error instanceof ApiError) return { layer, message: error.message, status: error.status, key: error.key };
  return { layer, message: error instanceof Error ? error.message : String(error), status: -1 };
}

export const plan = new PlanStore();
