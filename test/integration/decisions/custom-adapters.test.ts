/** Decisions on requests that an adapter of the application reads. */
import { createResourceServer, type RequestAdapter } from '@scopegate/resource-server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listenToDecisions } from '../../support/decision-log.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';

const authorization = `Bearer ${signToken({ scope: 'read' })}`;

/** Reads messages that have no response. */
function createAdapter(changes: Partial<RequestAdapter<object>> = {}): RequestAdapter<object> {
  return {
    authorization: () => authorization,
    url: () => '/',
    method: () => 'SEND',
    route: () => 'orders',
    onEnd: () => () => undefined,
    ...changes,
  };
}

function fail(): never {
  throw new Error('broken');
}

const open = { headersSent: false, prependListener: (): void => undefined };

describe('decisions of an adapter of the application', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it.each<[string, Partial<RequestAdapter<object>>]>([
    ['response()', { response: fail }],
    ['prependListener()', { response: () => ({ ...open, prependListener: fail }), socket: fail }],
    ['socket()', { response: () => open, socket: fail }],
    ['onEnd()', { onEnd: fail }],
    ['the function that onEnd() returns', { onEnd: () => fail }],
  ])('are published within a second if %s throws', (_what, changes) => {
    const events = listenToDecisions();
    const adapter = createAdapter(changes);
    const api = createResourceServer<string, unknown, object>(SECRET_OPTIONS, adapter);
    const message = {};
    expect(api.requireScope('read').check(message)).toBeUndefined();
    vi.advanceTimersByTime(1000);
    expect(events).toMatchObject([{ outcome: 'allowed', route: 'orders' }]);
    void api.requireScope('admin').check(message);
    expect(events.at(1)).toMatchObject({ outcome: 'refused', reason: 'scope' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(['the exchange ends', 'a second has passed'])(
    'leave no listener on the connection once %s',
    (when) => {
      const listeners = new Set<() => void>();
      const adapter = createAdapter({
        onEnd: (_message, listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      });
      const api = createResourceServer<string, unknown, object>(SECRET_OPTIONS, adapter);
      const events = listenToDecisions();
      expect(api.requireScope('read').check({})).toBeUndefined();
      expect(listeners.size).toBe(1);
      if (when === 'the exchange ends') for (const end of listeners) end();
      else vi.advanceTimersByTime(1000);
      expect(events).toHaveLength(1);
      expect(listeners.size).toBe(0);
    },
  );
});
