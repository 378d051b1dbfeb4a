/** Paints text for a terminal. */
export interface Palette {
  readonly title: Paint;
  readonly quiet: Paint;
  readonly code: Paint;
  readonly error: Paint;
  readonly bar: Paint;
  /** True where results may be painted too. */
  readonly isColoured: boolean;
}

type Paint = (text: string) => string;

/** The parts of an output stream that say whether it can show colours. */
export interface Screen {
  readonly isTTY?: boolean;
}

/** Colours for a terminal, and none for a pipe or where NO_COLOR is set (https://no-color.org). */
export function paletteFor(screen: Screen, environment: NodeJS.ProcessEnv): Palette {
  const isColoured = screen.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb';
  const paint =
    (start: number, end: number): Paint =>
    (text) =>
      isColoured ? `\u001b[${start}m${text}\u001b[${end}m` : text;
  return {
    title: paint(1, 22),
    quiet: paint(2, 22),
    code: paint(36, 39),
    error: paint(31, 39),
    bar: paint(34, 39),
    isColoured,
  };
}
