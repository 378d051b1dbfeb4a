/** msgpackr's own declarations do not cover this entry. */
declare module 'msgpackr/index-no-eval' {
  export const Packr: new (options: object) => unknown;
}
