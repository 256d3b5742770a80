/** How long somebody has to wait, in words: "1 second", "90 seconds", "5 minutes", never less than it is. */
export function inWords(seconds: number): string {
  if (seconds >= 120) return `${Math.ceil(seconds / 60)} minutes`;
  return seconds === 1 ? '1 second' : `${seconds} seconds`;
}
