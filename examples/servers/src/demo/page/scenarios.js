'use strict';

const JSON_NOTE = { headers: { 'content-type': 'application/json' }, body: '{"text":"milk"}' };

/** What can be clicked. `lines` are fields of the policy that play a part beside the one that the API names. */
const GROUPS = [
  {
    title: 'Let through',
    scenarios: [
      { id: 'get', title: 'GET', path: '/greeting' },
      { id: 'put', title: 'PUT with JSON', method: 'PUT', path: '/notes/1', ...JSON_NOTE,
        lines: ['methods', 'request_headers'] },
      { id: 'delete', title: 'DELETE', method: 'DELETE', path: '/notes/1', lines: ['methods', 'candidate'] },
      { id: 'cookies', title: 'GET with cookies', path: '/account', credentials: 'include',
        lines: ['credentials'] },
      { id: 'headers', title: 'Headers of the response', path: '/report', lines: ['expose_headers'] },
      { id: 'broken', title: 'Error 500', path: '/broken' },
      { id: 'missing', title: 'Error 404', path: '/nowhere' },
      { id: 'socket', title: 'WebSocket', by: 'websocket', path: '/chat', body: 'hello',
        lines: ['check_upgrades'] },
    ],
  },
  {
    title: 'Held back by the browser',
    scenarios: [
      { id: 'stranger-get', title: 'GET by a stranger', from: 'stranger', path: '/greeting' },
      { id: 'stranger-put', title: 'PUT by a stranger', from: 'stranger', method: 'PUT', path: '/notes/1',
        ...JSON_NOTE },
      { id: 'patch', title: 'Method not allowed', method: 'PATCH', path: '/notes/1', ...JSON_NOTE },
      { id: 'header', title: 'Header not allowed', path: '/greeting', headers: { 'x-trace': '1' } },
      { id: 'null', title: 'Origin null', from: 'sandbox', path: '/greeting' },
    ],
  },
  {
    title: 'Where CORS does not help',
    scenarios: [
      { id: 'form', title: 'Form by a stranger', from: 'stranger', by: 'form', method: 'POST',
        path: '/unguarded/orders', fields: { item: 'yacht' }, lines: ['check_writes'] },
      { id: 'form-refused', title: 'The same, checked', from: 'stranger', by: 'form', method: 'POST',
        path: '/orders', fields: { item: 'yacht' } },
      { id: 'stranger-socket', title: 'WebSocket by a stranger', from: 'stranger', by: 'websocket',
        path: '/chat', body: 'hello' },
    ],
  },
];

const FETCH = 'https://fetch.spec.whatwg.org/';

/** What the browser goes by. */
const RULES = {
  simple: {
    text: 'A script may read an answer whose `access-control-allow-origin` names the origin of its page.',
    link: ['Fetch: CORS check', `${FETCH}#concept-cors-check`],
  },
  preflight: {
    text: 'No form could send this, so the browser asks for permission first, by a preflight. The answer lists what '
      + 'may be sent; the request follows, and its own answer is checked again.',
    link: ['Fetch: CORS-preflight fetch', `${FETCH}#cors-preflight-fetch-0`],
  },
  cookies: {
    text: 'With cookies, the answer must also say `access-control-allow-credentials: true`, and must name the '
      + 'origin: `*` would not do. That they travel at all is up to `SameSite`: two ports of one host are one site.',
    link: ['Fetch: CORS protocol and credentials', `${FETCH}#cors-protocol-and-credentials`],
  },
  headers: {
    text: 'A script reads seven safelisted response headers, and those that the answer exposes. `x-served-by` was '
      + 'sent, but is neither.',
    link: ['Fetch: CORS-safelisted response-header name', `${FETCH}#cors-safelisted-response-header-name`],
  },
  status: {
    text: 'The browser looks at headers, not at the status. Errors have the policy’s headers, too, so the script '
      + 'can tell what went wrong; without them it would see a network error.',
    link: ['Fetch: CORS check', `${FETCH}#concept-cors-check`],
  },
  withheld: {
    text: 'The answer has no `access-control-allow-origin` for this page, so the browser keeps it from the script. '
      + 'By then the request had been sent and handled: CORS is about reading.',
    link: ['Fetch: CORS check', `${FETCH}#concept-cors-check`],
  },
  null: {
    text: 'A sandboxed frame has an origin like no other, and it is sent as `null`. Every page can make such a '
      + 'frame, so `null` says nothing about who asks.',
    link: ['Fetch: Origin header', `${FETCH}#origin-header`],
  },
  origins: {
    text: 'The answer to the preflight has no `access-control-allow-origin` for this page, so the browser does not '
      + 'send the request.',
    link: ['Fetch: CORS-preflight fetch', `${FETCH}#cors-preflight-fetch-0`],
  },
  methods: {
    text: 'The method is not in `access-control-allow-methods` of the answer to the preflight, and is none of GET, '
      + 'HEAD and POST, so the browser does not send the request.',
    link: ['Fetch: CORS-safelisted method', `${FETCH}#cors-safelisted-method`],
  },
  request_headers: {
    text: 'The header is not in `access-control-allow-headers` of the answer to the preflight, and is not '
      + 'safelisted, so the browser does not send the request.',
    link: ['Fetch: CORS-safelisted request-header', `${FETCH}#cors-safelisted-request-header`],
  },
  arrived: {
    text: 'A form is a navigation. The browser asks nobody’s permission to send it; that the stranger cannot read '
      + 'the answer undoes nothing. Here the layer '
      + 'only reports it, by `Writes::Report`.',
    link: ['Fetch: request mode', `${FETCH}#concept-request-mode`],
  },
  checked: {
    text: 'The browser sends forms everywhere, but says in `origin` and `sec-fetch-site` who sends them. By these '
      + 'the layer refuses writes from elsewhere, by `Writes::Refuse`, before the application runs.',
    link: ['Fetch: Origin header', `${FETCH}#origin-header`],
  },
  lost: {
    text: 'It did not even ask the API. An extension, a proxy or the network keeps it from that; CORS does not.',
    link: ['Fetch: HTTP-network fetch', `${FETCH}#http-network-fetch`],
  },
  socket: {
    text: 'Browsers let every page open a WebSocket, with cookies, and check nothing of the answer. The API alone '
      + 'can refuse, by `origin`.',
    link: ['RFC 6455: origin considerations', 'https://www.rfc-editor.org/rfc/rfc6455#section-10.2'],
  },
};

const HEADLINES = {
  read: ['good', 'The script reads the answer.'],
  error: ['good', 'The script reads the error.'],
  connected: ['good', 'The WebSocket is open.'],
  withheld: ['fair', 'The API answers, but the script gets nothing.'],
  unsent: ['poor', 'The request is never sent.'],
  refused: ['poor', 'The API refuses: 403.'],
  arrived: ['fair', 'It arrived, and the API did it.'],
  lost: ['poor', 'The API saw nothing of this.'],
};

/** What happened, from what the script got and what the API saw. */
function verdictOf(outcome, exchanges) {
  const last = exchanges.at(-1);
  if (!last) return 'lost';
  if (outcome.kind === 'response') return last.status < 400 ? 'read' : 'error';
  if (outcome.kind === 'socket') return 'connected';
  if (last.refused) return 'refused';
  if (outcome.kind === 'blank') return 'arrived';
  return last.kind === 'preflight' ? 'unsent' : 'withheld';
}

/** By what the browser decided, which may be another rule than the button means: the page can be the stranger’s. */
function ruleOf(scenario, verdict, exchanges) {
  const last = exchanges.at(-1);
  if (!last) return RULES.lost;
  if (scenario.by === 'websocket') return RULES.socket;
  if (verdict === 'arrived') return RULES.arrived;
  if (verdict === 'refused') return RULES.checked;
  if (last.rejection === 'null') return RULES.null;
  if (verdict === 'unsent') return RULES[last.rejection] ?? RULES.origins;
  if (verdict === 'withheld') return RULES.withheld;
  if (verdict === 'error') return RULES.status;
  if (exchanges.length > 1) return RULES.preflight;
  return RULES[scenario.id] ?? RULES.simple;
}
