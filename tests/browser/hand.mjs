// How somebody uses a page: with a pointer, or with the keyboard only. A story speaks to a hand and is told both ways.
// The keyboard's hand looks at every stop: is the focus there, can it be seen, is it behind nothing.
import { expect, hasFocus } from './lib.mjs';

const MOST_STOPS = 400;
const TABBABLE = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]';

/** Runs in the page: what has the focus, and what is wrong with how it shows; NULL when nothing has it. */
function focused() {
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return null;
  const paint = window.paint ??= new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true }), known = window.colours ??= {};
  const channels = c => {   // whatever notation: oklch(), color-mix(), names
    if (known[c]) return known[c];
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = c;
    paint.fillRect(0, 0, 1, 1);
    return known[c] = [...paint.getImageData(0, 0, 1, 1).data];
  };
  const light = c => channels(c).slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const clear = c => channels(c)[3] < 128;
  let ground = e.parentElement;   // the outline is around the element
  while (ground && clear(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
  const style = getComputedStyle(e), behind = ground ? getComputedStyle(ground).backgroundColor : 'rgb(255, 255, 255)';
  const [a, b] = [light(style.outlineColor), light(behind)].sort((x, y) => y - x);
  const box = e.getBoundingClientRect(), faults = [];
  if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2 || clear(style.outlineColor)) faults.push('has the focus and does not show it');
  else if ((a + 0.05) / (b + 0.05) < 3) faults.push(`shows the focus in ${style.outlineColor} on ${behind}`);
  const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth), top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
  if (right - left < 1 || bottom - top < 1) faults.push('has the focus outside of the window');
  const lines = [...e.getClientRects()].filter(r => r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth);
  const seen = lines.some(r => {
    const over = document.elementFromPoint((Math.max(r.left, 0) + Math.min(r.right, innerWidth)) / 2, (Math.max(r.top, 0) + Math.min(r.bottom, innerHeight)) / 2);
    return over && (e.contains(over) || over.contains(e) || [...(e.labels ?? [])].some(l => l.contains(over)));
  });
  if (lines.length && !seen) faults.push('has the focus behind something');
  return { html: e.outerHTML.slice(0, 140), faults, stop: window.stops?.indexOf(e) ?? -1 };
}

/** Runs in the page: marks what Tab must reach, in order, and says how much it is. Of radio buttons of one name Tab reaches one. */
function mark(selector) {
  const groups = new Set();
  const found = [...document.querySelectorAll(selector)].filter(e => {
    if (e.disabled || e.tabIndex < 0 || !e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })) return false;
    if (e.type !== 'radio') return true;
    const chosen = [...document.getElementsByName(e.name)].filter(o => o.form === e.form).find(o => o.checked);
    if ((chosen && chosen !== e) || groups.has(e.name)) return false;
    return groups.add(e.name);
  });
  window.stops = found;
  return found.length;
}

class Hand {
  constructor(window) { this.window = window; }
  get page() { return this.window.page; }

  // Follows a link or presses a button that leads to another page, and is there.
  async go(locator) {
    await this.reach(locator);
    const answer = this.page.waitForNavigation({ waitUntil: 'load' });   // before the press, or a fast answer is missed
    answer.catch(() => {});
    await this.press(locator);
    await answer;
    if (await this.page.$('[autofocus]') && !this.page.url().includes('#')) await hasFocus(this.window, '[autofocus]');   // or it comes between the keys
    return answer;
  }
}

export class Pointer extends Hand {
  async reach(locator) { await locator.scrollIntoViewIfNeeded(); }
  async press(locator) { await locator.click(); }
  async type(locator, text) { await locator.fill(text); }
  async tick(locator) { await locator.check(); }
  async choose(locator, value) { await locator.selectOption(value); }
}

export class Keyboard extends Hand {
  // One stop further; complains when it can't be seen.
  async step(key) {
    await (key === 'Tab' ? this.tab(key) : this.page.keyboard.press(key));
    return this.judge();
  }

  // The browser's own keyboard without letting go: Tab acts when pressed, and there are thousands of stops.
  async tab(key) {
    const shift = key === 'Shift+Tab' ? 8 : 0;
    await this.window.devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9, modifiers: shift });
  }

  async judge() {
    const at = await this.page.evaluate(focused);
    expect(!at?.faults.length, `${this.page.url()}: ${at?.html} ${at?.faults.join(', ')}`);
    return at;
  }

  // The stops on the way are judged by walk().
  async reach(locator) {
    await locator.waitFor();
    const goal = await locator.elementHandle();
    await this.page.evaluate(mark, TABBABLE);
    const way = await goal.evaluate(e => {
      const group = o => o === e || (o.type === 'radio' && o.name === e.name), now = document.activeElement;
      const key = now !== document.body && now.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_PRECEDING ? 'Shift+Tab' : 'Tab';
      const from = window.stops.indexOf(now), to = window.stops.findIndex(group);
      if (from >= 0) return { key, sure: Math.abs(to - from) };
      const next = window.stops.findIndex(o => now.compareDocumentPosition(o) & Node.DOCUMENT_POSITION_FOLLOWING);
      return { key, sure: key === 'Tab' && now !== document.body && next >= 0 ? Math.max(to - next, 0) : 0 };
    });
    const there = e => e === document.activeElement || (e.type === 'radio' && e.name === document.activeElement.name);
    for (let stop = 0; stop < way.sure; stop++) await this.tab(way.key);
    for (let stop = 0; !(await goal.evaluate(there)); stop++) {
      expect(stop < MOST_STOPS, `${this.page.url()}: ${way.key} does not lead to ${await goal.evaluate(e => e.outerHTML.slice(0, 160))}`);
      await this.tab(way.key);
    }
    await this.judge();
    return goal;
  }

  async press(locator) {
    await this.reach(locator);
    await this.page.keyboard.press('Enter');
  }

  async type(locator, text) {
    const goal = await this.reach(locator);
    if (await goal.getAttribute('type') === 'date') {
      await this.page.keyboard.type(text.split('-').reverse().join(''));   // day and month are chosen so that their order is all the same
      return;
    }
    await this.page.keyboard.press('Control+A');
    if (text) await this.page.keyboard.insertText(text);
    else await this.page.keyboard.press('Delete');
  }

  async tick(locator) {
    const goal = await this.reach(locator);
    if (await goal.getAttribute('type') !== 'radio') {
      if (!(await goal.isChecked())) await this.page.keyboard.press('Space');
    } else {
      if (!(await this.page.evaluate(() => document.activeElement.checked))) await this.page.keyboard.press('Space');
      for (let stop = 0; !(await goal.isChecked()); stop++) {
        expect(stop < 40, `${this.page.url()}: the arrows do not lead to ${await goal.evaluate(e => e.outerHTML.slice(0, 160))}`);
        await this.step('ArrowDown');
      }
    }
    expect(await goal.isChecked(), `${this.page.url()}: Space does not choose ${await goal.evaluate(e => e.outerHTML.slice(0, 160))}`);
  }

  async choose(locator, value) {
    const goal = await this.reach(locator);
    const steps = await goal.evaluate((e, v) => [...e.options].findIndex(o => o.value === v), value);
    expect(steps >= 0, `${this.page.url()}: nothing to choose with the value ${value}`);
    await this.page.keyboard.press('Home');
    for (let i = 0; i < steps; i++) await this.page.keyboard.press('ArrowDown');
    expect(await goal.inputValue() === value, `${this.page.url()}: the arrows choose ${await goal.inputValue()} instead of ${value}`);
  }

  // Tab through the whole page and back: every control is reached, in the order of the page, and none holds the focus.
  async walk() {
    const count = await this.page.evaluate(mark, TABBABLE);
    const at = () => this.page.evaluate(() => window.stops.indexOf(document.activeElement));
    await this.page.evaluate(() => window.stops[0].focus());
    const there = [0];
    let presses = 0;
    for (; there.at(-1) < count - 1; presses++) {
      expect(presses < MOST_STOPS, `${this.page.url()}: Tab does not lead beyond ${await this.page.evaluate(() => document.activeElement.outerHTML.slice(0, 160))}`);
      const now = (await this.step('Tab'))?.stop ?? -1;
      if (now >= 0 && now !== there.at(-1)) there.push(now);
    }
    const missed = await this.page.evaluate(reached => window.stops.filter((_, i) => !reached.includes(i)).map(e => e.outerHTML.slice(0, 160)), there);
    expect(!missed.length, `${this.page.url()}: Tab does not lead to ${missed.join(' | ')}`);
    expect(there.every((n, i) => n === i), `${this.page.url()}: Tab leaves the order of the page: ${there}`);
    for (let stop = 0; stop < presses; stop++) await this.tab('Shift+Tab');
    expect(await at() === 0, `${this.page.url()}: Shift+Tab does not lead back, but to ${await this.page.evaluate(() => document.activeElement.outerHTML.slice(0, 160))}`);
  }
}
