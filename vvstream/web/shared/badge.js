// The state of the server, as it says it: `CPU: OK | RAM: 0.4/23.4 GB`.

import { say } from "../words/language.js";

const EVERY_MS = 3_000;

/**
 * Ask again and again, as long as the page is seen.
 * @param {HTMLElement} badge
 * @param {HTMLElement} line
 */
export function startBadge(badge, line) {
  const ask = async () => {
    if (!document.hidden) {
      const { text, well } = await state();
      line.textContent = text;
      badge.dataset.health = well ? "ok" : "bad";
    }
    setTimeout(ask, EVERY_MS);
  };
  ask();
}

/** @returns {Promise<{text: string, well: boolean}>} */
async function state() {
  try {
    const answer = await fetch("api/status", { signal: AbortSignal.timeout(EVERY_MS) });
    const { line, ok } = await answer.json();
    return { text: line, well: ok };
  } catch {
    return { text: say("offline"), well: false };
  }
}
