/** The colours can be read and told apart, in every palette. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { letterColours } from './lettering.ts';
import { contrast, palettes, type Role } from './palettes.ts';

test('contrast is that of WCAG', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21);
  assert.equal(contrast('#ffffff', '#ffffff'), 1);
  assert.equal(contrast('#767676', '#ffffff').toFixed(2), '4.54');
});

test('the palettes keep the colours of the design', () => {
  assert.equal(palettes.length, 12);
  assert.deepEqual(palettes[0], { name: 'Riviera', dark: '#0a2f94', vivid: '#f7511f', second: '#81c9e9', light: '#f5f0e1' });
  assert.deepEqual(palettes[9], { name: 'Cobalt', dark: '#111a2d', vivid: '#0065da', second: '#f8dd44', light: '#ecf3fa' });
  for (const { dark, vivid, second, light } of palettes) {
    for (const colour of [dark, vivid, second, light]) assert.match(colour, /^#[0-9a-f]{6}$/);
  }
});

test('a label has a contrast of 7 or more in every palette', () => {
  for (const { name, dark, light } of palettes) assert.ok(contrast(dark, light) >= 7, name);
});

test('lettering finds a colour of 3 or more on every ground, and no other', () => {
  const roles: Role[] = ['dark', 'vivid', 'second', 'light'];
  for (const palette of palettes) {
    for (const groundRole of roles) {
      const [a, b, c] = roles.filter((role) => role !== groundRole).map((role) => palette[role]);
      const scheme = { palette, groundRole, ground: palette[groundRole], a: a!, b: b!, c: c! };
      const colours = letterColours(scheme);
      assert.ok(colours.length > 0, `${palette.name} on ${groundRole}`);
      for (const colour of colours) assert.ok(contrast(colour, scheme.ground) >= 3, `${palette.name} on ${groundRole}`);
    }
  }
});
