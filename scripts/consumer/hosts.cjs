const assert = require('node:assert');
const { memcachedSessions } = require('@mc/adapter-express-session');
const { memcachedDriver } = require('@mc/adapter-unstorage');

const driver = memcachedDriver(process.env.MEMCACHED_SERVER);
assert.equal(typeof driver.getItem, 'function');
assert.equal(typeof memcachedSessions(process.env.MEMCACHED_SERVER).touch, 'function');
