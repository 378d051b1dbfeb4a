/** One way of turning a payload into bytes and back. */
export interface Way {
  /** A promise where it works off the thread. */
  readonly encode: (value: unknown) => unknown;
  readonly decode: (bytes: Uint8Array) => unknown;
}

/** The ways that are compared: `bare` is the library's own call, `ours` the codec or compressor, `client` the client. */
export type Side = 'bare' | 'ours' | 'client';

/** What is made to take a payload: the ways to do it, and what goes in. */
export interface Contest {
  /** What is given to `encode`: the value itself, or the bytes of its JSON or text for a compressor. */
  readonly input: unknown;
  readonly ways: Readonly<Partial<Record<Side, Way>>>;
}

/** A codec or compressor. */
export interface Contestant {
  readonly id: string;
  readonly title: string;
  readonly kind: 'codec' | 'compressor';
  /** The bare library call that it is measured against. */
  readonly bareCall: string | undefined;
  /** The lowest Node it works on, where that is newer than this project's. */
  readonly needsNode?: readonly [major: number, minor: number];
  /** `undefined` where it is not for such a payload. */
  readonly open: (value: unknown) => Contest | undefined | Promise<Contest | undefined>;
}

/** The two halves of the work. */
export const DIRECTIONS = ['encode', 'decode'] as const;
export type Direction = (typeof DIRECTIONS)[number];
