/** The twelve palettes that sleeves are printed in, and the contrast between their colours. */

/** What a colour does in its palette: the place in `dark, vivid, second, light`. */
export type Role = 'dark' | 'vivid' | 'second' | 'light';

export type Palette = Readonly<Record<Role, string>> & { readonly name: string };

type Oklch = readonly [lightness: number, chroma: number, hue: number];

// A printed sleeve keeps its colours for good, so they are chosen where lightness is even (OKLCH) and written as
// hex, which mail clients and rasterisers read too.
const mixed: readonly [name: string, dark: Oklch, vivid: Oklch, second: Oklch, light: Oklch][] = [
  ['Riviera', [0.36, 0.17, 264], [0.66, 0.21, 36], [0.8, 0.085, 228], [0.955, 0.02, 90]],
  ['Tangerine', [0.27, 0.055, 30], [0.71, 0.185, 52], [0.85, 0.125, 86], [0.955, 0.025, 75]],
  ['Moss', [0.27, 0.05, 158], [0.53, 0.125, 148], [0.9, 0.17, 112], [0.955, 0.025, 120]],
  ['Plum', [0.31, 0.11, 330], [0.7, 0.19, 358], [0.82, 0.115, 68], [0.955, 0.02, 345]],
  ['Signal', [0.21, 0.01, 280], [0.635, 0.235, 29], [0.8, 0.012, 90], [0.965, 0.008, 90]],
  ['Lagoon', [0.29, 0.06, 222], [0.6, 0.105, 198], [0.75, 0.16, 48], [0.94, 0.04, 185]],
  ['Mustard', [0.27, 0.045, 50], [0.56, 0.175, 31], [0.82, 0.16, 88], [0.955, 0.03, 95]],
  ['Rosewood', [0.3, 0.1, 5], [0.58, 0.215, 20], [0.84, 0.08, 8], [0.96, 0.018, 30]],
  ['Iris', [0.29, 0.11, 288], [0.55, 0.2, 294], [0.88, 0.155, 97], [0.94, 0.03, 300]],
  ['Cobalt', [0.22, 0.04, 265], [0.53, 0.2, 258], [0.895, 0.165, 99], [0.96, 0.012, 250]],
  ['Clay', [0.33, 0.06, 232], [0.6, 0.13, 42], [0.82, 0.06, 65], [0.955, 0.018, 75]],
  ['Mint', [0.33, 0.125, 264], [0.7, 0.18, 27], [0.87, 0.095, 162], [0.97, 0.012, 160]],
];

/** Number n is the ink n of a record's page. */
export const palettes: readonly Palette[] = mixed.map(([name, dark, vivid, second, light]) => ({
  name,
  dark: hex(dark),
  vivid: hex(vivid),
  second: hex(second),
  light: hex(light),
}));

/** Contrast of two hex colours by the definition of WCAG: 1 to 21. */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

// A colour beyond what screens show loses chroma, not its lightness or hue.
function hex([lightness, chroma, hue]: Oklch): string {
  const angle = (hue * Math.PI) / 180;
  const channels = linearRgb(lightness, chroma * Math.cos(angle), chroma * Math.sin(angle));
  if (channels.some((value) => value < 0 || value > 1)) return hex([lightness, chroma - 0.001, hue]);
  return `#${channels.map((value) => byte(value).toString(16).padStart(2, '0')).join('')}`;
}

function linearRgb(lightness: number, a: number, b: number): number[] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function byte(linear: number): number {
  const value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(255 * value);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255));
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
