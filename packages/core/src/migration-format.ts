import type {
  CompressionChoice,
  ForeignLayout,
  ForeignReaders,
  MigrationOptions,
  Packed,
  ValueFormat,
} from './contract.js';
import { ConfigurationError, DecodeError } from './errors.js';
import { isMigrated, markMigrated, withoutMark } from './value/flags.js';
import type { LayoutCoder } from './value/layout-coder.js';
import { makeLayout, maxValueBytesOf } from './value-options.js';

/**
 * A format for the time in which this client takes over from another one: it reads what the other client wrote, and
 * what it writes itself is this project's own layout, marked in the flags, so that neither is taken for the other.
 * A client without this format reads the marked values too: drop the format when the other client's are gone.
 *
 * @throws ConfigurationError
 */
export function migrationFormat(foreign: ForeignLayout, options: MigrationOptions = {}): ValueFormat {
  if (typeof foreign?.read !== 'function')
    throw new ConfigurationError('migrationFormat takes a layout to read');
  const ownLimit = maxValueBytesOf(options);
  const layout = makeLayout(options, ownLimit);
  const fail = (cause: unknown): never => {
    if (cause instanceof DecodeError) throw cause;
    throw new DecodeError(`the layout of ${foreign.name} cannot read the value`, { cause });
  };
  return {
    pack(value: unknown, choice?: CompressionChoice): Packed | Promise<Packed> {
      const packed = layout.pack(value, choice);
      return packed instanceof Promise ? packed.then(marked) : marked(packed);
    },
    unpack(data: Uint8Array, flags: number, maxBytes: number = ownLimit): unknown {
      const limited = layout.limitedTo(Math.min(maxBytes, ownLimit));
      if (isMigrated(flags)) return limited.unpack(data, 0, data.length, withoutMark(flags), true);
      try {
        const value = foreign.read(data, flags, readersOf(limited));
        return value instanceof Promise ? value.catch(fail) : value;
      } catch (cause) {
        return fail(cause);
      }
    },
  };
}

function marked({ data, flags }: Packed): Packed {
  return { data, flags: markMigrated(flags) };
}

function readersOf(layout: LayoutCoder): ForeignReaders {
  return {
    maxBytes: layout.maxBytes,
    decompress: (compressorId, data) => layout.decompress(compressorId, data),
    decode: (codecId, data) => layout.decode(codecId, data),
  };
}
