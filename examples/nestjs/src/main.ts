import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { appModule } from './app.module.js';

const server = process.env.MEMCACHED ?? 'localhost:11211';
const app = await NestFactory.create(appModule(server));
// On SIGTERM and SIGINT the cache is disconnected too.
app.enableShutdownHooks();
await app.listen(process.env.PORT ?? 3000, '127.0.0.1');
console.log(`listening on ${await app.getUrl()}`);
