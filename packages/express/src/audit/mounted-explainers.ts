/**
 * The verifiers behind the guards of an application.
 *
 * @module
 */
import { findExplainer, type TokenExplainer } from '../guard/guard-explainer.js';
import { walkRoutes } from '../router/route-walk.js';
import type { RoutedApplication } from './route-audit.js';

/**
 * Lists the verifiers of all guards that are mounted on an application, each once.
 *
 * @throws TypeError The application is not an application or a router of Express 4 or 5.
 */
export function listExplainers(application: RoutedApplication): readonly TokenExplainer[] {
  const explainers = new Set<TokenExplainer>();
  walkRoutes(application, (handle) => {
    const explainer = findExplainer(handle);
    if (explainer !== undefined) explainers.add(explainer);
  });
  return [...explainers];
}
