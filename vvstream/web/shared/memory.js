// What the page remembers between visits. Where the browser keeps nothing, it starts anew each time.

/**
 * @param {string} name
 * @param {string} value
 */
export function remember(name, value) {
  try {
    localStorage.setItem(`vvstream.${name}`, value);
  } catch {
    // A private window, or storage that the visitor has turned off.
  }
}

/**
 * @param {string} name
 * @returns {string | null}
 */
export function remembered(name) {
  try {
    return localStorage.getItem(`vvstream.${name}`);
  } catch {
    return null;
  }
}
