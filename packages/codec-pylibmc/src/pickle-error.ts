/** Why a pickle was not read. */
export type PickleErrorCode = 'PICKLE_DAMAGED' | 'PICKLE_REFUSED' | 'PICKLE_LIMIT';

/**
 * A pickle that is not read. The message says what kind of thing was met, never what is in it, with one exception:
 * a refused class or function is named.
 */
export class PickleError extends Error {
  /**
   * `PICKLE_DAMAGED`: the bytes are no pickle that Python would read. `PICKLE_REFUSED`: it asks for a class, a function
   * or an opcode that is not on the list of what is read. `PICKLE_LIMIT`: it is deeper or larger than allowed.
   */
  readonly code: PickleErrorCode;

  constructor(code: PickleErrorCode, message: string) {
    super(message);
    this.name = 'PickleError';
    this.code = code;
  }
}

/** The error for bytes that no pickler writes. */
export function damaged(what: string): PickleError {
  return new PickleError('PICKLE_DAMAGED', `the pickle is damaged: ${what}`);
}

/** The error for what a pickle may ask for and is not given. */
export function refused(what: string): PickleError {
  return new PickleError('PICKLE_REFUSED', what);
}

/** The error for what is too much. */
export function beyondLimit(what: string): PickleError {
  return new PickleError('PICKLE_LIMIT', what);
}

const MAX_NAME = 100;

/** A name out of a pickle, fit to be shown: 100 characters at most, printable ASCII. */
export function printableName(moduleName: string, name: string): string {
  return `${moduleName.slice(0, MAX_NAME)}.${name.slice(0, MAX_NAME)}`
    .slice(0, MAX_NAME)
    .replaceAll(/[^\x20-\x7e]/g, '?');
}
