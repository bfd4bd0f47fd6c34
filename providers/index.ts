export * from './errors';
export type * from './generation';
export type * from './notifier';
export type * from './payments';
