import type { Topology } from './topology';

/** What a zone comes to while the pointer moves. Figures that count come from the server's judge right after. */
export interface LiveZone {
  households: number;
  persons: number;
  cells: number;
  areaM2: number;
  perimeterM: number;
}

const nothing = (): LiveZone => ({ households: 0, persons: 0, cells: 0, areaM2: 0, perimeterM: 0 });

/** A code no zone can have: the zone that is about to be made. */
export const NEW = '+';

/** The assignment as the pointer changes it. Each move costs the arcs of the cells moved, nothing else. */
export class Live {
  readonly topology: Topology;
  /** The zone of each cell as it would be. */
  readonly zone: (string | null)[];
  readonly #zones = new Map<string, LiveZone>();
  readonly #moved = new Map<number, string | null>();
  readonly #cells = new Map<string, Set<number>>();

  constructor(topology: Topology) {
    this.topology = topology;
    this.zone = topology.cells.map((cell) => cell.zone);
    topology.cells.forEach((_, at) => this.#count(at, this.zone[at] ?? null, 1));
    for (const arc of topology.arcs) this.#edge(arc, 1);
  }

  /** Cells of a zone as it would be. */
  cells(code: string): ReadonlySet<number> {
    return this.#cells.get(code) ?? new Set();
  }

  of(code: string): LiveZone {
    return this.#zones.get(code) ?? nothing();
  }

  /** Whether an arc is a border between zones now. */
  border(arc: number): boolean {
    const { left, right } = this.topology.arcs[arc] ?? { left: -1, right: -1 };
    return right < 0 || this.zone[left] !== this.zone[right];
  }

  /** Makes the moved cells exactly these; tells the cells and arcs that changed. */
  set(moved: ReadonlyMap<number, string>): { cells: number[]; arcs: number[] } {
    const cells: number[] = [];
    for (const [at, was] of [...this.#moved]) {
      if (moved.has(at)) continue;
      this.#move(at, was);
      this.#moved.delete(at);
      cells.push(at);
    }
    for (const [at, to] of moved) {
      if (this.zone[at] === to) continue;
      if (!this.#moved.has(at)) this.#moved.set(at, this.zone[at] ?? null);
      this.#move(at, to);
      cells.push(at);
    }
    return { cells, arcs: [...new Set(cells.flatMap((at) => this.topology.around[at] ?? []))] };
  }

  /** The parts a zone would lie in, largest first; more than one is a break. */
  pieces(code: string): number[][] {
    const left = new Set(this.cells(code));
    const parts: number[][] = [];
    for (const start of left) {
      const part = [start];
      left.delete(start);
      for (let i = 0; i < part.length; i += 1) {
        for (const next of this.topology.beside[part[i] ?? -1] ?? []) if (left.delete(next)) part.push(next);
      }
      parts.push(part);
    }
    return parts.sort((a, b) => b.length - a.length);
  }

  /** Zones that touch a zone, with metres of common border, longest first. */
  touching(code: string): [string, number][] {
    const found = new Map<string, number>();
    for (const at of this.cells(code)) {
      for (const index of this.topology.around[at] ?? []) {
        const arc = this.topology.arcs[index];
        const other = arc && this.zone[arc.left === at ? arc.right : arc.left];
        if (arc && other && other !== code) found.set(other, (found.get(other) ?? 0) + arc.metres);
      }
    }
    return [...found].sort((a, b) => b[1] - a[1]);
  }

  /** Cells of other zones one can walk on to from a zone. */
  reachable(code: string): number[] {
    const found = new Set<number>();
    for (const at of this.cells(code)) {
      for (const next of this.topology.beside[at] ?? []) if (this.zone[next] !== code) found.add(next);
    }
    return [...found];
  }

  #move(at: number, to: string | null): void {
    for (const arc of this.topology.around[at] ?? []) this.#edge(this.topology.arcs[arc], -1);
    this.#count(at, this.zone[at] ?? null, -1);
    this.zone[at] = to;
    this.#count(at, to, 1);
    for (const arc of this.topology.around[at] ?? []) this.#edge(this.topology.arcs[arc], 1);
  }

  #count(at: number, code: string | null, sign: 1 | -1): void {
    const [sum, cell] = [this.#sum(code), this.topology.cells[at]];
    if (!sum || !cell || code === null) return;
    let own = this.#cells.get(code);
    if (!own) this.#cells.set(code, (own = new Set()));
    if (sign > 0) own.add(at);
    else own.delete(at);
    sum.households += sign * cell.households;
    sum.persons += sign * cell.persons;
    sum.cells += sign;
    sum.areaM2 += sign * cell.areaM2;
  }

  #edge(arc: Topology['arcs'][number] | undefined, sign: 1 | -1): void {
    if (!arc) return;
    const [a, b] = [this.zone[arc.left] ?? null, arc.right < 0 ? null : (this.zone[arc.right] ?? null)];
    if (a === b) return;
    for (const code of [a, b]) {
      const sum = this.#sum(code);
      if (sum) sum.perimeterM += sign * arc.metres;
    }
  }

  #sum(code: string | null): LiveZone | null {
    if (code === null) return null;
    let sum = this.#zones.get(code);
    if (!sum) this.#zones.set(code, (sum = nothing()));
    return sum;
  }
}

/** Polsby and Popper: 1 for a disc. */
export function compactness(zone: LiveZone): number {
  // An emptied zone keeps crumbs of rounding.
  return zone.cells > 0 && zone.perimeterM > 0 ? Math.min(1, (4 * Math.PI * zone.areaM2) / zone.perimeterM ** 2) : 0;
}
