import type { FeatureCollection } from 'geojson';
import type { EditOutcome, EditRequest, Gap, HistoryEntry, PlanSummary, VerifyReport, ZoneReach } from './types';

/** A request that did not give data: `status` 0 means the server could not be reached. */
export class ApiError extends Error {
  constructor(
    readonly path: string,
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return send<T>(path, { signal: signal ?? null, headers: { accept: 'application/json, application/geo+json' } }, signal);
}

function post<T>(path: string, body: unknown): Promise<T> {
  return send<T>(path, { method: 'POST', headers: { accept: 'application/json', 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

async function send<T>(path: string, init: RequestInit, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(path, 0, '');
  }
  if (!response.ok) throw new ApiError(path, response.status, await reason(response));
  return (await response.json()) as T;
}

async function reason(response: Response): Promise<string> {
  try {
    const body = (await response.json()) as { error?: unknown; message?: unknown };
    const text = body.message ?? body.error;
    return typeof text === 'string' ? text : '';
  } catch {
    return '';
  }
}

export type LayerName =
  | 'zones'
  | 'atoms'
  | 'buildings'
  | 'streets'
  | 'facilities'
  | 'compounds'
  | 'gates'
  | 'areas'
  | 'boundary'
  | 'coverage'
  | 'gaps';

export type LayerQuery = Partial<Record<'level' | 'category' | 'profile' | 'tier', string>>;

export const api = {
  plan: () => get<PlanSummary>('/api/plan'),
  verify: () => get<VerifyReport>('/api/verify'),
  gaps: async (category?: string): Promise<Gap[]> => {
    const body = await get<Gap[] | { gaps: Gap[] }>(`/api/gaps${query({ category })}`);
    const gaps = Array.isArray(body) ? body : body.gaps;
    return gaps.map((gap) => ({ ...gap, cause: snake(gap.cause) }));
  },
  zone: (code: string, signal?: AbortSignal) =>
    get<{ code: string; coverage: ZoneReach[] }>(`/api/zones/${encodeURIComponent(code)}`, signal),
  edit: (request: EditRequest) => post<EditOutcome>('/api/edits', request),
  undo: (base: number | null) => post<EditOutcome>('/api/undo', { base, note: { at: new Date().toISOString() } }),
  redo: (base: number | null) => post<EditOutcome>('/api/redo', { base, note: { at: new Date().toISOString() } }),
  refresh: () => post<{ revision: number }>('/api/refresh', {}),
  history: () => get<{ revision: number; entries: HistoryEntry[] }>('/api/history'),
  layer: (name: LayerName, options: LayerQuery = {}, signal?: AbortSignal) =>
    get<FeatureCollection>(`/api/layers/${name}${query(options)}`, signal),
};

/** `MissingPath` and `missing_path` are the same cause. */
export function snake(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
}

function query(options: Record<string, string | undefined>): string {
  const pairs = Object.entries(options).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return pairs.length ? `?${new URLSearchParams(pairs).toString()}` : '';
}
