import { channel } from 'node:diagnostics_channel';
import { FAULT_CHANNEL } from '@scopegate/protocol/internal';
import { DECISION_CHANNEL } from '@scopegate/resource-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listenTo } from '../../../../test/support/listen-to.js';
import {
  decisionOf,
  holding,
  policyOf,
  READ,
} from '../../../../test/support/recorded-decisions.js';
import {
  createPrivilegeRecorder,
  type PrivilegeRecorder,
  type PrivilegeRecorderOptions,
} from './privilege-recorder.js';

const decisions = channel(DECISION_CHANNEL);

function openRecorder(options?: PrivilegeRecorderOptions): PrivilegeRecorder {
  const recorder = createPrivilegeRecorder({ clock: () => 1_000, ...options });
  onTestFinished(() => {
    recorder.close();
  });
  return recorder;
}

describe('createPrivilegeRecorder', () => {
  it('records which scopes a client holds and needs, as JSON', () => {
    const recorder = openRecorder();
    const held = holding('read', 'write');
    decisions.publish(decisionOf({ held }));
    decisions.publish(decisionOf({ held, principal: 'user' }));
    const usage = recorder.snapshot();
    expect(usage).toEqual({
      scopegate: 'usage/1',
      processes: [
        {
          boot: expect.stringMatching(/^[0-9a-f-]{36}$/),
          fromMs: 1_000,
          toMs: 1_000,
          decisions: 2,
          dropped: 0,
          policies: [READ],
          clients: [
            {
              server: 'sales',
              issuer: 'https://auth.example.com',
              clientId: 'reports',
              isIdentified: true,
              fromMs: 1_000,
              toMs: 1_000,
              requests: 2,
              passed: 2,
              principals: { client: 1, user: 1, unknown: 0 },
              days: [[0, 0]],
              held: ['read', 'write'],
              others: 0,
              dropped: 0,
              routes: [
                {
                  method: 'GET',
                  route: '/sales',
                  policies: [0],
                  passed: 2,
                  refused: 0,
                  held: ['read', 'write'],
                  others: 0,
                  needed: [{ scope: 'read', requests: 2, lastMs: 1_000 }],
                  missing: [],
                },
              ],
            },
          ],
        },
      ],
    });
    expect(JSON.parse(JSON.stringify(usage))).toEqual(usage);
  });

  it('counts the scope that a refused request lacks', () => {
    const recorder = openRecorder();
    const policy = policyOf({ scope: 'write' });
    decisions.publish(decisionOf({ outcome: 'refused', reason: 'scope', policy }));
    const [client] = recorder.snapshot().processes[0]?.clients ?? [];
    expect(client).toMatchObject({
      passed: 0,
      routes: [{ refused: 1, needed: [], missing: [{ scope: 'write', requests: 1 }] }],
    });
  });

  it('does not record a refused request without a verified token', () => {
    const recorder = openRecorder();
    decisions.publish(
      decisionOf({ outcome: 'refused', reason: 'expired', issuer: undefined, held: undefined }),
    );
    expect(recorder.snapshot().processes[0]).toMatchObject({ decisions: 1, clients: [] });
  });

  it('counts what does not fit: clients, routes, and client ids that are too long', () => {
    const recorder = openRecorder({ maxClients: 1, maxRoutesPerClient: 1 });
    decisions.publish(decisionOf({ clientId: 'x'.repeat(1_025) }));
    decisions.publish(decisionOf());
    decisions.publish(decisionOf({ route: '/other' }));
    decisions.publish(decisionOf({ clientId: 'another' }));
    const [process] = recorder.snapshot().processes;
    expect(process).toMatchObject({ decisions: 4, dropped: 3 });
    expect(process?.clients).toMatchObject([{ clientId: 'reports', requests: 2, dropped: 1 }]);
  });

  it('records every request until the snapshot, with its own time', () => {
    let now = 1_000;
    const recorder = openRecorder({ clock: () => now });
    for (let sent = 0; sent < 100; sent += 1) decisions.publish(decisionOf());
    now = 2_000;
    const [process] = recorder.snapshot().processes;
    expect(process).toMatchObject({ decisions: 100, toMs: 2_000 });
    expect(process?.clients).toMatchObject([{ requests: 100, toMs: 1_000 }]);
  });

  it('reports a decision that it cannot record once, and records the others', () => {
    const faults = listenTo(FAULT_CHANNEL);
    const recorder = openRecorder();
    const hostile = {
      ...decisionOf(),
      get clientId(): never {
        throw new SyntaxError('secret');
      },
    };
    for (const each of [hostile, hostile, decisionOf()]) decisions.publish(each);
    expect(recorder.snapshot().processes[0]?.clients).toMatchObject([{ requests: 1 }]);
    expect(faults).toEqual([
      { subscriber: '@scopegate/telemetry', channel: DECISION_CHANNEL, error: 'SyntaxError' },
    ]);
  });

  it('records nothing once it is closed', () => {
    const recorder = openRecorder();
    recorder.close();
    recorder.close();
    decisions.publish(decisionOf());
    expect(recorder.snapshot().processes[0]?.decisions).toBe(0);
  });

  it('ignores a message that is not a decision, without an exception', () => {
    const recorder = openRecorder();
    decisions.publish(undefined);
    decisions.publish(decisionOf());
    expect(recorder.snapshot().processes[0]?.clients).toHaveLength(1);
  });

  it.each([
    [{ maxClients: 0 }, 'option "maxClients" must be an integer from 1 to 1000000'],
    [
      { maxRoutesPerClient: 1.5 },
      'option "maxRoutesPerClient" must be an integer from 1 to 100000',
    ],
    [{ clock: 1 }, 'option "clock" must be a function'],
    [
      { maxClient: 1 },
      'createPrivilegeRecorder() has no option "maxClient"; did you mean "maxClients"?',
    ],
  ])('throws for invalid options: %j', (options, message) => {
    expect(() => createPrivilegeRecorder(options as PrivilegeRecorderOptions)).toThrow(
      new TypeError(message),
    );
  });
});
