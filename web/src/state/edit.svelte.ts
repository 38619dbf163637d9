import type { FeatureCollection } from 'geojson';
import { api, ApiError } from '../api/client';
import type { EditOutcome, Wanted } from '../api/types';
import { plan } from './plan.svelte';
import { steps } from './steps';
import { view } from './view.svelte';

export type Tool = 'click' | 'brush' | 'box';

export interface PickedAtom {
  code: string;
  zone: string | null;
  households: number;
}

/** Milliseconds after the last pick before the server is asked what it comes to. */
const PAUSE = 160;

/** Redrawing borders by hand: who receives, what is picked, what the judge says of it. The server's word counts. */
class Editor {
  on = $state(false);
  tool = $state<Tool>('click');
  /** Code of the zone that receives. */
  target = $state<string | null>(null);
  /** Atoms may take their grid along when they cross its border. */
  follow = $state(false);
  picked = $state.raw<ReadonlyMap<string, PickedAtom>>(new Map());
  /** What the picked atoms would do, as the judge sees it; null while nobody knows yet. */
  outcome = $state.raw<EditOutcome | null>(null);
  refusal = $state<string | null>(null);
  busy = $state(false);
  reason = $state('');
  atoms = $state.raw<FeatureCollection | null>(null);
  undoable = $state(0);
  redoable = $state(0);
  #revision: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  readonly level = $derived(view.level);

  async start(): Promise<void> {
    if (this.on || !plan.summary?.rules) return;
    this.on = true;
    this.target = view.zone;
    view.category = null;
    await this.#load();
  }

  async stop(): Promise<void> {
    const changed = this.undoable > 0;
    this.clear();
    this.on = false;
    this.target = null;
    this.atoms = null;
    if (!changed) return;
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

  aim(code: string | null): void {
    this.target = code;
    if (code) this.#drop((atom) => atom.zone === code);
    this.#ask();
  }

  /** Picks atoms, or lets go of them where all were picked already. */
  toggle(atoms: readonly PickedAtom[]): void {
    const others = atoms.filter((atom) => atom.zone !== this.target);
    if (!others.length) return;
    const all = others.every((atom) => this.picked.has(atom.code));
    const next = new Map(this.picked);
    for (const atom of others) {
      if (all) next.delete(atom.code);
      else next.set(atom.code, atom);
    }
    this.picked = next;
    this.#ask();
  }

  /** Picks atoms while a brush passes over them. */
  add(atoms: readonly PickedAtom[]): void {
    const fresh = atoms.filter((atom) => atom.zone !== this.target && !this.picked.has(atom.code));
    if (!fresh.length) return;
    this.picked = new Map([...this.picked, ...fresh.map((atom) => [atom.code, atom] as const)]);
    this.#ask();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.picked = new Map();
    this.outcome = null;
    this.refusal = null;
  }

  setFollow(follow: boolean): void {
    this.follow = follow;
    this.#ask();
  }

  /** Households of a zone as the pointer sees them: the server's count with what is picked moved over. */
  expected(code: string): number | null {
    const row = plan.row(this.level?.key ?? null, code);
    if (!row) return null;
    let sum = row.households;
    for (const atom of this.picked.values()) {
      if (atom.zone === code) sum -= atom.households;
      else if (code === this.target) sum += atom.households;
    }
    return sum;
  }

  async apply(): Promise<void> {
    const edit = this.#wanted();
    if (!edit || this.busy) return;
    await this.#change(() => api.edit({ base: this.#revision, edit, note: this.#note() }));
  }

  async split(zone: string): Promise<void> {
    const level = this.level?.key;
    if (!level || this.busy) return;
    await this.#change(() => api.edit({ base: this.#revision, edit: { split: { level, zone } }, note: this.#note() }));
  }

  async merge(from: string, into: string): Promise<void> {
    const level = this.level?.key;
    if (!level || this.busy) return;
    await this.#change(() => api.edit({ base: this.#revision, edit: { merge: { level, from: [from], into } }, note: this.#note() }));
  }

  async undo(): Promise<void> {
    if (this.undoable > 0 && !this.busy) await this.#change(() => api.undo(this.#revision));
  }

  async redo(): Promise<void> {
    if (this.redoable > 0 && !this.busy) await this.#change(() => api.redo(this.#revision));
  }

  #note(): { at: string; reason?: string } {
    const reason = this.reason.trim();
    return { at: new Date().toISOString(), ...(reason ? { reason } : {}) };
  }

  #wanted(): Wanted | null {
    const level = this.level?.key;
    if (!level || !this.target || !this.picked.size) return null;
    return { move: { level, atoms: { codes: [...this.picked.keys()] }, to: this.target, follow: this.follow } };
  }

  #drop(gone: (atom: PickedAtom) => boolean): void {
    this.picked = new Map([...this.picked].filter(([, atom]) => !gone(atom)));
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
        .edit({ base: this.#revision, edit, dry_run: true })
        .then((outcome) => {
          if (mine === this.#asked) this.outcome = outcome;
        })
        .catch((error: unknown) => {
          if (mine === this.#asked) this.#refused(error);
        });
    }, PAUSE);
  }

  async #change(work: () => Promise<EditOutcome>): Promise<void> {
    this.busy = true;
    this.refusal = null;
    try {
      const outcome = await work();
      this.clear();
      this.outcome = outcome;
      this.reason = '';
      await Promise.all([plan.again(), this.#load()]);
      if (this.target && !plan.row(this.level?.key ?? null, this.target)) this.target = null;
    } catch (error) {
      this.#refused(error);
    } finally {
      this.busy = false;
    }
  }

  #refused(error: unknown): void {
    if (error instanceof ApiError) {
      this.refusal = error.message;
      // Somebody was faster: show theirs, keep what is picked.
      if (error.status === 409) void Promise.all([plan.again(), this.#load()]);
    } else {
      plan.fail('edit', error);
    }
  }

  async #load(): Promise<void> {
    try {
      const [atoms, history] = await Promise.all([api.layer('atoms'), api.history()]);
      if (!this.on) return;
      this.atoms = atoms;
      this.#revision = history.revision;
      [this.undoable, this.redoable] = steps(history.entries);
    } catch (error) {
      plan.fail('edit', error);
    }
  }
}

export const editor = new Editor();
