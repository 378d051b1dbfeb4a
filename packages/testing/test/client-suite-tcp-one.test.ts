import { expectsMemcached } from '@mc/testing';
import { clientSuite } from '@mc/testing/suites';
import { realSubject } from './subjects.js';

if (expectsMemcached()) {
  clientSuite('the client on memcached over TCP, one', () => realSubject(1), { serverCount: 1 });
}
