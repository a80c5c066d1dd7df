/**
 * The list of decisions, newest first.
 *
 * @module
 */
import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatAddress } from '../page-state/address.js';
import { type DecisionFilter, isListed } from '../page-state/decision-filter.js';
import type { FeedRow } from '../page-state/live-state.js';
import { formatCount, formatNumberOf } from '../page-state/readable-values.js';
import { DecisionFilters } from './decision-filters.js';
import { DecisionTable } from './decision-table.js';
import { Notice } from '../page-elements/notice.js';
import { useSession } from '../page-elements/session.js';

const STEP = 100;

/** The list of decisions. It does not move while one of its rows is open or has the focus. */
export function DecisionsView(): JSX.Element {
  const { live, newest, address, isPaused, showNewest } = useSession();
  const [open, setOpen] = useState<string | undefined>();
  const [isFocused, setFocused] = useState(false);
  const [limit, setLimit] = useState(STEP);
  const filter: DecisionFilter = address.parameters;
  const {
    rows: shown,
    isHolding,
    release,
  } = useHeldRows(live.rows, isFocused || open !== undefined);
  const rows = shown.filter((row) => row.kind !== 'decision' || isListed(row.decision, filter));
  const listed = rows.filter(({ kind }) => kind === 'decision').length;
  const newer = findNewer(newest.rows, shown[0]?.key).filter(
    (row) => row.kind === 'decision' && isListed(row.decision, filter),
  ).length;
  const show = (): void => {
    showNewest();
    release(newest.rows);
  };
  return (
    <>
      <DecisionFilters />
      <p class="list-state">
        <span>{formatNumberOf(listed, 'decision')}</span>
        <HoldHint isPaused={isPaused} isHolding={isHolding} />
        {newer > 0 && (isHolding || isPaused) && (
          <button type="button" class="newer" onClick={show}>
            {formatCount(newer)} newer: show
          </button>
        )}
      </p>
      {rows.length === 0 ? (
        <Empty isFiltered={live.rows.length > 0} />
      ) : (
        <DecisionTable
          rows={rows.slice(0, limit)}
          open={open}
          onOpen={setOpen}
          onFocus={setFocused}
        />
      )}
      {rows.length > limit && (
        <button
          type="button"
          onClick={() => {
            setLimit(limit + STEP);
          }}
        >
          Show {Math.min(STEP, rows.length - limit)} older
        </button>
      )}
    </>
  );
}

function HoldHint(props: { isPaused: boolean; isHolding: boolean }): JSX.Element | null {
  if (props.isPaused) return <span class="hint">paused</span>;
  if (!props.isHolding) return null;
  return <span class="hint">held while a row is open or has the focus</span>;
}

interface HeldRows {
  readonly rows: readonly FeedRow[];
  readonly isHolding: boolean;
  /** Shows other rows, and holds those. */
  readonly release: (rows: readonly FeedRow[]) => void;
}

function useHeldRows(rows: readonly FeedRow[], isHeld: boolean): HeldRows {
  const [held, setHeld] = useState<readonly FeedRow[] | undefined>();
  const latest = useRef(rows);
  latest.current = rows;
  // Before the browser paints: no decision that arrives just then moves the row.
  useLayoutEffect(() => {
    setHeld(isHeld ? latest.current : undefined);
  }, [isHeld]);
  return {
    rows: held ?? rows,
    isHolding: held !== undefined,
    release: (others) => {
      setHeld(isHeld ? others : undefined);
    },
  };
}

/** The rows in front of the first one that is shown. */
function findNewer(rows: readonly FeedRow[], first: string | undefined): readonly FeedRow[] {
  const end = rows.findIndex(({ key }) => key === first);
  return end === -1 ? rows : rows.slice(0, end);
}

function Empty({ isFiltered }: { isFiltered: boolean }): JSX.Element {
  if (isFiltered) {
    return (
      <Notice title="No decision matches the filter.">
        <p>
          <a href={formatAddress('decisions')}>Show all decisions</a>
        </p>
      </Notice>
    );
  }
  return (
    <Notice title="No decision yet.">
      <p>Send a request to a route with a guard, with a token or without one:</p>
      <pre>
        <code>curl -i http://127.0.0.1:3000/v1/sales/1</code>
      </pre>
    </Notice>
  );
}
