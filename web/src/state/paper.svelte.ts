export const SIZES = ['A4', 'A3'] as const;
/** Scales to choose from; 0 fits the territory to the sheet. */
export const SCALES = [0, 500, 1000, 2000, 2500, 5000, 10_000] as const;

/** The sheet of paper the map is laid out on. */
class Paper {
  size = $state<(typeof SIZES)[number]>('A4');
  upright = $state(false);
  scale = $state(0);

  /** Width and height, millimetres. */
  millimetres = $derived.by((): [number, number] => {
    const [short, long] = this.size === 'A4' ? [210, 297] : [297, 420];
    return this.upright ? [short, long] : [long, short];
  });
}

export const paper = new Paper();
