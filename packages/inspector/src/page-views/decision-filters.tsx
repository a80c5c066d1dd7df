/**
 * The fields above the list of decisions. What they contain is part of the address.
 *
 * @module
 */
import type { JSX } from 'preact';
import { formatAddress } from '../page-state/address.js';
import { useSession } from '../page-elements/session.js';

const OUTCOMES = ['allowed', 'anonymous', 'refused', 'unavailable', 'error', 'unenforced'] as const;

/** The fields above the list of decisions. */
export function DecisionFilters(): JSX.Element {
  const { live, address, reasons } = useSession();
  const { parameters } = address;
  const seen = live.rows.flatMap((row) => (row.kind === 'decision' ? [row.decision] : []));
  const servers = listDistinct([...seen.map(({ server }) => server), parameters['server']]);
  const known = listDistinct([
    ...reasons.keys(),
    ...seen.map(({ reason }) => reason),
    parameters['reason'],
  ]);
  const isFiltered = Object.keys(parameters).length > 0;
  return (
    <form
      class="filters"
      role="search"
      aria-label="Filter the decisions"
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      <Choice name="outcome" label="Outcome" options={OUTCOMES} />
      <Choice name="reason" label="Reason" options={known} />
      {servers.length > 1 && <Choice name="server" label="Server" options={servers} />}
      <Part name="route" label="Route" />
      <Part name="client" label="Client" />
      {isFiltered && (
        <a class="button" href={formatAddress('decisions')}>
          Clear filter
        </a>
      )}
    </form>
  );
}

function Choice(props: { name: string; label: string; options: readonly string[] }): JSX.Element {
  const { address } = useSession();
  const value = address.parameters[props.name] ?? '';
  return (
    <label>
      {props.label}
      <select
        name={props.name}
        value={value}
        onChange={({ currentTarget }) => {
          setParameter(address.parameters, props.name, currentTarget.value);
        }}
      >
        <option value="">all</option>
        {props.options.map((option) => (
          <option key={option} value={option} selected={option === value}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}

function Part(props: { name: string; label: string }): JSX.Element {
  const { address } = useSession();
  return (
    <label>
      {props.label}
      <input
        type="text"
        name={props.name}
        value={address.parameters[props.name] ?? ''}
        autocomplete="off"
        spellcheck={false}
        placeholder="contains"
        onInput={({ currentTarget }) => {
          setParameter(address.parameters, props.name, currentTarget.value);
        }}
      />
    </label>
  );
}

/** Replaces the address, so that typing does not fill the history. */
function setParameter(
  parameters: Readonly<Record<string, string>>,
  name: string,
  value: string,
): void {
  location.replace(formatAddress('decisions', { ...parameters, [name]: value }));
}

function listDistinct(values: readonly (string | undefined)[]): readonly string[] {
  return [
    ...new Set(values.filter((value) => value !== undefined && value !== '')),
  ].sort() as string[];
}
