import { api, ApiError } from '../api/client';
import type { Job } from '../api/types';
import { maybe, t } from '../i18n/index.svelte';
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
      else notices.tell(t('job.failed', { message: job.error?.message ?? '' }), 'bad');
    } catch (error) {
      const message = error instanceof ApiError ? error.message || t('error.unreachable') : String(error);
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

export const jobs = new Jobs();

export function stageText(job: Job): string {
  return job.stage ? maybe(`stage.${job.stage}`, job.stage) : t('job.waiting');
}
