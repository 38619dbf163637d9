import type { Feature, FeatureCollection } from 'geojson';
import { ROOT } from './base';
import type { Openings, SiteRequest } from './reach';
import type { Roster, Variants, Wish } from './variants';
import type { Comparison, EditOutcome, EditRequest, Gap, HistoryEntry, Job, Note, Places, PlanFile, PlanSummary, Preset, Upload, VerifyReport, ZoneRecord } from './types';

/** A request that did not give data: `status` 0 means the server could not be reached. */
export class ApiError extends Error {
  constructor(
    readonly path: string,
    readonly status: number,
    message: string,
    /** The word programs go by. */
    readonly key = '',
  ) {
    super(message);
  }
}

/** The name of this page, so that it knows its own edits among what it is told. */
export const CLIENT = `page-${Math.random().toString(36).slice(2, 10)}`;

function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return send<T>(path, { signal: signal ?? null, headers: { accept: 'application/json, application/geo+json' } }, signal);
}

function post<T>(path: string, body: unknown): Promise<T> {
  return send<T>(path, { method: 'POST', headers: { accept: 'application/json', 'content-type': 'application/json', 'lifang-client': CLIENT }, body: JSON.stringify(body) });
}

async function send<T>(path: string, init: RequestInit, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(ROOT + path, init);
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(path, 0, '');
  }
  if (!response.ok) throw await refused(path, response);
  return (await response.json()) as T;
}

async function refused(path: string, response: Response): Promise<ApiError> {
  try {
    const body = (await response.json()) as { error?: unknown; message?: unknown };
    const text = body.message ?? body.error;
    return new ApiError(path, response.status, typeof text === 'string' ? text : '', typeof body.error === 'string' ? body.error : '');
  } catch {
    return new ApiError(path, response.status, '');
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
  places: (level: string) => get<Places>(`/api/zones${query({ level })}`),
  outline: (level: string, code: string) => get<Feature>(`/api/zones/${encodeURIComponent(code)}/outline${query({ level })}`),
  gaps: async (category?: string): Promise<Gap[]> => {
    const body = await get<Gap[] | { gaps: Gap[] }>(`/api/gaps${query({ category })}`);
    const gaps = Array.isArray(body) ? body : body.gaps;
    return gaps.map((gap) => ({ ...gap, cause: snake(gap.cause) }));
  },
  zone: (code: string, signal?: AbortSignal) =>
    get<ZoneRecord>(`/api/zones/${encodeURIComponent(code)}`, signal),
  edit: (request: EditRequest) => post<EditOutcome>('/api/edits', request),
  undo: (base: number | null) => post<EditOutcome>('/api/undo', { base, note: { at: new Date().toISOString() } }),
  redo: (base: number | null) => post<EditOutcome>('/api/redo', { base, note: { at: new Date().toISOString() } }),
  refresh: () => post<{ revision: number }>('/api/refresh', {}),
  catalog: () => get<{ presets: Preset[]; default_preset: string }>('/api/catalog'),
  plans: () => get<{ folder: string | null; plans: PlanFile[]; open: string | null; opened: { file: string; pages: number }[] }>('/api/plans'),
  sample: (file: string) => post<Job>('/api/plans/sample', { file }),
  upload: (files: readonly File[]) => {
    const form = new FormData();
    for (const file of files) form.append('files', file, file.name);
    return send<Upload>('/api/uploads', { method: 'POST', headers: { accept: 'application/json', 'lifang-client': CLIENT }, body: form });
  },
  planOf: (upload: string, wish: unknown) => post<Job>(`/api/uploads/${encodeURIComponent(upload)}/plan`, wish),
  begin: (kind: 'propose' | 'repair' | 'cover', options: unknown = {}) => post<Job>(`/api/jobs/${kind}`, options),
  site: (request: SiteRequest) => post<Job>('/api/jobs/site', request),
  openings: (options: Record<'category' | 'profile' | 'tier' | 'most', string> & { at?: string | undefined }) => get<Openings>(`/api/openings${query(options)}`),
  variants: () => get<Variants>('/api/variants'),
  staff: () => get<Roster>('/api/staff'),
  mend: (body: { level: string; zones: string[]; accept?: boolean; note?: Note }) => post<Job>('/api/jobs/mend', body),
  scenario: (body: { wish: Wish; prefer?: 'ours' | 'theirs'; dry_run?: boolean; note?: Note }) => post<Job>('/api/jobs/scenario', body),
  alternatives: (body: { count: number; preset?: string; keep?: number }) => post<Job>('/api/jobs/alternatives', body),
  importStaff: (body: { upload: string; file: string }) => post<Job>('/api/jobs/staff', body),
  job: (id: string) => get<Job>(`/api/jobs/${encodeURIComponent(id)}`),
  cancel: (id: string) => send<Job>(`/api/jobs/${encodeURIComponent(id)}`, { method: 'DELETE', headers: { 'lifang-client': CLIENT } }),
  compare: (file: string) => get<Comparison>(`/api/compare${query({ with: file })}`),
  /** Files to take away, with the name the server gives them. */
  download: async (options: Record<string, string | undefined>): Promise<{ name: string; bytes: Blob }> => {
    const path = `/api/export${query(options)}`;
    let response: Response;
    try {
      response = await fetch(ROOT + path);
    } catch {
      throw new ApiError(path, 0, '');
    }
    if (!response.ok) throw await refused(path, response);
    const name = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('content-disposition') ?? '')?.[1];
    return { name: name ? decodeURIComponent(name) : 'lifang.zip', bytes: await response.blob() };
  },
  /** The cells of an area; null when they are more than can be worked on at once. */
  cellsIn: async (box: readonly number[]): Promise<FeatureCollection | null> => {
    const found = await get<FeatureCollection & { numberMatched: number; numberReturned: number }>(`/collections/atoms/items${query({ f: 'json', bbox: box.join(','), limit: '10000' })}`);
    return found.numberMatched > found.numberReturned ? null : found;
  },
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
