export { createLogger } from './http/logging';
export { runWeb } from './run';
export { createServer, type ServerOptions } from './server';
export { type RunningWeb, startWeb } from './start';
export { loadWebConfig, type WebConfig } from './web-config';
