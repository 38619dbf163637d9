/** Every colour the map uses, in one place, so that the legend cannot differ from the map. */

export const LAND = '#f6f3ec';
export const OUTSIDE = '#ebe7de';

/** Fills that tell neighbours apart under any common colour blindness (after Okabe and Ito 2008, lightened). */
export const ZONE_FILLS = ['#5ba3d0', '#efb14a', '#59b48f', '#d98cb3', '#e8dc5a', '#9d8fd1'] as const;

export const COVER = { water: '#b9d5e6', green: '#cfe3bd', square: '#ece3d3', pitch: '#bfdcb6' } as const;

export const BUILDING = {
  residential: '#e5d8c6',
  mixed: '#e7cdb9',
  commercial: '#ecc0b2',
  office: '#c9d2e8',
  industrial: '#d7cbdd',
  public: '#c9ddd6',
  other: '#dcd9d3',
} as const;
export const BUILDING_LINE = '#a89b8a';

export const STREET = { fill: '#ffffff', major: '#fbe6b0', casing: '#c9c1b2', path: '#b59f7f', steps: '#a0694b', text: '#5d564b' } as const;
export const WALL = '#8a6f5c';
export const GATE = { open: '#2f8f5b', closed: '#b0413e' } as const;
export const BOUNDARY = '#7a2e22';

export const ZONE_LINE = '#33475b';
export const PARENT_LINE = '#6b2b6f';
export const SELECTED = '#0b5fff';
/** The zone that receives while borders are redrawn. */
export const TARGET = '#e0b400';
export const BAD = '#c4281c';
export const UNKNOWN = '#8b8b8b';

/** What a service reaches: one colour for all services, because red and orange are taken by the gaps. */
export const REACHED = '#12869b';
export const GAP = { missing_facility: '#d1281b', missing_path: '#f08c00' } as const;
