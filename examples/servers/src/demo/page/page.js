'use strict';

const result = document.getElementById('result');
const sourceBox = document.getElementById('source');
let setup;
let clicks = 0;

/** What comes of a frame that stays silent, because the browser or an extension blocks it. */
const LOST = { kind: 'error', text: 'the frame does not answer' };

async function start() {
  showButtons();
  setup = await (await fetch('/setup')).json();
  showOrigins();
  sourceBox.replaceChildren(...showSource(setup.source, []));
  addEventListener('hashchange', runFromAddress);
  runFromAddress();
}

function showOrigins() {
  const origin = (name, url, note, href = url) => el('div', { class: name.toLowerCase() }, el('dt', {}, name),
    el('dd', {}, note ? el('a', { href, title: note }, url) : url));
  const isStranger = location.origin === setup.stranger;
  document.getElementById('origins').replaceChildren(
    origin('Page', setup.page, isStranger && 'Open the page at the origin that the policy admits'),
    origin('API', setup.api, !isStranger && 'Open what the API refused, and why', setup.inspector),
    origin('Stranger', setup.stranger, !isStranger && 'Open the same page as a stranger'),
  );
}

function showButtons() {
  document.getElementById('scenarios').append(...GROUPS.map(({ title, scenarios }) => el('section', {},
    el('h2', {}, title),
    el('ul', {}, scenarios.map((scenario) => {
      const button = el('button', { type: 'button', id: scenario.id }, scenario.title);
      button.addEventListener('click', () => {
        history.replaceState(null, '', `#${scenario.id}`);
        run(scenario);
      });
      return el('li', {}, button);
    })))));
}

/** `#put` in the address sends that request. */
function runFromAddress() {
  const all = GROUPS.flatMap(({ scenarios }) => scenarios);
  const scenario = all.find(({ id }) => id === location.hash.slice(1));
  if (scenario) run(scenario);
}

async function run(scenario) {
  // Then it runs from the address, as soon as the page knows where the API is.
  if (!setup) return;
  clicks += 1;
  const click = `${Date.now().toString(36)}-${clicks}`;
  const mine = clicks;
  for (const button of document.querySelectorAll('nav button')) {
    button.setAttribute('aria-current', String(button.id === scenario.id));
  }
  Object.assign(result.dataset, { state: 'running', scenario: scenario.id });
  const request = requestOf(scenario, click);
  const outcome = scenario.from ? await performInFrame(scenario.from, click, request) : await perform(request);
  const exchanges = await (await fetch(`/log?click=${click}`)).json();
  if (mine === clicks) show(scenario, request, outcome, exchanges);
}

function requestOf({ by = 'fetch', path, from, method, headers, body, credentials, fields }, click) {
  const api = by === 'websocket' ? setup.api.replace('http', 'ws') : setup.api;
  const origin = { stranger: setup.stranger, sandbox: 'null' }[from] ?? location.origin;
  return { by, url: `${api}${path}?click=${click}`, origin, method, headers, body, credentials, fields };
}

/** In a frame of another origin: the stranger's, or one without any, because it is sandboxed. */
function performInFrame(from, click, request) {
  return new Promise((resolve) => {
    const src = `${from === 'stranger' ? setup.stranger : ''}/frame`;
    const frame = el('iframe', { src, class: 'actor', title: 'A page of another origin', tabindex: '-1',
      sandbox: from === 'sandbox' && 'allow-scripts' });
    const listen = ({ source, data }) => {
      if (source !== frame.contentWindow || data.click !== click) return;
      removeEventListener('message', listen);
      frame.remove();
      resolve(data.outcome);
    };
    addEventListener('message', listen);
    setTimeout(() => listen({ source: frame.contentWindow, data: { click, outcome: LOST } }), 10000);
    frame.addEventListener('load', () => frame.contentWindow.postMessage({ click, request }, '*'));
    document.body.append(frame);
  });
}

function show(scenario, request, outcome, exchanges) {
  const verdict = verdictOf(outcome, exchanges);
  const [mood, headline] = HEADLINES[verdict];
  result.replaceChildren(
    el('section', { class: `headline ${mood}` },
      el('p', { class: 'scenario' }, scenario.title),
      el('h2', {}, headline)),
    el('div', { class: 'cards' }, showReading(outcome, exchanges),
      showWhy(ruleOf(scenario, verdict, exchanges), exchanges)),
    showSequence(scenario, request, outcome, verdict, exchanges),
  );
  document.getElementById('announcement').textContent = `${scenario.title}: ${headline}`;
  if (matchMedia('(max-width: 48rem)').matches) result.scrollIntoView();
  Object.assign(result.dataset, { state: 'done', verdict });
  const names = [...(mood === 'poor' ? [] : scenario.lines ?? []), ...exchanges.map(({ decidedBy }) => decidedBy)];
  sourceBox.replaceChildren(...showSource(setup.source, names.filter(Boolean)));
  const mark = sourceBox.querySelector('mark');
  if (mark) sourceBox.scrollTop = mark.offsetTop - sourceBox.clientHeight / 3;
}

start();
