import type { Feature, FeatureCollection } from 'geojson';
import {
  type GeoJSONSource,
  type MapGeoJSONFeature,
  Map as MapLibre,
  NavigationControl,
  type PointLike,
  Popup,
  ScaleControl,
  setWorkerUrl,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { ROOT } from '../api/base';
import type { Category, Gap } from '../api/types';
import { type Bounds, polygonsOf } from './geometry';
import { addImages } from './icons';
import { type EditHooks, MapEditing } from './editing';
import type { Point } from '../edit/shapes';
import type { Scheme } from './palette';
import { Sketch } from './sketch';
import { BASE, baseStyle, OUTLINES, type OwnSource, SWITCHED, zoneFill } from './style';
import type { ZoneDisplay } from './zones';

setWorkerUrl(workerUrl);

/** Length of the equator, metres. */
const EQUATOR = 40_075_016.686;
const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] };

export interface Words {
  zoomIn: string;
  zoomOut: string;
  north: string;
}

export interface Hooks extends EditHooks {
  zone(code: string | null): void;
  hover(code: string | null): void;
  /** An area that was drawn. */
  area(ring: Point[]): void;
  gap(code: string): void;
  /** A place that was clicked while places are chosen, and the facility that lies there. */
  place(at: [number, number], facility: Record<string, unknown> | null, where: [number, number] | null): void;
  /** The text a facility shows under the pointer. */
  facility(properties: Record<string, unknown>): string;
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
  /** Clicks choose places instead of zones. */
  placing = false;
  #flagged: string[] = [];
  #turned: readonly string[] = [];
  #atomsAsked = false;

  /** `left` is how many pixels at the left are under the legend; `tiled` whether the ground comes in tiles. */
  constructor(container: HTMLElement, bounds: Bounds, left: number, tiled: boolean, words: Words, hooks: Hooks) {
    this.#tiled = tiled;
    this.#hooks = hooks;
    this.#map = new MapLibre({
      container,
      style: baseStyle(location.origin + ROOT, tiled),
      bounds,
      fitBoundsOptions: { padding: { top: 24, bottom: 34, right: 52, left: Math.max(36, Math.min(left, container.clientWidth * 0.26)) } },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      minZoom: 8,
      maxZoom: 21,
      fadeDuration: 120,
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
    this.sketch = new Sketch(this.#map, (ring) => hooks.area(ring));
    this.#watchLoading();
    this.#watchPointer();
  }

  destroy(): void {
    this.#map.remove();
  }

  addImages(categories: readonly Category[]): void {
    addImages(this.#map, categories);
  }

  /** `left` is how many pixels at the left are covered; `card` whether by a card, which lies on top where the map is narrow. */
  fit(bounds: Bounds, left: number, card: boolean): void {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const { clientWidth, clientHeight } = this.#map.getContainer();
    const wide = clientWidth > 700;
    const top = !wide && card ? clientHeight * 0.48 : 48;
    this.#map.fitBounds(bounds, { padding: left < 48 ? left : { top, bottom: 56, right: 56, left: wide ? left : 48 }, maxZoom: 19, duration: still ? 0 : 500 });
  }

  setZones(display: ZoneDisplay | null): void {
    this.#set('zones', display?.zones ?? EMPTY);
    this.#set('anchors', display?.anchors ?? EMPTY);
    // States outlive the data they were set on.
    this.#map.removeFeatureState({ source: 'zones' });
    this.#selected = this.#hovered = null;
    if (!display) return;
    // Text appears once the median zone has room for it: its code first, then its size, then its name.
    const zoomFor = (pixels: number): number => Math.min(19, Math.log2((pixels * 67_000) / Math.max(1, display.room)));
    const [code, size, name] = [zoomFor(9), zoomFor(20), zoomFor(42)];
    this.#map.setLayerZoomRange('parent-labels', 0, code);
    this.#map.setLayerZoomRange('zone-codes', code, 24);
    this.#map.setLayerZoomRange('zone-sizes', size, name);
    this.#map.setLayerZoomRange('zone-names', name, 24);
  }

  setLabels(anchors: FeatureCollection): void {
    this.#set('anchors', anchors);
  }

  setParents(display: ZoneDisplay | null): void {
    this.#set('parents', display?.zones ?? EMPTY);
    this.#set('parent-anchors', display?.anchors ?? EMPTY);
  }

  select(code: string | null): void {
    this.#selected = this.#flag('zones', 'selected', this.#selected, code);
  }

  hover(code: string | null): void {
    this.#hovered = this.#flag('zones', 'hover', this.#hovered, code);
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
    this.#map.setLayoutProperty('facilities', 'icon-ignore-placement', category !== null);
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

  /** Buildings that come within reach, and those that fall out of it. */
  setTurned(gained: readonly string[], lost: readonly string[]): void {
    for (const code of this.#turned) this.#map.removeFeatureState(this.#building(code), 'turned');
    for (const code of gained) this.#map.setFeatureState(this.#building(code), { turned: 'gained' });
    for (const code of lost) this.#map.setFeatureState(this.#building(code), { turned: 'lost' });
    this.#turned = [...gained, ...lost];
  }

  setPlacing(on: boolean): void {
    this.placing = on;
    this.#map.getCanvas().style.cursor = on ? 'crosshair' : '';
  }

  setSwitches(on: Record<keyof typeof SWITCHED | 'editing', boolean>, opacity: number): void {
    for (const key of Object.keys(SWITCHED) as (keyof typeof SWITCHED)[]) {
      for (const layer of SWITCHED[key]) this.#map.setLayoutProperty(layer, 'visibility', on[key] ? 'visible' : 'none');
    }
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

  #flag(source: 'zones' | 'gaps', state: string, before: string | null, after: string | null): string | null {
    if (before === after) return after;
    if (before !== null) this.#map.setFeatureState({ source, id: before }, { [state]: false });
    if (after !== null) this.#map.setFeatureState({ source, id: after }, { [state]: true });
    return after;
  }

  #watchLoading(): void {
    const total = BASE.length;
    const counted = new Set<string>();
    this.#map.on('sourcedata', (event) => {
      if (!event.sourceId || !event.isSourceLoaded || counted.has(event.sourceId)) return;
      if (!(BASE as readonly string[]).includes(event.sourceId)) return;
      counted.add(event.sourceId);
      this.#hooks.progress(counted.size, total);
    });
    this.#map.once('idle', () => this.#hooks.progress(total, total));
  }

  #watchPointer(): void {
    const popup = new Popup({ closeButton: false, closeOnClick: false, offset: 14, className: 'tip' });
    this.#map.on('click', (event) => {
      if (this.editing.on || this.sketch.on) return;
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
      if (waiting || this.#map.isMoving() || this.editing.on || this.sketch.on) return;
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
