import type { FeatureCollection } from 'geojson';
import { ROOT } from '../api/base';
import { api, ApiError } from '../api/client';
import type { Gap, Level, PlanSummary, VerifyReport } from '../api/types';
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

/** What the server said, kept once. Nothing here is computed twice elsewhere; panels and map only read. */
class PlanStore {
  summary = $state.raw<PlanSummary | null>(null);
  report = $state.raw<VerifyReport | null>(null);
  gaps = $state.raw<Gap[] | null>(null);
  facilities = $state.raw<FeatureCollection | null>(null);
  boundary = $state.raw<FeatureCollection | null>(null);
  zones = $state.raw<Record<string, FeatureCollection>>({});
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
    this.report = this.gaps = this.facilities = this.boundary = null;
    this.opened += 1;
    const rest: Promise<void>[] = [
      this.#take('boundary', async () => {
        this.boundary = await api.layer('boundary');
      }),
      this.#take('facilities', async () => {
        this.facilities = await api.layer('facilities');
      }),
    ];
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

  /** Loads the outlines of a level unless they are here or on the way. */
  async needZones(level: string): Promise<void> {
    if (this.zones[level] || this.#pending.has(level)) return;
    this.#pending.add(level);
    await this.#take('zones', async () => {
      const zones = await api.layer('zones', { level });
      this.zones = { ...this.zones, [level]: zones };
    });
    this.#pending.delete(level);
  }

  /** Takes in what an edit changed; the base map stays. */
  async again(): Promise<void> {
    const levels = Object.keys(this.zones);
    await this.#take('plan', async () => {
      const [summary, report, ...zones] = await Promise.all([
        api.plan(),
        api.verify(),
        ...levels.map((level) => api.layer('zones', { level })),
      ]);
      this.summary = summary;
      this.report = report;
      this.zones = Object.fromEntries(levels.map((level, at) => [level, zones[at] as FeatureCollection]));
    });
  }

  fail(layer: string, error: unknown): void {
    const entry = failure(layer, error);
    if (!this.failures.some((known) => known.layer === layer)) this.failures = [...this.failures, entry];
  }

  dismiss(layer: string): void {
    this.failures = this.failures.filter((known) => known.layer !== layer);
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
