// What eyes need beyond axe: large text, narrow windows, wider spacing, forced colours. Each look leaves the window as it was.
import { expect } from './lib.mjs';

// Spacing of WCAG 2.2, 1.4.12
const SPACED = '* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }';
const LARGE = 'html { font-size: 200% !important }';

/** Runs in the page: what is cut off, what lies on what, how wide it is. */
function damage() {
  const shown = e => e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  // meant to be so: hidden from eyes, moved out of the window, tables that scroll, summaries that end in a link to the whole
  const apart = e => e.closest('.kern-sr-only, .skip, .trap, .scroll, .clip, svg, option');
  const cut = [...document.querySelectorAll('body *')].filter(e => {
    const style = getComputedStyle(e);
    const hides = axis => /hidden|clip/.test(style['overflow-' + axis]);
    return shown(e) && !apart(e) && !e.matches('input, textarea, select') && ((hides('x') && e.scrollWidth > e.clientWidth + 1) || (hides('y') && e.scrollHeight > e.clientHeight + 1));
  });
  const lines = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || !shown(node.parentElement) || apart(node.parentElement)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const r of range.getClientRects()) if (r.width > 1) lines.push({ r, node });
  }
  lines.sort((a, b) => a.r.top - b.r.top);
  const over = [];
  for (let i = 0; i < lines.length; i++)
    for (let k = i + 1; k < lines.length && lines[k].r.top < lines[i].r.bottom - 6; k++) {
      const a = lines[i], b = lines[k];
      if (a.node !== b.node && Math.min(a.r.right, b.r.right) - Math.max(a.r.left, b.r.left) > 4) over.push(`"${a.node.data.trim().slice(0, 40)}" and "${b.node.data.trim().slice(0, 40)}"`);
    }
  const wide = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !apart(e));
  return { cut: cut.map(e => e.outerHTML.slice(0, 120)), over, width: document.documentElement.scrollWidth, window: innerWidth, wide: wide.slice(0, 3).map(e => e.outerHTML.slice(0, 120)) };
}

async function judge(window, how) {
  const found = await window.page.evaluate(damage), where = `${window.page.url()} ${how}`;
  expect(found.width <= found.window, `${where}: ${found.width} px wide in a window of ${found.window}: ${found.wide.join(' | ')}`);
  expect(!found.cut.length, `${where}: cut off: ${found.cut.slice(0, 5).join(' | ')}`);
  expect(!found.over.length, `${where}: one on the other: ${found.over.slice(0, 5).join(' | ')}`);
}

/** With a style sheet that a reader brings along. */
async function dressed(window, css, judging) {
  await window.page.evaluate(text => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [sheet];
  }, css);
  await judging();
  await window.page.evaluate(() => { document.adoptedStyleSheets = []; });
}

/** Reflow at 400 % (320 px), zoom of 200 % (640 px), text alone at 200 %, spacing of text. */
export async function shapes(window) {
  const before = window.page.viewportSize();
  await window.page.setViewportSize({ width: 320, height: 256 });
  await judge(window, 'at 320 px');
  await dressed(window, SPACED, () => judge(window, 'at 320 px, text spaced'));
  await window.page.setViewportSize({ width: 640, height: 400 });
  await judge(window, 'at a zoom of 200 %');
  await window.page.setViewportSize({ width: 1280, height: 800 });
  await dressed(window, LARGE, () => judge(window, 'with text of 200 %'));
  await dressed(window, SPACED, () => judge(window, 'at 1280 px, text spaced'));
  await window.page.setViewportSize(before);
}

/** In forced colours every control has an edge, and what is chosen differs from what is not. */
export async function forced(window) {
  await window.page.emulateMedia({ forcedColors: 'active' });
  const bare = await window.page.$$eval('main :is(input:not([type=hidden]), select, textarea, .kern-btn:not(.kern-btn--tertiary), .kern-badge)', all => {
    const edged = e => ['border', 'outline'].some(kind => getComputedStyle(e)[kind + (kind === 'border' ? 'BottomStyle' : 'Style')] !== 'none' &&
      parseFloat(getComputedStyle(e)[kind + (kind === 'border' ? 'BottomWidth' : 'Width')]) >= 1);
    return all.filter(e => e.checkVisibility() && !e.closest('.trap') && !edged(e) && !(e.matches('select') && edged(e.parentElement))).map(e => e.outerHTML.slice(0, 120));
  });
  expect(!bare.length, `${window.page.url()} in forced colours: without an edge: ${bare.slice(0, 4).join(' | ')}`);
  for (const kind of ['checkbox', 'radio']) {
    const box = window.page.locator(`main input[type=${kind}]:visible`).first();
    if (!(await box.count())) continue;
    const was = await box.isChecked();
    if (kind === 'radio' && was) continue;
    await box.focus();
    const one = await box.screenshot({ animations: 'disabled' });
    await box.setChecked(!was);
    const two = await box.screenshot({ animations: 'disabled' });
    expect(!one.equals(two), `${window.page.url()} in forced colours: a chosen ${kind} looks like one that is not`);
    if (kind === 'checkbox') await box.setChecked(was);
  }
  await window.page.emulateMedia({ forcedColors: null });
}

/** On paper: what must be there, and that what can only be clicked is not. */
export async function printed(window, wanted) {
  await window.page.emulateMedia({ media: 'print' });
  for (const text of wanted) expect(await window.page.getByText(text, { exact: false }).first().isVisible(), `${window.page.url()} printed: "${text}" is not there`);
  const left = await window.page.$$eval('nav, button, .kern-btn, .skip, .site-language', all => all.filter(e => e.checkVisibility() && e.getClientRects().length).filter(e => e.innerText.trim()).map(e => e.outerHTML.slice(0, 100)));
  expect(!left.length, `${window.page.url()} printed: still there: ${left.join(' | ')}`);
  const pdf = await window.page.pdf({ format: 'A4' });
  expect(pdf.subarray(0, 5).toString() === '%PDF-', `${window.page.url()}: does not print`);
  await window.shoot('printed');
  await window.page.emulateMedia({ media: null });
}
