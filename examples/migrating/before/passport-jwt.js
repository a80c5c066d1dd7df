/** The Orders API on passport-jwt and jwks-rsa. It loads the user of each token. */
import express from 'express';
import { passportJwtSecret } from 'jwks-rsa';
import { Passport } from 'passport';
import { Strategy as AnonymousStrategy } from 'passport-anonymous';
import { ExtractJwt, Strategy as JwtStrategy } from 'passport-jwt';

/** The users, instead of a database. */
const USERS = new Map([['ann', { id: 'ann', role: 'buyer' }]]);

export function createApp({ issuer, audience, jwksUri }) {
  const passport = new Passport();
  const strategy = new JwtStrategy(
    {
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: passportJwtSecret({ cache: true, rateLimit: true, jwksUri }),
      issuer,
      audience,
      algorithms: ['RS256'],
    },
    (payload, done) => {
      const user = USERS.get(payload.sub);
      done(null, user ? { ...user, scope: payload.scope, client: payload.client_id } : false);
    },
  );
  passport.use(strategy);
  passport.use(new AnonymousStrategy());
  const app = express();

  app.get('/health', (req, res) => {
    res.json({ ok: true });
  });
  app.get(
    '/prices',
    passport.authenticate(['jwt', 'anonymous'], { session: false }),
    (req, res) => {
      res.json({ caller: req.user?.id ?? null, prices: [] });
    },
  );

  app.use('/v1', passport.authenticate('jwt', { session: false }));
  app.get('/v1/orders', (req, res) => {
    res.json({ owner: req.user.id, orders: [] });
  });
  app.get('/v1/me', (req, res) => {
    const { id, role, client } = req.user;
    res.json({ sub: id, role, client });
  });
  app.post('/v1/orders', requireScope('write:orders'), (req, res) => {
    res.status(201).json({ order: 1 });
  });
  return app;
}

function requireScope(scope) {
  return (req, res, next) => {
    if (req.user.scope?.split(' ').includes(scope)) next();
    else res.status(403).json({ message: 'Forbidden' });
  };
}
