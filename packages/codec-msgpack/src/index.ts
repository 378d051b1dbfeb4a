export { type MsgpackOptions, msgpackCodec } from './msgpack-codec.js';
