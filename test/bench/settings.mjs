/**
 * What all measurements share: the names of the story, and how long measurements run.
 */

/** The issuer, the API and the scope that all tokens are made for. */
export const STORY = Object.freeze({
  issuer: 'https://auth.example.com',
  audience: 'https://api.example.com',
  scope: 'read:analytics',
  path: '/v1/sales/analytics',
});

/** The name that all others are compared with. */
export const OWN = 'Scopegate';

/** One row per setting: `[full, quick]`. Quick runs are for work on the benchmarks. */
const SETTINGS = {
  rounds: [7, 3],
  proofRounds: [31, 3],
  compareRounds: [25, 5],
  batchMs: [80, 20],
  coldTokens: [12_000, 1_500],
  zipfDraws: [30_000, 3_000],
  httpRounds: [5, 1],
  httpSeconds: [1, 0.5],
  httpRampRequests: [1_500, 100],
  frontRounds: [9, 1],
  observeRounds: [11, 1],
  callRounds: [31, 3],
  // A server that is so fast needs more requests until its code is optimized.
  frontWarmUp: [15_000, 500],
  knownTokens: [5_000, 500],
  // Together with the known tokens they fill every cache before new tokens are measured.
  fillingTokens: [5_500, 500],
  newTokensPerRound: [3_000, 500],
  // A proof is used once, so all calls of a run need their own. Calls are made 16 at a time.
  proofsPerRound: [208, 112],
  proofsPerLoad: [1_500, 200],
  registeredProofs: [60_000, 2_000],
  connections: [64, 64],
  floodRounds: [5, 1],
  floodRampSeconds: [0.25, 0.25],
  floodSeconds: [0.5, 0.25],
  unknownKids: [2_000, 200],
  rotationSeconds: [38, 8],
  outageSeconds: [2, 1],
  hangLifetimeSeconds: [60, 60],
  hangWindows: [4, 2],
  slowLifetimeSeconds: [12, 12],
  fleetProcesses: [50, 6],
  fleetEntries: [100_000, 2_000],
  fleetNodes: [
    [1, 20, 200],
    [1, 5],
  ],
  fleetWithdrawals: [40, 6],
  fleetLogs: [
    [0, 1_000, 100_000],
    [0, 1_000],
  ],
  startRounds: [25, 5],
  fills: [7, 2],
  cachedTokens: [10_000, 1_000],
  distinctTokens: [1_000_000, 20_000],
};

/**
 * @param {boolean} quick
 * @returns {{ readonly [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name][number] }}
 */
export function settingsFor(quick) {
  const chosen = Object.entries(SETTINGS).map(([name, pair]) => [name, pair[quick ? 1 : 0]]);
  return Object.freeze(Object.fromEntries(chosen));
}
