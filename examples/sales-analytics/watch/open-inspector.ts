/**
 * The inspector beside the servers of the demo.
 *
 * @module
 */
import { createInspector } from '@scopegate/inspector';
import { createPrivilegeRecorder } from '@scopegate/telemetry/privileges';
import type { SalesApi } from '../sales-api.js';

/** An open inspector. */
export interface OpenInspector {
  /** Its address, with the key that is valid until it is closed. */
  readonly url: string;
  close(): Promise<void>;
}

/** Opens the inspector on a free port of 127.0.0.1. */
export async function openInspector({ app, api }: SalesApi): Promise<OpenInspector> {
  const privileges = createPrivilegeRecorder();
  const inspector = createInspector({ app, servers: { sales: api }, privileges });
  const { url } = await inspector.listen();
  // The page shows refreshes that it has seen; this is the first one.
  await api.refresh();
  return {
    url,
    async close() {
      await inspector.close();
      privileges.close();
    },
  };
}
