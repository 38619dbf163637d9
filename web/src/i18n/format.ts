/** Numbers as people read them. Null is never shown as 0. */

export type Language = 'zh' | 'en';

export function fill(text: string, values: Record<string, string | number> = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => (key in values ? String(values[key]) : whole));
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A share of 0 to 1 in percent. Only an exact 1 is "100 %", only an exact 0 is "0 %". */
export function percent(share: number): string {
  if (share <= 0) return '0 %';
  if (share >= 1) return '100 %';
  const value = share * 100;
  if (value < 1) return '<1 %';
  if (value > 99) return '>99 %';
  return `${Math.round(value)} %`;
}

export function metres(value: number): string {
  return count(value);
}

/** An area with the unit that fits it; the caller names the units. */
export function area(m2: number, units: { m2: string; ha: string; km2: string }): string {
  if (m2 < 10_000) return `${count(m2)} ${units.m2}`;
  if (m2 < 1_000_000) return `${(m2 / 10_000).toFixed(2)} ${units.ha}`;
  return `${(m2 / 1_000_000).toFixed(2)} ${units.km2}`;
}

/** The code without the part every zone of the level shares: what tells zones apart on a map. */
export function sharedPrefix(codes: string[]): number {
  const first = codes[0];
  if (first === undefined || codes.length < 2) return 0;
  let length = first.length;
  for (const code of codes) {
    while (length > 0 && !code.startsWith(first.slice(0, length))) length -= 1;
  }
  return length;
}
