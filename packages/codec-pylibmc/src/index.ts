export type { PickleErrorCode } from './pickle-error.js';
export { PickleError } from './pickle-error.js';
export type { PickleOptions, PickleProtocol } from './pickle-options.js';
export { pylibmcCodec } from './pylibmc-codec.js';
export type { PylibmcFormatOptions } from './pylibmc-format.js';
export { pylibmcFormat } from './pylibmc-format.js';
export {
  PythonBytearray,
  PythonFrozenset,
  PythonOrderedDict,
  PythonRange,
  PythonTuple,
} from './python/collections.js';
export { PythonDate, PythonDatetime, PythonTime } from './python/datetime.js';
export { PythonDecimal, PythonFloat } from './python/number.js';
export { PythonTimedelta, PythonTimezone } from './python/timezone.js';
export { PythonUuid } from './python/uuid.js';
export { readPickle } from './read-pickle.js';
export { writePickle } from './write-pickle.js';
