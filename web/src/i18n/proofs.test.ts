/// <reference types="node" />
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { adviceText, proofText } from './proofs';

const VERIFY = fileURLToPath(new URL('../../../crates/verify/src/', import.meta.url));

/** What stands for the pieces a sentence of the judge is put together from. */
const PIECES: Readonly<Record<string, string>> = {
  who: 'households of 锦绣苑',
  joins: 'nothing adjacent may join',
  what: 'that may be joined',
  below: '83 at most, fewer than 90',
  code: 'B1',
  why: '',
};
/** Places without a name that hold more than a figure. */
const WHOLE: readonly [string, string][] = [
  ['{}; no arithmetic', '114 are 14 more than 100; no arithmetic'],
  ['they come to {}:', 'they come to 83 at most, fewer than 90, or 108 at least, more than 100:'],
  ['{below}{}', '{below}, or 108 at least, more than 100'],
];

const sentences = ['proof.rs', 'rules/band.rs', 'rules/kinds.rs', 'rules/pockets.rs', 'rules.rs']
  .flatMap((file) => [...readFileSync(VERIFY + file, 'utf8').matchAll(/(?:cause(?::| =)|push_str\(&)\s*format!\(\s*"((?:[^"\\]|\\[\s\S])*)"/g)])
  .map(([, text = '']) => WHOLE.reduce((filled, [from, to]) => filled.replace(from, to), text.replace(/\\\n\s*/g, '')))
  .map((text) => text.trim().replace(/\{(\w*)\}/g, (_, name: string) => PIECES[name] ?? '12'));

describe('what the judge proved', () => {
  it('is said in Chinese for every sentence it writes', () => {
    expect(sentences.length).toBeGreaterThan(8);
    for (const sentence of sentences) expect(proofText(sentence), sentence).toMatch(/[\u4e00-\u9fff]/);
  });

  it('keeps figures and names', () => {
    expect(proofText('all its parent holds there, 417 households connected here, cannot be divided: 4 zones hold at most 400, 5 at least 450. At least one zone there must miss; 3 do.')).toBe(
      '上级网格在此的全部，即此处相连的 417 户，无法划分：4 个最多容纳 400，5 个至少需要 450。该处至少有一个必然不符，现有 3 个不符。',
    );
    expect(proofText('the 2.5 households and merchants of St. Mary. Old are fewer than 90 and nothing adjacent may join.')).toContain('St. Mary. Old的 2.5 ');
    expect(adviceText('Accept it, or change band to [90, 104].')).toBe('保留现状，或把规模区间改为 [90, 104]。');
  });

  it('is left as it is where it is not known', () => {
    expect(proofText('the moon is too near.')).toBeNull();
    expect(adviceText('Build the ground anew.')).toBeNull();
  });
});
