import type { Transport } from '@mc/core';

/** A transport whose writes can be held back. */
export interface HeldTransport extends Transport {
  /** From the next write on that holds this text, all wait: what stands before it there is sent. */
  hold(text: string): void;
  /** Sends what waits. */
  release(): void;
}

/** Holds back what goes through another transport, for as long as it is told. */
export function heldTransport(inner: Transport): HeldTransport {
  const waiting: Array<() => void> = [];
  let held: string | undefined;
  let isHolding = false;
  const startOf = (bytes: Uint8Array): number => {
    if (isHolding) return 0;
    const at = held === undefined ? -1 : Buffer.from(bytes).indexOf(held);
    isHolding = at >= 0;
    return at;
  };
  return {
    hold: (text) => {
      held = text;
    },
    release: () => {
      held = undefined;
      isHolding = false;
      for (const send of waiting.splice(0)) send();
    },
    connect: (server, events) => {
      const link = inner.connect(server, events);
      return {
        write: (bytes) => {
          const at = startOf(bytes);
          if (at < 0) return link.write(bytes);
          if (at > 0) link.write(Uint8Array.from(bytes.subarray(0, at)));
          const rest = Uint8Array.from(bytes.subarray(at));
          waiting.push(() => void link.write(rest));
          return true;
        },
        close: () => link.close(),
        destroy: (error) => link.destroy(error),
      };
    },
  };
}
