/**
 * The nightly report: a service that requests an access token and calls the API with it.
 *
 * @module
 */
import { clientSecretBasic, createTokenClient } from '@scopegate/client';
import Table from 'cli-table3';
import type { SalesRow } from './sales-api.js';

/** Options of the report. */
export interface ReportOptions {
  /** The issuer identifier of the authorization server. */
  readonly issuer: string;
  /** The URL of the API, which is also its identifier. */
  readonly resource: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Prints text without adding a line break. */
  readonly print: (text: string) => void;
}

/**
 * Prints the sales of every region.
 *
 * @returns The response of the API; its body has not been read.
 */
export async function printSalesReport(options: ReportOptions): Promise<Response> {
  const { issuer, resource, clientId, clientSecret, print } = options;
  const client = createTokenClient({
    issuer,
    clientId,
    clientAuthentication: clientSecretBasic(() => clientSecret),
  });
  const analytics = client.for({ resource, scope: 'read:analytics' });

  const response = await analytics.fetch(`${resource}/v1/sales/analytics`);
  if (response.ok) print(`${formatRows(await response.clone().json())}\n`);
  return response;
}

function formatRows(answer: unknown): string {
  const table = new Table({
    head: ['region', 'orders', 'revenue'],
    colAligns: ['left', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const { region, orders, revenue } of parseRows(answer)) {
    table.push([region, orders, revenue.toLocaleString('en-US')]);
  }
  return table.toString();
}

function parseRows(answer: unknown): SalesRow[] {
  const rows = isObject(answer) ? answer['rows'] : undefined;
  if (!Array.isArray(rows) || !rows.every(isSalesRow))
    throw new Error('the response of the API has no rows');
  return rows;
}

function isSalesRow(row: unknown): row is SalesRow {
  return (
    isObject(row) &&
    typeof row['region'] === 'string' &&
    typeof row['orders'] === 'number' &&
    typeof row['revenue'] === 'number'
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
