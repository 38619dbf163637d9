import { describe, expect, it } from 'vitest';
import type { FilePreview, LayerPreview } from '../api/types';
import { give, guess, place, type Piece } from './pieces';

const layer = (name: string, role: string | null, crs: [string, boolean][]): LayerPreview =>
  ({ layer: name, role, geometry: 'polygon', crs: crs.map(([each, certain]) => ({ crs: each, certain })) }) as unknown as LayerPreview;
const file = (name: string, layers: LayerPreview[]): FilePreview => ({ file: name, layers }) as unknown as FilePreview;
const unsure: [string, boolean][] = [['local', false], ['EPSG:4545', false]];
const named = (pieces: Piece[], name: string): Piece => pieces.find((piece) => piece.layer.layer === name) ?? expect.unreachable();

describe('layers of uploaded files', () => {
  const start = (): Piece[] =>
    guess([
      file('图.dxf', [layer('GCD', null, unsure), layer('JMD', 'buildings', unsure), layer('DLSS', null, unsure)]),
      file('b.gpkg', [layer('other', 'buildings', unsure), layer('zone', 'boundary', [['EPSG:4490', true]])]),
    ]);

  it('come with what is used first, each role once', () => {
    expect(start().map((piece) => [piece.layer.layer, piece.role])).toEqual([
      ['JMD', 'buildings'], ['zone', 'boundary'], ['GCD', ''], ['DLSS', ''], ['other', ''],
    ]);
  });

  it('lose a role to the layer it is given to', () => {
    const pieces = start();
    give(pieces, named(pieces, 'other'), 'buildings');
    expect(named(pieces, 'JMD').role).toBe('');
    expect(named(pieces, 'other').role).toBe('buildings');
    give(pieces, named(pieces, 'zone'), '');
    expect(pieces.filter((piece) => piece.role).length).toBe(1);
  });

  it('share a coordinate system with their file alone, unless they say their own', () => {
    const pieces = start();
    place(pieces, named(pieces, 'JMD'), 'EPSG:4545', '');
    expect(['GCD', 'DLSS', 'other', 'zone'].map((name) => named(pieces, name).crs)).toEqual(['EPSG:4545', 'EPSG:4545', 'local', 'EPSG:4490']);
    place(pieces, named(pieces, 'other'), 'other', 'EPSG:4546');
    expect([named(pieces, 'other').other, named(pieces, 'zone').crs, named(pieces, 'DLSS').other]).toEqual(['EPSG:4546', 'EPSG:4490', '']);
  });
});
