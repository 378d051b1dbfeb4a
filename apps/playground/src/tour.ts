/**
 * The terminal tour: shows the client at work and ends.
 */
import { runTour } from './run-tour.js';

// A reader who closes the pipe (`npm start | head`) has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await runTour({
  environment: process.env,
  output: process.stdout,
  errors: process.stderr,
});
