/**
 * Writes the newest results into `README.md`, between its markers: `node report.mjs`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { composeReport } from './report/compose.mjs';
import { PARTS, readResults, resultsFolder } from './report/results.mjs';

const README = new URL('README.md', import.meta.url);
const BEGIN = '<!-- results: begin -->';
const END = '<!-- results: end -->';

const results = readResults(resultsFolder(false));
const missing = PARTS.filter((part) => !results.has(part));
if (missing.length > 0) console.log(`No results yet for: ${missing.join(', ')}`);

const text = readFileSync(README, 'utf8');
const [head] = text.split(BEGIN);
const tail = text.split(END).at(-1);
writeFileSync(README, `${head}${BEGIN}\n\n${composeReport(results)}\n\n${END}${tail}`);
