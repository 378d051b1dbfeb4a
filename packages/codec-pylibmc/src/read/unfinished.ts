/** What stands on the stack and is no value: a class, or an object that still waits for its state. */
export abstract class Unfinished {
  /** What is put on the stack where the memo is asked for it. */
  abstract recalled(): unknown;
}
