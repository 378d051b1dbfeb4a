import { type Codec, jsonCodec } from '@mc/memcached';
import type { StandardSchemaV1 } from '@standard-schema/spec';

/**
 * A codec that lets nothing through that the schema does not accept, on the way in and on the way out. Any library of
 * https://standardschema.dev will do. It takes text, numbers and booleans too, which a client keeps from other codecs,
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
  if (result instanceof Promise) throw new TypeError('a codec cannot wait: use a synchronous schema');
  if (result.issues === undefined) return result.value;
  // Where it went wrong is told, what stood there is not: messages end up in logs.
  const places = result.issues.map(({ path = [] }) => `at /${path.map(segmentOf).join('/')}`);
  throw new TypeError(`the value does not fit the schema: ${places.join(', ')}`);
}

function segmentOf(segment: PropertyKey | StandardSchemaV1.PathSegment): string {
  return String(typeof segment === 'object' ? segment.key : segment);
}
