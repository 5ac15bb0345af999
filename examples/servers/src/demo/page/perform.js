'use strict';

/** Sends a request as a script of this page, and tells all that the script learns of it. */
function perform(request) {
  const by = { fetch: performFetch, websocket: performWebSocket, form: performForm };
  return by[request.by](request);
}

async function performFetch({ url, method, headers, body, credentials }) {
  try {
    const response = await fetch(url, { method, headers, body, credentials });
    return {
      kind: 'response',
      status: response.status,
      headers: [...response.headers],
      body: await response.text(),
    };
  } catch (error) {
    return { kind: 'error', text: `${error.name}: ${error.message}` };
  }
}

function performWebSocket({ url, body }) {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    socket.onopen = () => socket.send(body);
    socket.onmessage = ({ data }) => {
      // A promise keeps its first outcome: `onclose` comes too late to change it.
      resolve({ kind: 'socket', body: data });
      socket.close();
    };
    socket.onclose = ({ code }) => resolve({ kind: 'error', text: `error event, then close code ${code}` });
  });
}

/** Into a frame, as a form that a user is tricked into sending. */
function performForm({ url, fields }) {
  return new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.name = 'answer';
    const form = document.createElement('form');
    Object.assign(form, { method: 'post', action: url, target: 'answer', hidden: true });
    for (const [name, value] of Object.entries(fields)) {
      const input = document.createElement('input');
      Object.assign(input, { name, value });
      form.append(input);
    }
    document.body.append(frame, form);
    frame.addEventListener('load', () => {
      // The empty document that a frame begins with can be read. The answer cannot.
      if (!frame.contentDocument) resolve({ kind: 'blank' });
    });
    form.submit();
  });
}
