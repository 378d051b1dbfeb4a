import { open } from './drivers/ours.js';
import { MEMORY_CHECKS } from './memory-check.js';
import { planOf } from './plan.js';
import { workloadOf } from './workload.js';

const [id, address] = process.argv.slice(2);
process.exit(await main(id, address));

async function main(checkId: string | undefined, server: string | undefined): Promise<number> {
  const check = MEMORY_CHECKS.find((each) => each.id === checkId);
  if (check === undefined || server === undefined) throw new Error('Which check, on which server?');
  const { keys, values } = planOf(workloadOf('get-1'), 'mem');
  const driver = await open([server]);
  for (const [index, key] of keys.entries()) await driver.set(key, values[index] as string);
  const within = await check.run(driver, keys, values, (line) => process.stdout.write(`${line}\n`));
  await driver.close();
  return within ? 0 : 1;
}
