import { type ResourceLimits, Worker } from 'node:worker_threads';

/**
 * Starts a thread from a TypeScript file. The loader that this process was started with works in its main thread only,
 * so the thread registers it for itself.
 */
export function startTypescriptThread(
  program: URL,
  workerData: object,
  resourceLimits: ResourceLimits,
): Worker {
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const start = `import(${loader}).then(({ register }) => { register(); return import(${JSON.stringify(program.href)}); })`;
  return new Worker(start, { eval: true, workerData, resourceLimits });
}
