/** Strings as they are, and the signs that are set apart by spaces. */
const TOKENS = /'[^']*'|`[^`]*`|=>|\*\*|[,:{}+]|\s+|[^'`=*,:{}+\s]+|./g;

/**
 * The code of a step, taken from the function that runs it: what is shown is what runs. The loader that strips the
 * types also strips most spaces, so they are put back.
 *
 * @param run an arrow function of one expression, without a ternary
 */
export function shownCode(run: () => unknown): string {
  const expression = run.toString().replace(/^\(\)\s*=>\s*/, '');
  const singleQuoted = expression.replaceAll(/"([^"'\\]*)"/g, "'$1'");
  const spaced = (singleQuoted.match(TOKENS) ?? []).map(spacedToken).join('');
  return `await ${spaced.replaceAll(/ {2,}/g, ' ').replaceAll('{ }', '{}')}`;
}

function spacedToken(token: string): string {
  switch (token) {
    case ',':
    case ':':
    case '{':
      return `${token} `;
    case '}':
      return ' }';
    case '=>':
    case '**':
    case '+':
      return ` ${token} `;
    default:
      // The loader writes 60000 as 6e4.
      return /^\D*$/.test(token) || token.startsWith("'")
        ? token
        : token.replaceAll(/\b\d+e\d+\b/g, (digits) => String(Number(digits)));
  }
}
