import type { Feature, FeatureCollection, Point } from 'geojson';
import { count, sharedPrefix } from '../i18n/format';
import type { Places } from '../api/types';
import type { ZoneRow } from '../state/zones';
import { anchorOf, type Anchor } from './anchor';
import { colour, neighbours } from './colouring';
import { boundsOf, type Bounds, metresPerDegree } from './geometry';
import { FILLS } from './palette';

export interface ZoneDisplay {
  /** Outlines; null where they come in tiles. */
  zones: FeatureCollection | null;
  /** Another one after every edit. */
  revision: number;
  anchors: FeatureCollection<Point>;
  bounds: Map<string, Bounds>;
  parents: Map<string, string>;
  /** Colour number of each zone. */
  tints: Map<string, number>;
  /** Room for a label in the median zone, metres. */
  room: number;
}

/** Zones from which labels are placed roughly: exactly would take seconds. */
const MANY = 1500;

interface Shape {
  tints: number[];
  anchors: (Anchor | null)[];
  boxes: (Bounds | null)[];
}

/** What only the outlines decide, worked out once for each set of outlines. */
const shapes = new WeakMap<FeatureCollection, Shape>();

function shapeOf(source: FeatureCollection): Shape {
  const known = shapes.get(source);
  if (known) return known;
  const shape = {
    tints: colour(neighbours(source.features), FILLS.soft.length),
    anchors: source.features.map((feature) => anchorOf(feature.geometry, source.features.length > MANY)),
    boxes: source.features.map((feature) => boundsOf([feature])),
  };
  shapes.set(source, shape);
  return shape;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What the map draws for a level: outlines with their colour number, and a point in each for its label. */
export function prepareZones(source: FeatureCollection, rows: readonly ZoneRow[], territory: string, unit: string): ZoneDisplay {
  const { tints, anchors, boxes } = shapeOf(source);
  const byCode = new Map(rows.map((row) => [row.code, row]));
  const codes = source.features.map((feature) => text(feature.properties?.['code']));
  const shared = sharedOf(codes, territory);
  const bounds = new Map<string, Bounds>();
  const parents = new Map<string, string>();
  const tintOf = new Map<string, number>();
  const rooms: number[] = [];
  const points: Feature<Point>[] = [];

  const features = source.features.map((feature, index): Feature => {
    const code = codes[index] ?? '';
    const row = byCode.get(code);
    const outside = row ? row.off > 0 : false;
    const box = boxes[index];
    if (box) bounds.set(code, box);
    tintOf.set(code, tints[index] ?? 0);
    const parent = text(feature.properties?.['parent']);
    if (parent) parents.set(code, parent);
    const anchor = anchors[index];
    if (anchor) {
      rooms.push(anchor.room);
      points.push({ type: 'Feature', geometry: { type: 'Point', coordinates: anchor.at }, properties: label(code, shared, row, outside, anchor.area, unit) });
    }
    return { ...feature, properties: { ...feature.properties, tint: tints[index] ?? 0, verdict: row?.verdict ?? 'free', outside } };
  });
  rooms.sort((a, b) => a - b);
  return {
    zones: { type: 'FeatureCollection', features },
    revision: 0,
    anchors: { type: 'FeatureCollection', features: points },
    bounds,
    parents,
    tints: tintOf,
    room: rooms[Math.floor(rooms.length / 2)] ?? 50,
  };
}

/** Share of a box's shorter side that is room for a label in its middle: outlines are seldom boxes. */
const ROOM = 0.35;

/** The same for a level whose outlines come in tiles. */
export function preparePlaces(places: Places, rows: readonly ZoneRow[], territory: string, unit: string): ZoneDisplay {
  const byCode = new Map(rows.map((row) => [row.code, row]));
  const shared = sharedOf(places.codes, territory);
  const rooms: number[] = [];
  const points = places.codes.map((code, at): Feature<Point> => {
    const [west, south, east, north] = places.bounds[at] ?? [0, 0, 0, 0];
    const [kx, ky] = metresPerDegree(south);
    const [width, height] = [(east - west) * kx, (north - south) * ky];
    rooms.push(Math.min(width, height) * ROOM);
    const row = byCode.get(code);
    const properties = label(code, shared, row, row ? row.off > 0 : false, row?.area_m2 ?? width * height, unit);
    return { type: 'Feature', geometry: { type: 'Point', coordinates: places.places[at] ?? [west, south] }, properties };
  });
  rooms.sort((a, b) => a - b);
  return {
    zones: null,
    revision: places.revision,
    anchors: { type: 'FeatureCollection', features: points },
    bounds: new Map(places.codes.map((code, at) => [code, places.bounds[at] ?? [0, 0, 0, 0]])),
    parents: new Map(places.codes.flatMap((code, at) => (places.parents[at] ? [[code, places.parents[at]] as const] : []))),
    tints: new Map(places.codes.map((code, at) => [code, places.tints[at] ?? 0])),
    room: rooms[Math.floor(rooms.length / 2)] ?? 50,
  };
}

/** Length of what all codes begin with, which labels leave out. */
function sharedOf(codes: string[], territory: string): number {
  return territory && codes.every((code) => code.startsWith(territory) && code.length > territory.length) ? territory.length : sharedPrefix(codes);
}

function label(code: string, shared: number, row: ZoneRow | undefined, outside: boolean, area: number, unit: string) {
  const short = code.slice(shared).replace(/^[-._/ ]+/, '') || code;
  const size = row ? households(row, unit) : '';
  return {
    code,
    name: row?.name ?? null,
    short,
    middle: size ? `${short}\n${size}` : short,
    full: [row?.name, short, size].filter(Boolean).join('\n'),
    outside,
    // Out-of-band zones keep their label when room is scarce, then large zones.
    rank: (outside ? 0 : 1) * 1e9 - area,
  };
}

/** Households of a zone as written on the map: estimated ones carry the sign, unknown ones are not written as 0. */
export function households(row: Pick<ZoneRow, 'households' | 'certainty'>, unit: string): string {
  if (row.certainty === 'unknown') return `? ${unit}`;
  return `${row.certainty === 'estimated' ? '≈' : ''}${count(row.households)} ${unit}`;
}

/** Labels with the sizes the pointer has made of some zones; the others stay as they are. */
export function relabelled(display: ZoneDisplay, sizes: ReadonlyMap<string, number>, band: { min: number; max: number } | null, unit: string): FeatureCollection<Point> {
  if (!sizes.size) return display.anchors;
  const features = display.anchors.features.map((feature) => {
    const { code, name, short } = (feature.properties ?? {}) as { code: string; name: string | null; short: string };
    const now = sizes.get(code);
    if (now === undefined) return feature;
    const size = `${count(now)} ${unit}`;
    const outside = band !== null && (now < band.min || now > band.max);
    return { ...feature, properties: { ...feature.properties, middle: `${short}\n${size}`, full: [name, short, size].filter(Boolean).join('\n'), outside } };
  });
  return { type: 'FeatureCollection', features };
}
