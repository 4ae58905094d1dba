// node subset.mjs NODE_MODULES FONT OUT RANGES: the letters of RANGES ("U+0020-007E,U+20AC") of a font, as WOFF2.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [modules, font, out, ranges] = process.argv.slice(2);
const subsetFont = createRequire(join(modules, 'x'))('subset-font');
const letters = ranges.split(',').map(range => {
  const [first, last = first] = range.replace('U+', '').split('-').map(code => parseInt(code, 16));
  return String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, i) => first + i));
});
writeFileSync(out, await subsetFont(readFileSync(font), letters.join(''), { targetFormat: 'woff2' }));
