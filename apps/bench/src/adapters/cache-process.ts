/** The program of the process that holds one subject: it measures a round whenever its parent asks for one. */
import { CACHE_LOADS, type CacheLoad, fill, measureLoad } from './cache-load.js';
import { CACHE_SUBJECTS } from './cache-subject.js';

/** A round that the parent asks for. */
export interface CacheRound {
  readonly load: string;
  readonly milliseconds: number;
}

const [name = '', address = ''] = process.argv.slice(2);
const makeSubject = CACHE_SUBJECTS[name];
if (makeSubject === undefined) throw new Error(`there is no subject ${name}`);
const subject = makeSubject(address);
await fill(subject);

process.on('message', ({ load, milliseconds }: CacheRound) => {
  void measureLoad(subject, CACHE_LOADS[load] as CacheLoad, milliseconds).then((figures) =>
    process.send?.(figures),
  );
});
process.send?.('ready');
