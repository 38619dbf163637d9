import type { Map as MapLibre } from 'maplibre-gl';
import { TerraDraw, TerraDrawCircleMode, TerraDrawFreehandMode, TerraDrawPolygonMode, TerraDrawRectangleMode, TerraDrawSelectMode } from 'terra-draw';
import { TerraDrawMapLibreGLAdapter } from 'terra-draw-maplibre-gl-adapter';
import type { Point } from '../edit/shapes';
import { SELECTED } from './palette';

/** Ways to draw an area. */
export const SHAPES = ['freehand', 'polygon', 'rectangle', 'circle'] as const;
export type Shape = (typeof SHAPES)[number];

const LOOK = { fillColor: SELECTED, fillOpacity: 0.12, outlineColor: SELECTED, outlineWidth: 2.5 } as const;
const KEPT = { selectedPolygonColor: SELECTED, selectedPolygonFillOpacity: 0.12, selectedPolygonOutlineColor: SELECTED, selectedPolygonOutlineWidth: 2.5, selectionPointColor: '#ffffff', selectionPointOutlineColor: SELECTED, selectionPointOutlineWidth: 2, selectionPointWidth: 5, midPointColor: SELECTED, midPointWidth: 3, midPointOutlineWidth: 0 } as const;

/** An area drawn with Terra Draw: by hand, corner by corner, as a box or a circle; once there, it can be moved and corrected. */
export class Draw {
  readonly #draw: TerraDraw;
  #ring: Point[] | null = null;

  constructor(map: MapLibre, told: (ring: Point[]) => void) {
    const held = { draggable: true };
    this.#draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: 9 }),
      modes: [
        new TerraDrawFreehandMode({ drawInteraction: 'click-move-or-drag', minDistance: 6, styles: LOOK }),
        new TerraDrawPolygonMode({ styles: LOOK }),
        new TerraDrawRectangleMode({ drawInteraction: 'click-move-or-drag', styles: LOOK }),
        new TerraDrawCircleMode({ drawInteraction: 'click-move-or-drag', styles: LOOK }),
        new TerraDrawSelectMode({
          // What was drawn goes with the question, not with the delete key.
          keyEvents: null,
          styles: KEPT,
          flags: {
            freehand: { feature: held },
            polygon: { feature: { ...held, coordinates: { midpoints: true, draggable: true, deletable: true } } },
            rectangle: { feature: { ...held, coordinates: { resizable: 'opposite' } } },
            circle: { feature: { ...held, coordinates: { resizable: 'center' } } },
          },
        }),
      ],
    });
    this.#draw.on('finish', (id, { action }) => {
      const { geometry } = this.#draw.getSnapshotFeature(id) ?? {};
      if (geometry?.type !== 'Polygon') return;
      this.#ring = (geometry.coordinates[0] ?? []).slice(0, -1).map(([x = 0, y = 0]): Point => [x, y]);
      if (action === 'draw') {
        this.#draw.setMode('select');
        this.#draw.selectFeature(id);
      }
      told(this.#ring);
    });
  }

  start(shape: Shape): void {
    this.stop();
    this.#draw.start();
    this.#draw.setMode(shape);
  }

  stop(): void {
    this.#ring = null;
    if (this.#draw.enabled) this.#draw.stop();
  }

  /** The area there is. */
  get ring(): readonly Point[] | null {
    return this.#ring;
  }
}
