/**
 * The application as it would be served: what `scopegate routes` looks at.
 *
 * @module
 */
import { createReportsApi } from './reports-api.js';

export const { app } = createReportsApi({
  issuer: 'https://auth.example.com',
  audience: 'https://reports.example.com',
});
