/**
 * What a limit on the scopes of a route would refuse.
 *
 * @module
 */
import type { JSX } from 'preact';
import type { RouteReport } from '@scopegate/telemetry/privileges';
import { formatNumberOf } from '../page-state/readable-values.js';
import { Card } from '../page-elements/card.js';
import { Names } from '../page-elements/names.js';
import { TableFrame } from '../page-elements/table-frame.js';

/** What `atMost` may be on each route, and whom a limit to its own scopes would refuse. */
export function RouteLimits({ routes }: { routes: readonly RouteReport[] }): JSX.Element | null {
  if (routes.length === 0) return null;
  return (
    <Card title="Limits for routes" aside={<code>atMost</code>}>
      <TableFrame label="Limits for routes">
        <table class="limits">
          <caption class="for-readers">The tightest limits for each route</caption>
          <thead>
            <tr>
              <th scope="col">Route</th>
              <th scope="col">Refuses no one today</th>
              <th scope="col">After the cuts</th>
              <th scope="col">The route alone</th>
              <th scope="col">Would be refused with the route alone</th>
            </tr>
          </thead>
          <tbody>
            {routes.map((route) => (
              <tr key={`${route.server} ${route.method} ${route.route}`}>
                <th scope="row">
                  <code>
                    {route.method} {route.route}
                  </code>
                </th>
                <td>
                  {route.atMost.refusesNobodyToday === undefined ? (
                    <span class="hint">
                      unknown: undeclared scopes are held, or requests are missing
                    </span>
                  ) : (
                    <Names names={route.atMost.refusesNobodyToday} />
                  )}
                </td>
                <td>
                  <Names names={route.atMost.afterTheCuts} />
                </td>
                <td>
                  <Names names={route.atMost.routeAlone} />
                </td>
                <td>
                  <Refused wouldRefuse={route.wouldRefuse} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </Card>
  );
}

function Refused({ wouldRefuse }: Pick<RouteReport, 'wouldRefuse'>): JSX.Element {
  if (wouldRefuse.length === 0) return <>no one</>;
  return (
    <ul class="refused">
      {wouldRefuse.map(({ issuer, clientId, scopes, others }) => (
        <li key={`${issuer} ${clientId ?? ''}`}>
          {clientId ?? '(not identified)'}{' '}
          <span class="hint">
            {[...scopes, ...(others === 0 ? [] : [formatNumberOf(others, 'other')])].join(', ')}
          </span>
        </li>
      ))}
    </ul>
  );
}
