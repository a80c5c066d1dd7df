import { describe, expect, it, onTestFinished } from 'vitest';
import { createTestClock } from '@scopegate/testing';
import { KeyRing } from '../keys/key-ring.js';
import { StaticKeySet } from '../keys/static-key-set.js';
import { createIntrospector } from './create-introspector.js';
import type { Introspector } from './introspector.js';
import { resolveIntrospection } from './resolve-introspection.js';

const ISSUER = 'https://as.example';
const API = 'https://api.example.com';
const ASKED = { token: 'an-opaque-token', digest: 'its digest', isKnown: true };

/** An introspector whose requests are answered by hand, in the order in which they were made. */
function open(): { introspector: Introspector; answers: ((isActive: boolean) => void)[] } {
  const answers: ((isActive: boolean) => void)[] = [];
  const options = {
    tokens: 'opaque',
    clientId: 'api',
    clientSecret: () => 's',
    endpoint: `${ISSUER}/introspect`,
  };
  const policy = resolveIntrospection(
    { issuer: ISSUER, introspection: options },
    { path: '', allowHttp: false },
  );
  if (policy === undefined) throw new Error('no policy');
  const introspector = createIntrospector(policy, {
    issuer: ISSUER,
    audience: [API],
    audienceClaim: 'aud',
    algorithms: ['ES256'],
    keySet: StaticKeySet.ofJwks(ISSUER, KeyRing.of([])),
    clock: createTestClock(),
    clockToleranceSeconds: 0,
    allowHttp: false,
    fetch: () =>
      new Promise((resolve) => {
        answers.push((active) => {
          resolve(Response.json(active ? { active, aud: API } : { active }));
        });
      }),
  });
  onTestFinished(() => {
    introspector.close();
  });
  return { introspector, answers };
}

describe('createIntrospector', () => {
  it('counts a response as inactive if a later request has already found that', async () => {
    const { introspector, answers } = open();
    const earlier = introspector.askNow(ASKED).catch((error: unknown) => error);
    const later = introspector.askNow(ASKED).catch((error: unknown) => error);
    await expect.poll(() => answers.length).toBe(2);
    const [answerEarlier, answerLater] = answers;
    answerLater?.(false);
    expect(await later).toMatchObject({ reason: 'inactive' });
    answerEarlier?.(true);
    expect(await earlier).toMatchObject({ reason: 'inactive' });
  });

  it('accepts the response of a request that is later than a refusal', async () => {
    const { introspector, answers } = open();
    const earlier = introspector.askNow(ASKED).catch((error: unknown) => error);
    await expect.poll(() => answers.length).toBe(1);
    answers[0]?.(false);
    expect(await earlier).toMatchObject({ reason: 'inactive' });
    const later = introspector.askNow(ASKED);
    await expect.poll(() => answers.length).toBe(2);
    answers[1]?.(true);
    expect(await later).toMatchObject({ claims: { active: true, aud: API } });
  });
});
