import { api, ApiError } from '../api/client';
import type { Job } from '../api/types';
import { i18n, maybe, t } from '../i18n/index.svelte';
import { problemText } from '../i18n/said';
import { notices } from './notices.svelte';

/** Milliseconds between two looks at a job. */
const PACE = 300;

/** The long work this page asked for: one at a time, with progress, and it can be stopped. */
class Jobs {
  now = $state.raw<Job | null>(null);

  /** Begins a job and waits for its end; gives what it made, or null when it failed or was stopped. */
  async run(begin: () => Promise<Job>): Promise<Job | null> {
    if (this.now) return null;
    try {
      let job = await begin();
      this.now = job;
      while (job.state === 'queued' || job.state === 'running') {
        await new Promise((resolve) => setTimeout(resolve, PACE));
        job = await api.job(job.id);
        this.now = job;
      }
      if (job.state === 'done') return job;
      if (job.state === 'cancelled') notices.tell(t('job.cancelled'));
      else notices.tell(t('job.failed', { message: problemText({ key: job.error?.error ?? '', message: job.error?.message ?? '' }, i18n.language) }), 'bad');
    } catch (error) {
      const message = error instanceof ApiError ? said(error) : String(error);
      notices.tell(t('job.failed', { message }), 'bad');
    } finally {
      this.now = null;
    }
    return null;
  }

  async cancel(): Promise<void> {
    if (this.now) await api.cancel(this.now.id).catch(() => undefined);
  }
}

/** What a failed request comes to in the language of the page. */
export function said(error: ApiError): string {
  return error.status === 0 ? t('error.unreachable') : problemText(error, i18n.language) || t('error.unreachable');
}

export const jobs = new Jobs();

export function stageText(job: Job): string {
  return job.stage ? maybe(`stage.${job.stage}`, job.stage) : t('job.waiting');
}
