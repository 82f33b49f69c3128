// The close codes of docs/protocol.md that a client acts upon.

export const DONE = 1000;
export const GONE = 4404;
export const UNAUTHORIZED = 4401;
export const OVERLOADED = 4503;

/** The connection went away, the session did not: going away, lost, restarted, later, stalled. */
export const RESUMABLE = new Set([1001, 1005, 1006, 1011, 1012, 1013, 4408, OVERLOADED]);
