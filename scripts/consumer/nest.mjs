import 'reflect-metadata';
import assert from 'node:assert';
import { memcachedStore } from '@mc/adapter-cache-manager';
import { CACHE_MANAGER, CacheModule } from '@nestjs/cache-manager';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

class AppModule {}
const stores = [memcachedStore(process.env.MEMCACHED_SERVER)];
Module({ imports: [CacheModule.register({ stores })] })(AppModule);
const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
const cache = app.get(CACHE_MANAGER);
await cache.set('nest', { is: 'wired' });
assert.deepEqual(await cache.get('nest'), { is: 'wired' });
await app.close();
