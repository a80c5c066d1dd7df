import { describeServer } from '../contract/describe-server.js';
import { authlib } from './servers/authlib.js';
import { describeAudiences } from './support/describe-audiences.js';
import { describeWith } from './support/describe-with.js';

describeWith(['authlib'], 'Debian', () => {
  describeServer(authlib);
  describeAudiences(authlib, ['token_endpoint', 'both']);
});
