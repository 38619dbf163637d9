import type { Map as MapLibre } from 'maplibre-gl';
import type { Category } from '../api/types';
import { BAD, UNKNOWN } from './palette';

const RATIO = 2;
const FONT = "'Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei','PingFang SC',sans-serif";

/** One character for each service of the standard catalogue, so that no two of a family look alike. */
const GLYPHS: Record<string, string> = {
  market: '菜', supermarket: '超', convenience: '便', canteen: '食', restaurant: '餐',
  housing_service: '物', toilet: '厕', recycling: '收', post: '邮', express: '递', bank: '银',
  bus_stop: '公', metro: '铁', parking: '停', charging: '充', bicycle: '骑',
  clinic: '医', hospital: '院', pharmacy: '药',
  nursery: '托', kindergarten: '幼', primary_school: '小', middle_school: '中',
  elder_care: '老', child_care: '儿', disability: '残',
  party_centre: '党', rest_station: '驿', police: '警', fire_station: '消', shelter: '避',
  culture: '文', library: '书', sport: '体', playground: '乐', park: '园',
};

/** The character that stands for a service: its own, its family's, or the first of its Chinese title. */
export function glyph(category: Pick<Category, 'key' | 'family' | 'title'>): string {
  const own = GLYPHS[category.key];
  if (own) return own;
  const [first] = [...category.family];
  if (first && /\p{Script=Han}/u.test(first)) return first;
  const [title] = [...category.title.zh];
  return title ?? '·';
}

export function iconId(category: string, open: boolean): string {
  return `facility/${open ? 'open' : 'closed'}/${category}`;
}

function canvas(size: number): [CanvasRenderingContext2D, () => ImageData] | null {
  const element = document.createElement('canvas');
  element.width = element.height = size * RATIO;
  const context = element.getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  context.scale(RATIO, RATIO);
  return [context, () => context.getImageData(0, 0, size * RATIO, size * RATIO)];
}

/** A closed facility is hollow and struck through: it looks different without its colour as well. */
function facility(category: Category, open: boolean): ImageData | null {
  const size = 24;
  const made = canvas(size);
  if (!made) return null;
  const [g, image] = made;
  g.beginPath();
  g.arc(size / 2, size / 2, 10, 0, Math.PI * 2);
  g.fillStyle = open ? category.colour : '#fff';
  g.fill();
  g.lineWidth = 2;
  g.strokeStyle = open ? '#fff' : category.colour;
  g.stroke();
  g.fillStyle = open ? '#fff' : category.colour;
  g.font = `700 12px ${FONT}`;
  g.textAlign = 'center';
  g.textBaseline = 'middle';
  g.fillText(glyph(category), size / 2, size / 2 + 0.5);
  if (!open) {
    g.beginPath();
    g.moveTo(5, 19);
    g.lineTo(19, 5);
    g.lineWidth = 2;
    g.strokeStyle = BAD;
    g.stroke();
  }
  return image();
}

function hatch(colour: string, gap: number, weight: number): ImageData | null {
  const made = canvas(gap);
  if (!made) return null;
  const [g, image] = made;
  g.strokeStyle = colour;
  g.lineWidth = weight;
  // Drawn beyond the tile on both sides so that the stripes join seamlessly.
  for (const shift of [-gap, 0, gap]) {
    g.beginPath();
    g.moveTo(shift, gap);
    g.lineTo(shift + gap, 0);
    g.stroke();
  }
  return image();
}

export function addImages(map: MapLibre, categories: readonly Category[]): void {
  const add = (id: string, image: ImageData | null): void => {
    if (image && !map.hasImage(id)) map.addImage(id, image, { pixelRatio: RATIO });
  };
  add('hatch-bad', hatch(BAD, 10, 1.6));
  add('hatch-unknown', hatch(UNKNOWN, 6, 1));
  for (const category of categories) {
    add(iconId(category.key, true), facility(category, true));
    add(iconId(category.key, false), facility(category, false));
  }
}
