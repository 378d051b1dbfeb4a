require('reflect-metadata');
const assert = require('node:assert');
const { memcachedStore } = require('@mc/adapter-cache-manager');
const { CACHE_MANAGER, CacheModule } = require('@nestjs/cache-manager');
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');

async function main() {
  class AppModule {}
  const stores = [memcachedStore(process.env.MEMCACHED_SERVER)];
  Module({ imports: [CacheModule.register({ stores })] })(AppModule);
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  const cache = app.get(CACHE_MANAGER);
  await cache.set('nest', 'required');
  assert.equal(await cache.get('nest'), 'required');
  await app.close();
}

main();
