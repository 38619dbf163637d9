import type { FeatureCollection } from 'geojson';
import { api, ApiError } from '../api/client';
import type { EditOutcome, Wanted } from '../api/types';
import { t } from '../i18n/index.svelte';
import { Live, NEW } from '../edit/live';
import { type Cell, rezoned, sameCells, topologyOf, zoneIn } from '../edit/topology';
import { history as log } from './history.svelte';
import { said } from './jobs.svelte';
import { plan } from './plan.svelte';
import { mapInfo } from '../map/info.svelte';
import { notices } from './notices.svelte';
import { steps } from './steps';
import { view } from './view.svelte';

export const TOOLS = ['click', 'brush', 'box', 'lasso', 'border', 'cut'] as const;
export type Tool = (typeof TOOLS)[number];

/** Milliseconds after the last pick before the server is asked what it comes to. */
const PAUSE = 160;

/** Most zones whose borders are redrawn at once where the plan is large. */
const ZONES = 600;

/** What the map is told to draw anew: cells and arcs by their numbers. */
export type Painter = (cells: readonly number[], arcs: readonly number[]) => void;

/** Redrawing borders by hand: who receives, what is picked, what the judge says of it. The server's word counts. */
class Editor {
  on = $state(false);
  tool = $state<Tool>('click');
  /** Code of the zone that receives; `NEW` is one that is made. */
  target = $state<string | null>(null);
  /** The zone that ends in the target, when two are merged. */
  merging = $state<string | null>(null);
  /** Atoms may take their grid along when they cross its border. */
  follow = $state(false);
  picked = $state.raw<ReadonlySet<string>>(new Set());
  /** What the picked atoms would do, as the judge sees it; null while nobody knows yet. */
  outcome = $state.raw<EditOutcome | null>(null);
  refusal = $state<string | null>(null);
  busy = $state(false);
  reason = $state('');
  /** Name of the zone that is made. */
  name = $state('');
  /** Building whose side elevation is shown. */
  tower = $state<string | null>(null);
  /** A cut goes exactly along its line, through cells, instead of along their borders. */
  exact = $state(false);
  /** The line a zone is to be divided along exactly. */
  line = $state.raw<{ zone: string; along: [number, number][] } | null>(null);
  live = $state.raw<Live | null>(null);
  /** Grows whenever the live figures change. */
  stamp = $state(0);
  undoable = $state(0);
  redoable = $state(0);
  /** The plan as this page has it: the base of the next edit. */
  revision = $state<number | null>(null);
  painter: Painter | null = null;
  /** Cells as the server sent them. */
  source: FeatureCollection | null = null;
  #field = '';
  #changed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  readonly level = $derived(view.level);

  async start(target: string | null = view.zone): Promise<void> {
    if (!this.on) {
      if (!plan.summary?.rules) return;
      this.on = true;
      this.#changed = false;
      view.category = null;
      await this.#load();
    }
    if (target) this.aim(target);
  }

  async stop(): Promise<void> {
    this.clear();
    this.on = false;
    this.line = null;
    this.target = this.tower = null;
    this.live = null;
    this.source = null;
    if (!this.#changed) return;
    // The zones others see in the file, and coverage told zone by zone, follow once the planner is done.
    this.busy = true;
    try {
      await api.refresh();
      await plan.again();
    } catch (error) {
      plan.fail('edit', error);
    } finally {
      this.busy = false;
    }
  }

  cell(code: string): Cell | null {
    const at = this.live?.topology.index.get(code);
    return (at !== undefined && this.live?.topology.cells[at]) || null;
  }

  aim(code: string | null): void {
    this.merging = null;
    this.target = code;
    this.#pick([...this.picked].filter((atom) => this.cell(atom)?.zone !== code));
  }

  /** A click: the first names the zone that receives, the next ones what goes there. */
  click(code: string): void {
    const cell = this.cell(code);
    if (!cell) return;
    if (!this.target) this.aim(cell.zone);
    else this.toggle([code]);
    const { building } = cell;
    const parts = building === null ? [] : (this.live?.topology.cells.filter((other) => other.building === building) ?? []);
    this.tower = parts.length > 1 ? building : null;
  }

  /** Picks atoms, or lets go of them where all were picked already. */
  toggle(codes: readonly string[]): void {
    if (!this.target || this.busy) return;
    this.merging = null;
    const others = codes.filter((code) => this.cell(code)?.zone !== this.target);
    if (!others.length) return;
    const all = others.every((code) => this.picked.has(code));
    const next = new Set(this.picked);
    for (const code of others) {
      if (all) next.delete(code);
      else next.add(code);
    }
    this.#pick(next);
  }

  /** Picks atoms while a brush passes over them. */
  add(codes: readonly string[]): void {
    if (!this.target || this.busy) return;
    this.merging = null;
    const fresh = codes.filter((code) => this.cell(code)?.zone !== this.target && !this.picked.has(code));
    if (fresh.length) this.#pick([...this.picked, ...fresh]);
  }

  /** Picks exactly these for a zone: what a pulled border or a cut comes to. */
  replace(target: string, codes: readonly string[]): void {
    if (this.busy) return;
    this.merging = null;
    this.target = target;
    this.#pick(codes.filter((code) => this.cell(code)?.zone !== target));
  }

  /** Asks what dividing a zone exactly along a line would do. */
  divide(zone: string, along: [number, number][]): void {
    if (this.busy) return;
    this.merging = null;
    this.target = zone;
    this.#pick([]);
    this.line = { zone, along };
    this.#ask();
  }

  /** Shows what the target would be with all of another zone. */
  merge(from: string): void {
    if (!this.live || !this.target || this.target === NEW) return;
    const codes = this.live.topology.cells.flatMap((cell) => (cell.zone === from ? [cell.code] : []));
    this.merging = from;
    this.#pick(codes);
  }

  clear(): void {
    this.merging = null;
    this.#pick([]);
    if (this.target === NEW) this.target = null;
  }

  /** Pieces other than the main one that the target and the zones that give would fall into. */
  torn(): { zone: string; pieces: number; cells: number[] }[] {
    const { live, target } = this;
    if (!live || !target || !this.picked.size) return [];
    return [target, ...this.givers()].flatMap((zone) => {
      const pieces = live.pieces(zone);
      return pieces.length > 1 ? [{ zone, pieces: pieces.length, cells: pieces.slice(1).flat() }] : [];
    });
  }

  /** Paints all that is picked once more: the map was drawn anew. */
  repaint(): void {
    const { live } = this;
    if (!live) return;
    const cells = [...this.picked].flatMap((code) => live.topology.index.get(code) ?? []);
    this.painter?.(cells, [...new Set(cells.flatMap((at) => live.topology.around[at] ?? []))]);
  }

  setFollow(follow: boolean): void {
    this.follow = follow;
    this.#ask();
  }

  /** Zones the picked atoms leave. */
  givers(): string[] {
    const zones = [...this.picked].flatMap((code) => this.cell(code)?.zone ?? []);
    return [...new Set(zones)].sort();
  }

  async apply(): Promise<void> {
    const edit = this.#wanted();
    if (!edit || this.busy) return;
    const { live, target } = this;
    // A change within this level is known here to the last cell; only what the server decides is asked for again.
    const zones = live && target !== NEW && !this.follow && !this.line ? [...live.zone] : null;
    await this.#change(() => api.edit({ base: this.revision, edit, note: this.#note() }), zones);
  }

  /** Has the server make an edit. */
  async run(edit: Wanted): Promise<void> {
    if (!this.busy) await this.#change(() => api.edit({ base: this.revision, edit, note: this.#note() }));
  }

  async undo(): Promise<void> {
    if (this.undoable > 0 && !this.busy) await this.#change(() => api.undo(this.revision));
  }

  async redo(): Promise<void> {
    if (this.redoable > 0 && !this.busy) await this.#change(() => api.redo(this.revision));
  }

  /** Another level is looked at: what is picked belongs to the one before. */
  relevel(): void {
    if (!this.on || !this.source || `zone_${this.level?.key}` === this.#field) return;
    this.picked = new Set();
    this.target = this.merging = null;
    // Cells of a large plan are there for the zones of one level only.
    if (plan.large) void this.stop();
    else this.#take(this.source);
  }

  /** Somebody else changed the plan. */
  async catchUp(): Promise<void> {
    if (this.on && !this.busy) await this.#load();
  }

  #note(): { at: string; reason?: string; author?: string } {
    const reason = this.reason.trim();
    const author = view.author.trim();
    return { at: new Date().toISOString(), ...(reason ? { reason } : {}), ...(author ? { author } : {}) };
  }

  #wanted(): Wanted | null {
    const level = this.level?.key;
    if (level && this.line) return { split: { level, zone: this.line.zone, along: this.line.along, exact: true } };
    if (!level || !this.target || !this.picked.size) return null;
    if (this.merging) return { merge: { level, from: [this.merging], into: this.target, follow: this.follow } };
    const atoms = { codes: [...this.picked] };
    if (this.target === NEW) return { new: { level, atoms, name: this.name.trim() || null, follow: this.follow } };
    return { move: { level, atoms, to: this.target, follow: this.follow } };
  }

  /** The live figures and the map follow in the same frame; the judge is asked once the pointer rests. */
  #pick(codes: Iterable<string>): void {
    this.picked = new Set(codes);
    this.line = null;
    const { live, target } = this;
    if (live) {
      const moved = new Map<number, string>();
      for (const code of this.picked) {
        const at = live.topology.index.get(code);
        if (at !== undefined && target) moved.set(at, target);
      }
      const { cells, arcs } = live.set(moved);
      this.stamp += 1;
      this.painter?.(cells, arcs);
    }
    this.#ask();
  }

  #ask(): void {
    clearTimeout(this.#timer);
    this.outcome = null;
    this.refusal = null;
    const mine = (this.#asked += 1);
    const edit = this.#wanted();
    if (!edit) return;
    this.#timer = setTimeout(() => {
      api
        .edit({ base: this.revision, edit, dry_run: true })
        .then((outcome) => {
          if (mine === this.#asked) this.outcome = outcome;
        })
        .catch((error: unknown) => {
          if (mine === this.#asked) this.#refused(error);
        });
    }, PAUSE);
  }

  async #change(work: () => Promise<EditOutcome>, zones: readonly (string | null)[] | null = null): Promise<void> {
    this.busy = true;
    this.refusal = null;
    try {
      const outcome = await work();
      this.#changed = true;
      clearTimeout(this.#timer);
      this.#asked += 1;
      this.merging = null;
      this.picked = new Set();
      this.line = null;
      if (this.target === NEW) this.target = null;
      this.reason = this.name = '';
      // Other cells make another map; it stays where it is.
      if (outcome.ground) await plan.open();
      await Promise.all([outcome.ground ? null : plan.again(), zones ? this.#settle(zones) : this.#load()]);
      this.outcome = outcome;
      if (this.target && !plan.row(this.level?.key ?? null, this.target)) this.target = null;
      this.stamp += 1;
    } catch (error) {
      this.#refused(error);
    } finally {
      this.busy = false;
    }
  }

  #refused(error: unknown): void {
    if (error instanceof ApiError) {
      this.refusal = error.status === 409 ? t('edit.conflict') : said(error);
      // Somebody was faster: show theirs, keep what is picked.
      if (error.status === 409) void Promise.all([plan.again(), this.#load()]);
    } else {
      plan.fail('edit', error);
    }
  }

  async #load(): Promise<void> {
    try {
      const [atoms, history] = await Promise.all([this.#cells(), api.history()]);
      if (!this.on) return;
      if (!atoms) {
        this.on = false;
        notices.tell(t('edit.closer'));
        return;
      }
      log.take(history);
      this.revision = history.revision;
      [this.undoable, this.redoable] = steps(history.entries);
      this.#take(atoms);
    } catch (error) {
      plan.fail('edit', error);
    }
  }

  /** All cells, or those of the zones on the screen where the plan is large: whole zones, so that their figures are right. */
  async #cells(): Promise<FeatureCollection | null> {
    const seen = mapInfo.paper?.seen();
    if (!plan.large || !seen) return api.layer('atoms');
    const [west, south, east, north] = seen;
    const near = [...mapInfo.bounds].filter(([, [w, s, e, n]]) => w <= east && e >= west && s <= north && n >= south);
    if (!near.length || near.length > ZONES) return null;
    const box = near.reduce(([a, b, c, d], [, [w, s, e, n]]) => [Math.min(a, w), Math.min(b, s), Math.max(c, e), Math.max(d, n)] as const, [Infinity, Infinity, -Infinity, -Infinity] as const);
    const atoms = await api.cellsIn(box);
    const [field, codes] = [`zone_${this.level?.key ?? ''}`, new Set(near.map(([code]) => code))];
    return atoms && { ...atoms, features: atoms.features.filter((atom) => codes.has(String(atom.properties?.[field]))) };
  }

  /** Takes in a change that is known here: cells are where the pointer put them. */
  async #settle(zones: readonly (string | null)[]): Promise<void> {
    const { live, source } = this;
    if (!live || !source) return;
    source.features.forEach((feature, at) => feature.properties && (feature.properties[this.#field] = zones[at] ?? null));
    this.live = new Live(rezoned(live.topology, (at) => zones[at] ?? null));
    const history = await api.history();
    log.take(history);
    this.revision = history.revision;
    [this.undoable, this.redoable] = steps(history.entries);
  }

  #take(atoms: FeatureCollection): void {
    this.source = atoms;
    this.#field = `zone_${this.level?.key ?? ''}`;
    const known = this.live?.topology;
    this.live = new Live(known && sameCells(known, atoms) ? rezoned(known, (at) => zoneIn(atoms, at, this.#field)) : topologyOf(atoms, this.#field));
    const kept = [...this.picked].filter((code) => this.cell(code) && this.cell(code)?.zone !== this.target);
    this.#pick(kept);
  }
}

export const editor = new Editor();
