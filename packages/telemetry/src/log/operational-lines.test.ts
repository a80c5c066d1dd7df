import { channel } from 'node:diagnostics_channel';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  createRecordingLogger,
  type WrittenLine,
} from '../../../../test/support/telemetry/recording-logger.js';
import { logEvents } from './event-log.js';

const ISSUER = 'https://auth.example.com';

/** Publishes messages and returns what was written. */
function linesOf(name: string, ...messages: readonly object[]): readonly WrittenLine[] {
  const { logger, lines } = createRecordingLogger();
  const log = logEvents(logger);
  onTestFinished(() => {
    log.close();
  });
  for (const message of messages) channel(name).publish(message);
  return lines;
}

const exchangeError = Object.assign(new Error('https://user:secret@auth.example.com'), {
  code: 'ERR_EXCHANGE',
  reason: 'timeout',
});

const KEY_SETS: [message: object, level: string, members: object, text: string][] = [
  [
    { event: 'failed', error: exchangeError, failures: 2, retryInMs: 4000 },
    'warn',
    {
      event: 'scopegate.key-set.failed',
      code: 'ERR_EXCHANGE',
      reason: 'timeout',
      failures: 2,
      retryInMs: 4000,
    },
    'the keys could not be refreshed: timeout',
  ],
  [
    { event: 'stale', staleForMs: 12, uses: 1 },
    'error',
    { event: 'scopegate.key-set.stale', staleForMs: 12 },
    'keys are used past their lifetime, because they could not be refreshed',
  ],
  [
    { event: 'withdrawn', retryInMs: 12 },
    'error',
    { event: 'scopegate.key-set.withdrawn' },
    'the issuer has withdrawn all keys: its tokens are refused',
  ],
  [
    { event: 'key-skipped', index: 3, reason: 'rsa_size' },
    'warn',
    { event: 'scopegate.key-set.key-skipped', index: 3, reason: 'rsa_size' },
    'a published key is not usable: rsa_size',
  ],
  [
    { event: 'unknown-key', result: 'budget_spent' },
    'warn',
    { event: 'scopegate.key-set.budget-spent' },
    'so many tokens name unknown keys that the issuer is not asked for each of them',
  ],
];

describe('logEvents: key sets', () => {
  it.each(KEY_SETS)('%j: writes a line at level %s', (message, level, members, text) => {
    expect(linesOf('scopegate:key-set', { issuer: ISSUER, ...message })).toEqual([
      { level, members: { issuer: ISSUER, ...members }, message: text },
    ]);
  });

  it.each(['refreshed', 'changed', 'snapshot-used', 'media-type', 'unheard-of'])(
    '%s: writes nothing',
    (event) => {
      expect(linesOf('scopegate:key-set', { issuer: ISSUER, event })).toEqual([]);
    },
  );

  it('an outage: writes its first stale use, its failures and its end', () => {
    const of = (event: string): object => ({ issuer: ISSUER, event, keys: 2, staleForMs: 1 });
    const outage = ['failed', 'stale', 'stale', 'failed', 'stale', 'refreshed', 'refreshed'];
    const lines = linesOf('scopegate:key-set', ...outage.map(of), of('failed'), of('stale'));
    expect(lines.map(({ members }) => members['event'])).toEqual([
      'scopegate.key-set.failed',
      'scopegate.key-set.stale',
      'scopegate.key-set.failed',
      'scopegate.key-set.recovered',
      'scopegate.key-set.failed',
      'scopegate.key-set.stale',
    ]);
  });
});

const INCIDENTS: [name: string, message: object, level: string, members: object][] = [
  [
    'scopegate:introspection',
    { issuer: ISSUER, event: 'unavailable', failure: 'unreachable', error: exchangeError },
    'error',
    {
      event: 'scopegate.outage.began',
      dependency: 'introspection',
      issuer: ISSUER,
      failure: 'unreachable',
    },
  ],
  [
    'scopegate:introspection',
    { issuer: ISSUER, event: 'credentials-refused', status: 401 },
    'error',
    {
      event: 'scopegate.incident',
      incident: 'credentials_refused',
      dependency: 'introspection',
      issuer: ISSUER,
    },
  ],
  [
    'scopegate:replay',
    { store: 'shared', event: 'unavailable', failure: 'store', systemCode: 'ECONNREFUSED' },
    'error',
    {
      event: 'scopegate.outage.began',
      dependency: 'replay_shared',
      failure: 'store',
      systemCode: 'ECONNREFUSED',
    },
  ],
  [
    'scopegate:revocation',
    { event: 'recovered', origin: 'hook', unavailableForMs: 30, failures: 2 },
    'info',
    {
      event: 'scopegate.outage.ended',
      dependency: 'revocation_hook',
      unavailableForMs: 30,
      failures: 2,
    },
  ],
  [
    'scopegate:revocation',
    { event: 'full', maxEntries: 10 },
    'error',
    { event: 'scopegate.incident', incident: 'full', dependency: 'revocation' },
  ],
  [
    'scopegate:store',
    { event: 'unavailable', connection: 'cache', failure: 'timeout' },
    'warn',
    { event: 'scopegate.outage.began', dependency: 'store_cache', failure: 'timeout' },
  ],
  [
    'scopegate:store',
    { event: 'tampered', store: 'revocations' },
    'error',
    {
      event: 'scopegate.incident',
      incident: 'tampered',
      dependency: 'store',
      store: 'revocations',
    },
  ],
];

describe('logEvents: outages and incidents', () => {
  it.each(INCIDENTS)('%s %j: writes a line at level %s', (name, message, level, members) => {
    expect(linesOf(name, message)).toEqual([
      { level, members, message: expect.stringMatching(/^\S.{9,}/) },
    ]);
  });

  it.each([
    ['scopegate:store', { event: 'lease', outcome: 'won' }],
    ['scopegate:store', { event: 'constructor' }],
    ['scopegate:revocation', { event: 'withdrawn', kind: 'token', entries: 1 }],
    ['scopegate:introspection', { issuer: ISSUER, event: 'stale-used' }],
  ])('%s %j: writes nothing', (name, message) => {
    expect(linesOf(name, message)).toEqual([]);
  });
});

const SUBJECT = { issuer: ISSUER, clientId: 'reports', resource: undefined, scope: 'read' };
const FAILED = { code: 'ERR_TOKEN_REQUEST', reason: 'timeout', retryInMs: 1000 };

describe('logEvents: token clients', () => {
  it.each([
    ['warn', true],
    ['error', false],
  ])('a failed request: is written at level %s while a token is held: %j', (level, held) => {
    const [line] = linesOf('scopegate:token', { ...SUBJECT, ...FAILED, event: 'failed', held });
    expect(line).toMatchObject({
      level,
      members: { event: 'scopegate.token.failed', clientId: 'reports', reason: 'timeout', held },
      message: 'no access token was granted: timeout',
    });
  });

  it('a token with fewer scopes than requested: is written', () => {
    const granted = { ...SUBJECT, event: 'renewed', durationMs: 1 };
    const lines = linesOf(
      'scopegate:token',
      { ...granted, missingScopes: [] },
      { ...granted, missingScopes: ['write'] },
    );
    expect(lines.map(({ level, members }) => [level, members['missingScopes']])).toEqual([
      ['warn', ['write']],
    ]);
  });
});
