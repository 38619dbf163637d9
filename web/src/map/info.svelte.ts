import type { FeatureCollection } from 'geojson';
import type { ZoneGroup } from '../api/types';
import type { MapController } from './controller';
import type { Bounds } from './geometry';
import type { Drawn } from './scale';

/** What panels need to know of the map: where zones and gaps lie, and whether the circle asked for is drawn. */
class MapInfo {
  bounds = $state.raw<Map<string, Bounds>>(new Map());
  parents = $state.raw<Map<string, string>>(new Map());
  tints = $state.raw<Map<string, number>>(new Map());
  gapBounds = $state.raw<Map<string, Bounds>>(new Map());
  circle = $state<'none' | 'loading' | 'shown' | 'failed'>('none');
  /** What is drawn at the zoom of the moment. */
  drawn = $state.raw<Drawn>({ far: false, labels: 'sizes', buildings: true, details: true, unknown: true });
  /** Where the map of a plan was when it was last there. */
  camera: { file: string | undefined; centre: [number, number]; zoom: number } | null = null;
  /** Whether an area can be drawn now. */
  sketching = $state(false);
  /** The contact group that is looked at. */
  group = $state.raw<ZoneGroup | null>(null);
  /** The zone a line was drawn across. */
  cutFrom = $state<string | null>(null);
  /** Shapes that come and go: candidate places, what was drawn for a question. */
  extra = $state.raw<FeatureCollection | null>(null);
  /** The map itself, for paper: its picture and its scale; and what of the ground is seen. */
  paper = $state.raw<Pick<MapController, 'picture' | 'metresPerPixel' | 'setMetresPerPixel' | 'onMove' | 'seen'> | null>(null);
}

export const mapInfo = new MapInfo();
