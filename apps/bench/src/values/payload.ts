/** What is encoded and decoded, the same in every run. */

/** A value by a name of its own. */
export interface Payload {
  readonly id: string;
  readonly title: string;
  /** What it is, for the caption of the table. */
  readonly about: string;
  readonly value: unknown;
}

const SEED = 20_260_101;
const ROWS = 78;
const TEXT_BYTES = 100_000;

const SESSION = {
  id: 482_137,
  name: 'Zoë Lindqvist',
  email: 'zoe@example.com',
  roles: ['editor', 'admin'],
  locale: 'sv',
  active: true,
  visits: 12,
  score: 0.81,
  seen: '2026-03-14T09:26Z',
};

const WORDS =
  'the of and to in a is that it was for on are as with his they be at one have this from or had by hot but some what there we can out other were all your when up use word how said an each she which do their time if will way about many then them would write like so these her long make thing see him two has look more day could go come did my sound no most number who over know water than call first people may down side been now find any new work part take get place made live where after back little only round man year came show every good me give our under name very through just form much great think say help low line before turn cause same mean differ move right boy old too does tell sentence set three want air well also play small end put home read hand port large spell add even land here must big high such follow act why ask men change went light kind off need house picture try us again animal point mother world near build self earth father café naïve façade'.split(
    ' ',
  );
const TITLES = [
  'Walnut desk',
  'Reading lamp',
  'Wool blanket',
  'Kitchen scale',
  'Garden hose',
  'Travel mug',
  'Wall clock',
];
const STATES = ['paid', 'packed', 'sent', 'delivered', 'returned'];

/** Everything that is measured. */
export function payloads(): Payload[] {
  return [
    { id: 'object', title: '170 B object', about: 'a session record of nine members', value: SESSION },
    {
      id: 'rows',
      title: '11 kB object',
      about: `${ROWS} rows of an order list with their total`,
      value: orderList(),
    },
    {
      id: 'text',
      title: '100 kB text',
      about: 'English prose, some of its words with accents',
      value: prose(),
    },
  ];
}

/** The payload of this id; throws when there is none. */
export function payloadOf(id: string): Payload {
  const found = payloads().find((payload) => payload.id === id);
  if (found === undefined) throw new Error(`No payload is called ${id}.`);
  return found;
}

function orderList(): object {
  const random = randomIntegers(SEED);
  const rows = Array.from({ length: ROWS }, (_, index) => {
    const quantity = 1 + random(9);
    const cents = 199 + random(90_000);
    return {
      id: 900_000 + index * 7 + random(7),
      title: TITLES[random(TITLES.length)],
      sku: `SKU-${(random(0xffffff) + 0x1000000).toString(16).slice(1)}`,
      quantity,
      price: cents / 100,
      state: STATES[random(STATES.length)],
      gift: random(5) === 0,
      at: `2026-0${1 + random(9)}-${10 + random(18)}T${10 + random(13)}:${10 + random(49)}:${10 + random(49)}Z`,
    };
  });
  return { page: 3, pages: 41, total: rows.reduce((sum, row) => sum + row.price * row.quantity, 0), rows };
}

/** Sentences of words that are the more frequent the earlier they stand in the list, as words are. */
function prose(): string {
  const random = randomIntegers(SEED + 1);
  const sentences: string[] = [];
  let bytes = 0;
  while (bytes < TEXT_BYTES) {
    const words = Array.from(
      { length: 5 + random(16) },
      () => WORDS[Math.min(random(WORDS.length), random(WORDS.length))],
    );
    const [first = '', ...rest] = words as string[];
    const end = random(6) === 0 ? '.\n\n' : random(9) === 0 ? '? ' : '. ';
    const sentence = `${first.charAt(0).toUpperCase()}${first.slice(1)} ${rest.join(random(12) === 0 ? ', ' : ' ')}${end}`;
    sentences.push(sentence);
    bytes += Buffer.byteLength(sentence);
  }
  return cutTo(sentences.join(''), TEXT_BYTES);
}

/** Cuts text to so many bytes of UTF-8; a letter that would be cut becomes dots. */
function cutTo(text: string, bytes: number): string {
  const cut = Buffer.from(text, 'utf8').subarray(0, bytes).toString('utf8').replaceAll('\ufffd', '');
  return cut + '.'.repeat(bytes - Buffer.byteLength(cut));
}

/** Integers from 0 up to, not including, what is asked for. Algorithm: mulberry32, public domain. */
function randomIntegers(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
