/**
 * What every view has around it: the process, the state of the connection, the navigation.
 *
 * @module
 */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Overview } from '../wire.js';
import { formatAddress, VIEWS, type ViewName } from '../page-state/address.js';
import type { ConnectionStatus, LiveState } from '../page-state/live-state.js';
import {
  formatCount,
  formatDuration,
  formatMoment,
  formatNumberOf,
  formatTime,
} from '../page-state/readable-values.js';
import { useNow } from '../page-elements/use-store.js';

const LABELS: Readonly<Record<ViewName, string>> = {
  overview: 'Overview',
  decisions: 'Decisions',
  routes: 'Routes',
  keys: 'Keys',
  privileges: 'Privileges',
  explain: 'Explain',
};

/** The first line of the page. */
export function Header(props: {
  live: LiveState;
  isPaused: boolean;
  onPause: () => void;
  onRetry: () => void;
  onSkip: () => void;
}): JSX.Element {
  const { hello, status, clockOffsetMs } = props.live;
  const now = useNow(1_000);
  const upMs = hello === undefined ? 0 : now + clockOffsetMs - hello.startedAt;
  return (
    <header class="top">
      <a
        class="skip"
        href="#view"
        onClick={(event) => {
          event.preventDefault();
          props.onSkip();
        }}
      >
        Skip to the view
      </a>
      <p class="brand">
        <Mark /> Scopegate <span>inspector</span>
      </p>
      <p class="process">
        {hello !== undefined && (
          <>
            this process only: pid {hello.pid}, up {formatDuration(Math.max(upMs, 0))}
          </>
        )}
      </p>
      <Connected status={status} now={now} isPaused={props.isPaused} onRetry={props.onRetry} />
      <button type="button" class="pause" aria-pressed={props.isPaused} onClick={props.onPause}>
        <span aria-hidden="true">{props.isPaused ? '▶' : '❚❚'}</span> Pause
      </button>
    </header>
  );
}

function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
      <rect width="32" height="32" rx="8" class="ground" />
      <path class="arch" d="M9 24V13a7 7 0 0 1 14 0v11M6 24.5h20" />
      <path class="bars" d="M13.5 23v-9m5 9v-9" />
    </svg>
  );
}

function Connected(props: {
  status: ConnectionStatus;
  now: number;
  isPaused: boolean;
  onRetry: () => void;
}): JSX.Element {
  const { status, now } = props;
  const isWaiting = 'nextTryAt' in status;
  const { kind } = status;
  const className = kind === 'live' && props.isPaused ? 'paused' : kind;
  return (
    <p class={`connection ${className}`}>
      <span class="dot" aria-hidden="true" />
      <span>{describeStatus(status, now, props.isPaused)}</span>
      {isWaiting && (
        <button type="button" onClick={props.onRetry}>
          Try now
        </button>
      )}
    </p>
  );
}

function describeStatus(status: ConnectionStatus, now: number, isPaused: boolean): string {
  if (status.kind === 'live') return isPaused ? 'paused' : 'live';
  if (status.kind === 'connecting' || status.kind === 'denied') return 'connecting …';
  const seconds = Math.max(0, Math.ceil((status.nextTryAt - now) / 1_000));
  const next = seconds === 0 ? 'trying now' : `next try in ${seconds} s`;
  if (status.kind === 'busy') return `too many pages are open, ${next}`;
  const since = `since ${formatTime(status.since)}`;
  return status.kind === 'ended'
    ? `the process has ended (${since}), ${next}`
    : `reconnecting, ${next} (${since})`;
}

/** The links to the views. */
export function Navigation({ current }: { current: ViewName }): JSX.Element {
  return (
    <nav aria-label="Views">
      <ul>
        {VIEWS.map((view) => (
          <li key={view}>
            <a href={formatAddress(view)} aria-current={view === current ? 'page' : undefined}>
              {LABELS[view]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** What no operator should miss: guards that do not enforce, routes without a guard. */
export function Banner({ overview }: { overview: Overview | undefined }): JSX.Element | null {
  const now = useNow(60_000);
  if (overview === undefined) return null;
  const { reportOnly, openRoutes = 0 } = overview;
  if (reportOnly.length === 0 && openRoutes === 0) return null;
  const [first] = [...reportOnly].sort((a, b) => Date.parse(a.until) - Date.parse(b.until));
  return (
    <aside class="banner" aria-label="Not enforced">
      <span class="sign" aria-hidden="true">
        !
      </span>
      {first !== undefined && (
        <span>
          <strong>
            {formatNumberOf(reportOnly.length, 'guard')}{' '}
            {reportOnly.length === 1 ? 'reports' : 'report'} only
          </strong>
          , until {formatMoment(first.until)} ({describeDaysLeft(Date.parse(first.until) - now)})
        </span>
      )}
      {openRoutes > 0 && (
        <span>
          <a href={formatAddress('routes')}>
            {formatNumberOf(openRoutes, 'route')} {openRoutes === 1 ? 'is' : 'are'} open
          </a>
        </span>
      )}
    </aside>
  );
}

function describeDaysLeft(milliseconds: number): string {
  if (milliseconds <= 0) return 'over: enforced now';
  return `${formatDuration(milliseconds)} left`;
}

const ANNOUNCE_EVERY_MS = 10_000;

/** Says every ten seconds what has arrived, because the tables themselves announce nothing. */
export function Announcer({ live, isPaused }: { live: LiveState; isPaused: boolean }): JSX.Element {
  const [text, setText] = useState('');
  const latest = useRef(live);
  latest.current = live;
  useEffect(() => {
    if (isPaused) return undefined;
    let { received, refused } = latest.current;
    const timer = setInterval(() => {
      const now = latest.current;
      const count = now.received - received;
      if (count === 0) return;
      setText(
        `${formatNumberOf(count, 'decision')}, ${formatCount(now.refused - refused)} refused`,
      );
      ({ received, refused } = now);
    }, ANNOUNCE_EVERY_MS);
    return () => {
      clearInterval(timer);
    };
  }, [isPaused]);
  return (
    <p class="for-readers" role="status" id="announcement">
      {text}
    </p>
  );
}
