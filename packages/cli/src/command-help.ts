/**
 * The help text after the options of each command.
 *
 * @module
 */

/** The help of `scopegate explain`. */
export const EXPLAIN_HELP = `
Pass the token on standard input or in a file: arguments stay in the shell history.
--app imports the module. A function that creates the application (./app.js#createApp) is called with
the options of the command: --issuer and --audience, or --preset.
--proof explains a request with a DPoP proof: --method and --url name the request. The proof is not
registered, so the client can still use it.
--acr-values and --max-age check step-up, as a route does that requires them. --fresh asks the
authorization server about a JWT too; it requires --app, with an application that introspects the tokens
of its issuers. Opaque tokens require that as well. With --route, the route decides all of these.
--decryption-key decrypts encrypted tokens. The key is never printed.
Exit code: 0 accepted, 1 refused, 2 undecided (no keys, no token, no application or bad options).

Examples:
  $ scopegate explain --issuer https://login.example.com --audience https://api.example.com < token.txt
  $ scopegate explain --issuer https://login.example.com --audience https://api.example.com --scope read:analytics --json - < token.txt
  $ scopegate explain --app ./app.js < token.txt
  $ scopegate explain --app ./app.js --route "GET /v1/sales/analytics" < token.txt
  $ scopegate explain --issuer https://login.example.com --audience https://api.example.com --proof proof.txt --method GET --url /v1/sales < token.txt
  $ scopegate explain --preset keycloak --set serverUrl=https://login.example.com --set realm=sales --set audience=https://api.example.com < token.txt`;

/** The help of `scopegate doctor`. */
export const DOCTOR_HELP = `
--app imports the module, takes the issuer from its resource server unless one is given, and requests a
guarded route of the application at "dpop.publicUrl", without a token. If the application introspects
tokens, it introspects a made-up one, once. A function that creates the
application, as in ./app.js#createApp, is called with { issuer, audience }.
Exit code: 0 no errors, 1 errors (always when no token could be verified), 2 undecided (bad options).

Examples:
  $ scopegate doctor https://login.example.com
  $ scopegate doctor https://login.example.com --timeout 10 --json
  $ scopegate doctor --app ./app.js
  $ scopegate doctor https://login.example.com --jwks-uri https://login.example.com/jwks`;

/** The help of `scopegate routes`. */
export const ROUTES_HELP = `
The module is imported. It exports the application as default or as "app", or a function that creates
it as default or by the name after "#"; the function is called with
{ issuer: 'https://issuer.example', audience: 'https://api.example.com' }.
What the application prints goes to standard error. The command ends when the report is written, even if
the application listens.
Exit code: 0 audited, 2 undecided (no application to audit, or bad options). With --check also 1: a
route is open, accepts requests without a token, or runs a handler before its guard; or middleware on
its own path has no guard. Use declarePublic() for what is meant to be public.

Examples:
  $ scopegate routes ./app.js
  $ scopegate routes ./app.js#createApp
  $ scopegate routes ./app.js --check --format markdown`;

/** The help of the commands that read snapshots and decision logs, before that of each. */
export const USAGE_HELP = `
The files contain one JSON value on each line: snapshots of createPrivilegeRecorder(), and decisions as
logEvents(logger, { allowed: true }) or formatDecision() write them. Other lines are counted and skipped.
Pass the files of all processes; pass either the snapshots or the log of a process, because both count.`;

/** The help of `scopegate privileges`. */
export const PRIVILEGES_HELP = `
Exit code: 0 reported, 2 undecided (no input, or bad options). With --check: 0 nothing to cut, 1 a scope
could be cut, 2 not observed long enough.

Examples:
  $ scopegate privileges usage-*.json
  $ scopegate privileges --min-days 60 --format csv app.log > privileges.csv
  $ kubectl logs deployment/sales | scopegate privileges - --check`;

/** The help of `scopegate trials`. */
export const TRIALS_HELP = `
Exit code: 0 reported, 2 undecided (no input, or bad options). With --check: 0 all trials are ready to be
enforced, 1 a trial would have refused a request, 2 not observed long enough, or nothing is on trial.

Examples:
  $ scopegate trials usage-*.json
  $ scopegate trials --min-days 14 --check - < app.log`;
