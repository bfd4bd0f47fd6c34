/** How many running generations an account may cancel free of charge per hour by default. */
export const CANCELS_PER_HOUR = 60;
