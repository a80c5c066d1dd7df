/**
 * The key sets of the issuers, and their refreshes.
 *
 * @module
 */
import type { JSX } from 'preact';
import type { Keys, WireKeySet, WireRefresh } from '../wire.js';
import {
  formatCount,
  formatDuration,
  formatNumberOf,
  formatTime,
} from '../page-state/readable-values.js';
import { Badge, toneOfState } from '../page-elements/badge.js';
import { Card } from '../page-elements/card.js';
import { Fact } from '../page-elements/fact.js';
import { None } from '../page-elements/names.js';
import { Notice, Stale, Waiting } from '../page-elements/notice.js';
import { ShareBar } from '../page-elements/share-bar.js';
import { TableFrame } from '../page-elements/table-frame.js';
import { useAnswer } from '../page-elements/session.js';

/** The key sets of the issuers. */
export function KeysView(): JSX.Element {
  const { data, error } = useAnswer<Keys>('keys');
  if (data === undefined) return <Waiting error={error} />;
  const { keySets, introspection } = data;
  return (
    <>
      <Stale error={error} />
      {keySets.length === 0 && introspection.length === 0 && (
        <Notice title="No server was given.">
          <p>
            Give the resource servers to the inspector: <code>{'servers: { sales: api }'}</code>
          </p>
        </Notice>
      )}
      {keySets.map((keySet) => (
        <KeySetCard key={`${keySet.server} ${keySet.issuer}`} keySet={keySet} />
      ))}
      {introspection.length > 0 && <Introspection endpoints={introspection} />}
    </>
  );
}

function KeySetCard({ keySet }: { keySet: WireKeySet }): JSX.Element {
  const { issuer, server, state, skipped, lastError, ageMs, lifetimeMs, unknownKeys } = keySet;
  return (
    <section class="card key-set">
      <header>
        <h2>{issuer}</h2>
        <Badge tone={toneOfState(state)}>{state}</Badge>
      </header>
      <dl class="facts">
        <Fact name="server">{server}</Fact>
        <Fact name="usable keys">{formatCount(keySet.keys)}</Fact>
        <Fact name="age">
          {ageMs === undefined ? <None /> : formatDuration(ageMs)}
          {ageMs !== undefined && lifetimeMs !== undefined && (
            <>
              {' '}
              of {formatDuration(lifetimeMs)} <ShareBar part={ageMs} whole={lifetimeMs} />
            </>
          )}
        </Fact>
        <Fact name="unknown keys">
          {formatCount(unknownKeys.found)} found, {formatCount(unknownKeys.unknown)} unknown,{' '}
          {formatCount(unknownKeys.budgetSpent)} not looked up
        </Fact>
        {skipped.length > 0 && (
          <Fact name="skipped keys">
            {formatCount(skipped.length)}: {skipped.join(', ')}
          </Fact>
        )}
        {lastError !== undefined && (
          <Fact name="last error" class="problem">
            {lastError}
          </Fact>
        )}
      </dl>
      <Refreshes issuer={issuer} refreshes={keySet.refreshes} />
    </section>
  );
}

function Refreshes(props: { issuer: string; refreshes: readonly WireRefresh[] }): JSX.Element {
  if (props.refreshes.length === 0) {
    return <p class="nothing">No refresh since the inspector was created.</p>;
  }
  return (
    <TableFrame label={`Refreshes of ${props.issuer}`}>
      <table>
        <caption class="for-readers">Refreshes of the key set, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Refreshed</th>
            <th scope="col">Result</th>
            <th scope="col">Keys</th>
            <th scope="col">Because</th>
            <th scope="col" class="number">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {props.refreshes.map((refresh, index) => (
            <RefreshRow key={`${refresh.time} ${index}`} refresh={refresh} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

const TRIGGERS: Readonly<Record<string, string>> = {
  first: 'first request',
  scheduled: 'scheduled',
  due: 'due',
  unknown_key: 'unknown key',
};

function RefreshRow({ refresh }: { refresh: WireRefresh }): JSX.Element {
  const { result, error, retryInMs, durationMs, trigger } = refresh;
  const details = [
    error,
    retryInMs === undefined ? undefined : `next try after ${formatDuration(retryInMs)}`,
  ].filter((part) => part !== undefined);
  return (
    <tr>
      <th scope="row">{formatTime(refresh.time)}</th>
      <td>
        <Badge tone={toneOfResult(result)}>{result}</Badge>
        {details.length > 0 && <span class="until">{details.join(', ')}</span>}
      </td>
      <td>{describeChange(refresh)}</td>
      <td>{trigger === undefined ? <None /> : (TRIGGERS[trigger] ?? trigger)}</td>
      <td class="number">{durationMs === undefined ? <None /> : formatDuration(durationMs)}</td>
    </tr>
  );
}

function toneOfResult(result: WireRefresh['result']): 'good' | 'bad' | 'quiet' {
  if (result === 'failed') return 'bad';
  return result === 'changed' ? 'good' : 'quiet';
}

function describeChange({ added = 0, withdrawn = 0 }: WireRefresh): JSX.Element | string {
  if (added === 0 && withdrawn === 0) return <None />;
  return [
    ...(added === 0 ? [] : [`${formatCount(added)} added`]),
    ...(withdrawn === 0 ? [] : [`${formatCount(withdrawn)} withdrawn`]),
  ].join(', ');
}

function Introspection({ endpoints }: { endpoints: Keys['introspection'] }): JSX.Element {
  return (
    <Card title="Introspection" aside={formatNumberOf(endpoints.length, 'endpoint')}>
      <TableFrame label="Introspection">
        <table>
          <caption class="for-readers">Introspection endpoints</caption>
          <thead>
            <tr>
              <th scope="col">Issuer</th>
              <th scope="col">Server</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {endpoints.map(({ server, issuer, state }) => (
              <tr key={`${server} ${issuer}`}>
                <th scope="row">{issuer}</th>
                <td>{server}</td>
                <td>
                  <Badge tone={toneOfState(state)}>{state}</Badge>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </Card>
  );
}
