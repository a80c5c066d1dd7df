/**
 * Exports for the other packages of Scopegate only. They are not public API and change without
 * notice.
 *
 * @module
 */
export { type Authenticated } from './guard/authenticate.js';
export { assertCalledBare } from './policy/guard-arguments.js';
export { respondInTime, type RefusedExchange } from './refusal/application-response.js';
export {
  exposeRefusalHeaders,
  type ResponseHeaders,
  setRefusalHeaders,
  varyOnAuthorization,
} from './refusal/response-headers.js';
export { closeAfterUnreadBody } from './refusal/unread-body.js';
export { nodeRequestAdapter, onExchangeEnd } from './request/node-request.js';
export {
  assembleResourceServer,
  type Front,
  type FrontParts,
  type NeutralMembers,
} from './server/assembly.js';
export { createUpgradeGuards, type UpgradeGuards } from './server/upgrade-guards.js';
export { isScopeRequirement, listScopes, foldScopes } from './policy/scope-requirement.js';
