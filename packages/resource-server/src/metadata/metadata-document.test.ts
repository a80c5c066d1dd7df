import { describe, expect, it } from 'vitest';
import { createMetadataDocument, type MetadataFacts, metadataUrl } from './metadata-document.js';

const facts: MetadataFacts = {
  resource: 'https://api.example.com',
  issuers: ['https://auth.example.com', 'https://auth2.example.com/t1'],
  scopes: ['read', 'write'],
  credentials: ['header'],
};

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

describe('metadataUrl', () => {
  it.each([
    ['https://api.example.com', `https://api.example.com${WELL_KNOWN}`],
    ['https://api.example.com/', `https://api.example.com${WELL_KNOWN}`],
    ['https://api.example.com:8443/v1', `https://api.example.com:8443${WELL_KNOWN}/v1`],
    ['https://api.example.com/v1/', `https://api.example.com${WELL_KNOWN}/v1/`],
    ['https://api.example.com?t=1', `https://api.example.com${WELL_KNOWN}?t=1`],
    ['https://api.example.com/v1?t=1&u', `https://api.example.com${WELL_KNOWN}/v1?t=1&u`],
    ['https://api.example.com/a%20b', `https://api.example.com${WELL_KNOWN}/a%20b`],
    ['http://127.0.0.1:8080', `http://127.0.0.1:8080${WELL_KNOWN}`],
  ])('of %s is %s', (resource, url) => {
    expect(metadataUrl(resource).href).toBe(url);
  });
});

describe('createMetadataDocument', () => {
  const readDocument = (...given: Parameters<typeof createMetadataDocument>): unknown => {
    const response = createMetadataDocument(...given).respond('GET', WELL_KNOWN);
    expect(response?.status).toBe(200);
    return JSON.parse(response?.body ?? '');
  };

  it('publishes the resource, its issuers, scopes and token locations', () => {
    expect(readDocument(facts, {})).toEqual({
      resource: 'https://api.example.com',
      authorization_servers: ['https://auth.example.com', 'https://auth2.example.com/t1'],
      scopes_supported: ['read', 'write'],
      bearer_methods_supported: ['header'],
    });
  });

  it('omits offline_access from the declared scopes, but lists it where it is given', () => {
    const declared = { ...facts, scopes: ['read', 'offline_access'] };
    expect(readDocument(declared, {})).toHaveProperty('scopes_supported', ['read']);
    const given = { scopes_supported: ['read', 'offline_access'] };
    expect(readDocument(declared, given)).toMatchObject(given);
  });

  it('lists only issuers that are URLs, and omits the member when none is', () => {
    const names = ['my-auth', 'urn:example:issuer', 'https://auth.example.com/?tenant=1'];
    expect(readDocument({ ...facts, issuers: [...names, ...facts.issuers] }, {})).toHaveProperty(
      'authorization_servers',
      facts.issuers,
    );
    expect(readDocument({ ...facts, issuers: names }, {})).not.toHaveProperty(
      'authorization_servers',
    );
  });

  it('lists the authorization servers that are given, which must be trusted', () => {
    const [first = ''] = facts.issuers;
    const named = { authorization_servers: [first, first] };
    expect(readDocument(facts, named)).toHaveProperty('authorization_servers', [first]);
    const other = { authorization_servers: ['https://other.example'] };
    expect(readDocument({ ...facts, issuers: [] }, other)).toMatchObject(other);
    expect(() => createMetadataDocument(facts, other)).toThrow(
      new TypeError(
        'option "authorization_servers" must contain only issuers that the resource server trusts',
      ),
    );
  });

  it.each([
    [[]],
    ['https://auth.example.com'],
    [['']],
    [['http://auth.example.com']],
    [[5]],
    [null],
  ])('throws for authorization servers that are %j', (servers) => {
    const options = { authorization_servers: servers as string[] };
    expect(() => createMetadataDocument({ ...facts, issuers: [] }, options)).toThrow(
      /^option "authorization_servers" must (?:be a non-empty array of|contain only) https URLs$/,
    );
  });

  it.each([[undefined], [[]]])('omits scopes that are %j', (scopes) => {
    expect(readDocument({ ...facts, scopes }, {})).not.toHaveProperty('scopes_supported');
  });

  it.each<[vocabulary: readonly string[] | undefined, given: readonly string[], listed: unknown]>([
    [['read', 'write'], ['write'], ['write']],
    [
      ['read', 'write'],
      ['write', 'read', 'write'],
      ['write', 'read'],
    ],
    [['read', 'write'], [], undefined],
    [undefined, ['anything', 'else'], ['anything', 'else']],
  ])('of scopes %j lists the given ones: %j', (scopes, given, listed) => {
    const document = readDocument({ ...facts, scopes }, { scopes_supported: given });
    expect((document as { scopes_supported?: unknown }).scopes_supported).toEqual(listed);
  });

  it('adds the human-readable members', () => {
    const options = {
      resource_name: 'Sales Analytics',
      resource_documentation: 'https://example.com/docs',
      resource_policy_uri: 'https://example.com/policy',
      resource_tos_uri: 'https://example.com/tos',
    };
    expect(readDocument(facts, options)).toMatchObject(options);
  });

  it('is not affected by later changes to its options', () => {
    const options = { resource_name: 'Sales' };
    const document = readDocument(facts, options);
    options.resource_name = 'changed';
    expect(document).toMatchObject({ resource_name: 'Sales' });
  });

  it.each<[object, string]>([
    [{ name: 'Sales' }, 'metadata() has no option "name"'],
    [
      { resource_names: 'Sales' },
      'metadata() has no option "resource_names"; did you mean "resource_name"?',
    ],
    [
      { resource: 'https://x.example' },
      'metadata() has no option "resource"; did you mean "resource_name"?',
    ],
    [
      { scopes_supported: ['raed'] },
      'scope "raed" is not among the "scopes" of this resource server; did you mean "read"?',
    ],
    [
      { scopes_supported: ['read', 'a b'] },
      'option "scopes_supported" must be an array of scope-tokens (RFC 6749 §3.3)',
    ],
    [
      { scopes_supported: 'read' },
      'option "scopes_supported" must be an array of scope-tokens (RFC 6749 §3.3)',
    ],
    [
      { scope_supported: ['read'] },
      'metadata() has no option "scope_supported"; did you mean "scopes_supported"?',
    ],
    [{ resource_name: '' }, 'option "resource_name" must be a non-empty string'],
    [{ resource_name: 7 }, 'option "resource_name" must be a non-empty string'],
    [{ resource_documentation: 'docs' }, 'option "resource_documentation" must be an https URL'],
    [
      { resource_policy_uri: 'javascript:alert(1)' },
      'option "resource_policy_uri" must be an https URL',
    ],
    [{ resource_tos_uri: 'http://example.com' }, 'option "resource_tos_uri" must be an https URL'],
  ])('refuses the options %j', (options, message) => {
    expect(() => createMetadataDocument(facts, options)).toThrow(new TypeError(message));
  });
});
