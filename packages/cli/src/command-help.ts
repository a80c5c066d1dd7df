/**
 * The help text after the options of each command.
 *
 * @module
 */

/** The help of `scopegate explain`. */
export const EXPLAIN_HELP = `
Pass the token on standard input: an argument stays in the shell history.
Exit code: 0 accepted, 1 refused, 2 undecided (no keys, no token or bad options).

Examples:
  $ scopegate explain --issuer https://login.example.com --audience https://api.example.com < token.txt
  $ scopegate explain --issuer https://login.example.com --audience https://api.example.com --scope read:analytics --json - < token.txt`;

/** The help of `scopegate doctor`. */
export const DOCTOR_HELP = `
Exit code: 0 no errors, 1 errors, 2 undecided (the issuer cannot be reached, or bad options).

Examples:
  $ scopegate doctor --issuer https://login.example.com
  $ scopegate doctor --issuer https://login.example.com --timeout 10 --json`;

/** The help of `scopegate routes`. */
export const ROUTES_HELP = `
The module is imported, so it must not start listening on import. It must export the application as
default or as "app".
Exit code: 0 audited, 2 undecided (no application to audit, or bad options). With --check also 1: a
route is open, accepts requests without a token, or runs a handler before its guard; or middleware on
its own path has no guard. Use declarePublic() for what is meant to be public.

Examples:
  $ scopegate routes ./app.js
  $ scopegate routes ./app.js --check --format markdown`;
