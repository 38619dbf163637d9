/** Every colour the map uses, in one place, so that the legend cannot differ from the map. */

export const LAND = '#f6f3ec';
export const OUTSIDE = '#ebe7de';

/** How zones are coloured: so that neighbours differ, so that they differ under any common colour blindness, or by size. */
export const SCHEMES = ['soft', 'safe', 'size'] as const;
export type Scheme = (typeof SCHEMES)[number];

/** Six fills each; the safe ones after Okabe and Ito 2008, lightened. */
export const FILLS: Record<'soft' | 'safe', readonly [string, string, string, string, string, string]> = {
  soft: ['#79bcd0', '#f3b562', '#94cb86', '#e794ad', '#b9a3dd', '#ead96c'],
  safe: ['#56b4e9', '#e69f00', '#009e73', '#cc79a7', '#f0e442', '#7f7fd0'],
};
/** Fills by size: too small, in the band, too large, not judged. Blue and orange stay apart for everyone. */
export const SIZES = { under: '#3f8fd0', in: '#dfe5d8', over: '#e2711d', free: '#c3c8ce' } as const;
/** A zone that is about to be made. */
export const MADE = '#ff5fa2';
/** Buildings that changed zone between two plans. */
export const MOVED = '#d6006c';

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
export const BAD = '#c4281c';
export const UNKNOWN = '#8b8b8b';

/** What a service reaches: one colour for all services, because red and orange are taken by the gaps. */
export const REACHED = '#12869b';
/** New stations, gates and ways to open, and the buildings they would bring within reach or leave out. */
export const STATION = '#7a1fa2';
export const OPENED = '#b34700';
export const TURNED = { gained: '#2e9e44', lost: '#5b2a86' } as const;
/** Buildings of the contact group that is looked at. */
export const MEMBER = '#4338ca';
export const GAP = { missing_facility: '#d1281b', missing_path: '#f08c00' } as const;
