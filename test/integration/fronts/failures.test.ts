/**
 * Errors that are not refusals, and refusals that handlers throw.
 *
 * @module
 */
import { InsufficientScopeError } from '@scopegate/express';
import { describe, expect, it } from 'vitest';
import type { FrontHandler } from '../../support/fronts/front.js';
import { signToken } from '../../support/tokens.js';
import { everyFront, useFronts, type WholeAnswer, withoutFields } from './all-fronts.js';
import { type Difference, differing, WEB_FRONTS } from './differences.js';
import { insufficient } from './refusals.js';
import { json } from './sales-api.js';

const authorization = `Authorization: Bearer ${signToken({ scope: 'read' })}`;

/** The answer of the application's error handling. */
const FAILED: WholeAnswer = {
  status: 500,
  headers: {
    connection: 'close',
    'content-length': '6',
    'content-type': 'text/plain',
    vary: 'Authorization',
  },
  body: 'failed',
};

function unguarded(fronts: readonly string[]): readonly Difference[] {
  return [{ why: 'errorResponse', fronts, answer: withoutFields(FAILED, 'vary') }];
}

/** What a condition does besides deciding. */
const FAILING_CHECKS: Readonly<Record<string, () => boolean | Promise<boolean>>> = {
  '/throws': () => {
    throw new Error('the database is down');
  },
  '/rejects': () => Promise.reject(new Error('the database is down')),
  '/rejects-late': () =>
    new Promise((_resolve, reject) => {
      setImmediate(reject, new Error('the database is down'));
    }),
  '/undecided': () => undefined as unknown as boolean,
};

describe('failure on every front', () => {
  const seen: Record<string, unknown[]> = {};
  const ran: string[] = [];
  const fronts = useFronts((app, api, front) => {
    const errors: unknown[] = (seen[front.name] = []);
    app.publish(api.metadata());
    for (const [path, test] of Object.entries(FAILING_CHECKS)) {
      app.get(path, api.require({ check: { name: 'database', test } }), () => {
        ran.push(front.name);
        return json({});
      });
    }
    const failing: Readonly<Record<string, FrontHandler>> = {
      '/handler-throws': () => {
        throw new Error('the handler failed');
      },
      '/handler-rejects': () => Promise.reject(new Error('the handler failed')),
    };
    for (const [path, handler] of Object.entries(failing)) {
      app.get(path, api.requireScope('read'), handler);
    }
    app.onError((error) => {
      errors.push(error);
      return { status: 500, headers: { 'Content-Type': 'text/plain' }, body: 'failed' };
    });
  });
  const messagesAfter = async (path: string): Promise<unknown> => {
    for (const errors of Object.values(seen)) errors.length = 0;
    const answers = await fronts.ask([`GET ${path} HTTP/1.1`, authorization]);
    const messages = Object.entries(seen).map(([name, errors]) => [name, errors.map(String)]);
    return { answers, messages: Object.fromEntries(messages) as unknown };
  };

  it.each(Object.keys(FAILING_CHECKS))(
    'of a guard reaches the error handling once and never opens the route: %s',
    async (path) => {
      const message =
        path === '/undecided'
          ? expect.stringMatching(/^TypeError: /)
          : 'Error: the database is down';
      expect(await messagesAfter(path)).toEqual({
        answers: everyFront(FAILED, differing(unguarded(WEB_FRONTS))),
        messages: everyFront([message]),
      });
      expect(ran).toEqual([]);
    },
  );

  it.each(['/handler-throws', '/handler-rejects'])(
    'of a handler reaches the error handling once: %s',
    async (path) => {
      expect(await messagesAfter(path)).toEqual({
        answers: everyFront(FAILED, differing(unguarded(['web']))),
        messages: everyFront(['Error: the handler failed']),
      });
    },
  );
});

describe('refusal that a handler throws, on every front', () => {
  const fronts = useFronts((app, api) => {
    app.publish(api.metadata());
    const refuse = (): never => {
      throw new InsufficientScopeError('scope', 'write');
    };
    app.get('/throws', api.requireScope('read'), refuse);
    app.get('/rejects', api.requireScope('read'), () => Promise.resolve().then(refuse));
    app.answerRefusals(api);
  });

  it.each(['/throws', '/rejects'])('is answered as that of a guard: %s', async (path) => {
    expect(await fronts.ask([`GET ${path} HTTP/1.1`, authorization])).toEqual(
      everyFront(insufficient('scope', 'write')),
    );
  });
});
