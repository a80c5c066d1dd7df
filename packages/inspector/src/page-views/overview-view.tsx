/**
 * The first view: how many requests were allowed and refused, why, and what to look at.
 *
 * @module
 */
import type { JSX } from 'preact';
import type { Counters, Overview } from '../wire.js';
import { formatAddress } from '../page-state/address.js';
import {
  formatCount,
  formatDuration,
  formatNumberOf,
  formatTime,
} from '../page-state/readable-values.js';
import {
  countByReason,
  countByRoute,
  mergeSlots,
  type SlotMember,
  sumSlots,
} from '../page-state/refusal-counts.js';
import { Card } from '../page-elements/card.js';
import { FixList } from '../page-elements/fix-list.js';
import { Notice } from '../page-elements/notice.js';
import { TableFrame } from '../page-elements/table-frame.js';
import { KeysCard, PrivilegesCard, TrialsCard } from './overview-cards.js';
import { ShareBar } from '../page-elements/share-bar.js';
import { Sparkline } from '../page-elements/sparkline.js';
import { useSession } from '../page-elements/session.js';

const TILES: readonly (readonly [member: SlotMember, label: string])[] = [
  ['allowed', 'allowed'],
  ['refused', 'refused'],
  ['unavailable', 'unavailable'],
  ['other', 'errors and unenforced'],
];

/** The first view. */
export function OverviewView({ overview }: { overview: Overview | undefined }): JSX.Element {
  const { live } = useSession();
  const { counters } = live;
  return (
    <>
      {counters === undefined ? (
        <Notice title="No request has been counted yet.">
          <p>The counters appear here with the first decision of a guard.</p>
        </Notice>
      ) : (
        <CounterTiles counters={counters} />
      )}
      <div class="overview">
        <div class="wide">
          {counters !== undefined && <WhyRefused counters={counters} />}
          {counters !== undefined && <WhereRefused counters={counters} />}
        </div>
        <div class="narrow">
          <KeysCard />
          {overview !== undefined && <TrialsCard trials={overview.trials} />}
          {overview !== undefined && <PrivilegesCard privileges={overview.privileges} />}
        </div>
      </div>
    </>
  );
}

function CounterTiles({ counters }: { counters: Counters }): JSX.Element {
  const { slots, windowSeconds, slotSeconds } = counters;
  const period = `last ${formatDuration(windowSeconds * 1_000)}`;
  return (
    <section aria-labelledby="requests">
      <h2 id="requests" class="period">
        Requests{' '}
        <span>
          {period}, per {formatDuration(slotSeconds * 1_000)}
        </span>
      </h2>
      <ul class="tiles">
        {TILES.map(([member, label]) => (
          <li key={member} class={`tile ${member}`}>
            <span class="label">{label}</span>
            <span class="figure">{formatCount(sumSlots(slots, member))}</span>
            <Sparkline values={slots.map((slot) => slot[member])} />
          </li>
        ))}
      </ul>
      <SlotTable counters={counters} />
    </section>
  );
}

function SlotTable({ counters: { slots } }: { counters: Counters }): JSX.Element {
  return (
    <details class="figures">
      <summary>The same as a table</summary>
      <TableFrame label="Requests over time">
        <table>
          <caption class="for-readers">Requests over time, by outcome</caption>
          <thead>
            <tr>
              <th scope="col">From</th>
              {TILES.map(([member, label]) => (
                <th key={member} scope="col" class="number">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {mergeSlots(slots, 15).map((slot) => (
              <tr key={slot.time}>
                <th scope="row">{formatTime(slot.time)}</th>
                {TILES.map(([member]) => (
                  <td key={member} class="number">
                    {formatCount(slot[member])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </details>
  );
}

function WhyRefused({ counters }: { counters: Counters }): JSX.Element {
  const { reasons } = useSession();
  const counts = countByReason(counters);
  const highest = counts[0]?.count ?? 1;
  return (
    <Card title="Why refused" aside={<a href={formatAddress('decisions')}>All decisions</a>}>
      {counts.length === 0 ? (
        <p class="nothing">No request was refused in this time.</p>
      ) : (
        <TableFrame label="Why refused">
          <table class="reasons">
            <caption class="for-readers">Refused requests by reason</caption>
            <thead>
              <tr>
                <th scope="col">Reason</th>
                <th scope="col" class="number">
                  Count
                </th>
                <th scope="col">What to fix</th>
              </tr>
            </thead>
            <tbody>
              {counts.slice(0, 12).map(({ name, count }) => (
                <tr key={name}>
                  <th scope="row">
                    <a href={formatAddress('decisions', { reason: name })}>{name}</a>
                    <ShareBar part={count} whole={highest} />
                  </th>
                  <td class="number">{formatCount(count)}</td>
                  <td>
                    <FixList fixes={(reasons.get(name)?.fixes ?? []).slice(0, 2)} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
    </Card>
  );
}

function WhereRefused({ counters }: { counters: Counters }): JSX.Element | null {
  const counts = countByRoute(counters);
  if (counts.length === 0) return null;
  return (
    <Card title="Where refused" aside={formatNumberOf(counts.length, 'route')}>
      <TableFrame label="Where refused">
        <table>
          <caption class="for-readers">Refused requests by route</caption>
          <thead>
            <tr>
              <th scope="col">Route</th>
              <th scope="col" class="number">
                Count
              </th>
              <th scope="col">Reasons</th>
            </tr>
          </thead>
          <tbody>
            {counts.slice(0, 8).map(({ name, count, reasons }) => (
              <tr key={name}>
                <th scope="row">
                  <code>{name}</code>
                </th>
                <td class="number">{formatCount(count)}</td>
                <td>{reasons.slice(0, 4).join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </Card>
  );
}
