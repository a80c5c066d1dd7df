/**
 * Exports for the other packages of Scopegate only. They are not public API and change without
 * notice.
 *
 * @module
 */
export type { FetchGuard, MaybePromise } from './fetch/fetch-guard.js';
export {
  createFetchResponses,
  type FetchRefusalHandler,
  type FetchResponses,
} from './fetch/fetch-responses.js';
export { type Authenticated } from './guard/authenticate.js';
export { OFFLINE_ACCESS } from './metadata/metadata-options.js';
export { assertCalledBare } from './policy/guard-arguments.js';
export { respondInTime, type RefusedExchange } from './refusal/application-response.js';
export {
  exposeRefusalHeaders,
  type ResponseHeaders,
  setRefusalHeaders,
  varyOnAuthorization,
} from './refusal/response-headers.js';
export { closeAfterUnreadBody } from './refusal/unread-body.js';
export { fetchRequestAdapter } from './request/fetch-request.js';
export { nodeRequestAdapter, onExchangeEnd } from './request/node-request.js';
export {
  assembleResourceServer,
  type Front,
  type FrontParts,
  type NeutralMembers,
} from './server/assembly.js';
export { createUpgradeGuards, type UpgradeGuards } from './server/upgrade-guards.js';
export { isScopeRequirement, listScopes, foldScopes } from './policy/scope-requirement.js';
