/**
 * Exports for the other packages of Scopegate only. They are not public API and change without
 * notice.
 *
 * @module
 */
export type { FetchGuard, MaybePromise } from './fetch/fetch-guard.js';
export {
  createFetchResponses,
  type FetchOptions,
  type FetchRefusalHandler,
  type FetchResponses,
} from './fetch/fetch-responses.js';
export { FetchTiming } from './fetch/fetch-timing.js';
export type { Report } from './guard/report-only.js';
export { handleGuarded } from './fetch/guarded-handler.js';
export { assertCalledBare } from './policy/guard-arguments.js';
export {
  exposeRefusalHeaders,
  setRefusalHeaders,
  varyOnAuthorization,
} from './refusal/response-headers.js';
export { closeAfterUnreadBody } from './refusal/unread-body.js';
export { fetchRequestAdapter } from './request/fetch-request.js';
export { isResponse, nodeRequestAdapter, onExchangeEnd } from './request/node-request.js';
export { assembleResourceServer, type Front, type NeutralMembers } from './server/assembly.js';
export { createUpgradeGuards, type UpgradeGuards } from './server/upgrade-guards.js';
export { findSufficient } from './policy/scope-policy.js';
export { listScopes } from './policy/scope-requirement.js';
export { type AuditedRoute, isRedundantHead } from './audit/audited-route.js';
export {
  combinePolicies,
  combineTrials,
  type CombinedPolicy,
  formatRequirement,
  listAlternatives,
} from './audit/combined-policy.js';
export { createMark, type Mark } from './audit/public-mark.js';
export { classifyAccess, type RouteAccess } from './audit/route-access.js';
export type { RouteAudit } from './audit/route-audit.js';
export {
  type Exposure,
  type ExposureCause,
  type ExposureReason,
  findExposure,
  findLastInstant,
  type PartialGuard,
  type Reporter,
} from './audit/route-exposure.js';
export { auditCoverage, type AuditedMetadata, type AuditedScopes } from './audit/scope-coverage.js';
export {
  isFinal,
  isRequired,
  readHandler,
  type SeenGuard,
  type SeenHandler,
} from './audit/seen-handler.js';
export { type PublishedMetadata, showMetadata } from './metadata/published-metadata.js';
export {
  formatLabel,
  listRouteFindings,
  listScopeFindings,
  sentence,
} from './report/audit-findings.js';
export { type AuditFormat, writeReport } from './report/audit-format.js';
export { findReporter, withReporter } from './report/audit-report.js';
export { describeExposedRoutes } from './report/exposed-routes.js';
export { formatMarkdownTable, formatTextTable, type TableRows } from './report/text-table.js';
export type { GuardHook } from './hook/guard-hook.js';
export type { Hook } from './hook/hook-exchange.js';
export { sendRefusal } from './hook/hook-reply.js';
export { createDocumentConfig } from './hook/metadata-route.js';
export type { HookErrorHandler, HookRefusalHandler } from './hook/hook-responses.js';
export {
  assembleHookServer,
  type HookMembers,
  type HookOptions,
  type MetadataPlugins,
} from './hook/hook-server.js';
export { auditHookRoutes, type HookAuditOptions } from './hook-audit/hook-audit.js';
export { expectAllHooked, formatHookAudit } from './hook-audit/hook-audit-report.js';
export { createHookAudit, type HookAudits } from './hook-audit/hook-audits.js';
export { declareHookPublic } from './hook-audit/declare-public.js';
export { watchRoutes } from './hook-audit/route-log.js';
