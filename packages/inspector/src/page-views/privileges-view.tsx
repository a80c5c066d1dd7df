/**
 * Which scopes clients hold, and which of them they need.
 *
 * @module
 */
import type { JSX } from 'preact';
import type { PrivilegeReport } from '@scopegate/telemetry/privileges';
import type { Privileges } from '../wire.js';
import { formatDate, formatDuration, formatNumberOf } from '../page-state/readable-values.js';
import { CopyButton } from '../page-elements/copy-button.js';
import { Notice, Stale, Waiting } from '../page-elements/notice.js';
import { PrivilegeMatrix } from './privilege-matrix.js';
import { RouteLimits } from './route-limits.js';
import { useAnswer } from '../page-elements/session.js';

/** Which scopes clients hold, and which of them they need. */
export function PrivilegesView(): JSX.Element {
  const { data, error } = useAnswer<Privileges>('privileges');
  if (data === undefined) return <Waiting error={error} />;
  return (
    <>
      <Stale error={error} />
      <PrivilegesContent privileges={data} />
    </>
  );
}

function PrivilegesContent({ privileges }: { privileges: Privileges }): JSX.Element {
  const { state, report } = privileges;
  if (state === 'no-recorder') return <NoRecorder />;
  if (report === undefined || state === 'empty') {
    return (
      <Notice title="No request has been recorded yet.">
        <p>The report appears with the first token that a guard accepts.</p>
      </Notice>
    );
  }
  return (
    <>
      {state === 'not-identified' && <NotIdentified />}
      <div class="toolbar">
        <p class="list-state">
          <Window report={report} />
        </p>
        {privileges.markdown !== undefined && (
          <CopyButton label="Copy report" text={privileges.markdown} />
        )}
        {privileges.csv !== undefined && <CopyButton label="Copy as CSV" text={privileges.csv} />}
      </div>
      <p class="hint">
        One API is covered: a scope that is not needed here may serve another API of the same
        audience.
      </p>
      <PrivilegeMatrix clients={report.clients} />
      <RouteLimits routes={report.routes} />
    </>
  );
}

function Window({ report }: { report: PrivilegeReport }): JSX.Element {
  const { from, to, processes, restarts, dropped } = report;
  const parts = [formatNumberOf(processes, 'process').replace(/processs$/, 'processes')];
  if (restarts > 0) parts.push(formatNumberOf(restarts, 'restart'));
  if (dropped > 0) parts.push(`${formatNumberOf(dropped, 'observation')} did not fit`);
  return (
    <>
      {from !== undefined && to !== undefined && (
        <span>
          {formatDate(from)} – {formatDate(to)} (
          {formatDuration(Math.max(Date.parse(to) - Date.parse(from), 0))})
        </span>
      )}
      <span class="hint">{parts.join(', ')}</span>
    </>
  );
}

function NoRecorder(): JSX.Element {
  return (
    <Notice title="Nothing is recorded.">
      <p>Add a recorder, and give it to the inspector:</p>
      <pre>
        <code>
          {`import { createPrivilegeRecorder } from '@scopegate/telemetry/privileges';
const recorder = createPrivilegeRecorder();
const inspector = createInspector({ app, servers: { sales: api }, privileges: recorder });`}
        </code>
      </pre>
    </Notice>
  );
}

function NotIdentified(): JSX.Element {
  return (
    <Notice tone="warning" title="The clients are not identified.">
      <p>
        All clients are counted together. Set the option <code>identifyClients: true</code> of the
        resource server to see which scopes each of them needs.
      </p>
    </Notice>
  );
}
