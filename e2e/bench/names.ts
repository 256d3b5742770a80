/** Names for the benchmark: words in a Zipf distribution, always the same for the same seed. */

/** Numbers from 0 up to 1, always the same for a seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A number from the normal distribution. */
export function normalOf(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** The most common words first; the first stands in more than a fifth of all names. */
const COMMON = `Love The Night You Me Blue Heart Dance Time Home Dark Baby Rain Fire Remastered Live Summer Moon
  River Light Corazón Street Gold Dream Café Black Star Lonely 愛 Road Sun Été Forever حب Girl World Любовь Radio
  Water 夜 Mañana City Morning Angel Über Wild Ghost Señorita Winter Glass 東京 Sea Björk قلب Electric Young Ночь
  Naïve Hotel Broken 風 Sugar Paper ليل Weather Garden AC/DC T.N.T. Don't Pt. 2 (Live) & R.E.M.`.split(/\s+/);
const HEADS = ['b', 'br', 'ch', 'd', 'f', 'g', 'gl', 'h', 'k', 'l', 'm', 'n', 'p', 'r', 's', 'st', 't', 'v', 'w', 'z'];
const HEARTS = ['a', 'e', 'i', 'o', 'u', 'ai', 'ea', 'ou'];
const TAILS = ['', 'l', 'n', 'r', 's', 'm', 't'];

/** Makes names of one to six words, most of them of two or three. */
export function namesOf(random: () => number, size: number): (most?: number) => string {
  const words = vocabulary(size);
  const word = wordOf(random, words);
  const lengths = [1, 2, 2, 2, 3, 3, 3, 4, 5, 6];
  return (most = 6) => {
    const length = Math.min(most, lengths[Math.floor(random() * lengths.length)] ?? 1);
    return Array.from({ length }, word).join(' ');
  };
}

/** Common words, then made-up ones of two or three syllables, each once. */
function vocabulary(size: number): string[] {
  const words = new Set(COMMON);
  for (let number = 0; words.size < size; number += 1) words.add(spelled(number));
  return [...words];
}

function spelled(number: number): string {
  let rest = (number * 7919 + 104_729) % 50_000_000;
  let word = '';
  for (const part of [HEADS, HEARTS, TAILS, HEADS, HEARTS, TAILS]) {
    word += part[rest % part.length];
    rest = Math.floor(rest / part.length);
  }
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** The word of rank n comes 1/n as often as the first. */
function wordOf(random: () => number, words: string[]): () => string {
  let sum = 0;
  const upTo = Float64Array.from(words, (_, index) => (sum += 1 / (index + 1)));
  return () => {
    const wanted = random() * sum;
    let low = 0;
    let high = words.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return words[low] ?? '';
  };
}
