/** What the server says, as it says it. The page never invents a figure: what is null here is shown as unknown. */

export type Certainty = 'given' | 'estimated' | 'unknown';

export interface Text {
  en: string;
  zh: string;
}

export interface Band {
  min: number;
  target: number;
  max: number;
}

export const MEASURES = ['households', 'persons', 'elders', 'children'] as const;
export type Measure = (typeof MEASURES)[number];

export interface Level {
  key: string;
  title: Text;
  band: Band | null;
  zones: number;
  in_band: number;
  households: number;
  persons: number;
  merchants: number;
}

export type Shares = Record<Measure, number | null>;

export interface Category {
  key: string;
  title: Text;
  family: string;
  colour: string;
  facilities: number;
  closed: number;
  tier: string;
  /** profile -> tier -> share of each measure, 0 to 1; null means nobody knows. */
  shares: Record<string, Record<string, Shares>>;
}

export interface Tier {
  key: string;
  title: Text;
  distance_m: number;
  label_minutes: number;
}

export interface CoverageSummary {
  profiles: { key: string; title: Text | null }[];
  tiers: Tier[];
  categories: Category[];
  /** People no street is near enough to: neither reached nor unreached. They are part of every total. */
  unknown?: Record<Measure, number>;
  /** What became of the gates at the time of day that was asked about; null by day. */
  gates?: GateHours | null;
}

export interface GateHours {
  at: string;
  /** Shut at any time, and shut by their hours then. */
  always_shut: number;
  shut: number;
  open: number;
  /** Gates without hours: they stay open. */
  unknown: number;
}

/** What one zone reaches of one service. */
export interface ZoneReach {
  category: string;
  profile: string;
  tier: string;
  share: Shares;
}

/** A contact group: households of neighbours, or merchants of a street, around a central one. */
export interface ZoneGroup {
  number: number;
  kind: 'homes' | 'shops';
  count: number;
  /** The cell its central household is best chosen from; its building, where it is one. */
  centre: string;
  building: string | null;
  name: string | null;
  at: [number, number] | null;
  buildings: string[];
}

/** What one replanning did to a zone, and the zones its households come from. */
export interface ZoneEvent {
  event: 'kept' | 'merged' | 'split' | 'new' | 'retired';
  shares: { zone: string; households: number }[];
  others: number;
}

/** What is known of a zone beside its counts. */
export interface ZoneRecord {
  code: string;
  coverage: ZoneReach[];
  groups?: ZoneGroup[];
  lineage?: ZoneEvent[];
}

export interface PlanSummary {
  /** Name of the plan file. */
  file?: string;
  revision?: number;
  name: string;
  code: string;
  generated_by: string;
  crs: string | null;
  /** West, south, east, north in degrees; null when nothing has a place. */
  bounds: [number, number, number, number] | null;
  /** Null before the first partition, as are `violations` and `tiling`; `gaps` before coverage. */
  rules: { key: string; title: Text } | null;
  levels: Level[];
  totals: Record<Measure | 'merchants', number>;
  certainty: Partial<Record<Measure | 'merchants' | 'ages', Certainty>>;
  coverage: CoverageSummary | null;
  violations: number | null;
  gaps: number | null;
  tiling: { gap_m2: number; overlap_m2: number } | null;
}

export interface Relaxation {
  what: string;
  to: string;
}

export interface Violation {
  code: string;
  level: string;
  zone: string | null;
  atoms: string[];
  measured: number;
  limit: number;
  cause: string;
  action: string;
  avoidable: boolean | null;
  relaxation: Relaxation | null;
}

export interface ZoneTally {
  code: string;
  name: string | null;
  kind: string;
  households: number;
  persons: number;
  merchants: number;
  elders: number;
  children: number;
  load: number;
  in_band: boolean | null;
  certainty: Certainty;
  pieces: number;
  atoms: number;
  area_m2: number;
  perimeter_m: number;
  compactness: number;
}

/** Where the zones of a level lie, in columns: what the page needs beside outlines that come in tiles. */
export interface Places {
  revision: number;
  level: string;
  codes: string[];
  /** West, south, east, north. */
  bounds: [number, number, number, number][];
  places: [number, number][];
  parents: (string | null)[];
  tints: number[];
}

/** One figure of the judge's registry, e.g. `compactness` of a level. */
export interface Metric {
  key: string;
  level: string;
  value: number;
  unit: string;
}

export interface Note {
  at?: string;
  author?: string;
  reason?: string;
}

/** What the planner wants done; zones and atoms by their codes. */
export type Wanted =
  | { move: { level: string; atoms: { codes: string[] }; to: string; follow: boolean } }
  | { merge: { level: string; from: string[]; into: string; follow?: boolean } }
  | { split: { level: string; zone: string; into?: number; along?: [number, number][]; exact?: boolean } }
  | { new: { level: string; atoms: { codes: string[] }; name: string | null; follow: boolean } }
  | { pin: { level: string; zones: string[] } }
  | { unpin: { level: string; zones: string[] } }
  | { rename: { level: string; zone: string; name: string | null } };

export interface EditRequest {
  base: number | null;
  dry_run?: boolean;
  edit: Wanted;
  note?: Note;
}

export interface EditOutcome {
  revision: number;
  /** 0 when it was only tried. */
  entry: number;
  zones: { level: string; code: string; before: ZoneTally | null; after: ZoneTally | null }[];
  made: Violation[];
  cured: Violation[];
  /** Cells were divided or joined again: everything drawn of the ground is another. */
  ground?: boolean;
}

export interface HistoryEntry extends Note {
  seq: number;
  kind: string;
  of: number | null;
  /** What was asked for, as the log keeps it; the word for it is in `edit`. */
  edit?: LoggedEdit | null;
  in_force: boolean;
}

export interface LoggedEdit {
  edit: string;
  level?: string;
  to?: string;
  from?: string[];
  into?: string;
  zone?: string;
  zones?: string[];
  code?: string;
  name?: string | null;
  parts?: { code: string }[];
}

export interface VerifyReport {
  levels: { key: string; zones: number; in_band: number; band: Band | null; detail: ZoneTally[] }[];
  tiling: { gap_m2: number; overlap_m2: number };
  violations: Violation[];
  metrics?: Metric[];
}

export interface Gap {
  code: string;
  category: string;
  tier: string;
  profile: string;
  /** Codes of the buildings concerned. */
  buildings: string[];
  demand: Record<Measure, number>;
  cause: string;
  straight_m: number | null;
  network_m: number | null;
  detour_ratio: number | null;
}

/** A plan file in the server's folder. */
export interface PlanFile {
  file: string;
  bytes: number;
  modified_ms: number | null;
  revision: number | null;
  problem: string | null;
}

/** Work that takes long. */
export interface Job {
  id: string;
  kind: string;
  file: string;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  stage: string | null;
  done: number;
  total: number | null;
  seconds: number;
  error: { message?: string; error?: string } | null;
  result?: Record<string, unknown> | null;
}

export interface ColumnPreview {
  name: string;
  kind: string;
  filled: number;
  guess: string | null;
  personal: boolean;
}

export interface LayerPreview {
  layer: string | null;
  count: number;
  geometry: string;
  role: string | null;
  columns: ColumnPreview[];
  crs_declared: string | null;
  crs: { crs: string; why: string; reason?: string; values?: Record<string, string>; swapped?: boolean; certain: boolean }[];
  encoding: string | null;
  rows: Record<string, unknown>[];
}

export interface FilePreview {
  file: string;
  bytes: number;
  kind: 'layers' | 'osm' | 'unknown';
  layers: LayerPreview[];
  problem: string | null;
}

/** Something found in what was read. */
export interface Fault {
  severity: 'error' | 'warning' | 'notice';
  code: string;
  place: { file?: string; layer?: string; row?: number; column?: string; feature?: string };
  cause: string;
  action: string;
}

/** A plan made of files, and what was found in them. */
export interface MadePlan {
  address: string;
  file: string;
  name: string;
  buildings: number;
  compounds: number;
  streets: number;
  facilities: number;
  demand: { households: number; persons: number };
  households: 'given' | 'estimated' | 'unknown';
  persons: 'given' | 'estimated' | 'unknown';
  faults: Fault[];
}

export interface Upload {
  id: string;
  files: FilePreview[];
}

export interface People {
  households: number;
  persons: number;
}

export interface Comparison {
  levels: {
    level: string;
    zones: [number, number];
    moved: People;
    recoded: People;
    matches: { old: string | null; new: string | null; stayed: People; left: People; came: People }[];
    moved_atoms?: string[];
  }[];
  gone: People;
  new: People;
  violations: [number, number] | null;
}

/** What others are told of an edit. */
export interface EditEvent {
  revision: number;
  kind: string;
  zones: { level: string; code: string }[];
  author: string | null;
  reason: string | null;
  client: string | null;
}

/** Rules one can divide by; levels come coarse to fine. */
export interface Preset {
  key: string;
  title: Text;
  measure: { persons_weight: number };
  level: { key: string; title: Text; band: Band | null }[];
}
