import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import * as c from './palette';

/** Sources the server fills by address; the map fetches them off the page's own thread. */
export const BASE = ['areas', 'compounds', 'gates', 'streets', 'buildings'] as const;
export type BaseLayer = (typeof BASE)[number];

/** Sources the page fills itself. */
const OWN = ['boundary', 'surroundings', 'zones', 'marked', 'parents', 'anchors', 'parent-anchors', 'facilities', 'coverage', 'gaps', 'edit', 'edit-arcs', 'extra'] as const;
/** Features known by their number or by nothing; the others by their code. */
const BY_NUMBER = new Set<string>(['facilities', 'edit', 'edit-arcs', 'extra']);
export type OwnSource = (typeof OWN)[number];

const EMPTY = { type: 'FeatureCollection' as const, features: [] };

// Without a glyph server MapLibre draws every character with the machine's own fonts: the first name only tells the
// weight, the rest are tried in order.
const FAMILIES = ['Noto Sans CJK SC', 'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', 'WenQuanYi Micro Hei'];
const REGULAR = ['Regular', ...FAMILIES];
const BOLD = ['Bold', ...FAMILIES];

const streetClass: ExpressionSpecification = ['get', 'class'];
const PATHS = ['footway', 'path', 'cycleway', 'track', 'corridor'];
const MAJOR = ['motorway', 'trunk', 'primary'];

/** Carriageway widths in metres drawn to scale from zoom 16 on, and never thinner than can be seen. */
function width(extra: number): ExpressionSpecification {
  const at = (scale: number): ExpressionSpecification => [
    '+',
    extra,
    ['*', scale, ['match', streetClass, 'motorway', 22, 'trunk', 20, 'primary', 18, 'secondary', 14, 'tertiary', 10, ['residential', 'unknown'], 7, 'pedestrian', 6, 4]],
  ];
  return ['interpolate', ['exponential', 2], ['zoom'], 12, at(0.09), 16, at(0.55), 20, at(7)];
}

const isPath: ExpressionSpecification = ['in', streetClass, ['literal', PATHS]];
const isSteps: ExpressionSpecification = ['==', streetClass, 'steps'];
const isRoad: ExpressionSpecification = ['all', ['!', isPath], ['!', isSteps]];
const importance: ExpressionSpecification = ['match', streetClass, 'motorway', 9, 'trunk', 8, 'primary', 7, 'secondary', 6, 'tertiary', 5, ['residential', 'unknown'], 4, 3];

/** Data writes "no name" as null as well as by leaving it out. */
const named: ExpressionSpecification = ['!=', ['coalesce', ['get', 'name'], ''], ''];

/** Zones whose size is out of their band. */
const outside: ExpressionSpecification = ['in', ['coalesce', ['get', 'verdict'], 'free'], ['literal', ['under', 'over']]];

const hover: ExpressionSpecification = ['boolean', ['feature-state', 'hover'], false];
const picked: ExpressionSpecification = ['boolean', ['feature-state', 'picked'], false];
/** What the pointer has made of a border, or what the plan says where it has made nothing of it. */
const border: ExpressionSpecification = ['boolean', ['feature-state', 'border'], ['get', 'border']];
const receives: ExpressionSpecification = ['boolean', ['feature-state', 'target'], false];
const torn: ExpressionSpecification = ['boolean', ['feature-state', 'torn'], false];
const selected: ExpressionSpecification = ['boolean', ['feature-state', 'selected'], false];
const turned: ExpressionSpecification = ['coalesce', ['feature-state', 'turned'], 'none'];
const gap: ExpressionSpecification = ['coalesce', ['feature-state', 'gap'], 'none'];

const buildingFill: ExpressionSpecification = [
  'match', ['get', 'use'],
  'residential', c.BUILDING.residential, 'mixed', c.BUILDING.mixed, 'commercial', c.BUILDING.commercial, 'office', c.BUILDING.office,
  'industrial', c.BUILDING.industrial, 'public', c.BUILDING.public, c.BUILDING.other,
];

/** Fill of a zone, or of a cell while borders are redrawn (`live`): then what the pointer made of it counts. */
export function zoneFill(scheme: c.Scheme, live = false): ExpressionSpecification {
  const of = (name: string, otherwise: string | number): ExpressionSpecification =>
    live ? ['coalesce', ['feature-state', name], ['get', name], otherwise] : ['coalesce', ['get', name], otherwise];
  if (scheme === 'size') {
    return ['match', of('verdict', 'free'), 'under', c.SIZES.under, 'in', c.SIZES.in, 'over', c.SIZES.over, c.SIZES.free];
  }
  const fills = c.FILLS[scheme];
  return ['match', of('tint', 0), 0, fills[0], 1, fills[1], 2, fills[2], 3, fills[3], 4, fills[4], 5, fills[5], c.MADE];
}

/** One label layer for each amount of room; the controller gives each its zooms. The code alone lies under the others and
 * shows where they found no place; it keeps to the anchor so that it cannot stand beside a longer label of the same zone. */
function zoneLabel(id: string, text: 'short' | 'middle' | 'full'): LayerSpecification {
  return {
    id, type: 'symbol', source: 'anchors',
    layout: {
      'text-field': ['get', text], 'text-font': BOLD, 'text-size': 12.5, 'symbol-sort-key': ['get', 'rank'], 'text-padding': 2, 'text-line-height': 1.15,
      'text-variable-anchor': text === 'short' ? ['center'] : ['center', 'top', 'bottom'], 'text-radial-offset': 0.2, 'text-justify': 'center', 'text-max-width': 9,
    },
    paint: { 'text-color': ['case', ['==', ['get', 'outside'], true], c.BAD, '#14202b'], 'text-halo-color': 'rgba(255,255,255,0.95)', 'text-halo-width': 1.8 },
  };
}

function parentLabel(): LayerSpecification {
  return {
    id: 'parent-labels', type: 'symbol', source: 'parent-anchors',
    layout: { 'text-field': ['coalesce', ['get', 'name'], ['get', 'short']], 'text-font': BOLD, 'text-size': 12.5, 'symbol-sort-key': ['get', 'rank'], 'text-padding': 3, 'text-max-width': 8 },
    paint: { 'text-color': c.PARENT_LINE, 'text-halo-color': 'rgba(255,255,255,0.95)', 'text-halo-width': 1.8 },
  };
}

/** Bottom to top. The one registry of what lies over what. */
export const LAYERS: readonly LayerSpecification[] = [
  { id: 'background', type: 'background', paint: { 'background-color': c.OUTSIDE } },
  { id: 'land', type: 'fill', source: 'boundary', paint: { 'fill-color': c.LAND, 'fill-antialias': false } },
  // Lines lie on its edges: smoothing them here as well would cost as much as the lines.
  { id: 'zones-fill', type: 'fill', source: 'zones', paint: { 'fill-color': zoneFill('soft'), 'fill-opacity': 0.4, 'fill-antialias': false } },
  {
    id: 'areas', type: 'fill', source: 'areas',
    paint: { 'fill-color': ['match', ['get', 'cover'], 'water', c.COVER.water, 'green', c.COVER.green, 'square', c.COVER.square, 'pitch', c.COVER.pitch, c.LAND], 'fill-opacity': 0.75 },
  },
  { id: 'zones-outside', type: 'fill', source: 'zones', filter: outside, paint: { 'fill-pattern': 'hatch-bad', 'fill-opacity': 0.75, 'fill-antialias': false } },
  { id: 'coverage-fill', type: 'fill', source: 'coverage', paint: { 'fill-color': c.REACHED, 'fill-opacity': 0.3 } },
  {
    id: 'streets-path', type: 'line', source: 'streets', minzoom: 14, filter: isPath,
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': c.STREET.path, 'line-width': ['interpolate', ['linear'], ['zoom'], 14, 0.6, 18, 1.6, 20, 3], 'line-dasharray': [2.2, 1.6] },
  },
  {
    id: 'streets-steps', type: 'line', source: 'streets', minzoom: 14, filter: isSteps,
    paint: { 'line-color': c.STREET.steps, 'line-width': ['interpolate', ['linear'], ['zoom'], 14, 1.2, 18, 4, 20, 7], 'line-dasharray': [0.4, 0.35] },
  },
  {
    id: 'streets-casing', type: 'line', source: 'streets', filter: isRoad,
    layout: { 'line-cap': 'round', 'line-join': 'round', 'line-sort-key': importance },
    paint: { 'line-color': c.STREET.casing, 'line-width': width(1.6) },
  },
  {
    id: 'streets', type: 'line', source: 'streets', filter: isRoad,
    layout: { 'line-cap': 'round', 'line-join': 'round', 'line-sort-key': importance },
    paint: { 'line-color': ['case', ['in', streetClass, ['literal', MAJOR]], c.STREET.major, c.STREET.fill], 'line-width': width(0) },
  },
  {
    id: 'buildings-shadow', type: 'fill', source: 'buildings', minzoom: 16,
    paint: { 'fill-color': '#40382e', 'fill-opacity': 0.16, 'fill-translate': ['interpolate', ['linear'], ['zoom'], 16, ['literal', [1, 1]], 19, ['literal', [3.5, 3.5]]], 'fill-translate-anchor': 'viewport' },
  },
  { id: 'buildings', type: 'fill', source: 'buildings', minzoom: 13, paint: { 'fill-color': buildingFill, 'fill-opacity': ['interpolate', ['linear'], ['zoom'], 13, 0.75, 16, 0.92] } },
  {
    id: 'buildings-unknown', type: 'fill', source: 'buildings', minzoom: 15,
    filter: ['all', ['==', ['get', 'certainty'], 'unknown'], ['in', ['get', 'use'], ['literal', ['residential', 'mixed', 'unknown']]]], paint: { 'fill-pattern': 'hatch-unknown', 'fill-opacity': 0.8 },
  },
  {
    id: 'buildings-gap', type: 'fill', source: 'buildings',
    paint: {
      'fill-color': ['match', turned, 'gained', c.TURNED.gained, 'lost', c.TURNED.lost, 'member', c.MEMBER, ['match', gap, ['missing_path', 'missing_gate'], c.GAP.missing_path, c.GAP.missing_facility]],
      'fill-opacity': ['case', ['all', ['==', gap, 'none'], ['==', turned, 'none']], 0, 0.85],
    },
  },
  { id: 'buildings-line', type: 'line', source: 'buildings', minzoom: 15, paint: { 'line-color': c.BUILDING_LINE, 'line-width': ['interpolate', ['linear'], ['zoom'], 15, 0.3, 18, 0.9] } },
  {
    id: 'walls', type: 'line', source: 'compounds', minzoom: 14, filter: ['==', ['get', 'walled'], true],
    layout: { 'line-join': 'round' }, paint: { 'line-color': c.WALL, 'line-width': ['interpolate', ['linear'], ['zoom'], 14, 0.8, 18, 2.2], 'line-opacity': 0.9 },
  },
  {
    id: 'gates', type: 'circle', source: 'gates', minzoom: 14,
    paint: {
      'circle-radius': ['interpolate', ['linear'], ['zoom'], 15, 2, 18, 4.5], 'circle-color': ['case', ['==', ['get', 'open'], false], c.GATE.closed, c.GATE.open],
      'circle-stroke-color': '#fff', 'circle-stroke-width': 1.2,
    },
  },
  // What lies outside the territory steps back.
  { id: 'surroundings', type: 'fill', source: 'surroundings', paint: { 'fill-color': c.OUTSIDE, 'fill-opacity': 0.5 } },
  { id: 'atoms', type: 'line', source: 'atoms', minzoom: 14, layout: { visibility: 'none' }, paint: { 'line-color': '#4b6f8f', 'line-width': 0.7, 'line-dasharray': [3, 2] } },
  { id: 'edit-fill', type: 'fill', source: 'edit', paint: { 'fill-color': zoneFill('soft', true), 'fill-opacity': ['case', picked, 0.85, 0.5] } },
  { id: 'edit-torn', type: 'fill', source: 'edit', paint: { 'fill-color': c.BAD, 'fill-opacity': ['case', torn, 0.55, 0] } },
  { id: 'edit-line', type: 'line', source: 'edit', minzoom: 15, paint: { 'line-color': ['case', picked, c.SELECTED, '#4b6f8f'], 'line-width': ['case', picked, 1.8, 0.5], 'line-opacity': ['case', picked, 0.95, 0.55] } },
  { id: 'coverage-line', type: 'line', source: 'coverage', paint: { 'line-color': c.REACHED, 'line-width': 2 } },
  { id: 'zones-casing', type: 'line', source: 'zones', minzoom: 13, layout: { 'line-join': 'round' }, paint: { 'line-color': '#fff', 'line-opacity': 0.75, 'line-width': ['interpolate', ['linear'], ['zoom'], 13, 0.8, 15, 2, 18, 4] } },
  { id: 'zones-line', type: 'line', source: 'zones', layout: { 'line-join': 'round' }, paint: { 'line-color': ['case', outside, c.BAD, c.ZONE_LINE], 'line-width': ['interpolate', ['linear'], ['zoom'], 13, 0.4, 15, 0.9, 18, 1.8] } },
  { id: 'edit-casing', type: 'line', source: 'edit-arcs', layout: { 'line-join': 'round', 'line-cap': 'round' }, paint: { 'line-color': '#fff', 'line-opacity': ['case', border, 0.8, 0], 'line-width': 5 } },
  { id: 'edit-border', type: 'line', source: 'edit-arcs', layout: { 'line-join': 'round', 'line-cap': 'round' }, paint: { 'line-color': c.ZONE_LINE, 'line-opacity': ['case', border, 1, 0], 'line-width': 2 } },
  { id: 'boundary-line', type: 'line', source: 'boundary', layout: { 'line-join': 'round' }, paint: { 'line-color': c.BOUNDARY, 'line-opacity': 0.8, 'line-width': ['interpolate', ['linear'], ['zoom'], 11, 1.5, 14, 3, 18, 7] } },
  { id: 'parents-line', type: 'line', source: 'parents', layout: { 'line-join': 'round' }, paint: { 'line-color': c.PARENT_LINE, 'line-opacity': 0.85, 'line-width': ['interpolate', ['linear'], ['zoom'], 13, 0.9, 15, 2, 18, 3.6] } },
  { id: 'extra-fill', type: 'fill', source: 'extra', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': ['get', 'colour'], 'fill-opacity': ['coalesce', ['get', 'strength'], 0.25] } },
  { id: 'extra-line', type: 'line', source: 'extra', paint: { 'line-color': ['get', 'colour'], 'line-width': 2.5, 'line-dasharray': [2, 1.2] } },
  { id: 'edit-target', type: 'line', source: 'edit-arcs', layout: { 'line-join': 'round', 'line-cap': 'round' }, paint: { 'line-color': c.SELECTED, 'line-opacity': ['case', receives, 1, 0], 'line-width': 4.5 } },
  { id: 'gaps-line', type: 'line', source: 'gaps', paint: { 'line-color': ['match', ['get', 'cause'], ['missing_path', 'missing_gate'], c.GAP.missing_path, c.GAP.missing_facility], 'line-width': ['case', selected, 4, hover, 3, 1.6], 'line-dasharray': [2, 1.2] } },
  { id: 'gaps-hit', type: 'fill', source: 'gaps', paint: { 'fill-color': ['match', ['get', 'cause'], ['missing_path', 'missing_gate'], c.GAP.missing_path, c.GAP.missing_facility], 'fill-opacity': ['case', selected, 0.18, ['==', ['get', 'cause'], 'no_facility'], 0.14, 0.04] } },
  // Drawn with no colour: it answers clicks even when the zones' own fill is switched off.
  { id: 'zones-hit', type: 'fill', source: 'zones', paint: { 'fill-color': '#000', 'fill-opacity': 0 } },
  // A source of its own: a state of every zone would draw every border once more.
  { id: 'zones-marked', type: 'line', source: 'marked', layout: { 'line-join': 'round' }, paint: { 'line-color': c.SELECTED, 'line-opacity': ['case', ['get', 'selected'], 1, 0.75], 'line-width': ['case', ['get', 'selected'], 4, 2.5] } },
  {
    id: 'street-names', type: 'symbol', source: 'streets', minzoom: 14.5, filter: named,
    layout: {
      'symbol-placement': 'line', 'text-field': ['get', 'name'], 'text-font': REGULAR, 'text-size': ['interpolate', ['linear'], ['zoom'], 14, 10, 18, 13],
      'symbol-sort-key': ['-', 0, importance], 'text-letter-spacing': 0.12, 'symbol-spacing': 320, 'text-padding': 6, 'text-max-angle': 30,
    },
    paint: { 'text-color': c.STREET.text, 'text-halo-color': 'rgba(255,255,255,0.92)', 'text-halo-width': 1.6 },
  },
  {
    id: 'area-names', type: 'symbol', source: 'areas', minzoom: 14.5, filter: named,
    layout: { 'text-field': ['get', 'name'], 'text-font': REGULAR, 'text-size': 11, 'text-padding': 8 },
    paint: { 'text-color': ['case', ['==', ['get', 'cover'], 'water'], '#3b6b8c', '#4d7040'], 'text-halo-color': 'rgba(255,255,255,0.85)', 'text-halo-width': 1.2 },
  },
  {
    id: 'floors', type: 'symbol', source: 'buildings', minzoom: 18, filter: ['>', ['coalesce', ['get', 'levels'], 0], 0],
    layout: { 'text-field': ['concat', ['to-string', ['get', 'levels']], 'F'], 'text-font': REGULAR, 'text-size': 10, 'text-padding': 4 },
    paint: { 'text-color': '#7b6d5c', 'text-halo-color': 'rgba(255,255,255,0.7)', 'text-halo-width': 1 },
  },
  // Where icons make room for each other, the dot still shows that something is there.
  { id: 'facility-dots', type: 'circle', source: 'facilities', paint: { 'circle-radius': 3.5, 'circle-color': ['get', 'colour'], 'circle-stroke-color': '#fff', 'circle-stroke-width': 1 } },
  {
    id: 'facilities', type: 'symbol', source: 'facilities',
    layout: {
      'icon-image': ['get', 'icon'], 'icon-size': ['interpolate', ['linear'], ['zoom'], 12, 0.55, 15, 0.8, 18, 1], 'icon-padding': 3,
      'symbol-sort-key': ['case', ['==', ['get', 'open'], true], 0, 1],
      'text-field': ['step', ['zoom'], '', 17, ['coalesce', ['get', 'name'], '']], 'text-font': REGULAR, 'text-size': 11,
      'text-variable-anchor': ['left', 'right', 'top', 'bottom'], 'text-radial-offset': 1.1, 'text-justify': 'auto', 'text-optional': true, 'text-max-width': 9,
    },
    paint: { 'text-color': '#2b2b2b', 'text-halo-color': 'rgba(255,255,255,0.95)', 'text-halo-width': 1.5 },
  },
  // Far out, where zones are too small for their own labels, the coarser level says where one is.
  parentLabel(),
  zoneLabel('zone-codes', 'short'),
  zoneLabel('zone-sizes', 'middle'),
  zoneLabel('zone-names', 'full'),
  // Places that are asked about lie over everything.
  { id: 'extra-points', type: 'circle', source: 'extra', filter: ['==', ['geometry-type'], 'Point'], paint: { 'circle-radius': 11, 'circle-color': ['get', 'colour'], 'circle-stroke-color': '#fff', 'circle-stroke-width': 2.5 } },
  {
    id: 'extra-marks', type: 'symbol', source: 'extra', filter: ['has', 'mark'],
    layout: { 'text-field': ['get', 'mark'], 'text-font': BOLD, 'text-size': 13, 'text-allow-overlap': true, 'text-ignore-placement': true },
    paint: { 'text-color': '#fff' },
  },
  {
    id: 'extra-names', type: 'symbol', source: 'extra', filter: ['has', 'title'],
    layout: { 'text-field': ['get', 'title'], 'text-font': BOLD, 'text-size': 12.5, 'text-offset': [0, 1.3], 'text-anchor': 'top', 'text-max-width': 10, 'text-optional': true },
    paint: { 'text-color': '#14202b', 'text-halo-color': '#fff', 'text-halo-width': 2 },
  },
];

/** Map layers behind each switch of the Layers panel. */
export const SWITCHED = {
  fill: ['zones-fill', 'zones-outside'],
  labels: ['zone-codes', 'zone-sizes', 'zone-names'],
  parents: ['parents-line', 'parent-labels'],
  buildings: ['buildings', 'buildings-shadow', 'buildings-line'],
  unknown: ['buildings-unknown'],
  floors: ['floors'],
  compounds: ['walls', 'gates'],
  streets: ['streets', 'streets-casing', 'streets-path', 'streets-steps'],
  names: ['street-names', 'area-names'],
  areas: ['areas'],
  boundary: ['boundary-line'],
  atoms: ['atoms'],
} as const;

/** What the zones' own outlines draw; while borders are redrawn, cells and arcs draw it instead. */
export const OUTLINES = ['zones-line', 'zones-casing', 'zones-fill', 'zones-outside'] as const;

/** The zoom from which anything is drawn of a layer in tiles; before it none is asked for. */
const FIRST: Readonly<Record<string, number>> = { compounds: 14, gates: 14, buildings: 13, atoms: 14 };

/** The deepest tiles there are. */
const DEEPEST = 22;

/** Addresses of the tiles of a layer. */
export function tilesOf(origin: string, layer: string, level: string | null = null): string[] {
  return [`${origin}/api/tiles/${layer}/{z}/{x}/{y}.mvt${level === null ? '' : `?level=${encodeURIComponent(level)}`}`];
}

/**
 * The style; a large ground (`tiled`) comes in tiles with the zones of a level, a small one as it is, which stays sharp at every
 * zoom. The addresses of tiles stand in it, so that nobody waits for descriptions of them.
 */
export function baseStyle(origin: string, tiled: boolean, level: string | null): StyleSpecification {
  const sources: StyleSpecification['sources'] = {};
  const cut: string[] = tiled ? [...BASE, 'atoms', 'zones', 'parents'] : [];
  for (const name of cut) {
    const zones = name === 'zones' || name === 'parents';
    sources[name] = {
      type: 'vector', tiles: zones ? tilesOf(origin, 'zones', level) : tilesOf(origin, name), minzoom: FIRST[name] ?? 0, maxzoom: DEEPEST,
      ...(name === 'buildings' ? { promoteId: { buildings: 'code' } } : {}),
    };
  }
  for (const name of tiled ? [] : BASE) {
    sources[name] = {
      type: 'geojson', data: `${origin}/api/layers/${name}`, tolerance: 0.2,
      ...(name === 'buildings' ? { promoteId: 'code', maxzoom: 17 } : {}),
    };
  }
  // Cells are many and rarely wanted: asked for when first switched on.
  if (!tiled) sources['atoms'] = { type: 'geojson', data: EMPTY, tolerance: 0.2, maxzoom: 17 };
  for (const name of OWN) {
    if (cut.includes(name)) continue;
    sources[name] = { type: 'geojson', data: EMPTY, tolerance: 0.1, ...(BY_NUMBER.has(name) ? {} : { promoteId: 'code' }) };
  }
  // In a tile, a layer is found by its name; those of the coarser level are zones too.
  const named = (source: string): string => (source === 'parents' ? 'zones' : source);
  const layers = LAYERS.map((layer) => ('source' in layer && cut.includes(String(layer.source)) ? ({ ...layer, 'source-layer': named(String(layer.source)) } as LayerSpecification) : layer));
  return { version: 8, name: 'Lifang', sources, layers };
}
