/**
 * What stands on the stack and in the memo, and never within a value. The reader counts those on the stack: where
 * there are none, which is the rule, nobody has to look for them.
 */
export abstract class StackForm {}

/** A tuple, frozenset or bytearray, which do not say so themselves: an array may be a list or a tuple. */
export class TypedForm extends StackForm {
  /** What takes its place as soon as it leaves the stack. */
  readonly value: object;
  /** Whether Python can have it as a key. */
  readonly isHashable: boolean;
  /** Of a tuple: what is in it. */
  readonly items: readonly unknown[] | undefined;

  constructor(value: object, isHashable: boolean, items?: readonly unknown[]) {
    super();
    this.value = value;
    this.isHashable = isHashable;
    this.items = items;
  }
}

/** What is no value: a class, or an object that still waits for its state. */
export abstract class Unfinished extends StackForm {
  /** What is put on the stack where the memo is asked for it. */
  abstract recalled(): unknown;
}
