'use strict';

const { createResourceServer } = require('@scopegate/express');
const express = require('express');

exports.createApp = function createApp(trust) {
  const api = createResourceServer({ ...trust, scopes: ['read:analytics'] });
  const app = express();
  app.get('/v1/sales/analytics', api.requireScope('read:analytics'), (req, res) => {
    res.json({ client: api.accessToken(req).clientId });
  });
  return { app, api };
};
