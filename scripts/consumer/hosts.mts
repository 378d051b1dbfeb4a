import { memcachedSessions } from '@mc/adapter-express-session';
import { memcachedDriver } from '@mc/adapter-unstorage';
import session from 'express-session';
import { createStorage } from 'unstorage';

export const storage = createStorage({ driver: memcachedDriver('localhost:11211') });
export const handler = session({
  store: memcachedSessions({ servers: 'localhost:11211', ttl: 3_600 }),
  secret: 'secret',
  resave: false,
  saveUninitialized: false,
});
