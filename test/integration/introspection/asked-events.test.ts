import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { INTROSPECTION_CHANNEL, type IntrospectionEvent } from '@scopegate/access-token';
import { describe, expect, it } from 'vitest';
import { openIntrospection, outcomeOf } from '../../support/introspection.js';
import { listenTo } from '../../support/listen-to.js';
import { createStubIntrospectionCache } from '../../support/stub-caches.js';

type Asked = Extract<IntrospectionEvent, { event: 'asked' }>;

function listenToAsked(): () => readonly Asked[] {
  const events = listenTo(INTROSPECTION_CHANNEL) as readonly IntrospectionEvent[];
  return () => events.flatMap((event) => (event.event === 'asked' ? [event] : []));
}

function describeAsked({ result, cached, failure }: Asked): string {
  return [result, cached ? 'cached' : 'requested', ...[failure ?? []].flat()].join(' ');
}

describe('IntrospectionEvent › asked', () => {
  it('is published for each request, with its result and its duration', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection();
    const asked = listenToAsked();
    await verify(await issuer.opaque());
    await verify('unknown');
    expect(asked().map(describeAsked)).toEqual(['active requested', 'inactive requested']);
    for (const event of asked()) {
      expect(event.issuer).toBe(issuer.issuer);
      expect(event.durationMs).toBeGreaterThan(0);
    }
  });

  it('is not published for a token in the token cache', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection();
    const token = await issuer.opaque();
    await verify(token);
    const asked = listenToAsked();
    await verify(token);
    expect(asked()).toEqual([]);
  });

  it('is published once for callers who share a request', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection();
    const token = await issuer.opaque();
    const asked = listenToAsked();
    await Promise.all([verify(token), verify(token), verify(token)]);
    expect(asked().map(describeAsked)).toEqual(['active requested']);
  });

  it('is published as cached for a recent refusal', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection();
    const foreign = await issuer.opaque({ audience: 'https://other.example.com' });
    const asked = listenToAsked();
    for (const token of ['unknown', 'unknown', foreign, foreign]) await verify(token);
    expect(asked().map(describeAsked)).toEqual([
      'inactive requested',
      'inactive cached',
      'active requested',
      'active cached',
    ]);
  });

  it('is published as cached for a response that another process has stored', async () => {
    const cache = createStubIntrospectionCache();
    const { issuer, verifier } = await openIntrospection({
      introspection: { cache },
      options: { tokenCache: false },
    });
    const token = await issuer.opaque();
    const asked = listenToAsked();
    await verifier.verify(token);
    await verifier.verify(token);
    expect(asked().map(describeAsked)).toEqual(['active requested', 'active cached']);
  });

  it('is published with the failure of a request, but not while none is made', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection();
    const token = await issuer.opaque();
    issuer.fault('introspection', { kind: 'status', status: 503 });
    const asked = listenToAsked();
    expect(await verify(token)).toBe('503 status');
    expect(await verify(token)).toBe('503 status');
    expect(asked().map(describeAsked)).toEqual(['failed requested status']);
  });

  it('runs in the context of the request that asks', async () => {
    const { issuer, verifier } = await openIntrospection();
    const request = new AsyncLocalStorage<string>();
    const contexts: (string | undefined)[] = [];
    const listener = (): void => {
      contexts.push(request.getStore());
    };
    const token = await issuer.opaque();
    subscribe(INTROSPECTION_CHANNEL, listener);
    await request.run('request 1', () => outcomeOf(verifier.verify(token)));
    await request.run('request 2', () => outcomeOf(verifier.verify('unknown')));
    unsubscribe(INTROSPECTION_CHANNEL, listener);
    expect(contexts).toEqual(['request 1', 'request 2']);
  });
});
