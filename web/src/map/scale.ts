import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import * as c from './palette';

/** Zooms from which zones have room for their code, for their size, and for their name. */
export interface Steps {
  code: number;
  size: number;
  name: number;
}

/** What is drawn at a zoom, so that the legend says no more. */
export interface Drawn {
  /** Buildings and zones are too small to be told apart: coverage then shows areas, not outlines. */
  far: boolean;
  labels: 'parents' | 'codes' | 'sizes';
  buildings: boolean;
  /** Walls, gates, paths and steps. */
  details: boolean;
  unknown: boolean;
}

/** Zooms from which the layers of the base map are drawn. */
export const FROM = { buildings: 13, details: 14, unknown: 15 } as const;

/** Zooms at which the median zone, with `room` metres for a label, has the pixels for each kind of text. */
export function stepsOf(room: number): Steps {
  const zoomFor = (pixels: number): number => Math.min(19, Math.log2((pixels * 67_000) / Math.max(1, room)));
  return { code: zoomFor(9), size: zoomFor(20), name: zoomFor(42) };
}

/** Below this zoom a building is a few pixels (a pixel is 2.7 m of ground at 32 degrees), whatever the level. */
const SMALL = 14.6;

/** The zoom below which coverage shows areas, not outlines. */
export const farBelow = (steps: Steps): number => Math.max(SMALL, steps.code);

export function drawnAt(zoom: number, steps: Steps): Drawn {
  return {
    far: zoom < farBelow(steps),
    labels: zoom < steps.code ? 'parents' : zoom < steps.size ? 'codes' : 'sizes',
    buildings: zoom >= FROM.buildings,
    details: zoom >= FROM.details,
    unknown: zoom >= FROM.unknown,
  };
}

/** Properties to set on layers, and the zoom from which some are drawn. */
export interface Look {
  paint: Record<string, Record<string, unknown>>;
  layout: Record<string, Record<string, unknown>>;
  zooms: Record<string, number>;
}

const selected: ExpressionSpecification = ['boolean', ['feature-state', 'selected'], false];
const NEVER = 24;
const FAINT = { 'text-color': '#14202b', 'text-opacity': 0.75 };

/** What coverage from afar draws otherwise: areas in the colour of their cause and thin borders; no outlines of gaps, no zones
 * marked as out of their band, fewer and paler labels, buildings in one grey. */
const AFAR: Omit<Look, 'zooms'> = {
  paint: {
    'gaps-line': { 'line-width': ['case', selected, 3, 0] },
    'gaps-hit': { 'fill-opacity': ['case', selected, 0.65, 0.38] },
    'buildings-gap': { 'fill-opacity': ['case', ['==', ['coalesce', ['feature-state', 'gap'], ['feature-state', 'turned'], 'none'], 'none'], 0, 0.7] },
    buildings: { 'fill-color': c.BUILDING.other },
    'zones-line': { 'line-color': c.ZONE_LINE },
    'coverage-line': { 'line-width': 1 },
    'parents-line': { 'line-opacity': 0.55 },
    'parent-labels': { 'text-opacity': 0.75 },
    'zone-codes': FAINT,
    'zone-sizes': FAINT,
    'zone-names': FAINT,
  },
  layout: {
    facilities: { 'icon-size': 0.8 },
    'parent-labels': { 'text-padding': 14, 'text-size': 11.5 },
  },
};

/** How the layers look; with the coarser level shown (`coarser`), coverage from afar leaves out the borders of the finer one. */
export function lookOf(layers: readonly LayerSpecification[], afar: boolean, coarser: boolean): Look {
  const first = afar && coarser ? NEVER : 0;
  const zooms = { 'zones-line': first, 'zones-casing': Math.max(FROM.buildings, first) };
  if (afar) return { ...AFAR, zooms };
  const own = (part: 'paint' | 'layout') =>
    Object.fromEntries(
      Object.entries(AFAR[part]).map(([id, changed]) => {
        const given = (layers.find((layer) => layer.id === id)?.[part] ?? {}) as Record<string, unknown>;
        // What a layer does not say is as the map library has it.
        return [id, Object.fromEntries(Object.keys(changed).map((name) => [name, given[name]]))];
      }),
    );
  return { paint: own('paint'), layout: own('layout'), zooms };
}
