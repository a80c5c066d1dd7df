/**
 * The metrics and the labels that an expression of PromQL names.
 *
 * @module
 */

/** One matcher of a selector: `scopegate_outcome="refused"`. */
export interface LabelMatcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** A metric that an expression selects. */
export interface Selector {
  /** The whole name must match. */
  readonly name: RegExp;
  readonly matchers: readonly LabelMatcher[];
}

/** What an expression names. */
export interface PromqlNames {
  readonly selectors: readonly Selector[];
  /** The labels that it aggregates or joins by. */
  readonly groupings: readonly string[];
}

const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;
const SELECTOR = /([a-zA-Z_:][\w:]*)?\{((?:[^{}"]|"(?:[^"\\]|\\.)*")*)\}/g;
const MATCHER = /([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"/g;
// What remains: functions are followed by a parenthesis, operators and durations are not names.
const BARE_NAME = /\b(scopegate[\w:]*)\b(?!\s*\()/g;

/** Reads an expression; names of other projects are selected only with braces. */
export function readPromql(expression: string): PromqlNames {
  const groupings = [...expression.matchAll(GROUPING)].flatMap(([, list = '']) =>
    list.split(',').map((label) => label.trim()),
  );
  const rest = expression.replaceAll(GROUPING, ' ');
  const selectors = [...rest.matchAll(SELECTOR)].map(([, name, list = '']) =>
    createSelector(name, parseMatchers(list)),
  );
  const bare = [...rest.replaceAll(SELECTOR, ' ').matchAll(BARE_NAME)];
  return {
    selectors: [...selectors, ...bare.map(([, name]) => createSelector(name, []))],
    groupings: groupings.filter((label) => label !== ''),
  };
}

function parseMatchers(list: string): LabelMatcher[] {
  return [...list.matchAll(MATCHER)].map(([, label = '', operator, value = '']) => ({
    label,
    operator: operator as LabelMatcher['operator'], // the pattern has no other
    value,
  }));
}

function createSelector(name: string | undefined, matchers: readonly LabelMatcher[]): Selector {
  const named = matchers.find(({ label }) => label === '__name__');
  const pattern = name ?? named?.value;
  if (pattern === undefined) throw new Error('a selector must name its metric');
  return {
    name: new RegExp(`^(?:${pattern})$`),
    matchers: matchers.filter(({ label }) => label !== '__name__'),
  };
}
