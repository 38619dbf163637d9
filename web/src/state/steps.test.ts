import { expect, test } from 'vitest';
import { steps } from './steps';

const entry = (seq: number, kind: string) => ({ seq, kind });

test('what can be taken back and brought back follows the log', () => {
  expect(steps([])).toEqual([0, 0]);
  expect(steps([entry(1, 'edit'), entry(2, 'edit')])).toEqual([2, 0]);
  expect(steps([entry(1, 'edit'), entry(2, 'edit'), entry(3, 'undo'), entry(4, 'undo')])).toEqual([0, 2]);
  expect(steps([entry(1, 'edit'), entry(2, 'undo'), entry(3, 'redo')])).toEqual([1, 0]);
  expect(steps([entry(1, 'edit'), entry(2, 'undo'), entry(3, 'edit')])).toEqual([1, 0]);
});
