import { expectsMemcached, type MemcachedOptions, startMemcached } from '@mc/testing';
import { type TransportSubject, transportSuite } from '@mc/testing/suites';
import { tcpTransport } from '@mc/transport-tcp';

async function subject(
  options: MemcachedOptions,
  unreachable: TransportSubject['server'],
): Promise<TransportSubject> {
  const server = await startMemcached(options);
  return {
    transport: tcpTransport(),
    server: server.address,
    unreachable,
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

if (expectsMemcached()) {
  // Port 1 of the loopback is never listened on.
  transportSuite('transport-tcp over IPv4', () => subject({}, { host: '127.0.0.1', port: 1 }), {
    hasUnreachable: true,
  });
  transportSuite('transport-tcp over IPv6', () => subject({ host: '::1' }, { host: '::1', port: 1 }), {
    hasUnreachable: true,
  });
  transportSuite(
    'transport-tcp over a unix socket',
    () => subject({ unixSocket: true }, { path: '/nowhere/socket' }),
    {
      hasUnreachable: true,
    },
  );
}
