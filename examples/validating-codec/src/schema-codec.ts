import { type Codec, jsonCodec } from '@mc/memcached';
import type { StandardSchemaV1 } from '@standard-schema/spec';

/**
 * A codec that lets nothing through that the schema does not accept, on the way in and on the way out. Any library of
 * https://standardschema.dev will do that accepts what it gives: one that turns text into a Date, say, does not. It takes text, numbers and booleans too, which a client keeps from other codecs,
 * so a view with this codec holds checked values only.
 */
export function schemaCodec<S extends StandardSchemaV1>(
  schema: S,
  inner: Codec = jsonCodec(),
): Codec<StandardSchemaV1.InferOutput<S>> {
  return {
    name: `${inner.name}, checked by ${schema['~standard'].vendor}`,
    // The bytes are the inner codec's, so a client with that one alone reads them as well.
    id: inner.id,
    takesSimple: true,
    encode: (value) => inner.encode(checked(schema, value)),
    decode: (data) => checked(schema, inner.decode(data)),
  };
}

function checked<S extends StandardSchemaV1>(schema: S, value: unknown): StandardSchemaV1.InferOutput<S> {
  const result = schema['~standard'].validate(value);
  if (result instanceof Promise) {
    result.catch(() => {});
    throw new TypeError('a codec cannot wait: use a synchronous schema');
  }
  if (result.issues === undefined) return result.value;
  // What does not fit is for whoever catches the error, and not for logs: issues name members and quote values.
  const error = new TypeError(`the value does not fit the schema (issues: ${result.issues.length})`);
  Object.defineProperty(error, 'issues', { value: result.issues });
  throw error;
}
