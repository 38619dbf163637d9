/// <reference types="node" />
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { en } from './en';
import { area, fill, percent, sharedPrefix } from './format';
import { zh } from './zh';

const marks = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();

describe('dictionaries', () => {
  it('hold the same keys in both languages', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  });

  it('put the same values into both texts of a key', () => {
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      const [left, right] = [marks(en[key]), marks(zh[key])];
      // A Chinese text may leave out a value, never ask for one the English has not.
      expect(left, key).toEqual(expect.arrayContaining(right));
    }
  });

  it('say each key in one file: of two texts one would be lost', () => {
    const folder = fileURLToPath(new URL('.', import.meta.url));
    for (const language of ['en', 'zh']) {
      const files = readdirSync(folder).filter((name) => new RegExp(`^${language}(\\.\\w+)?\\.ts$`).test(name));
      expect(files.length).toBeGreaterThan(3);
      const keys = files.flatMap((name) => [...readFileSync(folder + name, 'utf8').matchAll(/^ {2}'([^']+)':/gm)].map((found) => found[1]));
      expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
    }
  });

  it('leave no text empty', () => {
    for (const text of [...Object.values(en), ...Object.values(zh)]) expect(text.trim()).not.toBe('');
  });
});

describe('numbers', () => {
  it('never round a share up to all or down to none', () => {
    expect([0, 0.001, 0.5, 0.999, 1].map(percent)).toEqual(['0 %', '<1 %', '50 %', '>99 %', '100 %']);
  });

  it('carry the unit that fits the size of an area', () => {
    const units = { m2: 'm²', ha: 'ha', km2: 'km²' };
    expect([812, 36_000, 2_500_000].map((m2) => area(m2, units))).toEqual(['812 m²', '3.60 ha', '2.50 km²']);
  });

  it('leave unknown marks as they are', () => {
    expect(fill('{a} of {b}', { a: 1 })).toBe('1 of {b}');
  });

  it('find what all codes share', () => {
    expect(sharedPrefix(['500102001010001', '500102001010012'])).toBe('5001020010100'.length);
    expect(sharedPrefix(['7'])).toBe(0);
    expect(sharedPrefix([])).toBe(0);
  });
});
