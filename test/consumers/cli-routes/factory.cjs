const { createResourceServer } = require('@scopegate/express');
const express = require('express');

exports.createApp = async ({ issuer, audience }) => {
  const api = createResourceServer({ issuer, audience });
  const app = express();
  app.get('/v1/sales', api.requireScope('read:analytics'), (_req, res) => res.json([]));
  return app;
};
