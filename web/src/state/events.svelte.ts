import { ROOT, go, LIST } from '../api/base';
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
  // The list of plans shows what is there when it is opened.
  if (!ROOT) return () => undefined;
  const source = new EventSource(`${ROOT}/api/events`);
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const again = (): void => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (plan.summary) void Promise.all([plan.again(), editor.on ? editor.catchUp() : history.load()]);
    }, PAUSE);
  };
  const data = <T>(event: Event): T => JSON.parse((event as MessageEvent<string>).data) as T;
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
    const { reason } = data<{ reason: string }>(event);
    // Somebody closed the plan, to move or delete its file: asking on would open it again.
    if (reason === 'closed') go(LIST);
    // A job of this page ends with the page loading what it made.
    else if (!plan.summary || (!jobs.now && ['propose', 'cover', 'ground'].includes(reason))) void plan.open().then(() => editor.catchUp());
    else again();
  });
  return () => source.close();
}
