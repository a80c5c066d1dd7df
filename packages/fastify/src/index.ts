/**
 * Protects Fastify APIs with OAuth 2.0 access tokens.
 *
 * @module
 */
export type { Guard } from './guard.js';
export type { GuardOptions, ResourceServerOptions } from './options.js';
export { type RefusalHandler, sendRefusal } from './refusal.js';
export { createResourceServer, type ResourceServer } from './resource-server.js';
