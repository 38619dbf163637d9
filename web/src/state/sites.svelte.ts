import type { Feature, FeatureCollection, Geometry } from 'geojson';
import { api } from '../api/client';
import type { NewStation, Opening, Place, SiteModel, SiteRequest, SiteResult } from '../api/reach';
import type { Measure } from '../api/types';
import { t } from '../i18n/index.svelte';
import { mapInfo } from '../map/info.svelte';
import { OPENED, STATION } from '../map/palette';
import { comparison } from './compare.svelte';
import { impacts } from './impact.svelte';
import { jobs } from './jobs.svelte';
import { plan } from './plan.svelte';
import { view } from './view.svelte';

/** What the card finds out: where stations would be best, what changes would do, which gate or way would help. */
export const QUESTIONS = ['best', 'try', 'open'] as const;
export type Question = (typeof QUESTIONS)[number];

/** Longest a search may take, seconds: planners wait that long, and the answer then says how far it is from the best. */
const SECONDS = 30;
/** Openings asked for. */
const MOST = 12;

/** A station there is. */
export interface Station {
  code: string;
  name: string;
  at: Place;
}

export type Change =
  | { kind: 'add'; at: Place }
  | { kind: 'close'; station: Station }
  | { kind: 'move'; station: Station; to: Place }
  | { kind: 'opening'; opening: Opening };

class Sites {
  question = $state<Question | null>(null);
  model = $state<SiteModel>('mclp');
  count = $state(1);
  weight = $state<Measure>('persons');
  changes = $state.raw<readonly Change[]>([]);
  /** A station somebody pointed at: to be closed, or moved to the next place that is clicked. */
  held = $state.raw<Station | null>(null);
  result = $state.raw<SiteResult | null>(null);
  openings = $state.raw<readonly Opening[] | null>(null);
  /** The opening that is pointed at in the list. */
  shown = $state<number | null>(null);
  asking = $state(false);

  /** Clicks on the map then say where. */
  readonly placing = $derived(this.question === 'try');

  ask(question: Question): void {
    if (this.question === null) {
      impacts.clear();
      comparison.clear();
      view.zone = null;
      view.goHome();
    }
    this.question = question;
    this.held = null;
    this.result = null;
    if (question === 'open' && !this.openings) void this.findOpenings();
    this.draw();
  }

  close(): void {
    this.question = null;
    this.changes = [];
    this.forget();
    mapInfo.extra = null;
  }

  /** What was found out for another service, circle or plan. */
  forget(): void {
    this.held = this.result = this.openings = this.shown = null;
    this.draw();
  }

  /** A click on the map: on a station there is, or on a place where one could be. */
  place(at: Place, station: Station | null): void {
    if (station && !this.held) {
      this.held = this.changes.some((change) => 'station' in change && change.station.code === station.code) ? null : station;
    } else if (this.held) {
      this.change({ kind: 'move', station: this.held, to: at });
      return;
    } else {
      this.change({ kind: 'add', at });
      return;
    }
    this.draw();
  }

  change(change: Change): void {
    this.changes = [...this.changes, change];
    this.held = this.result = null;
    this.draw();
  }

  drop(at: number): void {
    this.changes = this.changes.filter((_, number) => number !== at);
    this.result = null;
    this.draw();
  }

  /** The stations that were found become changes that can be tried, moved and left out. */
  take(stations: readonly NewStation[]): void {
    this.changes = stations.map(({ at }) => ({ kind: 'add', at }));
    this.question = 'try';
    this.draw();
  }

  async run(): Promise<void> {
    const [category, profile, tier] = [view.category, view.profile?.key, view.tier?.key];
    if (!category || !profile || !tier) return;
    const request: SiteRequest = { category, profile, tier, seconds: SECONDS };
    // The same gates are shut as in the coverage that is shown.
    const at = view.coverage?.gates?.at;
    if (at) request.at = at;
    if (this.question === 'best') {
      request.model = this.model;
      request.weight = this.weight;
      if (this.model !== 'lscp') request.p = this.count;
    } else {
      request.what_if = whatIf(this.changes);
    }
    const job = await jobs.run(() => api.site(request));
    // Somebody may look at another service by now.
    if (!job?.result || view.category !== category || !this.question) return;
    this.result = job.result as unknown as SiteResult;
    this.draw();
  }

  async findOpenings(): Promise<void> {
    const [category, profile, tier] = [view.category, view.profile?.key, view.tier?.key];
    if (!category || !profile || !tier) return;
    this.asking = true;
    try {
      const found = await api.openings({ category, profile, tier, most: String(MOST), at: view.coverage?.gates?.at });
      if (view.category !== category || view.tier?.key !== tier || view.profile?.key !== profile) return;
      this.openings = found.openings;
      this.draw();
    } catch (error) {
      plan.fail('openings', error);
      this.openings = [];
    } finally {
      this.asking = false;
    }
  }

  show(opening: Opening): void {
    this.shown = this.shown === opening.number ? null : opening.number;
    const [[a, b], [c, d]] = [opening.from, opening.to];
    // Far enough around it that the buildings it helps are seen.
    const margin = 0.002;
    if (this.shown !== null) view.goTo([Math.min(a, c) - margin, Math.min(b, d) - margin, Math.max(a, c) + margin, Math.max(b, d) + margin]);
    this.draw();
  }

  /** Puts on the map what the card tells. */
  draw(): void {
    if (!this.question) return;
    const features: Feature[] = [];
    const add = (geometry: Geometry, properties: Record<string, unknown>): void => void features.push({ type: 'Feature', geometry, properties: { colour: STATION, ...properties } });
    const point = (at: Place): Geometry => ({ type: 'Point', coordinates: at });
    const line = (from: Place, to: Place): Geometry => ({ type: 'LineString', coordinates: [from, to] });
    if (this.question === 'open') {
      for (const opening of this.openings ?? []) {
        const colour = this.shown === null || this.shown === opening.number ? OPENED : '#8a94a0';
        if (opening.length_m > 0) add(line(opening.from, opening.to), { colour });
        add(point(opening.from), { colour, mark: String(opening.number), title: this.shown === opening.number ? t(`opening.${opening.kind}`) : '' });
      }
    } else if (this.question === 'best') {
      for (const station of this.result?.answer?.stations ?? []) add(point(station.at), { mark: String(station.number), title: station.name ?? '' });
    } else {
      this.changes.forEach((change, at) => {
        const mark = String(at + 1);
        if (change.kind === 'add') add(point(change.at), { mark });
        else if (change.kind === 'close') add(point(change.station.at), { mark: '✕', colour: '#5a6470' });
        else if (change.kind === 'move') {
          add(line(change.station.at, change.to), {});
          add(point(change.station.at), { mark: '✕', colour: '#5a6470' });
          add(point(change.to), { mark });
        } else {
          if (change.opening.length_m > 0) add(line(change.opening.from, change.opening.to), { colour: OPENED });
          add(point(change.opening.from), { mark, colour: OPENED });
        }
      });
      if (this.held) add(point(this.held.at), { mark: '?', title: this.held.name });
    }
    mapInfo.extra = { type: 'FeatureCollection', features } satisfies FeatureCollection;
  }
}

function whatIf(changes: readonly Change[]): NonNullable<SiteRequest['what_if']> {
  const found = { close: [] as string[], add: [] as Place[], moves: [] as [string, Place][], open_gates: [] as Place[], links: [] as [Place, Place][] };
  for (const change of changes) {
    if (change.kind === 'add') found.add.push(change.at);
    else if (change.kind === 'close') found.close.push(change.station.code);
    else if (change.kind === 'move') found.moves.push([change.station.code, change.to]);
    else if (change.opening.length_m > 0) found.links.push([change.opening.from, change.opening.to]);
    else found.open_gates.push(change.opening.from);
  }
  return found;
}

export const sites = new Sites();
