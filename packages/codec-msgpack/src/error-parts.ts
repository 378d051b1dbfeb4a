import { refusal } from './refusal.js';
import { AGGREGATE, defineMember, ERROR_CLASSES } from './stand-in.js';

const PROTOTYPES: ReadonlyMap<object, string> = new Map<object, string>([
  ...[...ERROR_CLASSES].map(([name, ErrorClass]) => [ErrorClass.prototype, name] as const),
  [AggregateError.prototype, AGGREGATE],
]);

/** What of an error is stored; its stack is not. */
export interface ErrorParts {
  /** The built-in class that it is, or extends. */
  readonly className: string;
  /** Null where it has none of its own. */
  readonly message: string | null;
  /** Properties of its own that are not enumerable. */
  readonly hidden: readonly (readonly [string, unknown])[];
  readonly visible: readonly (readonly [string, unknown])[];
}

/** Takes an error apart. @throws TypeError for one that could not be put together again */
export function errorParts(error: Error): ErrorParts {
  const className = builtInClass(error);
  const message: unknown = Object.hasOwn(error, 'message') ? error.message : null;
  if (message !== null && typeof message !== 'string') throw refusal('an error whose message is not text');
  const names = Object.getOwnPropertyNames(error).filter((name) => name !== 'stack' && name !== 'message');
  const isVisible = (name: string): boolean => Object.prototype.propertyIsEnumerable.call(error, name);
  const pairsOf = (some: readonly string[]): [string, unknown][] =>
    some.map((name) => [name, (error as unknown as Record<string, unknown>)[name]]);
  const hidden = pairsOf(names.filter((name) => !isVisible(name)));
  // The name is the class's as a rule; where it is not a built-in one, the class itself will not be there.
  if (!names.includes('name') && error.name !== className) hidden.push(['name', error.name]);
  return { className, message, hidden, visible: pairsOf(names.filter(isVisible)) };
}

/** An error of this class, without the properties that its parts name. */
export function newError(className: string, message: string | null): Error {
  const ErrorClass = ERROR_CLASSES.get(className);
  const text = message ?? undefined;
  const error = ErrorClass === undefined ? new AggregateError([], text) : new ErrorClass(text);
  // Where it was decoded is not where it happened.
  defineMember(error, 'stack', message === null ? className : `${className}: ${message}`, false);
  return error;
}

/** The nearest class that the language has. */
function builtInClass(error: Error): string {
  let prototype = Object.getPrototypeOf(error) as object;
  for (;;) {
    const name = PROTOTYPES.get(prototype);
    if (name !== undefined) return name;
    prototype = Object.getPrototypeOf(prototype) as object;
  }
}
