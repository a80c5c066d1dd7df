import { afterEach, describe, expect, it, vi } from 'vitest';
import { optionalFetch } from './fetch-option.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('optionalFetch', () => {
  it('returns the given function', () => {
    const fetch = (): Promise<Response> => Promise.resolve(new Response());
    expect(optionalFetch({ fetch })).toBe(fetch);
  });

  it('calls the current global fetch when none is given', async () => {
    const fetch = optionalFetch({ fetch: undefined });
    const replacement = vi.fn(() => Promise.resolve(new Response('replaced')));
    vi.stubGlobal('fetch', replacement);
    const response = await fetch('https://as.example', { method: 'HEAD' });
    expect(await response.text()).toBe('replaced');
    expect(replacement).toHaveBeenCalledWith('https://as.example', { method: 'HEAD' });
  });

  it.each([null, 'fetch', {}])('throws for %j', (fetch) => {
    expect(() => optionalFetch({ fetch })).toThrow('option "fetch" must be a function');
  });
});
