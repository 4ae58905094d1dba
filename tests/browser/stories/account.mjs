// Who has an account: another password, a second factor with a code computed here, recovery codes, sessions; and who administers:
// a new person who signs in with a password that serves once, roles, access, the audit.
// facts: {newcomer: a login}
import { createHmac } from 'node:crypto';
import { expect } from '../lib.mjs';
import { faulty } from './citizen.mjs';

const STEP_MS = 30000;
const field = (window, name) => window.page.locator(`main form [name="${name}"]`);
const send = window => window.page.locator('main form button[type=submit]').last();
const link = (window, german, english) => window.page.locator(`main a[href$="${window.lang === 'en' ? english : german}"]`).first();

/** RFC 6238 with a secret in base32: the code of the step that lies so many steps ahead. */
export function code(secret, ahead = 0) {
  const bits = [...secret.replace(/[^A-Z2-7]/g, '')].map(c => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map(b => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP_MS) + ahead));
  const mac = createHmac('sha1', key).update(counter).digest(), at = mac.at(-1) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, '0');
}

async function fill(window, values) {
  for (const [name, value] of Object.entries(values)) await window.hand.type(field(window, name), value);
  await window.hand.go(send(window));
}

async function account(window) {
  await window.goto('/intern/konto', '/en/intern/account');
  return window.meet('account');
}

async function password(window) {
  await window.hand.go(link(window, '/passwort', '/password'));
  await window.meet('password');
  await fill(window, { password: 'falsch-geraten-und-lang', new_password: window.password + '-neu' });
  await window.meet('password-wrong');
  await fill(window, { password: window.password, new_password: 'kurz' });
  await window.meet('password-faulty');
  await window.page.reload();
  await faulty(window, 1);
  window.password += '-neu';
  await fill(window, { password: window.password.slice(0, -4), new_password: window.password });
  expect(await window.page.locator('.kern-alert--success[role=status]').isVisible(), 'nothing says that the password was changed');
}

// Returns the secret and the recovery codes.
async function enrol(window) {
  await window.hand.go(link(window, '/zweiter-faktor', '/second-factor'));
  await window.meet('factor');
  await fill(window, { password: window.password });
  await window.meet('factor-secret');
  const secret = await window.page.locator('main p code').innerText();
  expect(await window.page.locator('main figure svg[role=img]').isVisible(), 'no picture of the code');
  await fill(window, { otp: code(secret) });
  await window.meet('factor-codes');
  const codes = await window.page.locator('main li code').allInnerTexts();
  expect(codes.length >= 8, `${codes.length} recovery codes`);
  await window.hand.go(window.page.locator('main a.kern-btn'));
  await window.look('account-factor');
  return { secret, codes };
}

async function signOut(window) {
  await window.hand.go(window.page.locator('.staff-menu__who button'));
  expect(/anmelden|sign-in/.test(window.page.url()), `signing out leads to ${window.page.url()}`);
}

async function enter(window, second, name) {
  await fill(window, { login: window.login, password: window.password });
  await window.look('sign-in-' + name);
  await fill(window, { otp: second });
}

async function factor(window) {
  const { secret, codes } = await enrol(window);
  await signOut(window);
  await enter(window, '12', 'code');
  await window.meet('sign-in-code-wrong');
  await fill(window, { otp: code(secret, 1) });   // the present step's has served already
  expect(/\/intern\/$/.test(window.page.url()), `the code does not sign in: ${window.page.url()}`);
  await signOut(window);
  await enter(window, codes[0], 'recovery');
  expect(/\/intern\/$/.test(window.page.url()), `the recovery code does not sign in: ${window.page.url()}`);
  await account(window);
  await window.hand.go(link(window, '/ersatzcodes', '/recovery-codes'));
  await window.look('codes-again');
  await window.page.goBack();
  await window.hand.go(link(window, '/aus', '/off'));
  await window.meet('factor-off');
  await fill(window, { password: window.password });
  expect(await window.page.locator('.kern-alert--success[role=status]').isVisible(), 'nothing says that the second factor is off');
}

async function sessions(window) {
  const other = await window.beside({ login: window.login, password: window.password });
  try {
    await other.signIn();
    await account(window);
    await window.hand.go(window.page.locator('main .cards form button').first());
    expect(await window.page.locator('.kern-alert--success[role=status]').isVisible(), 'nothing says that the session was ended');
    await other.goto('/intern/', '/en/intern/');
    expect(/anmelden|sign-in/.test(other.page.url()), 'the session that was ended goes on');
  } finally {
    await other.close();
  }
}

// Returns the password that serves once.
async function newcomer(window, login) {
  await window.goto('/intern/personen', '/en/intern/people');
  await window.meet('people');
  await window.hand.go(link(window, '/personen/neu', '/people/new'));
  await window.meet('person-new');
  await window.hand.go(send(window));
  await window.meet('person-new-faulty');
  await window.hand.tick(window.page.locator('main input[name=roles][value=event_office]'));
  await fill(window, { login });
  await window.meet('person-password');
  const once = (await window.page.locator('main li code').innerText()).trim();
  await window.hand.go(window.page.locator('main a.kern-btn'));
  await window.meet('person');
  for (const name of ['person-disabled', 'person-enabled']) {
    await window.hand.go(window.page.locator('main form[action$="/zugang"] button, main form[action$="/access"] button'));
    await window.look(name);
  }
  return once;
}

async function begins(window, login, once) {
  const other = await window.beside({ login, password: once, keys: window.keys });
  try {
    await other.goto('/intern/anmelden', '/en/intern/sign-in');
    await fill(other, { login, password: once });
    await other.meet('sign-in-new-password');
    await fill(other, { new_password: 'ganz-neu-und-lang-genug' });
    expect(/\/intern\/$/.test(other.page.url()), `the new password does not sign in: ${other.page.url()}`);
    await other.look('desk-no-role');
  } finally {
    await other.close();
  }
}

async function audit(window) {
  await window.goto('/intern/protokoll', '/en/intern/audit');
  await window.meet('audit');
  await window.goto('/intern/protokoll?login=gibt-es-nicht', '/en/intern/audit?login=gibt-es-nicht');
  await window.look('audit-empty');
}

export default async function everyone(window) {
  await window.signIn();
  await account(window);
  await password(window);
  await factor(window);
  await sessions(window);
  const once = await newcomer(window, window.facts.newcomer);
  await begins(window, window.facts.newcomer, once);
  await audit(window);
  await signOut(window);
}
