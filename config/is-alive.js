'use strict';

// Plain JavaScript, because what installs and builds a checkout asks it too.

/** Whether there is such a process; also one of another user. */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

module.exports = { isAlive };
