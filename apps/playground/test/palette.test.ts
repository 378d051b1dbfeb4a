import { describe, expect, it } from 'vitest';
import { paletteFor } from '../src/palette.js';

describe('paletteFor', () => {
  it('paints on a terminal', () => {
    const palette = paletteFor({ isTTY: true }, { TERM: 'xterm' });
    expect(palette.isColoured).toBe(true);
    expect(palette.error('no')).toBe('\u001b[31mno\u001b[39m');
  });

  it('leaves text as it is in a pipe, with NO_COLOR, and on a dumb terminal', () => {
    const palettes = [
      paletteFor({}, { TERM: 'xterm' }),
      paletteFor({ isTTY: true }, { TERM: 'xterm', NO_COLOR: '1' }),
      paletteFor({ isTTY: true }, { TERM: 'dumb' }),
    ];
    for (const palette of palettes) {
      expect(palette.isColoured).toBe(false);
      expect(palette.title('Title')).toBe('Title');
    }
  });
});
