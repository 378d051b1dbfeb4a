import { clientSuite } from '@mc/testing/suites';
import { embeddedSubject } from './subjects.js';

clientSuite('the client on the embedded server, three', () => embeddedSubject(3), { serverCount: 3 });
