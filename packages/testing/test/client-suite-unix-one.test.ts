import { expectsMemcached } from '@mc/testing';
import { clientSuite } from '@mc/testing/suites';
import { realSubject } from './subjects.js';

if (expectsMemcached()) {
  clientSuite('the client on memcached over a unix socket, one', () => realSubject(1, { unixSocket: true }), {
    serverCount: 1,
  });
}
