/**
 * The short forms of other views on the overview.
 *
 * @module
 */
import type { JSX } from 'preact';
import type { Keys, Overview, TrialSummary } from '../wire.js';
import { formatAddress } from '../page-state/address.js';
import {
  formatCount,
  formatDuration,
  formatNumberOf,
  formatShare,
} from '../page-state/readable-values.js';
import { Badge, toneOfState } from '../page-elements/badge.js';
import { Card } from '../page-elements/card.js';
import { Stale, Waiting } from '../page-elements/notice.js';
import { useAnswer } from '../page-elements/session.js';

/** The key sets, in a line each. */
export function KeysCard(): JSX.Element {
  const { data, error } = useAnswer<Keys>('keys');
  return (
    <Card title="Keys" aside={<a href={formatAddress('keys')}>Details</a>}>
      {data === undefined ? <Waiting error={error} /> : <Stale error={error} />}
      <ul class="lines">
        {data?.keySets.map(({ server, issuer, state, keys, ageMs }) => (
          <li key={`${server} ${issuer}`}>
            <span class="name">{issuer}</span>
            <span class="line">
              <Badge tone={toneOfState(state)}>{state}</Badge> {formatNumberOf(keys, 'key')}
              {ageMs !== undefined && `, ${formatDuration(ageMs)} old`}
            </span>
          </li>
        ))}
        {data?.introspection.map(({ server, issuer, state }) => (
          <li key={`introspection ${server} ${issuer}`}>
            <span class="name">{issuer}</span>
            <span class="line">
              <Badge tone={toneOfState(state)}>{state}</Badge> introspection
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** What each trial has found. */
export function TrialsCard({ trials }: { trials: readonly TrialSummary[] }): JSX.Element {
  return (
    <Card title="Trials">
      {trials.length === 0 && (
        <p class="nothing">
          No request was checked against a policy on trial. Add <code>trial</code> to the policy of
          a route to try a stricter one.
        </p>
      )}
      <ul class="lines">
        {trials.map((trial) => (
          <li key={`${trial.server} ${trial.method ?? ''} ${trial.route ?? ''} ${trial.requires}`}>
            <span class="name">
              <code>
                {trial.method} {trial.route ?? '(unknown route)'}
              </code>
            </span>
            <span class="line">
              tries <code>{trial.requires}</code>
            </span>
            <span class="line">
              <TrialVerdict trial={trial} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function TrialVerdict({ trial }: { trial: TrialSummary }): JSX.Element {
  const { judged, wouldRefuse, clients } = trial;
  if (wouldRefuse === 0) {
    return <Badge tone="good">{formatCount(judged)} requests, none would be refused</Badge>;
  }
  const who = clients.length === 0 ? '' : `: ${clients.join(', ')}`;
  return (
    <Badge tone="other">
      {formatCount(judged)} requests, {formatCount(wouldRefuse)} would be refused (
      {formatShare(wouldRefuse, judged)}){who}
    </Badge>
  );
}

/** How many clients hold more than they use. */
export function PrivilegesCard({
  privileges,
}: {
  privileges: Overview['privileges'];
}): JSX.Element {
  return (
    <Card title="Privileges" aside={<a href={formatAddress('privileges')}>Details</a>}>
      {privileges === undefined ? (
        <p class="nothing">Not recorded: the inspector was created without a recorder.</p>
      ) : (
        <p class="statement">
          <strong>
            {formatCount(privileges.withUnused)} of {formatNumberOf(privileges.clients, 'client')}
          </strong>{' '}
          {privileges.withUnused === 1 ? 'holds' : 'hold'} scopes that were not needed so far.
        </p>
      )}
    </Card>
  );
}
