export * from './errors';
export type * from './generation';
export type * from './payments';
