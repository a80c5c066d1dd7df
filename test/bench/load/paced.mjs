/**
 * Sends requests at a steady pace, regardless of how long responses take, as good callers do.
 */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../measure/statistics.mjs';

/**
 * Opens persistent connections in advance, because a busy Node server accepts new ones only after a
 * quarter of a second or more, regardless of its guard.
 *
 * @param {string} url
 * @param {number} count - The maximum number of connections.
 * @param {string} authorization
 */
export async function openConnections(url, count, authorization) {
  const agent = new Agent({ keepAlive: true, maxSockets: count, maxFreeSockets: count });
  await Promise.all(Array.from({ length: count }, () => ask(url, agent, authorization)));
  return agent;
}

/**
 * Sends requests at a pace until it is stopped.
 *
 * @param {string} url
 * @param {object} pace
 * @param {number} pace.perSecond
 * @param {() => string} pace.authorization
 * @param {number} [pace.patienceMs] - Responses that take longer count as missing.
 * @param {Agent} [pace.agent] - Its connections are closed at the end; new ones by default.
 */
export function startPaced(
  url,
  { perSecond, authorization, patienceMs = 15_000, agent = new Agent({ keepAlive: true }) },
) {
  const start = performance.now();
  const answers = [];
  const pending = new Set();
  const timer = setInterval(() => {
    const due = ((performance.now() - start) / 1000) * perSecond;
    while (answers.length + pending.size < due) {
      const answer = ask(url, agent, authorization(), patienceMs);
      pending.add(answer);
      void answer.then((outcome) => {
        pending.delete(answer);
        answers.push(outcome);
      });
    }
  }, 1);
  return {
    /** Stops sending, and waits for pending requests. */
    async stop() {
      clearInterval(timer);
      await Promise.all(pending);
      agent.destroy();
      return summary(answers);
    },
  };
}

/** Calls until all responses are 200: after an outage, some libraries delay fetching the keys. */
export async function untilServed(url, pace) {
  for (let attempt = 0; attempt < 80; attempt += 1) {
    const callers = startPaced(url, pace);
    await sleep(250);
    if (isAllServed(await callers.stop())) return;
  }
  throw new Error('a server cannot fetch its keys');
}

/** Whether every response was 200. */
export function isAllServed({ statuses }) {
  return Object.keys(statuses).join() === '200';
}

/** Sends one request. Never rejects. @returns {Promise<{ status: string, milliseconds: number }>} */
export function ask(url, agent, authorization, patienceMs = 15_000) {
  const start = performance.now();
  return new Promise((resolve) => {
    const end = (status) => resolve({ status, milliseconds: performance.now() - start });
    const options = { agent, headers: { authorization }, signal: AbortSignal.timeout(patienceMs) };
    request(url, options, (response) => {
      response.resume();
      response.on('end', () => end(String(response.statusCode)));
      response.on('error', () => end('none'));
    })
      .on('error', () => end('none'))
      .end();
  });
}

function summary(answers) {
  const waits = answers.map(({ milliseconds }) => milliseconds);
  const statuses = {};
  for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1;
  return {
    statuses,
    waits,
    p50: percentile(waits, 0.5),
    p99: percentile(waits, 0.99),
    longest: Math.max(...waits),
  };
}
