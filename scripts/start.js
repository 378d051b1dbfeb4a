/**
 * `npm start`: the terminal tour of the client at work.
 */
import { runCommand, runMain } from './run-command.js';
import { setup } from './setup.js';

await runMain(async () => {
  await setup();
  const tour = 'apps/playground/src/tour.ts';
  const flags = ['--import', 'tsx', '--conditions=@mc/source'];
  const { code } = await runCommand(process.execPath, [...flags, tour, ...process.argv.slice(2)]);
  return code;
});
