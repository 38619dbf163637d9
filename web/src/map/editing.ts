import type { FeatureCollection } from 'geojson';
import type { GeoJSONSource, Map as MapLibre, MapMouseEvent, PointLike } from 'maplibre-gl';

export interface EditHooks {
  /** Atoms under a click, a box or a brush; `brush` only ever adds. */
  atoms(codes: string[], how: 'click' | 'box' | 'brush'): void;
}

/** Half the width of the brush, pixels. */
const REACH = 9;
/** A press that moves less than this is a click. */
const STILL = 4;

/** The pointer while borders are redrawn: a click, a brush or a box over the atoms of the map. */
export class MapEditing {
  readonly #map: MapLibre;
  readonly #hooks: EditHooks;
  #tool: 'click' | 'brush' | 'box' = 'click';
  #on = false;
  #from: { x: number; y: number } | null = null;
  #last: { x: number; y: number } | null = null;
  #box: HTMLDivElement | null = null;
  #picked = new Set<string>();
  #target = new Set<string>();
  #waiting = false;

  constructor(map: MapLibre, hooks: EditHooks) {
    this.#map = map;
    this.#hooks = hooks;
    map.on('mousedown', (event) => this.#down(event));
    map.on('mousemove', (event) => this.#move(event));
    map.on('mouseup', (event) => this.#up(event));
    // A button let go of outside the map ends the stroke as well.
    addEventListener('mouseup', () => this.#end());
  }

  get on(): boolean {
    return this.#on;
  }

  set(on: boolean, tool: 'click' | 'brush' | 'box'): void {
    this.#on = on;
    this.#tool = tool;
    this.#end();
    this.#map.getCanvas().style.cursor = on ? 'crosshair' : '';
  }

  draw(atoms: FeatureCollection | null): void {
    this.#picked.clear();
    this.#target.clear();
    this.#map.removeFeatureState({ source: 'edit' });
    (this.#map.getSource('edit') as GeoJSONSource | undefined)?.setData(atoms ?? { type: 'FeatureCollection', features: [] });
  }

  /** Colours what is picked and what belongs to the zone that receives; only what changed is touched. */
  mark(picked: ReadonlySet<string>, target: ReadonlySet<string>): void {
    this.#flag('picked', this.#picked, picked);
    this.#flag('target', this.#target, target);
    this.#picked = new Set(picked);
    this.#target = new Set(target);
  }

  #flag(state: string, before: ReadonlySet<string>, after: ReadonlySet<string>): void {
    for (const id of before) if (!after.has(id)) this.#map.setFeatureState({ source: 'edit', id }, { [state]: false });
    for (const id of after) if (!before.has(id)) this.#map.setFeatureState({ source: 'edit', id }, { [state]: true });
  }

  #under(where: PointLike | [PointLike, PointLike]): { code: string; area: number }[] {
    const hits = this.#map.queryRenderedFeatures(where as PointLike, { layers: ['edit-fill'] });
    const found = new Map<string, number>();
    for (const hit of hits) {
      const code: unknown = hit.properties['code'];
      if (typeof code === 'string') found.set(code, Number(hit.properties['area_m2'] ?? Infinity));
    }
    return [...found].map(([code, area]) => ({ code, area }));
  }

  #down(event: MapMouseEvent): void {
    if (!this.#on || event.originalEvent.button !== 0) return;
    this.#from = event.point;
    this.#last = event.point;
    if (this.#tool !== 'click') {
      event.preventDefault();
      this.#map.dragPan.disable();
    }
  }

  #move(event: MapMouseEvent): void {
    if (!this.#on || !this.#from || this.#tool === 'click') return;
    this.#last = event.point;
    if (this.#tool === 'box') this.#stretch(event.point);
    if (this.#tool !== 'brush' || this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      const at = this.#last;
      if (at && this.#from) this.#stroke(at);
    });
  }

  #stroke(at: { x: number; y: number }): void {
    const codes = this.#under([[at.x - REACH, at.y - REACH], [at.x + REACH, at.y + REACH]]).map((hit) => hit.code);
    if (codes.length) this.#hooks.atoms(codes, 'brush');
  }

  #up(event: MapMouseEvent): void {
    const from = this.#from;
    if (!this.#on || !from) return;
    const moved = Math.hypot(event.point.x - from.x, event.point.y - from.y) > STILL;
    if (!moved) {
      // Floors of a tower are small squares inside its land: the pointer means the smallest.
      const hits = this.#under(event.point).sort((a, b) => a.area - b.area);
      if (hits[0]) this.#hooks.atoms([hits[0].code], 'click');
    } else if (this.#tool === 'box') {
      const codes = this.#under([[Math.min(from.x, event.point.x), Math.min(from.y, event.point.y)], [Math.max(from.x, event.point.x), Math.max(from.y, event.point.y)]]);
      if (codes.length) this.#hooks.atoms(codes.map((hit) => hit.code), 'box');
    } else if (this.#tool === 'brush') {
      this.#stroke(event.point);
    }
    this.#end();
  }

  #end(): void {
    this.#from = this.#last = null;
    this.#box?.remove();
    this.#box = null;
    this.#map.dragPan.enable();
  }

  #stretch(to: { x: number; y: number }): void {
    const from = this.#from;
    if (!from) return;
    this.#box ??= this.#map.getContainer().appendChild(Object.assign(document.createElement('div'), { className: 'selection-box' }));
    const { style } = this.#box;
    style.left = `${Math.min(from.x, to.x)}px`;
    style.top = `${Math.min(from.y, to.y)}px`;
    style.width = `${Math.abs(to.x - from.x)}px`;
    style.height = `${Math.abs(to.y - from.y)}px`;
  }
}
