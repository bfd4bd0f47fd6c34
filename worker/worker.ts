export { runWorker } from './run';
export { type RunningWorker, startWorker, type WorkerOptions } from './start';
