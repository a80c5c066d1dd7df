import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PollSchedule } from './poll-schedule.js';

const request = new AsyncLocalStorage<string>();

interface Observed {
  readonly schedule: PollSchedule;
  /** Resolves with the contexts of the first three polls. */
  readonly contexts: Promise<readonly string[]>;
}

/** Real timers: fake ones call back in the context that advances them. */
function observeThreePolls(): Observed {
  const seen: string[] = [];
  let end = (): void => undefined;
  const contexts = new Promise<readonly string[]>((resolve) => {
    end = () => {
      resolve(seen);
    };
  });
  const schedule = new PollSchedule({
    pollMs: 1,
    poll: () => {
      seen.push(request.getStore() ?? 'none');
      if (seen.length === 3) end();
      return Promise.resolve();
    },
    isStarting: () => false,
  });
  onTestFinished(() => {
    schedule.close();
  });
  return { schedule, contexts };
}

describe('PollSchedule › async context', () => {
  it('is that of the creation after a request has started the polls', async () => {
    const { schedule, contexts } = observeThreePolls();
    request.run('request 1', () => {
      schedule.start();
    });
    expect((await contexts).slice(0, 3)).toEqual(['request 1', 'none', 'none']);
  });

  it('is that of a request for a poll that it waits for, and of the creation afterwards', async () => {
    const { schedule, contexts } = observeThreePolls();
    schedule.start();
    await Promise.resolve();
    await request.run('request 2', () => schedule.pollAfterNow());
    expect((await contexts).slice(0, 3)).toEqual(['none', 'request 2', 'none']);
  });
});
