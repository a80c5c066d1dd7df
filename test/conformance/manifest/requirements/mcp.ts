/**
 * Authorization of the Model Context Protocol: what it asks of a server, which is a resource server.
 *
 * @module
 */
import type { Specification } from './specification.js';

export const MCP: Specification = {
  title: 'MCP 2026-07-28: authorization',
  requirements: [
    {
      id: 'mcp#discovery/metadata-names-authorization-servers',
      source: 'MCP, Authorization Server Discovery',
      level: 'MUST',
      requirement:
        'The server publishes protected resource metadata with at least one authorization server.',
      status: 'tested',
    },
    {
      id: 'mcp#discovery/metadata-in-challenge-and-at-well-known-uri',
      source: 'MCP, Authorization Server Discovery',
      level: 'MUST',
      requirement:
        'Clients find the metadata by resource_metadata of a 401, and at the well-known URI of the resource.',
      status: 'tested',
    },
    {
      id: 'mcp#scope/401-names-scope-of-request',
      source: 'MCP, Scope Selection Strategy',
      level: 'SHOULD',
      requirement: 'The challenge of a 401 names the scopes that the request needs.',
      status: 'tested',
    },
    {
      id: 'mcp#scope/minimal-scopes-supported',
      source: 'MCP, Scope Selection Strategy',
      level: 'own',
      requirement: 'scopes_supported can be a part of the scopes of the API, for basic functions.',
      status: 'tested',
    },
    {
      id: 'mcp#usage/every-request-is-authorized',
      source: 'MCP, Token Requirements',
      level: 'MUST',
      requirement:
        'Each HTTP request carries a token: POST, GET and DELETE, with and without a session.',
      status: 'tested',
    },
    {
      id: 'mcp#usage/query-token-is-no-credential',
      source: 'MCP, Token Requirements',
      level: 'MUST NOT',
      requirement: 'A token in the query of the URI is not accepted.',
      status: 'tested',
    },
    {
      id: 'mcp#handling/only-tokens-for-this-server',
      source: 'MCP, Token Handling',
      level: 'MUST',
      requirement:
        'Only tokens are accepted whose audience is this server, not another server of the same issuer.',
      status: 'tested',
    },
    {
      id: 'mcp#handling/invalid-or-expired-is-401',
      source: 'MCP, Token Handling',
      level: 'MUST',
      requirement: 'An invalid or expired token is answered with 401 invalid_token, never 500.',
      status: 'tested',
    },
    {
      id: 'mcp#privilege/validated-before-processing',
      source: 'MCP, Access Token Privilege Restriction',
      level: 'MUST',
      requirement: 'The token is validated before the request is processed.',
      status: 'tested',
    },
    {
      id: 'mcp#privilege/token-not-passed-through',
      source: 'MCP, Access Token Privilege Restriction',
      level: 'MUST NOT',
      requirement: 'What handlers get of a token does not contain the token, so they pass none on.',
      status: 'tested',
    },
    {
      id: 'mcp#refresh/offline-access-not-asked-for',
      source: 'MCP, Refresh Tokens',
      level: 'SHOULD NOT',
      requirement:
        'Neither challenges nor scopes_supported name offline_access; the audit reports a route that requires it.',
      status: 'tested',
    },
    {
      id: 'mcp#errors/malformed-request-is-400',
      source: 'MCP, Error Handling',
      level: 'MUST',
      requirement: 'Malformed credentials are answered with 400 invalid_request.',
      status: 'tested',
    },
    {
      id: 'mcp#challenge/missing-scope-is-403',
      source: 'MCP, Runtime Insufficient Scope Errors',
      level: 'SHOULD',
      requirement:
        'A lack of scope is answered with 403 insufficient_scope, the scope and resource_metadata.',
      status: 'tested',
    },
    {
      id: 'mcp#challenge/all-scopes-in-one-challenge',
      source: 'MCP, Runtime Insufficient Scope Errors',
      level: 'SHOULD',
      requirement:
        'One challenge names all scopes of the operation: those of its guards and of its handler.',
      status: 'tested',
    },
    {
      id: 'mcp#stepup/broad-scope-implies-narrow',
      source: 'MCP, Step-Up Authorization Flow',
      level: 'MUST',
      requirement: 'A token with a broad scope satisfies operations that need a scope it implies.',
      status: 'tested',
    },
    {
      id: 'mcp#transport/origin-is-validated',
      source: 'MCP, Transports',
      level: 'MUST',
      requirement: 'The server validates the Origin of requests against DNS rebinding.',
      status: 'declined',
      reason:
        'Origin and Host are not credentials, and only the deployment knows its names: the MCP SDK has middleware for them, which belongs in front of the guard.',
    },
  ],
};
