import type { FilePreview, LayerPreview } from '../api/types';

export const ROLES = ['buildings', 'streets', 'facilities', 'compounds', 'gates', 'boundary', 'table', ''] as const;
export type Role = (typeof ROLES)[number];

/** A layer of an uploaded file, and what it is to be used as. */
export interface Piece {
  file: FilePreview;
  layer: LayerPreview;
  role: Role;
  /** Its coordinate system, or `other` for the one written in `other`. */
  crs: string;
  other: string;
}

/** Each role is taken once: the first layer that looks like it gets it. What is used comes first. */
export function guess(files: readonly FilePreview[]): Piece[] {
  const taken = new Set<string>();
  const all = files.flatMap((file) =>
    file.layers.map((layer): Piece => {
      const role = ROLES.find((each) => each !== '' && each === layer.role && !taken.has(each)) ?? '';
      if (role) taken.add(role);
      return { file, layer, role, crs: layer.crs[0]?.crs ?? '', other: '' };
    }),
  );
  return [...all.filter((piece) => piece.role), ...all.filter((piece) => !piece.role)];
}

/** A role given to another layer leaves the one that had it. */
export function give(pieces: readonly Piece[], piece: Piece, role: Role): void {
  for (const other of pieces) if (role && other.role === role) other.role = '';
  piece.role = role;
}

/** The coordinate system chosen for one layer holds for the others of its file that do not say their own. */
export function place(pieces: readonly Piece[], piece: Piece, crs: string, other: string): void {
  for (const each of pieces) {
    const offers = each.layer.crs;
    const open = each.file.file === piece.file.file && !offers.some((offer) => offer.certain);
    if (each === piece || (open && (crs === 'other' || offers.some((offer) => offer.crs === crs)))) Object.assign(each, { crs, other });
  }
}
