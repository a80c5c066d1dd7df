import { describe, expect, it } from 'vitest';
import { findMetadata, showMetadata } from './published-metadata.js';

const middleware = (): void => undefined;

describe('showMetadata', () => {
  it('exposes a frozen copy of what is published', () => {
    const scopes = ['read'];
    const shown = showMetadata(() => undefined, {
      resource: 'https://a.example',
      scopes_supported: scopes,
    });
    scopes.push('write');
    expect(findMetadata(shown)).toEqual({
      resource: 'https://a.example',
      scopes_supported: ['read'],
    });
    expect(Object.isFrozen(shown.metadata.scopes_supported)).toBe(true);
  });
});

describe('findMetadata', () => {
  it.each([
    [undefined],
    ['text'],
    [{ scopes_supported: ['read'] }],
    [{ resource: 'https://a.example', scopes_supported: 'read' }],
    [{ resource: 'https://a.example', scopes_supported: [1] }],
  ])('ignores %j', (metadata) => {
    const brand = Symbol.for('@scopegate/resource-server.publishedMetadata');
    const handler = Object.assign(middleware.bind(undefined), { [brand]: Object.freeze(metadata) });
    expect(findMetadata(handler)).toBeUndefined();
  });

  it('ignores a member that only looks like metadata', () => {
    const metadata = Object.freeze({ resource: 'https://a.example', scopes_supported: undefined });
    expect(findMetadata(Object.assign(() => undefined, { metadata }))).toBeUndefined();
  });

  it('finds metadata without scopes, and metadata that instrumentation has copied', () => {
    const resource = 'https://a.example';
    const shown = showMetadata(() => undefined, { resource, scopes_supported: undefined });
    const wrapped = Object.assign(() => undefined, shown);
    expect(findMetadata(wrapped)).toEqual({ resource, scopes_supported: undefined });
  });
});
