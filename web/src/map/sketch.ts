import type { Map as MapLibre, MapMouseEvent, MapTouchEvent } from 'maplibre-gl';
import type { Point } from '../edit/shapes';
import { Overlay } from './overlay';

/** An area drawn free-hand, by mouse or finger, to ask something of it. */
export class Sketch {
  readonly #map: MapLibre;
  readonly #overlay: Overlay;
  readonly #done: (ring: Point[]) => void;
  #on = false;
  #path: Point[] = [];

  constructor(map: MapLibre, done: (ring: Point[]) => void) {
    this.#map = map;
    this.#done = done;
    this.#overlay = new Overlay(map.getContainer());
    map.on('mousedown', (event) => event.originalEvent.button === 0 && this.#down(event));
    map.on('touchstart', (event) => event.points.length === 1 && this.#down(event));
    map.on('mousemove', (event) => this.#move(event));
    map.on('touchmove', (event) => event.points.length === 1 && this.#move(event));
    for (const type of ['mouseup', 'touchend'] as const) map.on(type, () => this.#up());
    addEventListener('mouseup', () => this.#up());
  }

  get on(): boolean {
    return this.#on;
  }

  set(on: boolean): void {
    if (this.#on === on) return;
    this.#on = on;
    this.#path = [];
    this.#overlay.hide();
    this.#map.getCanvas().style.cursor = on ? 'crosshair' : '';
  }

  #down(event: MapMouseEvent | MapTouchEvent): void {
    if (!this.#on) return;
    event.preventDefault();
    this.#path = [[event.point.x, event.point.y]];
  }

  #move(event: MapMouseEvent | MapTouchEvent): void {
    if (!this.#on || !this.#path.length) return;
    this.#path.push([event.point.x, event.point.y]);
    this.#overlay.show(this.#path, true);
  }

  #up(): void {
    const path = this.#path;
    this.#path = [];
    if (!this.#on || path.length < 3) return;
    this.#overlay.hide();
    this.#done(
      path.map(([x, y]): Point => {
        const { lng, lat } = this.#map.unproject([x, y]);
        return [lng, lat];
      }),
    );
  }
}
