/**
 * The matrix of servers and columns, as docs/interop.md shows it.
 *
 * @module
 */
import type { MethodSupport, ServerDescription } from './server.js';

/**
 * The columns of the matrix. Each is a `describe` block of the contract; those without a cell in the
 * description must hold for every server.
 */
export const COLUMNS = [
  'discovery',
  'Basic',
  'post',
  'private_key_jwt',
  'algorithms',
  'scopes',
  'audience',
  'principal',
  'users',
  'rotation',
  'outage',
  'doctor',
  'explain',
] as const;

/** The name of a column. */
export type Column = (typeof COLUMNS)[number];

const HOLDS = '✓';
const METHODS: Readonly<Record<MethodSupport, string>> = {
  checked: HOLDS,
  unchecked: 'any secret',
  'not offered': '–',
};

const CELLS: Readonly<Record<Column, (server: ServerDescription) => string>> = {
  discovery: ({ discovery }) => discovery,
  Basic: ({ authentication }) => METHODS[authentication.client_secret_basic],
  post: ({ authentication }) => METHODS[authentication.client_secret_post],
  private_key_jwt: ({ authentication }) => METHODS[authentication.private_key_jwt],
  algorithms: ({ algorithms }) => algorithms.join(' '),
  scopes: () => HOLDS,
  audience: () => HOLDS,
  principal: ({ principal }) => principal,
  users: ({ hasUsers }) => (hasUsers ? HOLDS : '–'),
  rotation: () => HOLDS,
  outage: () => HOLDS,
  doctor: ({ doctor }) => [doctor.exitCode, ...doctor.findings].join(' '),
  explain: () => HOLDS,
};

/** Formats the matrix as rows of cells, the head first. */
export function formatMatrix(
  servers: readonly ServerDescription[],
): readonly (readonly string[])[] {
  return [
    ['server', ...COLUMNS],
    ...servers.map((server) => [server.name, ...COLUMNS.map((column) => CELLS[column](server))]),
  ];
}

/** Formats what each server needs, the head first. */
export function formatNeeds(servers: readonly ServerDescription[]): readonly (readonly string[])[] {
  return [
    ['server', 'version', 'needs'],
    ...servers.map(({ name, version, needs }) => [name, version, needs]),
  ];
}

/** Reads the tables of a page, as {@link formatMatrix} formats them. */
export function readTables(markdown: string): readonly (readonly (readonly string[])[])[] {
  const tables = markdown.match(/(^\|.*\n?)+/gm) ?? [];
  return tables.map((table) =>
    table
      .trim()
      .split('\n')
      .filter((_line, index) => index !== 1)
      .map((line) => line.split('|').slice(1, -1))
      .map((cells) => cells.map((cell) => cell.trim())),
  );
}
