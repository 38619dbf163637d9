import type { Feature, FeatureCollection } from 'geojson';
import type { GeoJSONSource, Map as MapLibre, MapMouseEvent, MapTouchEvent } from 'maplibre-gl';
import type { Live } from '../edit/live';
import { away, halfway, inside, joined, leftOf, type Point, pulled, thinned } from '../edit/shapes';
import type { Tool } from '../state/edit.svelte';
import { Overlay } from './overlay';

export interface EditHooks {
  /** A single cell was pointed at. */
  atom(code: string): void;
  /** Cells under a box, a lasso or a brush; `brush` only ever adds. */
  atoms(codes: string[], how: 'area' | 'brush'): void;
  /** A border is taken hold of. */
  grip(): void;
  /** A border was pulled: these cells would go to that zone. */
  pull(target: string, codes: string[]): void;
  /** A line was drawn across a zone: the cells at each of its sides, and the line itself. */
  cut(zone: string, left: string[], right: string[], along: [number, number][]): void;
}

/** How the map tells zones apart: a colour number, and the verdict for colouring by size. */
export interface Looks {
  tint(zone: string | null): number;
  verdict(zone: string | null): string;
}

/** Half the width of the brush, pixels; of a finger. */
const REACH = { mouse: 9, touch: 16 };
/** A press that moves less than this is a click. */
const STILL = 5;
/** How far a line that is meant to be straight may be off, pixels. */
const TREMBLE = 6;
/** How near to a border the pointer takes hold of it. */
const GRIP = 14;

interface Pull {
  border: Point[];
  sides: [string, string];
  /** Cells of both zones, with their place on the screen. */
  cells: { code: string; zone: string; at: Point }[];
}

/** The pointer while borders are redrawn, and what it draws. Cells and arcs change by their state: nothing is tiled again. */
export class MapEditing {
  readonly #map: MapLibre;
  readonly #hooks: EditHooks;
  readonly #overlay: Overlay;
  #tool: Tool = 'click';
  #on = false;
  #live: Live | null = null;
  #target: string | null = null;
  #torn = new Set<number>();
  #path: Point[] = [];
  #touch = false;
  #pull: Pull | null = null;
  #waiting = false;

  constructor(map: MapLibre, hooks: EditHooks) {
    this.#map = map;
    this.#hooks = hooks;
    this.#overlay = new Overlay(map.getContainer());
    map.on('mousedown', (event) => event.originalEvent.button === 0 && this.#down(event, false));
    map.on('mousemove', (event) => this.#move(event.point));
    map.on('mouseup', (event) => this.#up(event.point));
    map.on('touchstart', (event) => (event.points.length === 1 ? this.#down(event, true) : this.#end()));
    map.on('touchmove', (event) => event.points.length === 1 && this.#move(event.point));
    map.on('touchend', () => this.#up(this.#path.at(-1)));
    map.on('touchcancel', () => this.#end());
    // A button let go of outside the map ends the stroke as well.
    addEventListener('mouseup', () => this.#end());
  }

  get on(): boolean {
    return this.#on;
  }

  set(on: boolean, tool: Tool): void {
    this.#on = on;
    this.#tool = tool;
    this.#end();
    this.#map.getCanvas().style.cursor = on ? (tool === 'border' ? 'grab' : 'crosshair') : '';
  }

  /** Draws cells and arcs of a live assignment, or none. */
  draw(live: Live | null, source: FeatureCollection | null, looks: Looks): void {
    this.#live = live;
    this.#torn.clear();
    this.#map.removeFeatureState({ source: 'edit' });
    this.#map.removeFeatureState({ source: 'edit-arcs' });
    const cells = (source?.features ?? []).map((feature, at): Feature => {
      const zone = live?.topology.cells[at]?.zone ?? null;
      return { type: 'Feature', geometry: feature.geometry, id: at, properties: { at, tint: looks.tint(zone), verdict: looks.verdict(zone) } };
    });
    const arcs = (live?.topology.arcs ?? []).map((arc, at): Feature => {
      const zones = [arc.left, arc.right].map((cell) => live?.topology.cells[cell]?.zone);
      return { type: 'Feature', geometry: { type: 'LineString', coordinates: arc.line }, id: at, properties: { border: arc.right < 0 || zones[0] !== zones[1] } };
    });
    this.#data('edit', cells);
    this.#data('edit-arcs', arcs);
  }

  /** Draws what changed, in the frame it changed in. */
  paint(cells: readonly number[], arcs: readonly number[], picked: ReadonlySet<string>, looks: Looks): void {
    const live = this.#live;
    if (!live) return;
    for (const id of cells) {
      const zone = live.zone[id] ?? null;
      const is = picked.has(live.topology.cells[id]?.code ?? '');
      this.#map.setFeatureState({ source: 'edit', id }, { picked: is, tint: looks.tint(zone), verdict: looks.verdict(zone) });
    }
    for (const id of arcs) this.#map.setFeatureState({ source: 'edit-arcs', id }, { border: live.border(id), target: this.#edge(id) });
  }

  /** Draws the outline of the zone that receives, and the pieces a zone falls into. */
  mark(target: string | null, torn: readonly number[]): void {
    const live = this.#live;
    const touched = new Set<number>();
    for (const code of [this.#target, target]) {
      if (code !== null && this.#target !== target) for (const cell of live?.cells(code) ?? []) for (const arc of live?.topology.around[cell] ?? []) touched.add(arc);
    }
    this.#target = target;
    for (const id of touched) this.#map.setFeatureState({ source: 'edit-arcs', id }, { target: this.#edge(id) });
    const now = new Set(torn);
    for (const id of this.#torn) if (!now.has(id)) this.#map.setFeatureState({ source: 'edit', id }, { torn: false });
    for (const id of now) if (!this.#torn.has(id)) this.#map.setFeatureState({ source: 'edit', id }, { torn: true });
    this.#torn = now;
  }

  #edge(arc: number): boolean {
    const { left, right } = this.#live?.topology.arcs[arc] ?? { left: -1, right: -1 };
    const at = (cell: number): boolean => this.#target !== null && cell >= 0 && this.#live?.zone[cell] === this.#target;
    return at(left) !== at(right);
  }

  #data(source: string, features: Feature[]): void {
    (this.#map.getSource(source) as GeoJSONSource | undefined)?.setData({ type: 'FeatureCollection', features });
  }

  #code(at: unknown): string | null {
    return (typeof at === 'number' && this.#live?.topology.cells[at]?.code) || null;
  }

  #under(where: Point, reach: number): string[] {
    const box: [[number, number], [number, number]] = [[where[0] - reach, where[1] - reach], [where[0] + reach, where[1] + reach]];
    const codes = this.#map.queryRenderedFeatures(box, { layers: ['edit-fill'] }).flatMap((hit) => this.#code(hit.properties['at']) ?? []);
    return [...new Set(codes)];
  }

  #down(event: MapMouseEvent | MapTouchEvent, touch: boolean): void {
    if (!this.#on || !this.#live) return;
    const point: Point = [event.point.x, event.point.y];
    this.#touch = touch;
    this.#path = [point];
    if (this.#tool === 'click') return;
    if (this.#tool === 'border') {
      this.#pull = this.#grip(point);
      if (!this.#pull) {
        this.#path = [];
        return;
      }
      this.#hooks.grip();
      this.#map.getCanvas().style.cursor = 'grabbing';
    }
    event.preventDefault();
    this.#map.dragPan.disable();
    if (this.#tool === 'brush' && this.#target) this.#stroke(point);
  }

  #move({ x, y }: { x: number; y: number }): void {
    if (!this.#on) return;
    if (!this.#path.length) {
      if (this.#tool === 'border') this.#feel([x, y]);
      return;
    }
    const last = this.#path.at(-1);
    if (!last || Math.hypot(x - last[0], y - last[1]) >= 1) this.#path.push([x, y]);
    if (this.#tool === 'click' || this.#waiting) return;
    // At most once a frame, whatever the pointer sends.
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      if (this.#path.length) this.#draw();
    });
  }

  #draw(): void {
    const [from, at] = [this.#path[0], this.#path.at(-1)];
    if (!from || !at) return;
    if (this.#tool === 'brush') this.#stroke(at);
    else if (this.#tool === 'box') this.#overlay.show([from, [at[0], from[1]], at, [from[0], at[1]]], true);
    else if (this.#tool === 'lasso') this.#overlay.show(this.#path, true);
    else if (this.#tool === 'cut') this.#overlay.show(thinned(this.#path, TREMBLE), false);
    else if (this.#tool === 'border' && this.#pull) this.#drag(this.#pull, from, at);
  }

  #stroke(at: Point): void {
    const codes = this.#under(at, this.#touch ? REACH.touch : REACH.mouse);
    if (codes.length) this.#hooks.atoms(codes, 'brush');
  }

  #up(where: Point | { x: number; y: number } | undefined): void {
    const from = this.#path[0];
    if (!this.#on || !from || !where) return this.#end();
    const at: Point = 'x' in where ? [where.x, where.y] : where;
    const moved = Math.hypot(at[0] - from[0], at[1] - from[1]) > STILL;
    if (!moved) {
      if (this.#tool !== 'border') this.#click(at);
    } else {
      this.#draw();
      if (this.#tool === 'box') this.#area([from, [at[0], from[1]], at, [from[0], at[1]]]);
      else if (this.#tool === 'lasso') this.#area(this.#path);
      else if (this.#tool === 'cut') this.#cut(thinned([...this.#path, at], TREMBLE));
    }
    this.#end();
  }

  #end(): void {
    this.#path = [];
    this.#pull = null;
    this.#overlay.hide();
    this.#map.dragPan.enable();
    if (this.#on && this.#tool === 'border') this.#map.getCanvas().style.cursor = 'grab';
  }

  #click(at: Point): void {
    const hits = this.#map.queryRenderedFeatures([at[0], at[1]], { layers: ['edit-fill'] });
    const cells = hits.flatMap((hit) => (typeof hit.properties['at'] === 'number' ? [hit.properties['at']] : []));
    const size = (cell: number): number => this.#live?.topology.cells[cell]?.areaM2 ?? Infinity;
    // Floors of a tower are small squares inside its land: the pointer means the smallest.
    const code = this.#code(cells.sort((a, b) => size(a) - size(b))[0]);
    if (code) this.#hooks.atom(code);
  }

  #degrees([x, y]: Point): Point {
    const { lng, lat } = this.#map.unproject([x, y]);
    return [lng, lat];
  }

  /** Cells whose middle lies in what was drawn. */
  #area(ring: readonly Point[]): void {
    const land = ring.map((p) => this.#degrees(p));
    const codes = (this.#live?.topology.cells ?? []).flatMap((cell) => (inside(land, cell.at) ? [cell.code] : []));
    if (codes.length) this.#hooks.atoms(codes, 'area');
  }

  /** Divides along a line as it was drawn, with its bends. */
  #cut(line: readonly Point[]): void {
    const live = this.#live;
    if (!live) return;
    const half = halfway(line);
    const middle = half ? this.#under(half, 1)[0] : undefined;
    const zone = this.#target !== null && live.cells(this.#target).size ? this.#target : (middle && live.topology.cells[live.topology.index.get(middle) ?? -1]?.zone) || null;
    if (!zone) return;
    const along = line.map((p) => this.#degrees(p)).map(([x, y]): [number, number] => [x, y]);
    const left = leftOf(along, 5);
    const sides: [string[], string[]] = [[], []];
    for (const cell of live.topology.cells) if (cell.zone === zone) sides[inside(left, cell.at) ? 0 : 1].push(cell.code);
    this.#hooks.cut(zone, ...sides, along);
  }

  #border(point: Point): number | null {
    const box: [[number, number], [number, number]] = [[point[0] - GRIP, point[1] - GRIP], [point[0] + GRIP, point[1] + GRIP]];
    let [best, least]: [number | null, number] = [null, GRIP];
    for (const hit of this.#map.queryRenderedFeatures(box, { layers: ['edit-border'] })) {
      const arc = this.#live?.topology.arcs[Number(hit.id)];
      if (!arc || arc.right < 0 || !this.#live?.border(Number(hit.id))) continue;
      const far = away(this.#pixels(arc.line), point);
      if (far < least) [best, least] = [Number(hit.id), far];
    }
    return best;
  }

  #pixels(line: readonly (readonly number[])[]): Point[] {
    return line.map(([x = 0, y = 0]): Point => {
      const at = this.#map.project([x, y]);
      return [at.x, at.y];
    });
  }

  #feel(point: Point): void {
    if (this.#waiting || this.#map.isMoving()) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      this.#map.getCanvas().style.cursor = this.#on && this.#border(point) !== null ? 'grab' : 'default';
    });
  }

  /** Takes hold of the border under the pointer: all stretches between the same two zones that hang together. */
  #grip(point: Point): Pull | null {
    const live = this.#live;
    const held = this.#border(point);
    const arc = held === null ? undefined : live?.topology.arcs[held];
    if (!live || !arc) return null;
    const [a, b] = [live.zone[arc.left], live.zone[arc.right]];
    if (!a || !b) return null;
    const between = live.topology.arcs.filter((each) => {
      const [left, right] = [live.zone[each.left], each.right < 0 ? null : live.zone[each.right]];
      return (left === a && right === b) || (left === b && right === a);
    });
    const lines = joined(between.map((each) => each.line as unknown as Point[]));
    const border = lines.map((line) => this.#pixels(line)).sort((p, q) => away(p, point) - away(q, point))[0];
    const cells = [a, b].flatMap((zone) =>
      [...live.cells(zone)].flatMap((at) => {
        const cell = live.topology.cells[at];
        return cell ? [{ code: cell.code, zone, at: this.#pixels([cell.at])[0] ?? ([0, 0] as const) }] : [];
      }),
    );
    return border ? { border, sides: [a, b], cells } : null;
  }

  #drag({ border, sides, cells }: Pull, from: Point, to: Point): void {
    const { ring, line } = pulled(border, from, to);
    this.#overlay.show(line, false);
    const swept = cells.filter((cell) => inside(ring, cell.at));
    const of = (zone: string): number => swept.filter((cell) => cell.zone === zone).length;
    const giver = of(sides[0]) > of(sides[1]) ? sides[0] : sides[1];
    const target = giver === sides[0] ? sides[1] : sides[0];
    this.#hooks.pull(target, swept.flatMap((cell) => (cell.zone === giver ? [cell.code] : [])));
  }
}
