import type { Server, Transport } from '@mc/core';

/** A transport that notes what goes through it. */
export interface RecordingTransport extends Transport {
  /** `w` for each write and `d` for each delivery, in their order. */
  readonly record: string[];
  /** The bytes of each write as text, a character each. */
  readonly sent: string[];
  /** The lines of what was written, as UTF-8. */
  readonly lines: string[];
}

/** Notes what goes through another transport. */
export function recordingTransport(inner: Transport): RecordingTransport {
  const record: string[] = [];
  const sent: string[] = [];
  const lines: string[] = [];
  return {
    record,
    sent,
    lines,
    connect(server: Server, events) {
      const link = inner.connect(server, {
        onOpen: () => events.onOpen(),
        onDrain: () => events.onDrain(),
        onClose: (error) => events.onClose(error),
        onData: (bytes) => {
          record.push('d');
          events.onData(bytes);
        },
      });
      return {
        write: (bytes) => {
          record.push('w');
          sent.push(Buffer.from(bytes).toString('latin1'));
          lines.push(...new TextDecoder().decode(bytes).trimEnd().split('\r\n'));
          return link.write(bytes);
        },
        close: () => link.close(),
        destroy: (error) => link.destroy(error),
      };
    },
  };
}
