import { bytesFollow, cutShort, unsound } from './stream-error.js';

/** What stands around the content of a zstd frame. Source of the layout: RFC 8878, section 3.1.1. */
const MAGIC = 0xfd2fb528;
const MAGIC_BYTES = 4;
const SINGLE_SEGMENT = 0x20;
const HAS_CHECKSUM = 4;
const CHECKSUM_BYTES = 4;
/** Bytes of the dictionary's id, by the low two bits of the descriptor. */
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
/** A size of two bytes counts from here. */
const SHORT_SIZE_BASE = 256;
const BLOCK_HEADER_BYTES = 3;
/** A block of one byte that is repeated; its size is that of the output. */
const REPEATED_BLOCK = 1;

/**
 * Sees to it that the bytes are one frame and nothing else, which node:zlib does not: it may take a second frame for more of
 * the first.
 *
 * @returns the size that the frame gives for its content, in bytes; `undefined` where it gives none
 * @throws Error for anything else than one whole frame
 */
export function checkZstdFrame(data: Uint8Array): number | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  if (data.length <= MAGIC_BYTES) throw cutShort('zstd');
  if (view.getUint32(0, true) !== MAGIC) throw unsound('zstd');
  const descriptor = view.getUint8(MAGIC_BYTES);
  const isSingle = (descriptor & SINGLE_SEGMENT) !== 0;
  const sizeAt = MAGIC_BYTES + 1 + (isSingle ? 0 : 1) + (DICTIONARY_ID_BYTES[descriptor & 3] ?? 0);
  const sizeBytes = contentSizeBytes(descriptor >>> 6, isSingle);
  const end = endOfBlocks(view, sizeAt + sizeBytes) + (descriptor & HAS_CHECKSUM ? CHECKSUM_BYTES : 0);
  if (end > data.length) throw cutShort('zstd');
  if (end < data.length) throw bytesFollow('zstd');
  return readSize(view, sizeAt, sizeBytes);
}

function contentSizeBytes(code: number, isSingle: boolean): number {
  if (code === 0) return isSingle ? 1 : 0;
  return 1 << code;
}

function endOfBlocks(view: DataView, start: number): number {
  let at = start;
  for (;;) {
    if (at + BLOCK_HEADER_BYTES > view.byteLength) throw cutShort('zstd');
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    const bytes = ((header >>> 1) & 3) === REPEATED_BLOCK ? 1 : header >>> 3;
    at += BLOCK_HEADER_BYTES + bytes;
    if ((header & 1) !== 0) return at;
  }
}

/** The bytes are there: a block follows them. */
function readSize(view: DataView, at: number, bytes: number): number | undefined {
  switch (bytes) {
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at, true) + SHORT_SIZE_BASE;
    case 4:
      return view.getUint32(at, true);
    case 8:
      return Number(view.getBigUint64(at, true));
    default:
      return undefined;
  }
}
