import { describeServer } from '../contract/describe-server.js';
import { authlib } from './servers/authlib.js';
import { describeAudiences } from './support/describe-audiences.js';
import { describeWith, skipWithout } from './support/describe-with.js';

describeServer(authlib, skipWithout(['authlib']));

describeWith(['authlib'], `${authlib.name}, the audience of assertions`, () => {
  describeAudiences(authlib, ['token_endpoint', 'both']);
});
