/** What the server says of new stations, changes to try, and openings. */
import type { Measure, Shares } from './types';

export const MODELS = ['mclp', 'lscp', 'p-median', 'p-center'] as const;
export type SiteModel = (typeof MODELS)[number];

/** Longitude and latitude. */
export type Place = [number, number];

export type People = Record<Measure, number>;

export interface SiteRequest {
  category: string;
  profile: string;
  tier: string;
  model?: SiteModel;
  p?: number;
  weight?: Measure;
  seconds?: number;
  /** Gates as they are at this time of day. */
  at?: string;
  what_if?: { close?: string[]; add?: Place[]; moves?: [string, Place][]; open_gates?: Place[]; links?: [Place, Place][] };
}

export interface SiteTier {
  tier: string;
  distance_m: number;
  covered: People;
  total: People;
  share: Shares;
}

export interface SiteCover {
  stations: number;
  tiers: SiteTier[];
  gaps: { cause: string; gaps: number; demand: People }[];
}

export interface NewStation {
  number: number;
  at: Place;
  building: string | null;
  name: string | null;
  within: People;
  /** Those whom nothing before this one has within the circle. */
  adds: People;
}

export interface SiteResult {
  category: string;
  profile: string;
  tier: string;
  distance_m: number;
  changes: string[];
  before: SiteCover;
  after: SiteCover;
  gained: { demand: People; buildings: string[] };
  lost: { demand: People; buildings: string[] };
  answer: {
    model: SiteModel;
    weight: Measure;
    objective: number;
    bound: number;
    gap_pct: number;
    proven: boolean;
    unserved: People;
    candidates: { source: string; there: number; used: number; spacing_m: number | null };
    stations: NewStation[];
  } | null;
  seconds: number;
}

export interface Opening {
  number: number;
  kind: 'open_gate' | 'new_gate' | 'path' | 'crossing' | 'footbridge';
  from: Place;
  to: Place;
  length_m: number;
  compound: string | null;
  demand: People;
  buildings: string[];
  gaps: string[];
}

export interface Openings {
  category: string;
  tier: string;
  distance_m: number;
  profile: string;
  openings: Opening[];
}
