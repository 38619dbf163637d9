/** How many edits of a log can be taken back, and how many brought back. */
export function steps(entries: readonly { seq: number; kind: string }[]): [number, number] {
  const done: number[] = [];
  let undone: number[] = [];
  for (const entry of entries) {
    if (entry.kind === 'undo') {
      const last = done.pop();
      if (last !== undefined) undone.push(last);
    } else if (entry.kind === 'redo') {
      const next = undone.pop();
      if (next !== undefined) done.push(next);
    } else {
      done.push(entry.seq);
      undone = [];
    }
  }
  return [done.length, undone.length];
}
