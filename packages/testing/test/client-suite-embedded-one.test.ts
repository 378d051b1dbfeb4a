import { clientSuite } from '@mc/testing/suites';
import { embeddedSubject } from './subjects.js';

clientSuite('the client on the embedded server, one', () => embeddedSubject(1), { serverCount: 1 });
