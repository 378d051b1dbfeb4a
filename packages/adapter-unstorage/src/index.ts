import { memcachedDriver } from './driver.js';

export type { MemcachedDriver } from './driver.js';
export type { MemcachedDriverOptions, MemcachedDriverSource } from './driver-options.js';
export type { FailureListener, HiddenFailure } from './failures.js';
export type {
  ItemMeta,
  ItemOptions,
  NewItem,
  StoredValue,
  UnstorageDriver,
  WantedItem,
} from './unstorage-driver.js';
export { memcachedDriver };

// biome-ignore lint/style/noDefaultExport: a driver that is named in a configuration is imported so
export default memcachedDriver;
