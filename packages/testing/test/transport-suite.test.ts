import { transportSuite } from '@mc/testing/suites';
import { memoryTransport } from '@mc/transport-memory';

transportSuite(
  'transport-memory',
  async () => ({
    transport: memoryTransport(),
    server: { host: 'embedded', port: 11211 },
    [Symbol.asyncDispose]: async () => {},
  }),
  { hasUnreachable: false },
);
