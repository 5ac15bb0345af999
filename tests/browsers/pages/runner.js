// Runs in the top page: opens a frame for every origin, and hands each its steps.
"use strict";
const PATIENCE = 15_000;
const frames = new Map();
const waiting = new Map();

addEventListener("message", ({ data, source }) => {
    const key = data.ready ? source : data.id;
    waiting.get(key)?.(data.report);
    waiting.delete(key);
});

function answer(key) {
    return new Promise((resolve) => {
        waiting.set(key, resolve);
        setTimeout(() => resolve({ result: "no answer" }), PATIENCE);
    });
}

function open({ page, url, sandbox, text }) {
    const frame = document.createElement("iframe");
    if (sandbox) frame.sandbox = "allow-scripts";
    if (text) frame.srcdoc = text;
    else frame.src = url;
    document.body.append(frame);
    frames.set(page, frame.contentWindow);
    return answer(frame.contentWindow);
}

function act(id, { page, url, call }) {
    const report = answer(id);
    frames.get(page).postMessage({ id, url, call }, "*");
    return report;
}

async function runCase({ id, steps }) {
    const reports = [];
    for (const [place, step] of steps.entries()) {
        await new Promise((resolve) => setTimeout(resolve, step.after));
        reports.push(await act(`${id}.${place}`, step));
    }
    return reports;
}

/** Runs all cases, some at a time, and gives the reports of their steps as JSON. */
async function run({ pages, cases, atOnce }) {
    const late = (await Promise.all(pages.map(open))).filter(Boolean);
    if (late.length > 0) throw new Error(`${late.length} frames did not load`);
    const reports = new Array(cases.length);
    let next = 0;
    const work = async () => {
        while (next < cases.length) {
            const place = next++;
            reports[place] = await runCase(cases[place]);
        }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return JSON.stringify(reports);
}
