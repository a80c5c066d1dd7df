/**
 * The figures that the API serves.
 *
 * @module
 */

/** What one region sold. */
export interface SalesRow {
  readonly region: string;
  readonly orders: number;
  readonly revenue: number;
}

/** The figures, and how often somebody looked at them. */
export interface SalesBook {
  /** Every handler reads the book, so this tells whether a handler ran. */
  readonly timesRead: number;
  read(): readonly SalesRow[];
}

const ROWS: readonly SalesRow[] = [
  { region: 'North', orders: 1284, revenue: 96_310 },
  { region: 'South', orders: 977, revenue: 71_904 },
  { region: 'East', orders: 1530, revenue: 118_265 },
  { region: 'West', orders: 640, revenue: 50_112 },
];

/** Opens a book with the figures of one quarter. */
export function createSalesBook(): SalesBook {
  let timesRead = 0;
  return {
    get timesRead() {
      return timesRead;
    },
    read() {
      timesRead += 1;
      return ROWS;
    },
  };
}
