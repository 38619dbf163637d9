import type { Map as MapLibre } from 'maplibre-gl';
import { inside, type Point } from '../edit/shapes';
import type { Draw, Shape } from './draw';

/** Areas that are drawn to ask something of them. What draws them is loaded when the map has time, or when it is wanted. */
export class Sketch {
  readonly #map: MapLibre;
  readonly #done: (ring: Point[]) => void;
  readonly #ready: (ready: boolean) => void;
  #draw: Draw | null = null;
  #drawing = false;
  #wanted = 0;

  constructor(map: MapLibre, done: (ring: Point[]) => void, ready: (ready: boolean) => void) {
    this.#map = map;
    this.#done = done;
    this.#ready = ready;
  }

  /** A shape to draw; `kept` leaves what was drawn, to be corrected; null takes it away. */
  async set(what: Shape | 'kept' | null): Promise<void> {
    const mine = (this.#wanted += 1);
    const drawing = what !== null && what !== 'kept';
    // The click that ended it is not one for what lies beneath.
    if (this.#drawing && !drawing) setTimeout(() => mine === this.#wanted && (this.#drawing = false), 300);
    else this.#drawing = drawing;
    this.#ready(false);
    if (what === null) return this.#draw?.stop();
    if (what === 'kept') return;
    const { Draw } = await import('./draw');
    if (mine !== this.#wanted) return;
    this.#draw ??= new Draw(this.#map, (ring) => this.#done(ring));
    this.#draw.start(what);
    this.#ready(true);
  }

  /** Whether a click at a place is one for the drawing, not for what lies beneath. */
  takes(at: Point): boolean {
    const ring = this.#draw?.ring;
    return this.#drawing || (ring ? inside(ring, at) : false);
  }

  destroy(): void {
    this.#wanted += 1;
    this.#draw?.stop();
  }
}
