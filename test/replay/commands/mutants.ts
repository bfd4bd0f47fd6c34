import { OF_ACTIVITIES } from './mutants-of-activities';
import { ADDED_PATCH, OF_RUNS } from './mutants-of-runs';

/** The faults that a change may bring in, by what they change. */
export const MUTANTS = { ...OF_ACTIVITIES, ...OF_RUNS };

/** All that `bundleChanged` brings into a bundle. */
export const ALL_MUTANTS = [...Object.values(MUTANTS).flat(), ADDED_PATCH];
