import { describe, expect, it } from 'vitest';
import { findMetadata, showMetadata } from './published-metadata.js';

const middleware = (): void => undefined;

describe('showMetadata', () => {
  it('shows what is published, frozen and apart from what it was made of', () => {
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
  ])('takes %j for something of somebody else', (metadata) => {
    expect(findMetadata(Object.assign(middleware.bind(undefined), { metadata }))).toBeUndefined();
  });

  it('finds metadata without scopes', () => {
    const shown = { metadata: { resource: 'https://a.example' } };
    expect(findMetadata(shown)).toEqual({
      resource: 'https://a.example',
      scopes_supported: undefined,
    });
  });
});
