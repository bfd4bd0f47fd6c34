export { createLogger } from './http/logging';
export { createServer, type ServerOptions } from './server';
export { type RunningWeb, runWeb, startWeb, type WebOptions } from './start';
export { loadWebConfig, type WebConfig } from './web-config';
