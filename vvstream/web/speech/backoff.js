// How long to wait before the next attempt.

const FIRST = 0.1;
const LONGEST = 5;

/**
 * Full jitter: a thousand pages of a restarted server must not come back as one.
 * @param {number} attempt 0 for the first
 * @param {() => number} random from 0 to 1
 * @returns {number} seconds
 */
export function pause(attempt, random = Math.random) {
  return random() * Math.min(LONGEST, FIRST * 2 ** Math.min(attempt, 10));
}

/**
 * Wait, or be woken by the browser that the network is back.
 * @param {number} seconds
 * @returns {Promise<void>}
 */
export function waitOrOnline(seconds) {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      removeEventListener("online", finish);
      resolve();
    };
    const timer = setTimeout(finish, seconds * 1000);
    addEventListener("online", finish);
  });
}
