/**
 * What Prometheus reads from a process: the text format of its exporters.
 *
 * @module
 */

/** One series of a scrape. */
export interface ScrapedSeries {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** Parses a scrape. Comments, which hold types and units, are left out. */
export function parseScrape(text: string): ScrapedSeries[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
    if (name === undefined || line.startsWith('#')) return [];
    return [{ name, labels: new Map(parseLabels(labels)), value: Number(value) }];
  });
}

function parseLabels(text: string): [name: string, value: string][] {
  return [...text.matchAll(LABEL)].map(([, name = '', value = '']) => [
    name,
    value.replaceAll(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char)),
  ]);
}
