/**
 * Exports for the other packages of Scopegate only. They are not public API and change without
 * notice.
 *
 * @module
 */
export { formatRequirement, listAlternatives } from './audit/combined-policy.js';
export { listExplainers } from './audit/mounted-explainers.js';
export type { TokenExplainer } from './guard/guard-explainer.js';
