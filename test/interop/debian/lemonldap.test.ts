import { describeServer } from '../contract/describe-server.js';
import { lemonldap } from './servers/lemonldap.js';
import { skipWithout } from './support/describe-with.js';

describeServer(lemonldap, skipWithout(['lemonldap']));
