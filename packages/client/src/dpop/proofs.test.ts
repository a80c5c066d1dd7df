import { describe, expect, it } from 'vitest';
import { resolveDpopKey } from './dpop-key.js';
import { createProofs, type Proofs } from './proofs.js';

function create(): Proofs {
  const key = resolveDpopKey(true);
  if (key === undefined) throw new TypeError('no key');
  return createProofs(key, Date.now);
}

describe('createProofs', () => {
  it('has one handle for the authorization server, also for concurrent calls', async () => {
    const { forIssuer } = create();
    const [first, second] = await Promise.all([forIssuer(), forIssuer()]);
    expect(second).toBe(first);
  });

  it('has one handle for each origin, also for concurrent calls', async () => {
    const { forIssuer, forOrigin } = create();
    const [one, again, other, issuer] = await Promise.all([
      forOrigin('https://api.example.com'),
      forOrigin('https://api.example.com'),
      forOrigin('https://api.example.org'),
      forIssuer(),
    ]);
    expect(again).toBe(one);
    expect(new Set([one, other, issuer]).size).toBe(3);
  });

  it('has all handles for one key', async () => {
    const { forIssuer, forOrigin } = create();
    const handles = await Promise.all([forIssuer(), forOrigin('https://api.example.com')]);
    const thumbprints = await Promise.all(handles.map((handle) => handle.calculateThumbprint()));
    expect(new Set(thumbprints).size).toBe(1);
  });

  it('keeps the handles of the 100 origins that were used last', async () => {
    const { forOrigin } = create();
    const [used, unused] = [await forOrigin('https://a'), await forOrigin('https://b')];
    for (let count = 0; count < 99; count += 1) {
      await forOrigin(`https://${count}`);
      await forOrigin('https://a');
    }
    expect(await forOrigin('https://a')).toBe(used);
    expect(await forOrigin('https://b')).not.toBe(unused);
  });
});
