import { afterEach, describe, expect, it, vi } from 'vitest';
import { defaultFetch } from './default-fetch.js';

describe('defaultFetch', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('calls the global fetch of the moment with its arguments', async () => {
    const calls: unknown[][] = [];
    vi.stubGlobal('fetch', (...args: unknown[]) => {
      calls.push(args);
      return Promise.resolve(new Response('stubbed'));
    });
    const init = { method: 'POST' };
    const response = await defaultFetch('https://auth.example.com', init);
    expect([await response.text(), calls]).toEqual([
      'stubbed',
      [['https://auth.example.com', init]],
    ]);
  });
});
