import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createResourceServer } from '../resource-server.js';
import { SECRET_OPTIONS } from '../../../../test/support/tokens.js';
import { ReportOnlyGuards } from './report-only-guards.js';

const until = new Date(Date.now() + 86_400_000).toISOString();

async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  // A `WeakRef` keeps its target until the end of the turn.
  await setImmediate();
  (runInNewContext('gc') as () => void)();
}

describe('ReportOnlyGuards', () => {
  it('lists guards until their instant, in the order in which they were created', () => {
    let now = Date.parse(until) - 1;
    const guards = new ReportOnlyGuards(() => now);
    const added = ['requireScope', 'requireAccessToken'].map((name) => guards.add(name, until));
    expect(guards.list()).toEqual(added);
    now += 1;
    expect(guards.list()).toEqual([]);
  });

  it('holds no guard that an application has created for one request', async () => {
    const api = createResourceServer({ ...SECRET_OPTIONS, dangerouslyReportOnlyUntil: until });
    const mounted = api.requireAccessToken();
    const registered = new ReportOnlyGuards(Date.now);
    for (let request = 0; request < 1500; request++) {
      api.requireScope('read');
      registered.add('requireScope', until);
    }
    await collectGarbage();
    expect(api.health().reportOnly).toEqual([{ guard: 'requireAccessToken', until }]);
    expect(registered.list()).toEqual([]);
    expect(mounted.policy.reportOnlyUntil).toBe(until);
  });
});
