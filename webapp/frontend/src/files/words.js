// The words of the page's language come with the script's own element.
export const words = JSON.parse(document.currentScript?.dataset.words || "{}");

/** A text with {name} and the like filled in. */
export function fill(text, facts) {
  return (text || "").replace(/\{(\w+)\}/g, (whole, key) => (key in facts ? facts[key] : whole));
}

/** Megabytes with one digit. */
export function megabytes(size) {
  return (size / 1048576).toFixed(1);
}

/** A size for people, as the server writes it. */
export function sized(size) {
  return size >= 104857 ? `${megabytes(size)} MB` : `${Math.max(1, Math.round(size / 1024))} kB`;
}
