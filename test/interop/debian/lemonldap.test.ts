import { describeServer } from '../contract/describe-server.js';
import { lemonldap } from './servers/lemonldap.js';
import { describeWith } from './support/describe-with.js';

describeWith(['lemonldap'], 'Debian', () => {
  describeServer(lemonldap);
});
