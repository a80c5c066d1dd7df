/**
 * The README of the conformance suite, made from the manifest.
 *
 * @module
 */
import type { Requirement, Specification } from '../requirements/specification.js';
import { COLUMNS, openByReason, summarize } from './tally.js';

const INTRODUCTION = `# Conformance

Every requirement that OAuth 2.0 and its neighbours put on a resource server has an id, a line in
[\`requirements.ts\`](requirements.ts) and a status:

- **tested**: tests named after the id show it, over HTTP on Express 4 and 5 wherever it can be seen
  there. \`grep -rn RFC6750-3.1-c test packages\` finds them.
- **declined**: not done, for the reason given.
- **planned**: not built yet. A test watches for it and fails on the day that it is, until the
  manifest says so.

\`npm run conformance\` runs the suite and prints the tables. This page is made from the manifest;
\`npx vitest run test/conformance/readme.test.ts --update\` makes it anew.

A level is the specification's own; \`own\` marks a rule of Scopegate where the text is silent or gives
a choice. Requirements are told in our words: the section is the authority.`;

/** Writes the page, not yet formatted. */
export function formatReadme(specifications: readonly Specification[]): string {
  const requirements = specifications.flatMap((specification) => specification.requirements);
  return [
    INTRODUCTION,
    '## Summary',
    table(COLUMNS, summarize(specifications)),
    '## Declined',
    ...formatOpen(requirements, 'declined'),
    '## Planned',
    ...formatOpen(requirements, 'planned'),
    '## Every requirement',
    ...specifications.flatMap(formatSpecification),
  ].join('\n\n');
}

function formatOpen(
  requirements: readonly Requirement[],
  status: 'declined' | 'planned',
): string[] {
  return [...openByReason(requirements, status)].flatMap(([reason, open]) => [
    reason,
    table(
      ['Id', 'Source', 'Level', 'Requirement'],
      open.map(({ id, source, level, requirement }) => [id, source, level, requirement]),
    ),
  ]);
}

function formatSpecification({ title, requirements }: Specification): string[] {
  return [
    `### ${title}`,
    table(
      ['Id', 'Source', 'Level', 'Requirement', 'Status'],
      requirements.map(({ id, source, level, requirement, status }) => [
        id,
        source,
        level,
        requirement,
        status,
      ]),
    ),
  ];
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
