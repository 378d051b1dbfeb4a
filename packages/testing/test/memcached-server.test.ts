import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { expectsMemcached, startMemcached } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { ask } from './ask.js';

const run = promisify(execFile);

if (expectsMemcached()) {
  describe('startMemcached', () => {
    it('gives a server that answers on a free port of the loopback', async () => {
      await using one = await startMemcached();
      await using two = await startMemcached();
      expect(one.port).not.toBe(two.port);
      expect(one.name).toBe(`127.0.0.1:${one.port}`);
      expect(await ask(one.address, 'version\r\n')).toMatch(/^VERSION /);
      expect(await ask(two.address, 'set k 0 0 1\r\nv\r\n')).toBe('STORED\r\n');
      expect(await ask(one.address, 'get k\r\n')).toBe('END\r\n');
    });

    it('listens on a unix socket or on IPv6', async () => {
      await using unix = await startMemcached({ unixSocket: true });
      expect(unix.name).toBe(unix.address.path);
      expect(await ask(unix.address, 'version\r\n')).toMatch(/^VERSION /);
      await using six = await startMemcached({ host: '::1' });
      expect(six.name).toBe(`[::1]:${six.port}`);
      expect(await ask(six.address, 'version\r\n')).toMatch(/^VERSION /);
    });

    it('passes its options on', async () => {
      await using server = await startMemcached({ memoryMegabytes: 33, itemSize: '2m', args: ['-F'] });
      const settings = await ask(server.address, 'stats settings\r\n');
      expect(settings).toContain(`STAT maxbytes ${33 * 1024 * 1024}\r\n`);
      expect(settings).toContain(`STAT item_size_max ${2 * 1024 * 1024}\r\n`);
      expect(await ask(server.address, 'flush_all\r\n')).toMatch(/^CLIENT_ERROR/);
    });

    it('restarts empty at the same address', async () => {
      for (const unixSocket of [false, true]) {
        await using server = await startMemcached({ unixSocket });
        const { address } = server;
        await ask(address, 'set k 0 0 1\r\nv\r\n');
        await server.restart();
        expect(server.address).toStrictEqual(address);
        expect(await ask(address, 'get k\r\n')).toBe('END\r\n');
        await server.kill();
        expect(server.running).toBe(false);
        await expect(ask(address, 'version\r\n')).rejects.toThrow();
      }
    });

    it('hangs while it is paused', async () => {
      await using server = await startMemcached({ threads: 4 });
      for (let round = 0; round < 5; round += 1) {
        await server.pause();
        let answered = false;
        const reply = ask(server.address, 'version\r\n').finally(() => {
          answered = true;
        });
        await new Promise((resolve) => setTimeout(resolve, 20));
        expect(answered).toBe(false);
        server.resume();
        expect(await reply).toMatch(/^VERSION /);
      }
      await server.kill();
      await expect(server.pause()).rejects.toThrow('does not run');
    });

    it('leaves nothing behind', async () => {
      const server = await startMemcached({ unixSocket: true });
      const folder = dirname(server.address.path as string);
      expect(existsSync(folder)).toBe(true);
      await server.stop();
      expect(existsSync(folder)).toBe(false);
    });

    it('ends with the process that started it, and leaves nothing behind', async () => {
      const script = `import { startMemcached } from '@mc/testing';
        const { address } = await startMemcached({ unixSocket: true });
        console.log(address.path);
        process.exit(0);`;
      const args = ['--import', 'tsx', '--conditions=@mc/source', '--input-type=module', '-e', script];
      const { stdout } = await run(process.execPath, args, { cwd: process.cwd() });
      const path = stdout.trim();
      expect(path).toMatch(/socket$/);
      await expect.poll(() => ask({ path }, 'version\r\n').catch(() => 'gone')).toBe('gone');
      expect(existsSync(dirname(path))).toBe(false);
    });

    it('says why it cannot start', async () => {
      await expect(startMemcached({ args: ['--no-such-option'] })).rejects.toThrow('instead of listening');
    });
  });
}
