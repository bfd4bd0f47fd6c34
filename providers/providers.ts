export type * from './generation-provider';
export type { Notifier } from './notifier';
export type * from './payment-provider';
export * from './provider-errors';
