import type { Certainty, Measure, PlanSummary } from '../api/types';

/** Residents and their ages are never surer than the households they are worked out from, unless the server says so. */
export function certaintyOf(said: PlanSummary['certainty'], key: Measure | 'merchants'): Certainty {
  const ages = key === 'elders' || key === 'children' ? said.ages : undefined;
  return said[key] ?? ages ?? (key === 'merchants' ? 'given' : (said.households ?? 'given'));
}
