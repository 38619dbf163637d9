import type { Certainty, Measure, PlanSummary } from '../api/types';
import { plan } from './plan.svelte';

/** Residents and their ages are never surer than the households they are worked out from, unless the server says so. */
export function certaintyOf(said: PlanSummary['certainty'], key: Measure | 'merchants'): Certainty {
  const ages = key === 'elders' || key === 'children' ? said.ages : undefined;
  return said[key] ?? ages ?? (key === 'merchants' ? 'given' : (said.households ?? 'given'));
}

/** Whether households or residents of the territory are unknown: only then does the map mark the buildings they are unknown for.
 * Buildings around the territory are never counted and say nothing. */
export function someUnknown(): boolean {
  const said = plan.summary?.certainty;
  return said?.households === 'unknown' || said?.persons === 'unknown';
}
