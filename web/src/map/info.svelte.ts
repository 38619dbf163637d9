import type { Bounds } from './geometry';

/** What panels need to know of the map: where zones and gaps lie, and whether the circle asked for is drawn. */
class MapInfo {
  bounds = $state.raw<Map<string, Bounds>>(new Map());
  parents = $state.raw<Map<string, string>>(new Map());
  gapBounds = $state.raw<Map<string, Bounds>>(new Map());
  circle = $state<'none' | 'loading' | 'shown' | 'failed'>('none');
}

export const mapInfo = new MapInfo();
