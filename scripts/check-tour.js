/**
 * Runs the terminal tour as a user with two memcached servers does.
 */
import { provideMemcached } from './provide-memcached.js';
import { runCommand, runMain } from './run-command.js';
import { startServer } from './start-server.js';

await runMain(async () => {
  const binary = await provideMemcached();
  if (binary === undefined) throw new Error('The tour is checked on memcached, and there is none.');
  const servers = [await startServer(binary), await startServer(binary)];
  try {
    const env = { MEMCACHED_SERVERS: servers.map(({ address }) => address).join(',') };
    const { code } = await runCommand('npm', ['start', '--silent'], { env });
    return code;
  } finally {
    for (const server of servers) server.stop();
  }
});
