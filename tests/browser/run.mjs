// node run.mjs STORY --url URL [--lang de|en] [--width N] [--no-script] [--dark] [--shots DIR] [--login L --password-env NAME]
//   [--keys: with the keyboard only] [--shapes: every page in narrow windows, with large and spaced text] [--facts JSON: what the story needs to know]
// Runs stories/STORY.mjs in a window of its own. Exit code 0: as it should be; 1: a complaint, told in one line or some.
import { parseArgs } from 'node:util';
import { Complaint, Window } from './lib.mjs';

const LIMIT_MS = 240000;   // less than the tests wait for this program
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: 'string' }, lang: { type: 'string', default: 'de' }, width: { type: 'string', default: '1280' },
    'no-script': { type: 'boolean' }, dark: { type: 'boolean' }, shots: { type: 'string' }, login: { type: 'string' },
    'password-env': { type: 'string' }, form: { type: 'string' },
    keys: { type: 'boolean' }, shapes: { type: 'boolean' }, facts: { type: 'string', default: '{}' },
  },
});
const story = (await import(`./stories/${positionals[0]}.mjs`)).default;
const window = await Window.open({
  url: values.url, lang: values.lang, width: Number(values.width), script: !values['no-script'], dark: !!values.dark,
  shots: values.shots, login: values.login, password: process.env[values['password-env'] ?? ''], form: values.form,
  keys: values.keys, shapes: values.shapes, facts: JSON.parse(values.facts),
});
// Whatever waits forever is told with the page it waits on.
const limit = setTimeout(() => {
  console.log(`not finished within ${LIMIT_MS / 1000} s, at ${window.page.url()}`);
  window.close().finally(() => process.exit(1));
}, LIMIT_MS);
try {
  await story(window);
  console.log(`${positionals[0]}: fine, ${window.seen} pages looked at`);
} catch (error) {
  console.log(error instanceof Complaint ? error.message : error.stack);
  console.log(`at ${window.page.url()}`);
  await window.shoot?.('failed').catch(() => {});
  process.exitCode = 1;
} finally {
  clearTimeout(limit);
  await window.close();
}
