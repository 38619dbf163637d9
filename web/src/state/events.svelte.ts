import { CLIENT } from '../api/client';
import type { EditEvent } from '../api/types';
import { t } from '../i18n/index.svelte';
import { editor } from './edit.svelte';
import { history } from './history.svelte';
import { jobs } from './jobs.svelte';
import { notices } from './notices.svelte';
import { plan } from './plan.svelte';
import { view } from './view.svelte';

/** Many edits in a row are taken in together. */
const PAUSE = 150;

/** Listens to what others do to the plan, so that every open page shows the same. */
export function listen(): () => void {
  const source = new EventSource('/api/events');
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let file: string | null | undefined;
  const again = (): void => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (plan.summary) void Promise.all([plan.again(), editor.on ? editor.catchUp() : history.load()]);
    }, PAUSE);
  };
  const data = <T>(event: Event): T => JSON.parse((event as MessageEvent<string>).data) as T;
  source.addEventListener('hello', (event) => (file = data<{ file: string | null }>(event).file));
  source.addEventListener('reset', again);
  source.addEventListener('edit', (event) => {
    const edit = data<EditEvent>(event);
    if (edit.client === CLIENT) return;
    const who = edit.author || t('event.somebody');
    const zones = edit.zones.filter((zone) => zone.level === view.level?.key).length || edit.zones.length;
    notices.tell([t(`event.${edit.kind === 'undo' || edit.kind === 'redo' ? edit.kind : 'edit'}`, { who, n: zones }), edit.reason].filter(Boolean).join('：'));
    again();
  });
  source.addEventListener('plan', (event) => {
    const now = data<{ file: string | null; reason: string }>(event);
    // A job of this page ends with the page loading what it made.
    if (now.file !== file || !plan.summary || (!jobs.now && ['propose', 'cover', 'opened', 'ground'].includes(now.reason))) void plan.open();
    else again();
    file = now.file;
  });
  return () => source.close();
}
