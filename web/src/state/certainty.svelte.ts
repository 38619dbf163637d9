import type { Certainty, Measure, PlanSummary } from '../api/types';
import { plan } from './plan.svelte';

/** Residents and their ages are never surer than the households they are worked out from, unless the server says so. */
export function certaintyOf(said: PlanSummary['certainty'], key: Measure | 'merchants'): Certainty {
  const ages = key === 'elders' || key === 'children' ? said.ages : undefined;
  return said[key] ?? ages ?? (key === 'merchants' ? 'given' : (said.households ?? 'given'));
}

/** Whether any count of the territory is unknown: only then does the map mark the buildings it is unknown for. Buildings
 * around the territory are never counted and say nothing. */
export function someUnknown(): boolean {
  return Object.values(plan.summary?.certainty ?? {}).includes('unknown');
}
