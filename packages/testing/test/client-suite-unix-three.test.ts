import { expectsMemcached } from '@mc/testing';
import { clientSuite } from '@mc/testing/suites';
import { realSubject } from './subjects.js';

if (expectsMemcached()) {
  clientSuite(
    'the client on memcached over a unix socket, three',
    () => realSubject(3, { unixSocket: true }),
    { serverCount: 3 },
  );
}
