/**
 * The first program in the README of the repository, which a test runs.
 *
 * @module
 */
// #region quickstart
import { createResourceServer } from '@scopegate/express';
import express from 'express';

const api = createResourceServer({
  issuer: 'https://auth.example.com', // its metadata names the URL of its keys
  audience: 'https://api.example.com',
  scopes: ['read:analytics', 'write:analytics'], // optional: checked by the compiler and at start-up
});

const app = express();
app.use(api.metadata()); // RFC 9728
app.get('/v1/sales/analytics', api.requireScope('read:analytics'), (req, res) => {
  const token = api.accessToken(req); // typed, never undefined
  res.json({ client: token.clientId, rows: [] });
});
app.listen(3000);
// #endregion quickstart
