import type { Measure } from '../api/types';
import { type Scheme } from '../map/palette';
import { plan } from './plan.svelte';

export const TABS = ['grids', 'coverage', 'issues', 'layers'] as const;
export type Tab = (typeof TABS)[number];

export const STANDARD_LAYERS = {
  fill: true,
  labels: true,
  parents: true,
  buildings: true,
  floors: true,
  compounds: true,
  streets: true,
  names: true,
  areas: true,
  boundary: true,
  atoms: false,
  facilities: false,
};
export type Toggle = keyof typeof STANDARD_LAYERS;
export const STANDARD_OPACITY = 0.42;

export const SHEETS = ['help', 'print', 'export', 'history', 'compare', 'tour', 'plans', 'variants'] as const;
export type Sheet = (typeof SHEETS)[number];

/** What this browser remembers; storage may be switched off. */
export function kept(key: string): string {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

export function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // It then lasts until the page is closed.
  }
}

export interface Place {
  bounds: [number, number, number, number];
  /** Asked again for the same place, the map must move again. */
  stamp: number;
  /** All of the territory. */
  all?: boolean;
}

/** What the user is looking at. Only the functions here change it. */
class View {
  tab = $state<Tab>('grids');
  levelKey = $state<string | null>(null);
  zone = $state<string | null>(null);
  hover = $state<string | null>(null);
  category = $state<string | null>(null);
  gap = $state<string | null>(null);
  profileKey = $state<string | null>(null);
  /** The chosen circle; null follows the tier each category is judged by. */
  tierKey = $state<string | null>(null);
  measure = $state<Measure>('households');
  layers = $state({ ...STANDARD_LAYERS });
  opacity = $state(STANDARD_OPACITY);
  panel = $state(true);
  legend = $state(innerWidth > 1000);
  legendBase = $state(false);
  place = $state.raw<Place | null>(null);
  /** How zones are coloured. */
  scheme = $state<Scheme>('soft');
  /** Who is at work here: kept in the history of the plan. */
  author = $state(kept('lifang.author'));
  /** What is shown over the page: help, print view, a dialog. */
  sheet = $state<Sheet | null>(null);

  /** The finest level unless one was chosen; the coarsest of a large plan. */
  level = $derived.by(() => {
    const levels = plan.summary?.levels ?? [];
    return levels.find((level) => level.key === this.levelKey) ?? (plan.large ? levels[0] : levels.at(-1)) ?? null;
  });

  coverage = $derived(plan.summary?.coverage ?? null);
  chosen = $derived(this.coverage?.categories.find((category) => category.key === this.category) ?? null);
  profile = $derived(
    this.coverage?.profiles.find((profile) => profile.key === this.profileKey) ?? this.coverage?.profiles[0] ?? null,
  );
  tier = $derived.by(() => {
    const tiers = this.coverage?.tiers ?? [];
    const wanted = this.tierKey ?? this.chosen?.tier;
    return tiers.find((tier) => tier.key === wanted) ?? tiers[0] ?? null;
  });
  row = $derived(plan.row(this.level?.key ?? null, this.zone));

  setLevel(key: string): void {
    if (key === this.level?.key) return;
    this.levelKey = key;
    this.zone = null;
    this.hover = null;
  }

  selectZone(code: string | null, bounds?: Place['bounds'] | null): void {
    this.zone = code;
    if (bounds) this.goTo(bounds);
  }

  chooseCategory(key: string | null): void {
    this.category = key === this.category ? null : key;
    this.gap = null;
    this.zone = null;
    this.tierKey = null;
  }

  /** The circle and the walkers a service is judged by. */
  judged(): void {
    this.tierKey = null;
    this.profileKey = null;
  }

  goTo(bounds: Place['bounds'], all = false): void {
    this.place = { bounds, stamp: (this.place?.stamp ?? 0) + 1, all };
  }

  goHome(): void {
    if (plan.summary?.bounds) this.goTo(plan.summary.bounds, true);
  }

  /** One step back: first the gap, then the zone, then the service. */
  escape(): void {
    if (this.sheet) this.sheet = null;
    else if (this.gap) this.gap = null;
    else if (this.zone) this.zone = null;
    else if (this.category) this.category = null;
  }

  standard(): void {
    this.layers = { ...STANDARD_LAYERS };
    this.opacity = STANDARD_OPACITY;
    this.scheme = 'soft';
  }
}

export const view = new View();
