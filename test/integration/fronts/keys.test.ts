/**
 * Guards that have to wait for keys: every front sends the same responses, and fetches the keys once.
 *
 * @module
 */
import { createTestIssuer, type TestIssuer } from '@scopegate/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FRONTS } from '../../support/fronts/fronts.js';
import { SECRET_OPTIONS } from '../../support/tokens.js';
import {
  answered,
  type AnswersByFront,
  askOne,
  everyFront,
  type WholeAnswer,
} from './all-fronts.js';
import { invalid, unavailable } from './refusals.js';
import { declareSalesApi } from './sales-api.js';

const { audience } = SECRET_OPTIONS;
const ALLOWED = answered({ method: 'GET', client: 'test-client' });

/** A request to one front whose resource server has no keys yet. */
interface Cold {
  readonly issuer: TestIssuer;
  readonly get: (path: string, token: string) => Promise<WholeAnswer>;
}

/** Serves the API on each front, with its own issuer, and asks one after the other. */
async function onEachFront<T>(ask: (cold: Cold) => Promise<T>): Promise<Record<string, T>> {
  const outcomes: Record<string, T> = {};
  for (const front of FRONTS) {
    const issuer = await createTestIssuer({ alg: 'ES256', audience });
    const api = front.createResourceServer(issuer.options({ audience }));
    const running = await front.serve((app) => {
      declareSalesApi(app, api);
    });
    onTestFinished(async () => {
      api.close();
      await running.close();
      await issuer.close();
    });
    const get: Cold['get'] = (path, token) =>
      askOne(running.url, [`GET ${path} HTTP/1.1`, `Authorization: Bearer ${token}`]);
    outcomes[front.name] = await ask({ issuer, get });
  }
  return outcomes;
}

describe('cold keys on every front', () => {
  it('a guard waits for the keys and lets the request pass', async () => {
    const answers: AnswersByFront = await onEachFront(async ({ issuer, get }) =>
      get('/sales', await issuer.mint({ scope: 'read' })),
    );
    expect(answers).toEqual(everyFront(ALLOWED));
  });

  it.each([
    ['of another key', 'foreignKey', 'signature'],
    ['that has expired', 'expired', 'expired'],
  ] as const)('a guard waits for the keys and refuses a token %s', async (_what, name, reason) => {
    const answers = await onEachFront(async ({ issuer, get }) =>
      get('/sales', await issuer.forge[name]({ scope: 'read' })),
    );
    expect(answers).toEqual(everyFront(invalid(reason, 'read')));
  });

  it('a guard decides without keys on a token that needs none', async () => {
    const answers = await onEachFront(async ({ issuer, get }) => [
      await get('/sales', await issuer.forge.algNone({ scope: 'read' })),
      issuer.requests.jwks,
    ]);
    expect(answers).toEqual(everyFront([invalid('alg', 'read'), 0]));
  });

  it('two guards wait together, and optional guards wait as well', async () => {
    const answers = await onEachFront(async ({ issuer, get }) => {
      const token = await issuer.mint({ scope: 'write read' });
      return Promise.all(['/stacked/write', '/twice', '/optional'].map((path) => get(path, token)));
    });
    expect(answers).toEqual(everyFront([ALLOWED, ALLOWED, ALLOWED]));
  });

  it('single flight: twenty requests fetch the keys once', async () => {
    const outcomes = await onEachFront(async ({ issuer, get }) => {
      const tokens = await Promise.all(
        Array.from({ length: 20 }, () => issuer.mint({ scope: 'read' })),
      );
      const answers = await Promise.all(tokens.map((token) => get('/sales', token)));
      return [issuer.requests.jwks, new Set(answers.map(({ status }) => status))];
    });
    expect(outcomes).toEqual(everyFront([1, new Set([200])]));
  });
});

describe('unavailable keys on every front', () => {
  it('are answered with 503 and Retry-After', async () => {
    const answers = await onEachFront(async ({ issuer, get }) => {
      issuer.fault('jwks', { kind: 'down' });
      return get('/sales', await issuer.mint({ scope: 'read' }));
    });
    const [first] = Object.values(answers);
    const retryAfter = Number(first?.headers['retry-after']);
    expect(retryAfter).toBeGreaterThanOrEqual(1);
    expect(answers).toEqual(everyFront(unavailable(retryAfter)));
  });

  it('never make a token optional', async () => {
    const statuses = await onEachFront(async ({ issuer, get }) => {
      issuer.fault('jwks', { kind: 'down' });
      return (await get('/optional', await issuer.mint({ scope: 'read' }))).status;
    });
    expect(statuses).toEqual(everyFront(503));
  });

  it('are forgotten once the issuer answers again', async () => {
    const statuses = await onEachFront(async ({ issuer, get }) => {
      issuer.fault('jwks', { kind: 'down' });
      const token = await issuer.mint({ scope: 'read' });
      const before = await get('/sales', token);
      issuer.fault('jwks', undefined);
      issuer.clock.advance(61_000);
      return [before.status, (await get('/sales', token)).status];
    });
    expect(statuses).toEqual(everyFront([503, 200]));
  });
});
