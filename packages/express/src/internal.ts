/**
 * Exports for the other packages of Scopegate only. They are not public API and change without
 * notice.
 *
 * @module
 */
export { formatRequirement, listAlternatives } from '@scopegate/resource-server/internal';
export { listExplainers } from './audit/mounted-explainers.js';
export type { TokenExplainer } from './guard/guard-explainer.js';
