// While somebody sends a form, daemons are restarted, killed, or away: what was typed is still there, or there is a receipt.
// facts: {services: where s6 has the daemons, form: slug, title}
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, until } from '../lib.mjs';
import { answerAll } from './citizen.mjs';

const SUBMISSIONS = ['submissions-1', 'submissions-2'];

function supervise(window, order, names) {
  for (const name of names) execFileSync('s6-svc', [order, join(window.facts.services, name)]);
}

const receipt = window => window.page.locator('.receipt').first().isVisible();
const form = window => window.path('/formulare/', '/en/forms/') + window.facts.form;
const button = (window, value) => window.page.locator(`button[name=_do][value=${value}]`).last();
const press = (window, value) => window.hand.go(button(window, value)).catch(error => error);

async function filled(window, title) {
  await window.page.goto(form(window));
  await answerAll(window, title);
}

// Sends, and again whenever the page says that it could not be: only with what the page itself has kept.
async function untilThere(window, what) {
  await until(async () => {
    if (await receipt(window).catch(() => false)) return true;
    for (const value of ['send', 'review']) if (await button(window, value).count().catch(() => 0)) return void (await press(window, value));
    const again = window.page.locator('main form button[type=submit]').last();
    if (await again.count().catch(() => 0)) return void (await window.hand.go(again).catch(() => {}));
    await window.page.reload().catch(() => {});   // the browser's own page: the same is sent once more
  }, what);
}

async function restarted(window, title) {
  await filled(window, title);
  await press(window, 'review');
  supervise(window, '-r', SUBMISSIONS);
  await press(window, 'send');
  await untilThere(window, 'a receipt after a restart');
}

async function killed(window, title) {
  await filled(window, title);
  await press(window, 'review');
  const sending = press(window, 'send');
  supervise(window, '-k', [...SUBMISSIONS, 'broker']);
  await sending;
  await untilThere(window, 'a receipt after daemons were killed');
}

// Nobody answers: the page says so, with all that was typed; later the same page sends it.
async function absent(window, title) {
  await filled(window, title);
  supervise(window, '-d', SUBMISSIONS);
  await press(window, 'review');
  await window.look('form-away');
  const kept = await window.page.locator('main').evaluate(main => main.innerText + [...main.querySelectorAll('input, textarea')].map(e => e.value).join('\n'));
  expect(kept.includes(title), `${window.page.url()}: what was typed is gone: ${kept.slice(0, 300)}`);
  supervise(window, '-u', SUBMISSIONS);
  await untilThere(window, 'a receipt after the service was away');
}

async function gateway(window, title) {
  await filled(window, title);
  await press(window, 'review');
  const sending = press(window, 'send');
  supervise(window, '-k', ['gateway-1']);
  await sending;
  await untilThere(window, 'a receipt after the gateway was killed');
}

export default async function restarts(window) {
  for (const [name, part] of Object.entries({ restarted, killed, absent, gateway })) {
    await part(window, `${window.facts.title} ${name}`);
    expect(await receipt(window), `${name}: no receipt`);
  }
}
