import type { Feature, FeatureCollection } from 'geojson';
import {
  type GeoJSONSource,
  type MapGeoJSONFeature,
  Map as MapLibre,
  NavigationControl,
  type PaddingOptions,
  type PointLike,
  Popup,
  prewarm,
  ScaleControl,
  setWorkerUrl,
  type VectorTileSource,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { ROOT } from '../api/base';
import type { Category, Gap } from '../api/types';
import { type Bounds, polygonsOf, roomFor } from './geometry';
import { addImages } from './icons';
import { type EditHooks, MapEditing } from './editing';
import type { Point } from '../edit/shapes';
import type { Scheme } from './palette';
import { Sketch } from './sketch';
import { type Drawn, drawnAt, farBelow, lookOf, type Steps, stepsOf } from './scale';
import { BASE, baseStyle, LAYERS, OUTLINES, type OwnSource, SWITCHED, tilesOf, zoneFill } from './style';
import type { ZoneDisplay } from './zones';

setWorkerUrl(workerUrl);
// What cuts up the tiles starts while the page asks what there is to show.
prewarm();

/** Length of the equator, metres. */
const EQUATOR = 40_075_016.686;
/** Until all tiles of a large ground are there it is drawn with fewer pixels: every tile that comes draws everything once more, which
 * without a graphics card takes as long as there are pixels. */
const COARSE = 0.4;
const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] };

export interface Words {
  zoomIn: string;
  zoomOut: string;
  north: string;
}

export interface Hooks extends EditHooks {
  zone(code: string | null): void;
  hover(code: string | null): void;
  /** The outline of a zone of the level that is shown. */
  outline(code: string): Promise<Feature | null>;
  /** Whether an area can be drawn now. */
  sketching(ready: boolean): void;
  /** An area that was drawn. */
  area(ring: Point[]): void;
  gap(code: string): void;
  /** A place that was clicked while places are chosen, and the facility that lies there. */
  place(at: [number, number], facility: Record<string, unknown> | null, where: [number, number] | null): void;
  /** The text a facility shows under the pointer. */
  facility(properties: Record<string, unknown>): string;
  /** What is drawn at the zoom of the moment. */
  seen(drawn: Drawn): void;
  progress(done: number, total: number): void;
  fail(layer: string, error: unknown): void;
}

/** The one place that touches MapLibre. Nothing outside knows its layers. */
export class MapController {
  readonly ready: Promise<void>;
  readonly #map: MapLibre;
  readonly #hooks: Hooks;
  readonly #drawn = new Set<string>();
  readonly editing: MapEditing;
  readonly sketch: Sketch;
  #selected: string | null = null;
  #hovered: string | null = null;
  #gap: string | null = null;
  readonly #tiled: boolean;
  readonly #origin = location.origin + ROOT;
  /** Level and revision of the tiles of zones, and of those of the coarser level. */
  readonly #shown: Record<'zones' | 'parents', { level: string | null; revision: number | null }> = { zones: { level: null, revision: null }, parents: { level: null, revision: null } };
  #parents = false;
  #marking = 0;
  /** Clicks choose places instead of zones. */
  placing = false;
  #flagged: string[] = [];
  #turned: readonly string[] = [];
  #atomsAsked = false;
  #steps: Steps = stepsOf(50);
  #covering = false;
  #coarser = false;
  #drawnNow = '';
  #looks = '';

  /** `legend` is how many pixels at the left below are under the legend; `tiled` whether the ground comes in tiles, with zones of `level`; `camera` where it opens, if not on all of the territory. */
  constructor(container: HTMLElement, bounds: Bounds, legend: [number, number], tiled: boolean, level: string | null, camera: { centre: [number, number]; zoom: number } | null, words: Words, hooks: Hooks) {
    this.#tiled = tiled;
    this.#hooks = hooks;
    this.#map = new MapLibre({
      container,
      style: baseStyle(this.#origin, tiled, level),
      ...(camera ? { center: camera.centre, zoom: camera.zoom } : { bounds }),
      fitBoundsOptions: { padding: roomFor(bounds, [container.clientWidth, container.clientHeight], legend) },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      minZoom: 8,
      maxZoom: 21,
      ...(tiled ? { pixelRatio: COARSE } : {}),
      // Every step of a fade draws the whole ground once more.
      fadeDuration: tiled ? 0 : 120,
      locale: {
        'NavigationControl.ZoomIn': words.zoomIn,
        'NavigationControl.ZoomOut': words.zoomOut,
        'NavigationControl.ResetBearing': words.north,
      },
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.keyboard.disableRotation();
    this.#map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
    this.#map.addControl(new ScaleControl({ maxWidth: 140, unit: 'metric' }), 'bottom-right');
    this.ready = new Promise((resolve) => this.#map.once('style.load', () => resolve()));
    this.#map.on('error', (event) => {
      const source = (event as { sourceId?: string }).sourceId;
      hooks.fail(source ?? 'map', event.error);
    });
    this.editing = new MapEditing(this.#map, hooks);
    this.sketch = new Sketch(this.#map, (ring) => hooks.area(ring), (ready) => hooks.sketching(ready));
    this.#map.on('zoom', () => this.#tellDrawn());
    this.#watchLoading();
    this.#watchPointer();
  }

  /** Where it looks. */
  camera(): { centre: [number, number]; zoom: number } {
    const { lng, lat } = this.#map.getCenter();
    return { centre: [lng, lat], zoom: this.#map.getZoom() };
  }

  destroy(): void {
    this.sketch.destroy();
    this.#map.remove();
  }

  addImages(categories: readonly Category[]): void {
    addImages(this.#map, categories);
  }

  /** All of the territory, beside or above the legend. */
  fitAll(bounds: Bounds, legend: [number, number]): void {
    const { clientWidth, clientHeight } = this.#map.getContainer();
    this.#move(bounds, roomFor(bounds, [clientWidth, clientHeight], legend));
  }

  /** `left` is how many pixels at the left are covered; `card` whether by a card, which lies on top where the map is narrow. */
  fit(bounds: Bounds, left: number, card: boolean): void {
    const { clientWidth, clientHeight } = this.#map.getContainer();
    const wide = clientWidth > 700;
    const top = !wide && card ? clientHeight * 0.48 : 48;
    this.#move(bounds, left < 48 ? left : { top, bottom: 56, right: 56, left: wide ? left : 48 });
  }

  #move(bounds: Bounds, padding: PaddingOptions | number): void {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#map.fitBounds(bounds, { padding, maxZoom: 19, duration: still ? 0 : 500 });
  }

  setZones(display: ZoneDisplay | null, level: string | null): void {
    if (this.#tiled) this.#tiles('zones', display, level);
    else this.#set('zones', display?.zones ?? EMPTY);
    this.#set('anchors', display?.anchors ?? EMPTY);
    this.#mark();
    if (!display) return;
    // Text appears once the median zone has room for it: its code first, then its size, then its name.
    this.#steps = stepsOf(display.room);
    const { code, size, name } = this.#steps;
    this.#map.setLayerZoomRange('parent-labels', 0, code);
    this.#map.setLayerZoomRange('zone-codes', code, 24);
    this.#map.setLayerZoomRange('zone-sizes', size, name);
    this.#map.setLayerZoomRange('zone-names', name, 24);
    this.#tellDrawn();
  }

  setLabels(anchors: FeatureCollection): void {
    this.#set('anchors', anchors);
  }

  setParents(display: ZoneDisplay | null, level: string | null): void {
    if (this.#tiled) this.#tiles('parents', display, level);
    else this.#set('parents', display?.zones ?? EMPTY);
    this.#set('parent-anchors', display?.anchors ?? EMPTY);
    this.#coarser = level !== null;
    this.#look();
  }

  select(code: string | null): void {
    if (this.#selected === code) return;
    this.#selected = code;
    this.#mark();
  }

  hover(code: string | null): void {
    if (this.#hovered === code) return;
    this.#hovered = code;
    this.#mark();
  }

  selectGap(code: string | null): void {
    this.#gap = this.#flag('gaps', 'selected', this.#gap, code);
  }

  /** The territory's edge, and all the world around it as one polygon with the territory as its hole. */
  setBoundary(boundary: FeatureCollection): void {
    this.#set('boundary', boundary);
    const holes = boundary.features.flatMap((feature) => polygonsOf(feature.geometry).map((rings) => rings[0] ?? []));
    const world = [[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]];
    this.#set('surroundings', {
      type: 'FeatureCollection',
      features: holes.length ? [{ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [world, ...holes] } }] : [],
    });
  }

  setFacilities(facilities: FeatureCollection): void {
    this.#set('facilities', facilities);
  }

  /** Which facilities show: those of one category, all, or none. All of them make room for each other. */
  showFacilities(category: string | null, all: boolean): void {
    const shown = category ? ['==', ['get', 'category'], category] : ['literal', all];
    for (const layer of ['facilities', 'facility-dots']) this.#map.setFilter(layer, shown as Parameters<MapLibre['setFilter']>[1]);
    this.#map.setLayoutProperty('facilities', 'icon-allow-overlap', category !== null);
    // Labels make room for the stations that are asked about.
    const above = category === null ? 'parent-labels' : 'extra-points';
    for (const layer of ['facility-dots', 'facilities']) this.#map.moveLayer(layer, above);
    this.#covering = category !== null;
    this.#look();
  }

  /** The reached area, the gaps, and each building without service in the colour of its cause. */
  setCoverage(reached: FeatureCollection | null, gaps: FeatureCollection | null, list: readonly Gap[]): void {
    this.#set('coverage', reached ?? EMPTY);
    this.#set('gaps', gaps ?? EMPTY);
    for (const code of this.#flagged) this.#map.removeFeatureState(this.#building(code), 'gap');
    this.#flagged = [];
    for (const gap of list) {
      for (const code of gap.buildings) {
        this.#map.setFeatureState(this.#building(code), { gap: gap.cause });
        this.#flagged.push(code);
      }
    }
    this.#gap = null;
  }

  /** Buildings that come within reach, those that fall out of it, and those of a contact group. */
  setTurned(gained: readonly string[], lost: readonly string[], members: readonly string[]): void {
    for (const code of this.#turned) this.#map.removeFeatureState(this.#building(code), 'turned');
    for (const code of gained) this.#map.setFeatureState(this.#building(code), { turned: 'gained' });
    for (const code of lost) this.#map.setFeatureState(this.#building(code), { turned: 'lost' });
    for (const code of members) this.#map.setFeatureState(this.#building(code), { turned: 'member' });
    this.#turned = [...gained, ...lost, ...members];
  }

  setPlacing(on: boolean): void {
    this.placing = on;
    this.#map.getCanvas().style.cursor = on ? 'crosshair' : '';
  }

  setSwitches(on: Record<keyof typeof SWITCHED | 'editing', boolean>, opacity: number): void {
    for (const key of Object.keys(SWITCHED) as (keyof typeof SWITCHED)[]) {
      for (const layer of SWITCHED[key]) this.#map.setLayoutProperty(layer, 'visibility', on[key] ? 'visible' : 'none');
    }
    this.#parents = on.parents;
    this.#showParents();
    this.#look();
    this.#map.setPaintProperty('zones-fill', 'fill-opacity', opacity);
    // While borders are redrawn, cells and arcs draw the zones as the pointer has them.
    if (on.editing) for (const layer of OUTLINES) this.#map.setLayoutProperty(layer, 'visibility', 'none');
    else for (const layer of ['zones-line', 'zones-casing']) this.#map.setLayoutProperty(layer, 'visibility', 'visible');
    if (on.atoms && !this.#tiled && !this.#atomsAsked) {
      this.#atomsAsked = true;
      (this.#map.getSource('atoms') as GeoJSONSource | undefined)?.setData(`${location.origin}${ROOT}/api/layers/atoms`);
    }
  }

  setScheme(scheme: Scheme): void {
    this.#map.setPaintProperty('zones-fill', 'fill-color', zoneFill(scheme));
    this.#map.setPaintProperty('edit-fill', 'fill-color', zoneFill(scheme, true));
  }

  /** Shapes that come and go: candidate places, what was drawn for a question. */
  setExtra(extra: FeatureCollection | null): void {
    this.#set('extra', extra ?? EMPTY);
  }

  /** What is drawn now, as an image fine enough for paper. */
  async picture(): Promise<string> {
    const ratio = this.#map.getPixelRatio();
    this.#map.setPixelRatio(3);
    await this.#map.once('idle');
    this.#map.redraw();
    const url = this.#map.getCanvas().toDataURL('image/png');
    this.#map.setPixelRatio(ratio);
    return url;
  }

  /** Metres to a pixel of the screen, in the middle of the map. */
  metresPerPixel(): number {
    const { lat } = this.#map.getCenter();
    return (EQUATOR * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** this.#map.getZoom());
  }

  setMetresPerPixel(metres: number): void {
    const { lat } = this.#map.getCenter();
    this.#map.setZoom(Math.log2((EQUATOR * Math.cos((lat * Math.PI) / 180)) / (512 * metres)));
  }

  /** West, south, east, north of what is on the screen. */
  seen(): Bounds {
    const box = this.#map.getBounds();
    return [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()];
  }

  onMove(told: () => void): () => void {
    this.#map.on('move', told);
    return () => this.#map.off('move', told);
  }

  #building(code: string): { source: string; sourceLayer?: string; id: string } {
    return { source: 'buildings', ...(this.#tiled ? { sourceLayer: 'buildings' } : {}), id: code };
  }

  #set(source: OwnSource, data: FeatureCollection): void {
    this.#drawn.delete(source);
    (this.#map.getSource(source) as GeoJSONSource | undefined)?.setData(data);
  }

  /** Tiles of another level or revision. */
  #tiles(name: 'zones' | 'parents', display: ZoneDisplay | null, level: string | null): void {
    const shown = this.#shown[name];
    const revision = display?.revision ?? null;
    const tiles = level === null ? null : tilesOf(this.#origin, 'zones', level);
    const source = this.#map.getSource(name) as VectorTileSource | undefined;
    // The first level is in the style, and on its way already.
    if (source && tiles && source.tiles?.[0] !== tiles[0]) source.setTiles(tiles);
    else if (source && revision !== null && shown.revision !== null && revision !== shown.revision) this.#map.refreshTiles(name);
    this.#shown[name] = { level, revision: shown.level === level ? (revision ?? shown.revision) : revision };
    this.#showParents();
  }

  /** Until they are known, the tiles behind the coarser level are those of this one. */
  #showParents(): void {
    if (this.#tiled) this.#map.setLayoutProperty('parents-line', 'visibility', this.#parents && this.#shown.parents.level !== null ? 'visible' : 'none');
  }

  /** Draws the outlines of the zone that is chosen and of the one under the pointer. */
  #mark(): void {
    const mine = (this.#marking += 1);
    const marks = [this.#hovered === this.#selected ? null : this.#hovered, this.#selected];
    if (!marks.some((code) => code !== null)) return this.#set('marked', EMPTY);
    const drawn = marks.map(async (code) => {
      const outline = code === null ? null : await this.#hooks.outline(code).catch(() => null);
      return outline ? [{ ...outline, properties: { code, selected: code === this.#selected } } satisfies Feature] : [];
    });
    void Promise.all(drawn).then((features) => {
      if (mine === this.#marking) this.#set('marked', { type: 'FeatureCollection', features: features.flat() });
    });
  }

  /** By scale: while coverage is looked at from afar, it has the map to itself. */
  #look(): void {
    const afar = this.#covering && this.#map.getZoom() < farBelow(this.#steps);
    const coarser = this.#parents && this.#coarser;
    const now = `${afar} ${coarser}`;
    if (now === this.#looks) return;
    this.#looks = now;
    const { paint, layout, zooms } = lookOf(LAYERS, afar, coarser);
    const each = (part: typeof paint, set: (layer: string, name: never, value: never) => void): void => {
      for (const [layer, properties] of Object.entries(part)) for (const [name, value] of Object.entries(properties)) set(layer, name as never, value as never);
    };
    each(paint, (layer, name, value) => this.#map.setPaintProperty(layer, name, value));
    each(layout, (layer, name, value) => this.#map.setLayoutProperty(layer, name, value));
    for (const [layer, first] of Object.entries(zooms)) this.#map.setLayerZoomRange(layer, first, 24);
  }

  #tellDrawn(): void {
    this.#look();
    const drawn = drawnAt(this.#map.getZoom(), this.#steps);
    const now = JSON.stringify(drawn);
    if (now === this.#drawnNow) return;
    this.#drawnNow = now;
    this.#hooks.seen(drawn);
  }

  #flag(source: 'gaps', state: string, before: string | null, after: string | null): string | null {
    if (before === after) return after;
    if (before !== null) this.#map.setFeatureState({ source, id: before }, { [state]: false });
    if (after !== null) this.#map.setFeatureState({ source, id: after }, { [state]: true });
    return after;
  }

  #watchLoading(): void {
    const total = BASE.length;
    const counted = new Set<string>();
    let drawn = false;
    this.#map.on('sourcedata', (event) => {
      if (drawn || !event.sourceId || !event.isSourceLoaded || counted.has(event.sourceId)) return;
      if (!(BASE as readonly string[]).includes(event.sourceId)) return;
      counted.add(event.sourceId);
      // What comes in tiles is there once it is drawn.
      this.#hooks.progress(this.#tiled ? Math.min(counted.size, total - 1) : counted.size, total);
    });
    const done = (): void => {
      drawn = true;
      this.#hooks.progress(total, total);
    };
    this.#map.once('idle', () => {
      if (!this.#tiled) return done();
      this.#map.setPixelRatio(devicePixelRatio);
      this.#map.once('idle', done);
    });
  }

  #watchPointer(): void {
    const popup = new Popup({ closeButton: false, closeOnClick: false, offset: 14, className: 'tip' });
    this.#map.on('click', (event) => {
      if (this.editing.on || this.sketch.takes([event.lngLat.lng, event.lngLat.lat])) return;
      if (this.placing) {
        // A finger is no needle: what lies within a few pixels is meant.
        const { x, y } = event.point;
        const near = this.#map.queryRenderedFeatures([[x - 9, y - 9], [x + 9, y + 9]], { layers: ['facilities', 'facility-dots'] })[0];
        const where = near?.geometry.type === 'Point' ? near.geometry.coordinates : null;
        return this.#hooks.place([event.lngLat.lng, event.lngLat.lat], near?.properties ?? null, where ? [where[0] ?? 0, where[1] ?? 0] : null);
      }
      const hits = this.#map.queryRenderedFeatures(event.point, { layers: ['gaps-hit', 'zones-hit'] });
      const gap = codeOf(hits.find((hit) => hit.layer.id === 'gaps-hit'));
      if (gap) return this.#hooks.gap(gap);
      this.#hooks.zone(codeOf(smallest(hits.filter((hit) => hit.layer.id === 'zones-hit'))));
    });
    // At most once a frame, and not while the map is dragged: asking what is under the pointer costs more than drawing.
    let waiting = false;
    this.#map.on('mousemove', (event) => {
      if (waiting || this.#map.isMoving() || this.editing.on || this.sketch.takes([event.lngLat.lng, event.lngLat.lat])) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        this.#under(event.point, popup);
      });
    });
    this.#map.on('mouseout', () => {
      popup.remove();
      this.#hooks.hover(null);
    });
  }

  #under(point: PointLike, popup: Popup): void {
    const hits = this.#map.queryRenderedFeatures(point, { layers: ['facilities', 'facility-dots', 'zones-hit'] });
    const facility = hits.find((hit) => hit.source === 'facilities');
    if (facility?.geometry.type === 'Point') {
      const [x, y] = facility.geometry.coordinates;
      popup.setLngLat([x ?? 0, y ?? 0]).setText(this.#hooks.facility(facility.properties)).addTo(this.#map);
    } else {
      popup.remove();
    }
    const code = codeOf(smallest(hits.filter((hit) => hit.layer.id === 'zones-hit')));
    this.#map.getCanvas().style.cursor = this.placing ? 'crosshair' : code ? 'pointer' : '';
    this.#hooks.hover(code);
  }
}

function codeOf(feature: Feature | MapGeoJSONFeature | undefined): string | null {
  const code: unknown = feature?.properties?.['code'];
  return typeof code === 'string' ? code : null;
}

/** Floors of a tower lie as small squares inside the ground zone's land: the pointer means the smaller one. */
function smallest(hits: MapGeoJSONFeature[]): MapGeoJSONFeature | undefined {
  const size = (hit: MapGeoJSONFeature): number => Number(hit.properties['area_m2'] ?? Infinity);
  return hits.reduce<MapGeoJSONFeature | undefined>((best, hit) => (!best || size(hit) < size(best) ? hit : best), undefined);
}
