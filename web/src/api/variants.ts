/** What the server says of repairs, scenarios, alternatives and staff. */
import type { Note, People, Text, Violation } from './types';

export interface Repair {
  level: string;
  zones: string[];
  neighbours: string[];
  violations: Violation[];
  left: Violation[];
  moves: ({ from: string; to: string; atoms: string[] } & People)[];
  moved: People;
  edit: unknown;
  outcome: { made: Violation[]; cured: Violation[] } | null;
}

export interface Scenario extends Note {
  name: string;
  current: boolean;
  entries: number;
  origin: string | null;
}

export interface Relaxation {
  id: string;
  level: string;
  what: string;
  to: string;
  zones: string[];
}

export interface Variants {
  revision: number;
  scenarios: Scenario[];
  relaxations: Relaxation[];
  contact_groups: { homes: GroupCoverage; shops: GroupCoverage } | null;
}

export interface GroupCoverage {
  groups: number;
  covered: number;
  total: number;
}

export type Wish = { branch: string } | { switch: string } | { rename: [string, string] } | { merge: string };

export interface Merged {
  moved: People;
  clashes: { level: string; what: string; of: string; base: string; ours: string; theirs: string }[];
}

export interface Alternative {
  number: number;
  style: string;
  seed: number;
  /** Level, zones, in band, unavoidable. */
  levels: [string, number, number, number][];
  violations: number;
  unavoidable: number;
}

export interface Lineage {
  what: string;
}

export interface Roster {
  roles: { key: string; title: Text; levels: string[]; most: number | null }[];
  staff: { zone: string; role: string; name: string; phone: string | null; since: string | null }[];
}
