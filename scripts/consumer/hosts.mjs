import assert from 'node:assert';
import { memcachedSessions } from '@mc/adapter-express-session';
import { memcachedDriver } from '@mc/adapter-unstorage';
import { createStorage } from 'unstorage';

const storage = createStorage({ driver: memcachedDriver(process.env.MEMCACHED_SERVER) });
await storage.setItem('answer', { is: 42 });
assert.deepEqual(await storage.getItem('answer'), { is: 42 });
await storage.dispose();

const sessions = memcachedSessions(process.env.MEMCACHED_SERVER);
await new Promise((resolve, reject) => {
  sessions.set('sid', { cookie: {}, user: 'ada' }, (error) => (error ? reject(error) : resolve(undefined)));
});
const session = await new Promise((resolve, reject) => {
  sessions.get('sid', (error, found) => (error ? reject(error) : resolve(found)));
});
assert.equal(session.user, 'ada');
await sessions.close();
