/**
 * The rows of the list of decisions.
 *
 * @module
 */
import { Fragment, type JSX } from 'preact';
import type { WireDecision } from '../wire.js';
import type { FeedRow } from '../page-state/live-state.js';
import {
  formatMicroseconds,
  formatMoment,
  formatNumberOf,
  formatTime,
} from '../page-state/readable-values.js';
import { DecisionDetails } from './decision-details.js';
import { Badge, toneOf } from '../page-elements/badge.js';
import { None } from '../page-elements/names.js';
import { TableFrame } from '../page-elements/table-frame.js';

const COLUMNS = 9;

const SOURCES: Readonly<Record<string, string>> = {
  cache: 'cache',
  verification: 'verified',
  earlier_guard: 'earlier guard',
};

/** What the table needs. */
export interface DecisionTableProps {
  readonly rows: readonly FeedRow[];
  /** The key of the open row. */
  readonly open: string | undefined;
  readonly onOpen: (key: string | undefined) => void;
  /** Whether one of the rows has the focus. */
  readonly onFocus: (isFocused: boolean) => void;
}

/** The rows of the list of decisions; one of them may be open. */
export function DecisionTable({ rows, open, onOpen, onFocus }: DecisionTableProps): JSX.Element {
  return (
    <TableFrame label="Decisions" class="decisions">
      <table>
        <caption class="for-readers">Decisions, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Outcome</th>
            <th scope="col">Reason</th>
            <th scope="col">Method</th>
            <th scope="col">Route</th>
            <th scope="col" class="minor">
              Client
            </th>
            <th scope="col" class="minor">
              Source
            </th>
            <th scope="col" class="number minor">
              Took
            </th>
            <th scope="col">Trial</th>
          </tr>
        </thead>
        <tbody
          onFocusIn={() => {
            onFocus(true);
          }}
          onFocusOut={({ currentTarget, relatedTarget }) => {
            onFocus(relatedTarget instanceof Node && currentTarget.contains(relatedTarget));
          }}
        >
          {rows.map((row) =>
            row.kind === 'decision' ? (
              <DecisionRow
                key={row.key}
                id={row.key}
                decision={row.decision}
                isOpen={row.key === open}
                onOpen={onOpen}
              />
            ) : (
              <MarkRow key={row.key} row={row} />
            ),
          )}
        </tbody>
      </table>
    </TableFrame>
  );
}

function MarkRow({ row }: { row: Exclude<FeedRow, { kind: 'decision' }> }): JSX.Element {
  return (
    <tr class="mark">
      <td colSpan={COLUMNS}>
        {row.kind === 'gap'
          ? `${formatNumberOf(row.missed, 'decision')} ${row.missed === 1 ? 'was' : 'were'} not sent: the page was too slow, or not connected`
          : `The process was restarted at ${formatTime(row.time)}; older rows are of the process before`}
      </td>
    </tr>
  );
}

function DecisionRow(props: {
  id: string;
  decision: WireDecision;
  isOpen: boolean;
  onOpen: (key: string | undefined) => void;
}): JSX.Element {
  const { id, decision, isOpen } = props;
  const { outcome, reason, method, route, clientId, source } = decision;
  const toggle = (): void => {
    props.onOpen(isOpen ? undefined : id);
  };
  return (
    <Fragment>
      <tr class={`decision ${toneOf(outcome)} ${isOpen ? 'open' : ''}`}>
        <td class="time">
          <button
            type="button"
            class="expander"
            aria-expanded={isOpen}
            aria-controls={isOpen ? `details-${id}` : undefined}
            title={formatMoment(decision.time)}
            onClick={toggle}
          >
            <span class="chevron" aria-hidden="true" />
            {formatTime(decision.time)}
            <span class="for-readers">: details</span>
          </button>
        </td>
        <td>
          <Badge tone={toneOf(outcome)}>{outcome}</Badge>
          {decision.skipped !== undefined && decision.skipped > 0 && (
            <span class="skipped">+ {decision.skipped} more</span>
          )}
        </td>
        <td>{reason === undefined ? <None /> : <code>{reason}</code>}</td>
        <td class="method">{method ?? <None />}</td>
        <td class="route">{route === undefined ? <None /> : <code>{route}</code>}</td>
        <td class="minor">
          {clientId === undefined ? <None /> : <span class="limited">{clientId}</span>}
        </td>
        <td class="minor">{source === undefined ? <None /> : (SOURCES[source] ?? source)}</td>
        <td class="number minor">{formatMicroseconds(decision.microseconds)}</td>
        <td>
          <TrialCell decision={decision} />
        </td>
      </tr>
      {isOpen && (
        <tr class="details">
          <td colSpan={COLUMNS} id={`details-${id}`}>
            <DecisionDetails decision={decision} />
          </td>
        </tr>
      )}
    </Fragment>
  );
}

function TrialCell({ decision: { trial } }: { decision: WireDecision }): JSX.Element {
  if (trial === undefined) return <None />;
  if (trial.outcome === 'refused') {
    return <Badge tone="other">would refuse: {trial.reason ?? 'unknown'}</Badge>;
  }
  if (trial.outcome === 'error') return <Badge tone="warning">trial failed</Badge>;
  return <span class="would-allow">would allow</span>;
}
