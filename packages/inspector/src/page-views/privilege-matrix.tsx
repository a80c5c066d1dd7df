/**
 * Clients and scopes as a table.
 *
 * @module
 */
import type { JSX } from 'preact';
import type { ClientReport, ScopeUse } from '@scopegate/telemetry/privileges';
import { formatCount, formatMoment } from '../page-state/readable-values.js';
import { Badge, type Tone } from '../page-elements/badge.js';
import { Card } from '../page-elements/card.js';
import { None } from '../page-elements/names.js';
import { TableFrame } from '../page-elements/table-frame.js';

const STATES: Readonly<
  Record<ScopeUse['state'], { readonly sign: string; readonly label: string }>
> = {
  used: { sign: '■', label: 'needed' },
  alternative: { sign: '◧', label: 'accepted, another is enough' },
  unused: { sign: '□', label: 'held, not needed' },
  missing: { sign: '✕', label: 'missing' },
};

const ADVICE: Readonly<Record<ClientReport['advice'], Tone>> = {
  cut: 'other',
  watch: 'quiet',
  fits: 'good',
};

/** A table for each server: a row for each client, a column for each scope. */
export function PrivilegeMatrix({ clients }: { clients: readonly ClientReport[] }): JSX.Element {
  const servers = [...new Set(clients.map(({ server }) => server))];
  return (
    <>
      {servers.map((server) => (
        <Card
          key={server}
          title={servers.length === 1 ? 'Clients' : `Clients of ${server}`}
          aside={<Legend />}
        >
          <ServerMatrix clients={clients.filter((client) => client.server === server)} />
        </Card>
      ))}
    </>
  );
}

function Legend(): JSX.Element {
  return (
    <ul class="legend">
      {Object.entries(STATES).map(([state, { sign, label }]) => (
        <li key={state} class={`use ${state}`}>
          <span class="sign" aria-hidden="true">
            {sign}
          </span>{' '}
          {label}
        </li>
      ))}
    </ul>
  );
}

function ServerMatrix({ clients }: { clients: readonly ClientReport[] }): JSX.Element {
  const scopes = [...new Set(clients.flatMap((client) => client.scopes.map(({ name }) => name)))];
  const hasIssuers = new Set(clients.map(({ issuer }) => issuer)).size > 1;
  return (
    <TableFrame label="Clients and scopes">
      <table class="matrix">
        <caption class="for-readers">How often each client needed each scope</caption>
        <thead>
          <tr>
            <th scope="col">Client</th>
            {scopes.sort().map((scope) => (
              <th key={scope} scope="col" class="scope">
                <code>{scope}</code>
              </th>
            ))}
            <th scope="col" class="number">
              Others
            </th>
            <th scope="col" class="number">
              Requests
            </th>
            <th scope="col">Advice</th>
          </tr>
        </thead>
        <tbody>
          {clients.map((client) => (
            <tr key={`${client.issuer} ${client.clientId ?? ''}`}>
              <th scope="row">
                <span class="limited">{client.clientId ?? '(not identified)'}</span>
                {hasIssuers && <span class="until">{client.issuer}</span>}
              </th>
              {scopes.map((scope) => (
                <UseCell
                  key={scope}
                  use={client.scopes.find(({ name }) => name === scope)}
                  isCut={client.cut.includes(scope)}
                />
              ))}
              <td class="number">{formatCount(client.others)}</td>
              <td class="number">{formatCount(client.requests)}</td>
              <td class="advice">
                <Badge tone={ADVICE[client.advice]}>
                  {client.advice}
                  {client.cut.length > 0 && `: ${client.cut.join(', ')}`}
                </Badge>
                <span class="until">{client.because}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function UseCell({ use, isCut }: { use: ScopeUse | undefined; isCut: boolean }): JSX.Element {
  if (use === undefined) {
    return (
      <td class="use">
        <None />
      </td>
    );
  }
  const { sign, label } = STATES[use.state];
  const title =
    use.lastUsed === undefined ? label : `${label}, last on ${formatMoment(use.lastUsed)}`;
  return (
    <td class={`use ${use.state}`} title={title}>
      <span class="sign" aria-hidden="true">
        {sign}
      </span>
      <span class="for-readers">{label}</span>
      {use.requests > 0 && ` ${formatCount(use.requests)}`}
      {isCut && <span class="cut">cut</span>}
    </td>
  );
}
