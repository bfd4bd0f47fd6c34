'use strict';

// Plain JavaScript: the scripts that install and build a checkout use it too.

/** Whether a process with this id exists, of any user. */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

module.exports = { isAlive };
