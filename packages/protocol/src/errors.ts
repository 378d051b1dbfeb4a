import { type ErrorDetails, MemcachedError } from './error.js';

/** The key cannot be used; code `MC_INVALID_KEY`. */
export class InvalidKeyError extends MemcachedError {
  constructor(message: string) {
    super('MC_INVALID_KEY', message);
  }
}

/** An argument is out of range; code `MC_INVALID_ARGUMENT`. */
export class InvalidArgumentError extends MemcachedError {
  constructor(message: string) {
    super('MC_INVALID_ARGUMENT', message);
  }
}

/** The peer broke the protocol; code `MC_PROTOCOL`. */
export class ProtocolError extends MemcachedError {
  constructor(message: string, details?: ErrorDetails) {
    super('MC_PROTOCOL', message, details);
  }
}

/** The value is larger than can be stored; code `MC_VALUE_TOO_LARGE`. */
export class ValueTooLargeError extends MemcachedError {
  constructor(message: string, details?: ErrorDetails) {
    super('MC_VALUE_TOO_LARGE', message, details);
  }
}
