export type { HiddenFailure } from './session-store.js';
export { MemcachedSessionStore, memcachedSessions } from './session-store.js';
export type {
  MemcachedSessionsOptions,
  MemcachedSessionsSource,
  SessionSerializer,
} from './store-options.js';
