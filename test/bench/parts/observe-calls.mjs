/**
 * What observers add to a guard on a known token, without HTTP, in this process.
 */
import { EventEmitter } from 'node:events';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import express from 'express';
import { createResourceServer } from '../../../packages/express/dist/index.js';
import { createInspector } from '../../../packages/inspector/dist/index.js';
import { createTelemetry } from '../../../packages/telemetry/dist/index.js';
import { createPrivilegeRecorder } from '../../../packages/telemetry/dist/privileges.js';
import { Caller } from '../measure/call-cost.mjs';
import { ratio, summarise } from '../measure/statistics.mjs';
import { LikeRequest } from '../peers/request.mjs';
import { formatFigure } from '../report/format.mjs';
import { STORY } from '../settings.mjs';

const ALONE = 'the guard alone';
const WARM_UP_CALLS = 3_000;
const CLIENTS = { identifyClients: true };

/**
 * What is measured: the options of the resource server, the trial of its route, and what observes it. Observers
 * return a function that ends them.
 */
const CONTESTANTS = {
  [ALONE]: {},
  'a trial and `identifyClients`, no subscriber': {
    figure: 'observe.call-options',
    options: CLIENTS,
    trial: { principal: 'client' },
  },
  'an empty subscriber': { figure: 'observe.call-subscriber', observe: observeNothing },
  'the inspector, no page': {
    figure: 'observe.call-inspector',
    options: CLIENTS,
    observe({ app, api }) {
      const inspector = createInspector({ app, servers: { bench: api } });
      return () => inspector.close();
    },
  },
  'the recorder of privileges': {
    figure: 'observe.call-recorder',
    options: CLIENTS,
    observe() {
      const recorder = createPrivilegeRecorder();
      return () => recorder.close();
    },
  },
  'the metrics of `@scopegate/telemetry`': {
    figure: 'observe.call-telemetry',
    options: CLIENTS,
    observe({ api }) {
      const exporter = new PrometheusExporter({ preventServerStart: true });
      const meterProvider = new MeterProvider({ readers: [exporter] });
      const telemetry = createTelemetry({ servers: { bench: api }, meterProvider });
      return () => telemetry.close();
    },
  },
};

/**
 * @typedef {object} ObservedCalls
 * @property {import('../report/table.mjs').Table} table
 * @property {import('../report/chart.mjs').Chart} chart
 * @property {Readonly<Record<string, object>>} figures
 */

/** @returns {Promise<ObservedCalls>} */
export async function measureObservedCalls(signer, tokens, { callRounds, batchMs }) {
  const contestants = Object.entries(CONTESTANTS).map(([name, contestant]) => [
    name,
    createContestant(contestant, signer, tokens),
  ]);
  const costs = new Map(contestants.map(([name]) => [name, []]));
  for (let round = 0; round < callRounds; round += 1) {
    for (const [name, measure] of round % 2 === 0 ? contestants : contestants.toReversed()) {
      costs.get(name).push(await measure(batchMs));
    }
  }
  return report(costs);
}

/** @returns {(milliseconds: number) => Promise<number>} Measures µs of CPU per call. */
function createContestant({ options, trial, observe }, signer, tokens) {
  const { issuer, audience, scope, path } = STORY;
  const jwks = { keys: [signer.jwk] };
  const api = createResourceServer({
    name: 'bench',
    issuer,
    audience,
    scopes: [scope],
    jwks,
    ...options,
  });
  const guard = api.require({ scope, ...(trial && { trial }) });
  const app = express();
  app.get(path, guard, () => undefined);
  const { route } = app.router.stack.find((layer) => layer.route !== undefined);
  let passed = 0;
  const next = () => (passed += 1);
  const caller = new Caller((token) => {
    const before = passed;
    const response = new LikeExchange();
    const request = Object.assign(new LikeRequest(`Bearer ${token}`), {
      res: response,
      app,
      route,
      baseUrl: '',
    });
    guard(request, response, next);
    if (passed === before) throw new Error('a good token was refused');
    response.end();
  }, tokens);
  return async (milliseconds) => {
    const end = observe?.({ app, api });
    await caller.warm(WARM_UP_CALLS);
    const cost = await caller.run(milliseconds);
    await end?.();
    return cost;
  };
}

/** A response that ends as those of Node do, without a socket. */
class LikeExchange extends EventEmitter {
  statusCode = 200;
  headersSent = false;
  closed = false;
  #headers = new Map();

  getHeader(name) {
    return this.#headers.get(name.toLowerCase());
  }

  setHeader(name, value) {
    this.#headers.set(name.toLowerCase(), value);
    return this;
  }

  end() {
    this.headersSent = true;
    this.emit('finish');
    this.closed = true;
    this.emit('close');
  }
}

function observeNothing() {
  const listener = () => undefined;
  subscribe('scopegate:decision', listener);
  return () => unsubscribe('scopegate:decision', listener);
}

function report(costs) {
  const alone = costs.get(ALONE);
  const rows = [...costs].map(([name, own]) => ({ name, own, times: ratio(own, alone) }));
  const observed = rows.filter(({ name }) => name !== ALONE);
  return {
    table: {
      title: 'In process, a guard on one known token',
      columns: ['', `times ${ALONE}`, 'µs of CPU per request'],
      rows: rows.map(({ name, own, times }) => [
        name,
        name === ALONE ? '1' : formatFigure(times),
        formatFigure(summarise(own)),
      ]),
      note: 'Creating the request and ending its response is included.',
    },
    chart: {
      title: 'In process: a guard with observers',
      unit: `times ${ALONE}`,
      better: 'lower',
      bars: observed.map(({ name, times }) => ({ label: name, kind: 'reference', ...times })),
    },
    figures: Object.fromEntries(
      observed.map(({ name, times }) => [CONTESTANTS[name].figure, times]),
    ),
  };
}
