/// <reference types="node" />
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { en } from './en';
import { CAUSES, PROBLEMS, REASONS } from './causes';
import { causeText, encodingText, joinedText, problemText } from './said';

const CRATES = fileURLToPath(new URL('../../../crates/', import.meta.url));

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (statSync(path).isDirectory()) return name === 'tests' ? [] : sources(path);
    return name.endsWith('.rs') && !name.startsWith('test') ? [path] : [];
  });
}

/** The text before the tests of a file, without comments. */
const code = (path: string): string => (readFileSync(path, 'utf8').split(/#\[cfg\(test\)\]\nmod \w+ \{/)[0] ?? '').replace(/^\s*\/\/.*$/gm, '');
const all = sources(CRATES).map(code).join('\n');

describe('what was done', () => {
  it('has a word in both languages for every kind of edit', () => {
    const edits = /pub enum Edit \{[\s\S]*?\n\}/.exec(readFileSync(`${CRATES}model/src/edit/mod.rs`, 'utf8'))?.[0] ?? '';
    const kinds = [...edits.matchAll(/^ {4}([A-Z]\w*) \{/gm)].map((found) => `history.edit.${(found[1] ?? '').toLowerCase()}`);
    expect(kinds.length).toBeGreaterThan(10);
    expect(Object.keys(en).filter((key) => key.startsWith('history.edit.')).sort()).toEqual(kinds.sort());
  });
});

describe('what the program says', () => {
  it('has a Chinese text for every code of a fault or refusal', () => {
    const codes = new Set([...all.matchAll(/\b([FCIBNEVSX]-\d{3})\b/g)].map((found) => found[1] ?? ''));
    expect(codes.size).toBeGreaterThan(100);
    expect(Object.keys(CAUSES).sort()).toEqual([...codes].sort());
  });

  it('has a Chinese text for every problem without a code, and for every reason for a coordinate system', () => {
    const problems = [...(/fn told[\s\S]*?\n    }\n/.exec(readFileSync(`${CRATES}server/src/error.rs`, 'utf8'))?.[0] ?? '').matchAll(/\(\s*"([a-z_]+)",\s*StatusCode/g)].map((found) => found[1]);
    expect(problems.length).toBeGreaterThan(10);
    expect(Object.keys(PROBLEMS).sort()).toEqual(problems.sort());
    const keys = /KEYS[^=]*= \[([^\]]*)\]/.exec(readFileSync(`${CRATES}crs/src/reason.rs`, 'utf8'))?.[1] ?? '';
    expect(Object.keys(REASONS).sort()).toEqual([...keys.matchAll(/"([a-z_]+)"/g)].map((found) => found[1]).sort());
  });

  it('keeps where a fault is, and says in Chinese what it is', () => {
    expect(causeText('楼栋.csv row 3 column "户数": I-112 "abc" is no number. Correct the cell', 'zh')).toBe('楼栋.csv 第 3 行 “户数”：单元格中的数值无法读取。请更正。（I-112）');
    expect(causeText('S-108 a.gpkg: the disk is full. Nothing was changed; make room and save again', 'zh')).toBe('磁盘已满，未做任何改动。请腾出空间后再保存。（S-108）');
    expect(causeText('S-108 a.gpkg: the disk is full.', 'en')).toBe('S-108 a.gpkg: the disk is full.');
  });

  it('says every line of a list, and leaves what nobody knows as it is', () => {
    expect(causeText('F-105 cancelled\nand 3 more', 'zh')).toBe('已取消，没有读写任何内容。（F-105）\n另有 3 项');
    expect(causeText('something else', 'zh')).toBe('something else');
    expect(problemText({ key: 'too_large', message: 'more than 60 files' }, 'zh')).toBe('内容过大。（more than 60 files）');
    expect(problemText({ key: 'refused', message: 'E-104 this edit would change nothing.' }, 'zh')).toBe(`${CAUSES['E-104']}（E-104）`);
  });

  it('says what became of a household table in Chinese, by the words the program uses', () => {
    const cause = '28 of 30 rows (one row per household (一户一行)) were joined to 3 of 9 buildings: 28 households, 4 elders';
    expect(joinedText({ cause }, 'zh')).toBe('30 行中 28 行对应到 9 栋建筑中的 3 栋：28 户、4 位老人。只保留这些合计。');
    expect(joinedText({ cause }, 'en')).toBeNull();
    expect(all).toContain('{joined} of {} rows ({}) were joined to {hosts} of {} buildings: {}');
  });

  it('says how the encoding of a file was found, by the words the program uses', () => {
    expect(encodingText('gb18030 (found by its bytes)', 'zh')).toBe('GB18030（按字节识别）');
    expect(encodingText('UTF-8 (GeoPackage)', 'zh')).toBe('UTF-8（GeoPackage）');
    for (const words of ['found by its bytes', 'only ASCII found', 'neither UTF-8 nor Chinese', 'language byte of the .dbf']) expect(all).toContain(words);
  });
});
