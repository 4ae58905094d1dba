// A moderator's session ends while a decision is typed: the text is kept, and sent after signing in again in another tab.
// facts: {submission: {id}}
import { expect, until } from '../lib.mjs';

export default async function expired(window) {
  await window.signIn();
  const other = await window.beside({ login: window.login });
  try {
    await window.goto(`/intern/einreichungen/${window.facts.submission.id}/ablehnen`, `/en/intern/submissions/${window.facts.submission.id}/reject`);
    await window.hand.tick(window.page.locator('input[name=reason][value=incomplete]'));
    await window.hand.type(window.page.locator('main form [name=text]'), 'Lange getippt <und> wichtig');
    await other.signIn();
    await other.goto('/intern/konto', '/en/intern/account');
    for (let ended = 0; await other.page.locator('main .cards form button').count(); ended++) {
      expect(ended < 9, 'sessions do not end');
      await other.hand.go(other.page.locator('main .cards form button').first());
    }
    await window.hand.go(window.page.locator('main form button[type=submit]').last());
  } finally {
    await other.close();
  }
  await window.look('resend');
  await window.hand.press(window.page.locator('main details summary'));
  expect((await window.text()).includes('Lange getippt <und> wichtig'), 'what was typed is not shown');
  const [tab] = await Promise.all([window.context.waitForEvent('page'), window.hand.press(window.page.locator('main a[target=_blank]'))]);
  await tab.fill('input[name=login]', window.login);
  await tab.fill('input[name=password]', window.password);
  await tab.locator('main button[type=submit]').first().click();
  await tab.waitForURL(/\/intern\/(?!anmelden|sign-in)/);
  await window.page.bringToFront();
  await window.hand.go(window.page.locator('main form button[type=submit]').last());
  if (!new URL(window.page.url()).searchParams.has('done')) {   // another session: asked once more whether it is meant
    expect((await window.page.content()).includes('Lange getippt'), 'what was typed is gone');
    await window.look('resend-again');
    await window.hand.go(window.page.locator('main form button[type=submit]').last());
  }
  await until(() => new URL(window.page.url()).searchParams.has('done'), 'the decision is made');
  expect((await window.text()).includes('Lange getippt <und> wichtig'), 'the decision has not what was typed');
}
