// A moderator's round: signs in (wrong first), desk, inbox, one submission; takes, compares, accepts with edits, rejects with a reason,
// finds a duplicate, opens again, takes an entry from the public page, meets a colleague who was faster, answers a report.
// facts: {submissions: [{id, title, receipt}], colleague: login}
import { expect, hasFocus, until } from '../lib.mjs';
import { faulty } from './citizen.mjs';

const WORDS = { accept: 'annehmen', reject: 'ablehnen', duplicate: 'dublette', reopen: 'wieder-oeffnen', take: 'uebernehmen' };

const inbox = window => window.path('/intern/einreichungen', '/en/intern/submissions');
const address = (window, submission, move) => `${inbox(window)}/${submission.id}${move ? '/' + (window.lang === 'en' ? move : WORDS[move]) : ''}`;
const send = window => window.page.locator('main form button[type=submit]').last();
const field = (window, name) => window.page.locator(`main form [name="${name}"]`);

// From the submission's page to the form of a decision.
async function open(window, submission, move) {
  await window.page.goto(address(window, submission));
  await window.hand.go(window.page.locator(`main a[href="${address(window, submission, move).slice(window.url.length)}"]`).first());
}

async function done(window, name) {
  await until(() => new URL(window.page.url()).searchParams.has('done'), `${name}: done`);
  expect(await window.page.locator('.kern-alert--success[role=status]').isVisible(), `${window.page.url()}: nothing says that it is done`);
  await window.look(name);
}

async function entrance(window) {
  await window.page.goto(inbox(window));
  expect(/anmelden|sign-in/.test(window.page.url()), `the inbox is open to all: ${window.page.url()}`);
  await window.meet('sign-in');
  await window.hand.go(send(window));
  await window.meet('sign-in-faulty');
  for (const word of ['falsch-geraten-und-lang', window.password]) {
    await window.hand.type(field(window, 'login'), window.login);
    await window.hand.type(field(window, 'password'), word);
    await window.hand.go(send(window));
    if (word !== window.password) await window.meet('sign-in-wrong');
  }
  expect(window.page.url() === inbox(window), `signing in leads to ${window.page.url()} instead of the inbox`);
}

async function overview(window, first) {
  await window.meet('inbox');
  await window.hand.type(window.page.locator('#q'), 'gibtesnirgendwo');
  await window.hand.go(send(window));
  await window.meet('inbox-empty');
  const filter = window.page.locator('main form details:not([open]) summary');
  if (await filter.count()) await window.hand.press(filter.first());
  await window.hand.type(window.page.locator('#q'), first.receipt);
  await window.hand.choose(window.page.locator('main form select').last(), await window.page.locator('main form select').last().locator('option').nth(1).getAttribute('value'));
  await window.hand.go(send(window));
  await window.meet('inbox-found');
  await window.hand.go(window.page.locator(`main a[href*="${first.id}"]`).first());
  await window.meet('submission');
  await window.goto('/intern/', '/en/intern/');
  await window.meet('desk');
}

async function take(window, submission) {
  await window.page.goto(address(window, submission));
  const action = address(window, submission, 'take').slice(window.url.length);
  await window.hand.go(window.page.locator(`form[action="${action}"] button`));
  await done(window, 'taken');
}

async function accept(window, submission) {
  await open(window, submission, 'accept');
  await window.meet('accept');
  await window.hand.type(field(window, 'edits.title'), '');
  await window.hand.type(field(window, 'text'), 'Willkommen!');
  await window.hand.go(send(window));
  await window.meet('accept-faulty');
  await window.page.reload();
  await faulty(window, 1);
  expect(await field(window, 'text').inputValue() === 'Willkommen!', 'what was typed is gone');
  await window.hand.type(field(window, 'edits.title'), submission.title);
  await window.hand.go(send(window));
  await done(window, 'accepted');
}

async function reject(window, submission) {
  await open(window, submission, 'reject');
  await window.meet('reject');
  await window.hand.type(field(window, 'text'), 'Es fehlt die Adresse.');
  await window.hand.go(send(window));
  await window.meet('reject-faulty');
  await window.hand.tick(window.page.locator('input[name=reason][value=incomplete]'));
  await window.hand.go(send(window));
  await done(window, 'rejected');
}

// The same title was accepted before: offered side by side.
async function duplicate(window, submission) {
  await until(async () => {
    await open(window, submission, 'duplicate');
    return window.page.locator('input[name=duplicate_of]').count();
  }, 'a similar entry is offered');
  await window.meet('duplicate');
  await window.hand.tick(window.page.locator('input[name=duplicate_of]').first());
  await window.hand.go(send(window));
  await done(window, 'duplicate-done');
}

async function reopen(window, submission, name) {
  await open(window, submission, 'reopen');
  await window.meet(name);
  await window.hand.type(field(window, 'text'), 'Noch eine Frage.');
  await window.hand.go(send(window));
  await done(window, name + '-done');
}

// The colleague has the form open while it is taken: is told by whom, and what was typed is still there.
async function colleague(window, submission) {
  const other = await window.beside({ login: window.facts.colleague });
  try {
    await other.signIn();
    await open(other, submission, 'reject');
    await other.hand.tick(other.page.locator('input[name=reason][value=incomplete]'));
    await other.hand.type(field(other, 'text'), 'Meine Begründung');
    await take(window, submission);
    await other.hand.go(send(other));
    expect((await other.text()).includes(window.login), 'the second moderator is not told who was faster');
    expect(await field(other, 'text').inputValue() === 'Meine Begründung', 'what the second moderator typed is gone');
    await hasFocus(other, 'main .kern-alert');
    await other.look('conflict');
    await other.hand.go(send(other));
    await done(other, 'conflict-done');
  } finally {
    await other.close();
  }
}

async function reports(window) {
  await window.goto('/intern/meldungen', '/en/intern/reports');
  await window.meet('reports');
  await window.hand.press(window.page.locator('main details summary').first());
  await window.hand.choose(window.page.locator('main details[open] select'), await window.page.locator('main details[open] select option').nth(1).getAttribute('value'));
  await window.hand.go(window.page.locator('main details[open] button[type=submit]'));
  await window.meet('report-answered');
}

export default async function moderator(window) {
  const [first, second, third, fourth] = window.facts.submissions;
  await entrance(window);
  await overview(window, first);
  await take(window, first);
  await accept(window, first);
  await duplicate(window, second);
  await reject(window, third);
  await reopen(window, third, 'reopen');
  await reopen(window, first, 'unpublish');
  await colleague(window, fourth);
  await reports(window);
  await window.hand.go(window.page.locator('.staff-menu__who button'));
  await window.meet('signed-out');
  await window.page.goto(inbox(window));
  expect(/anmelden|sign-in/.test(window.page.url()), 'still signed in after signing out');
}
