import type { Category, Gap, Measure, Shares } from '../api/types';
import { plan } from './plan.svelte';
import { view } from './view.svelte';

export function sharesOf(category: Category, profile: string | undefined, tier: string | undefined): Shares | null {
  return (profile && tier && category.shares[profile]?.[tier]) || null;
}

/** The share of one measure; null when nobody knows, which is not 0. */
export function shareOf(category: Category, profile: string | undefined, tier: string | undefined, measure: Measure): number | null {
  return sharesOf(category, profile, tier)?.[measure] ?? null;
}

/** Gaps of the chosen service, circle and walkers, most people first. */
export function gapsShown(): Gap[] {
  const [category, profile, tier] = [view.category, view.profile?.key, view.tier?.key];
  if (!category || !plan.gaps) return [];
  return plan.gaps
    .filter((gap) => gap.category === category && gap.profile === profile && gap.tier === tier)
    .sort((a, b) => b.demand.households - a.demand.households || (a.code < b.code ? -1 : 1));
}

/** Gaps are worked out for each service's own circle and the first walkers; whether that is what is looked at. */
export function gapsKnown(): boolean {
  return view.tier?.key === view.chosen?.tier && view.profile?.key === view.coverage?.profiles[0]?.key;
}

export interface Family {
  key: string;
  categories: Category[];
}

/** Categories by family, in the order the server gives them. */
export function families(categories: readonly Category[]): Family[] {
  const found: Family[] = [];
  for (const category of categories) {
    const family = found.find((each) => each.key === category.family);
    if (family) family.categories.push(category);
    else found.push({ key: category.family, categories: [category] });
  }
  return found;
}

export interface ZoneShare {
  category: Category;
  /** Share of the zone's households within reach; null when the zone has none, so that there is no share. */
  share: number | null;
}

/** What one zone reaches, for the chosen walkers, each service judged by its own circle. */
export function zoneCoverage(code: string): ZoneShare[] {
  const [coverage, profile, level] = [view.coverage, view.profile?.key, view.level?.key];
  if (!coverage || !profile || !level) return [];
  return coverage.categories.flatMap((category) => {
    const found = category.zones?.[profile]?.[level]?.[code];
    return found === undefined ? [] : [{ category, share: found }];
  });
}
