/**
 * The routes of the application, and who may call them.
 *
 * @module
 */
import type { JSX } from 'preact';
import type { Routes, WireRoute } from '../wire.js';
import { formatAddress } from '../page-state/address.js';
import { formatCount, formatMoment, formatNumberOf } from '../page-state/readable-values.js';
import { Badge } from '../page-elements/badge.js';
import { Card } from '../page-elements/card.js';
import { CopyButton } from '../page-elements/copy-button.js';
import { None } from '../page-elements/names.js';
import { Notice, Stale, Waiting } from '../page-elements/notice.js';
import { TableFrame } from '../page-elements/table-frame.js';
import { useAnswer } from '../page-elements/session.js';

/** The routes of the application. */
export function RoutesView(): JSX.Element {
  const { data, error } = useAnswer<Routes>('routes');
  if (data === undefined) return <Waiting error={error} />;
  return (
    <>
      <Stale error={error} />
      <RoutesContent routes={data} />
    </>
  );
}

function RoutesContent({ routes }: { routes: Routes }): JSX.Element {
  if (routes.state === 'no-app') return <NoApp />;
  if (routes.state === 'failed') {
    return (
      <Notice tone="bad" title="The routes could not be audited.">
        <p>{routes.error}</p>
      </Notice>
    );
  }
  const exposed = routes.routes.filter(({ isExposed }) => isExposed).length;
  return (
    <>
      <div class="toolbar">
        <p class="list-state">
          <span>{formatNumberOf(routes.routes.length, 'route')}</span>
          {exposed > 0 && <Badge tone="bad">{formatNumberOf(exposed, 'route')} exposed</Badge>}
        </p>
        {routes.markdown !== undefined && (
          <CopyButton label="Copy as Markdown" text={routes.markdown} />
        )}
        <CopyButton label="Copy as JSON" text={JSON.stringify(routes.routes, null, 2)} />
      </div>
      {routes.routes.length === 0 ? <NoApp /> : <RouteTable routes={routes.routes} />}
      <Findings findings={routes.findings} />
    </>
  );
}

function NoApp(): JSX.Element {
  return (
    <Notice title="No route is mounted.">
      <p>
        Give the application to the inspector, and create the inspector after the routes are
        mounted:
      </p>
      <pre>
        <code>{'const inspector = createInspector({ app, servers: { sales: api } });'}</code>
      </pre>
    </Notice>
  );
}

const COLUMNS = ['Method', 'Path', 'Access', 'Scopes', 'At most', 'Trial'] as const;

function RouteTable({ routes }: { routes: readonly WireRoute[] }): JSX.Element {
  const hasServers = new Set(routes.map(({ server }) => server)).size > 1;
  return (
    <TableFrame label="Routes">
      <table class="routes">
        <caption class="for-readers">Routes of the application</caption>
        <thead>
          <tr>
            {COLUMNS.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            {hasServers && <th scope="col">Server</th>}
            <th scope="col" class="number">
              Requests
            </th>
            <th scope="col" class="number">
              Refused
            </th>
          </tr>
        </thead>
        <tbody>
          {routes.map((route) => (
            <RouteRow
              key={`${route.server} ${route.methods.join()} ${route.path}`}
              route={route}
              hasServer={hasServers}
            />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function RouteRow({ route, hasServer }: { route: WireRoute; hasServer: boolean }): JSX.Element {
  const { requests, refused, path } = route;
  return (
    <tr class={route.isExposed ? 'exposed' : ''}>
      <td class="method">{route.methods.join(', ')}</td>
      <th scope="row">
        <code>{path}</code>
      </th>
      <td>
        <RouteAccess route={route} />
      </td>
      <td>{route.scopes === undefined ? <None /> : <code>{route.scopes}</code>}</td>
      <td>{route.atMost === undefined ? <None /> : <code>{route.atMost}</code>}</td>
      <td>{route.trial === undefined ? <None /> : <code>{route.trial}</code>}</td>
      {hasServer && <td>{route.server}</td>}
      <td class="number">{formatCount(requests)}</td>
      <td class="number">
        {refused === 0 ? (
          '0'
        ) : (
          <a href={formatAddress('decisions', { outcome: 'refused', route: path })}>
            {formatCount(refused)}
          </a>
        )}
      </td>
    </tr>
  );
}

function RouteAccess({ route }: { route: WireRoute }): JSX.Element {
  const { access, isExposed, reportOnlyUntil } = route;
  return (
    <>
      {isExposed ? (
        <Badge tone="bad">{access === 'open' ? 'OPEN' : access}</Badge>
      ) : (
        <Badge tone={access === 'guarded' ? 'good' : 'quiet'}>{access}</Badge>
      )}
      {reportOnlyUntil !== undefined && (
        <span class="until">reports only until {formatMoment(reportOnlyUntil)}</span>
      )}
    </>
  );
}

function Findings({ findings }: { findings: readonly string[] }): JSX.Element {
  return (
    <Card title="Findings" aside={<code>scopegate routes</code>}>
      {findings.length === 0 ? (
        <p class="nothing">The audit has found nothing to change.</p>
      ) : (
        <ul class="findings">
          {findings.map((finding) => (
            <li key={finding}>{finding}</li>
          ))}
        </ul>
      )}
    </Card>
  );
}
