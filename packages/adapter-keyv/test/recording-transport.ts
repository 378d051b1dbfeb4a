import type { Server, Transport } from '@mc/core';

/** A transport that notes what goes through it. */
export interface RecordingTransport extends Transport {
  /** `w` for each write and `d` for each delivery, in their order. */
  readonly record: string[];
  /** The bytes of each write as text. */
  readonly sent: string[];
}

export function recordingTransport(inner: Transport): RecordingTransport {
  const record: string[] = [];
  const sent: string[] = [];
  return {
    record,
    sent,
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
          return link.write(bytes);
        },
        close: () => link.close(),
        destroy: (error) => link.destroy(error),
      };
    },
  };
}
