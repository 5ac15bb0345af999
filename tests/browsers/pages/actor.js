// Runs in a frame of every origin: does what a step says, and reports what script could see of it.
"use strict";
{
    const looked = ["cache-control", "content-length", "content-type", "etag", "set-cookie", "x-request-id"];
    const failed = { result: "failed" };
    const read = (fields = {}) => ({ result: "read", ...fields });
    const seen = (has) => looked.filter(has);

    const settled = (element, loaded) =>
        new Promise((resolve) => {
            element.onload = () => resolve(loaded());
            element.onerror = () => resolve(failed);
            document.body.append(element);
        });

    const initiators = {
        async fetch({ url, method, headers, body, credentials, mode }) {
            const response = await fetch(url, { method, headers, body: body ?? undefined, credentials, mode });
            const { status, type } = response;
            const text = await response.text();
            const names = seen((name) => response.headers.has(name));
            return { result: type === "opaque" ? "opaque" : "read", status, type, body: text, headers: names };
        },

        xhr: ({ url, method, headers, body, credentials, listens }) =>
            new Promise((resolve) => {
                const xhr = new XMLHttpRequest();
                xhr.open(method, url);
                xhr.withCredentials = credentials === "include";
                headers.forEach(([name, value]) => xhr.setRequestHeader(name, value));
                if (listens) xhr.upload.onprogress = () => {};
                xhr.onerror = () => resolve(failed);
                xhr.onload = () => {
                    const names = xhr.getAllResponseHeaders().split("\r\n").map((line) => line.split(":")[0]);
                    const headers = seen((name) => names.includes(name));
                    resolve(read({ status: xhr.status, body: xhr.responseText, headers }));
                };
                xhr.send(body);
            }),

        events: ({ url, credentials }) =>
            new Promise((resolve) => {
                const events = new EventSource(url, { withCredentials: credentials === "include" });
                const end = (report) => {
                    events.close();
                    resolve(report);
                };
                events.onmessage = ({ data }) => end(read({ body: data }));
                events.onerror = () => end(failed);
            }),

        module: ({ url, credentials }) => script(url, credentials, "module"),
        script: ({ url, credentials, mode }) => script(url, credentials, "", mode),

        async font({ url }) {
            await new FontFace("empty", `url("${url}")`).load();
            return read();
        },

        image({ url, credentials, mode }) {
            const image = new Image();
            if (mode === "cors") image.crossOrigin = credentials === "include" ? "use-credentials" : "anonymous";
            image.src = url;
            return settled(image, () => (isReadable(image) ? read() : { result: "opaque" }));
        },

        style({ url, credentials, mode }) {
            const link = document.createElement("link");
            if (mode === "cors") link.crossOrigin = credentials === "include" ? "use-credentials" : "anonymous";
            link.rel = "stylesheet";
            link.href = url;
            return settled(link, () => {
                try {
                    return read({ body: link.sheet.cssRules[0].selectorText });
                } catch {
                    return { result: "opaque" };
                }
            });
        },

        socket: ({ url }) =>
            new Promise((resolve) => {
                const socket = new WebSocket(url.replace("http", "ws"));
                socket.onopen = () => {
                    socket.close();
                    resolve(read());
                };
                socket.onerror = () => resolve(failed);
            }),
    };

    // Scripts of these tests leave their text under the place of their case.
    function script(url, credentials, type, mode = "cors") {
        const element = document.createElement("script");
        element.type = type;
        if (mode === "cors") element.crossOrigin = credentials === "include" ? "use-credentials" : "anonymous";
        element.src = url;
        const ran = () => globalThis.scripts?.[new URL(url).pathname.split("/")[1]];
        return settled(element, () => ({ result: mode === "cors" ? "read" : "opaque", body: ran() }));
    }

    function isReadable(image) {
        const canvas = document.createElement("canvas");
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0);
        try {
            context.getImageData(0, 0, 1, 1);
            return true;
        } catch {
            return false;
        }
    }

    addEventListener("message", async ({ data, source }) => {
        const { id, url, call } = data;
        const report = await initiators[call.initiator]({ url, ...call }).catch(() => failed);
        source.postMessage({ id, report }, "*");
    });
    parent.postMessage({ ready: true }, "*");
}
