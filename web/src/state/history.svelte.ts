import { api } from '../api/client';
import type { HistoryEntry } from '../api/types';
import { plan } from './plan.svelte';

/** Everything that was ever done to the plan, as its log tells it. */
class History {
  entries = $state.raw<readonly HistoryEntry[]>([]);
  revision = $state<number | null>(null);

  async load(): Promise<void> {
    try {
      this.take(await api.history());
    } catch (error) {
      plan.fail('history', error);
    }
  }

  take(said: { revision: number; entries: HistoryEntry[] }): void {
    this.entries = said.entries;
    this.revision = said.revision;
  }
}

export const history = new History();

/** Zones of a level that are pinned: what the log in force leaves pinned. */
export function pinned(level: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { edit, in_force, kind } of history.entries) {
    if (!in_force || kind !== 'edit' || edit?.level !== level) continue;
    for (const zone of edit.zones ?? []) {
      if (edit.edit === 'pin') found.add(zone);
      else if (edit.edit === 'unpin') found.delete(zone);
    }
  }
  return found;
}
