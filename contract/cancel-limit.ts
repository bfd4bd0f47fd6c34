/** How many running generations an account may cancel per hour for nothing, unless set otherwise. */
export const CANCELS_PER_HOUR = 60;
