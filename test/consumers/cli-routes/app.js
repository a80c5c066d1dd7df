import { createResourceServer } from '@scopegate/express';
import express from 'express';

const api = createResourceServer({
  issuer: 'https://auth.example.com',
  audience: 'https://api.example.com',
});

export const app = express();
app.get('/v1/sales', api.requireScope('read:analytics'), (_req, res) => res.json([]));
app.get('/v1/forgotten', (_req, res) => res.json([]));
