import type { Point } from '../edit/shapes';

const SVG = 'http://www.w3.org/2000/svg';

/** The line or shape under the pointer, over the map. */
export class Overlay {
  readonly #path: SVGPathElement;
  readonly #svg: SVGSVGElement;

  constructor(container: HTMLElement) {
    this.#svg = document.createElementNS(SVG, 'svg');
    this.#svg.setAttribute('class', 'drawn');
    this.#svg.setAttribute('aria-hidden', 'true');
    this.#path = this.#svg.appendChild(document.createElementNS(SVG, 'path'));
    container.appendChild(this.#svg);
    this.hide();
  }

  show(points: readonly Point[], closed: boolean): void {
    this.#svg.style.display = '';
    this.#svg.classList.toggle('closed', closed);
    this.#path.setAttribute('d', `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}${closed ? 'Z' : ''}`);
  }

  hide(): void {
    this.#svg.style.display = 'none';
  }
}
