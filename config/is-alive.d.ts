/** Whether there is such a process; also one of another user. */
export function isAlive(pid: number): boolean;
