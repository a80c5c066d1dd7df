/**
 * Reads an inspector as its page does: a stream, and a view that is requested again every five seconds.
 */
import { setTimeout as sleep } from 'node:timers/promises';

const VIEW_EVERY_MS = 5_000;

/**
 * Opens a page.
 *
 * @param {string} inspectorUrl - With its key in the fragment.
 * @returns {Promise<{ close(): Promise<{ decisions: number }> }>} How many decisions it has received.
 */
export async function openPage(inspectorUrl) {
  const { origin, hash } = new URL(inspectorUrl);
  const key = new URLSearchParams(hash.slice(1)).get('key');
  const closing = new AbortController();
  const { signal } = closing;
  const get = async (path, accept) => {
    const headers = { authorization: `Bearer ${key}`, accept };
    const response = await fetch(`${origin}/api/${path}`, { headers, signal });
    if (response.ok) return response;
    throw new Error(`api/${path} answered ${response.status}`);
  };
  const stream = await get('stream', 'text/event-stream');
  const reading = countDecisions(stream.body);
  const looking = repeat(async () => {
    await (await get('overview', 'application/json')).arrayBuffer();
  }, signal);
  return {
    async close() {
      closing.abort();
      await looking;
      return { decisions: await reading };
    },
  };
}

async function countDecisions(body) {
  let decisions = 0;
  const decoder = new TextDecoder();
  try {
    for await (const chunk of body) {
      decisions += decoder.decode(chunk, { stream: true }).split('"seq":').length - 1;
    }
  } catch (error) {
    if (error.name !== 'AbortError') throw error;
  }
  return decisions;
}

async function repeat(act, signal) {
  while (!signal.aborted) {
    await act().catch((error) => {
      if (!signal.aborted) throw error;
    });
    await sleep(VIEW_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
