import { beyondLimit, damaged, refused } from '../pickle-error.js';
import { appendFrom, setItemsFrom } from './containers.js';
import { REFUSED_OPCODES } from './object-opcodes.js';
import { HANDLERS } from './opcodes.js';
import type { PickleReader } from './pickle-reader.js';
import { readFloat, readShortText } from './scalar-opcodes.js';

/**
 * Reads opcodes up to the end of the pickle. The most frequent ones have a branch here, which is several times quicker
 * than the table.
 *
 * @returns the value that it holds
 */
export function runPickle(reader: PickleReader): unknown {
  const { data } = reader;
  const { maxItems } = reader.settings;
  for (;;) {
    if (reader.top > maxItems) throw beyondLimit(`the pickle puts more than ${maxItems} values on its stack`);
    const opcode = data[reader.at] ?? 0;
    reader.at += 1;
    switch (opcode) {
      case 0x8c:
        readShortText(reader);
        break;
      case 0x94:
        reader.memoize();
        break;
      case 0x68:
        reader.recall(reader.uint8());
        break;
      case 0x4b:
        reader.push(reader.uint8());
        break;
      case 0x47:
        readFloat(reader);
        break;
      case 0x28:
        reader.mark();
        break;
      case 0x65:
        appendFrom(reader, reader.popMark());
        break;
      case 0x75:
        setItemsFrom(reader, reader.popMark());
        break;
      case 0x2e:
        return reader.result();
      default:
        runOther(reader, opcode);
    }
  }
}

function runOther(reader: PickleReader, opcode: number): void {
  const handler = HANDLERS[opcode];
  if (handler === undefined) throw unreadable(reader, opcode);
  handler(reader);
}

function unreadable(reader: PickleReader, opcode: number): Error {
  const asked = REFUSED_OPCODES.get(opcode);
  if (asked !== undefined) return refused(`the pickle asks for ${asked}, which is not read`);
  return damaged(reader.at > reader.data.length ? 'it ends too early' : 'it has an opcode that there is not');
}
