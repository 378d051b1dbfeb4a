import { expectsMemcached, type MemcachedServer, startMemcached } from '@mc/testing';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { appModule } from '../src/app.module.js';
import { runApp } from './run-app.js';

/** Starts the application in this process, on a free port. */
async function listen(server: string): Promise<{ app: INestApplication; url: string }> {
  const app = await NestFactory.create(appModule(server), { logger: false });
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl() };
}

const json = async (url: string): Promise<unknown> => (await fetch(url)).json();

if (expectsMemcached()) {
  describe('NestJS with CacheModule on memcached', () => {
    let server: MemcachedServer;
    let app: INestApplication;
    let url: string;

    beforeEach(async () => {
      server = await startMemcached();
      const started = await listen(server.name);
      ({ app, url } = started);
      return async () => {
        await app.close();
        await server.stop();
      };
    });

    it('computes a product once', async () => {
      const first = { id: '7', name: 'Product 7', computed: 1 };
      expect(await json(`${url}/products/7`)).toEqual(first);
      expect(await json(`${url}/products/8`)).toMatchObject({ id: '8', computed: 2 });
      expect(await json(`${url}/products/7`)).toEqual(first);
    });

    it('computes it once for many requests at the same time', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => json(`${url}/products/7`)));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await json(`${url}/products/8`)).toMatchObject({ computed: 2 });
    });

    it('shares it with another process, and forgets it for both', async () => {
      await json(`${url}/products/1`);
      await json(`${url}/products/7`);
      const other = await listen(server.name);
      expect(await json(`${other.url}/products/7`)).toMatchObject({ computed: 2 });
      expect((await fetch(`${other.url}/products/7`, { method: 'DELETE' })).status).toBe(204);
      await other.app.close();
      expect(await json(`${url}/products/7`)).toMatchObject({ computed: 3 });
    });

    it('caches whole answers by their URL', async () => {
      const first = await fetch(`${url}/time`);
      expect(first.headers.get('x-cache')).toBe('MISS');
      const text = await first.text();
      // The interceptor stores behind the answer, and for two seconds.
      await expect
        .poll(async () => {
          const answers = [await fetch(`${url}/time`), await fetch(`${url}/time`)];
          const [one, other] = await Promise.all(answers.map((answer) => answer.text()));
          return [...answers.map(({ headers }) => headers.get('x-cache')), one === other];
        })
        .toEqual(['HIT', 'HIT', true]);
      const later = await fetch(`${url}/time?of=another`);
      expect(later.headers.get('x-cache')).toBe('MISS');
      expect(text).toMatch(/^{"time":"/);
    });

    it('keeps answering when memcached is gone', async () => {
      expect(await json(`${url}/products/7`)).toMatchObject({ computed: 1 });
      await server.kill();
      expect(await json(`${url}/products/7`)).toMatchObject({ computed: 2 });
      const time = await fetch(`${url}/time`);
      expect([time.status, time.headers.get('x-cache')]).toEqual([200, 'MISS']);
    });
  });
}

describe('the program', () => {
  if (expectsMemcached()) {
    it('starts, answers, and ends when it is told to', async () => {
      await using server = await startMemcached();
      const app = await runApp({ MEMCACHED: server.name, PORT: '0' });
      expect(await json(`${app.url}/products/7`)).toEqual({ id: '7', name: 'Product 7', computed: 1 });
      expect(await json(`${app.url}/products/7`)).toMatchObject({ computed: 1 });
      expect(await app.end()).toBe('SIGTERM');
    });
  }

  it('starts without a memcached', async () => {
    const app = await runApp({ MEMCACHED: '127.0.0.1:1', PORT: '0' });
    expect(await json(`${app.url}/products/7`)).toMatchObject({ computed: 1 });
    // What it prints comes another way than its answers.
    await expect.poll(() => app.output()).toContain('WARN');
    expect(await app.end()).toBe('SIGTERM');
  });
});
