import type { Category, Gap, Measure, Shares, ZoneReach } from '../api/types';
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
  /** Share within reach; null when the zone has nobody of this kind, so that there is no share. */
  share: number | null;
}

/** What one zone reaches, each service judged by its own circle; services without any facility are left to the gaps. */
export function zoneShares(reach: readonly ZoneReach[]): ZoneShare[] {
  const profile = view.profile?.key;
  return (view.coverage?.categories ?? []).flatMap((category) => {
    const found = reach.find((each) => each.category === category.key && each.profile === profile && each.tier === category.tier);
    return found && category.facilities > 0 ? [{ category, share: found.share[view.measure] }] : [];
  });
}
