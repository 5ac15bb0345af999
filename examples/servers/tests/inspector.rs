//! The inspector of the demo's API in Chromium, after real pages were really refused.
//!
//! Needs what the test of the demo needs.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is the report of a test"
)]

mod chromium;
mod devtools;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::devtools::{console, devtools};
use cors_policy_server_examples::demo::{Addresses, Ports, serve};
use fantoccini::{Client, Locator};
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

const FOUND: &str = "#requests details.entry";
const ATTACK: &str = "\"'><script>document.title='owned'</script><img/src=x/onerror=document.title='owned'>";

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_is_shown_and_found() {
    chromium::run(|browser| async move {
        let addresses = serve(Ports { page: 0, api: 0, stranger: 0 }).await.unwrap();
        let lines = be_refused(&browser, &addresses).await;
        browser.goto(&addresses.inspector).await.unwrap();
        assert_eq!(titles(&browser).await, ["PATCH /notes/1 preflight", "PUT /notes/1 preflight"]);
        shows_remedies(&browser).await;
        finds_lines(&browser, &lines).await;
        shows_what_is_new(&browser, &addresses).await;
        is_light_and_dark(&browser).await;
        assert_eq!(console(&browser).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_texts_are_shown_as_texts() {
    chromium::run(|browser| async move {
        let addresses = serve(Ports { page: 0, api: 0, stranger: 0 }).await.unwrap();
        send(&addresses, "/a\"onclick=\"document.title='owned'", ATTACK);
        send(&addresses, "/%3Cimg%20src=x%3E", "https://a.test'onfocus='alert(1)");
        let query = format!("?search=&policy=&url=http://a.test/{0}&origin=http://a.test/{0}&method={0}&headers=a:{0}&reads={0}", escaped(ATTACK));
        for query in ["", &query, &format!("?search={}", escaped(ATTACK))] {
            browser.goto(&format!("{}{query}", addresses.inspector)).await.unwrap();
            browser.wait().for_element(Locator::Css("#requests")).await.unwrap();
            let found = "return [document.title, document.querySelectorAll('script').length, document.images.length]";
            let found = browser.execute(found, Vec::new()).await.unwrap();
            assert_eq!(found, json!(["CORS inspector", 1, 0]), "{query}");
        }
        browser.goto(&addresses.inspector).await.unwrap();
        let shown = browser.find(Locator::Css("#requests")).await.unwrap().prop("textContent").await.unwrap().unwrap();
        assert!(shown.contains(ATTACK) && shown.contains("/a\"onclick=") && shown.contains("/%3Cimg%20src=x%3E"), "{shown}");
        assert_eq!(console(&browser).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_pages_cannot_have_it() {
    chromium::run(|browser| async move {
        let addresses = serve(Ports { page: 0, api: 0, stranger: 0 }).await.unwrap();
        let script = "const [address, done] = arguments; \
            fetch(address).then(() => done('read'), () => fetch(address, { mode: 'no-cors' }).then(() => done('sent'), () => done('refused')))";
        for page in [&addresses.page, &addresses.stranger] {
            browser.goto(page).await.unwrap();
            let done = browser.execute_async(script, vec![json!(addresses.inspector)]).await.unwrap();
            // `Cross-Origin-Resource-Policy` keeps even what no script could read from the page's process.
            assert_eq!(done, "refused", "{page}");
        }
        // Not even a page of its own origin frames it, which could read what is in the frame.
        let frame = "const [address, done] = arguments; const frame = document.createElement('iframe'); \
            frame.onload = () => done(frame.contentDocument === null); frame.src = address; document.body.append(frame)";
        browser.goto(&format!("{}/greeting", addresses.api)).await.unwrap();
        for (address, is_blocked) in [(&addresses.inspector, true), (&format!("{}/report", addresses.api), false)] {
            let done = browser.execute_async(frame, vec![json!(address)]).await.unwrap();
            assert_eq!(done, is_blocked, "{address}");
        }
        // A link of a page of the same site is followed, one of another site is not.
        for (page, expected) in [(&addresses.page, "CORS inspector"), (&addresses.stranger, "")] {
            browser.goto(page).await.unwrap();
            browser.execute("location.href = arguments[0]", vec![json!(addresses.inspector)]).await.unwrap();
            browser.wait().at_most(Duration::from_secs(10)).for_url(&addresses.inspector.parse().unwrap()).await.unwrap();
            assert_eq!(browser.title().await.unwrap(), expected, "{page}");
        }
    })
    .await;
}

/// Two requests that the API refuses, and what Chromium's console says of them.
async fn be_refused(browser: &Client, addresses: &Addresses) -> Vec<String> {
    let script = "const [address, method, done] = arguments; \
        fetch(address, { method, headers: { 'content-type': 'application/json' }, body: '{}' }).then(() => done('read'), () => done('refused'))";
    let note = json!(format!("{}/notes/1", addresses.api));
    let mut lines = Vec::new();
    for (page, method) in
        [(&addresses.stranger, "PUT"), (&addresses.page, "PATCH"), (&addresses.page, "PATCH")]
    {
        browser.goto(page).await.unwrap();
        let outcome = browser.execute_async(script, vec![note.clone(), json!(method)]).await.unwrap();
        assert_eq!(outcome, "refused");
        let said = console(browser).await.into_iter().filter(|line| line.contains("CORS policy"));
        lines.extend(said);
    }
    assert_eq!(lines.len(), 3, "{lines:?}");
    lines
}

async fn titles(browser: &Client) -> Vec<String> {
    let titles =
        "return [...document.querySelectorAll('#requests .entry h3')].map((title) => title.textContent)";
    serde_json::from_value(browser.execute(titles, Vec::new()).await.unwrap()).unwrap()
}

async fn shows_remedies(browser: &Client) {
    let first = browser.find(Locator::Css("#requests .entry[open]")).await.unwrap();
    let shown = first.text().await.unwrap();
    for text in [
        "2 times",
        "The method PATCH is not allowed",
        "has been blocked by CORS policy: Method PATCH is not allowed",
        "Allow the method PATCH",
        "methods: [PUT, DELETE, PATCH]",
        "as the user who is logged in",
    ] {
        assert!(shown.contains(text), "no `{text}` in {shown}");
    }
}

/// The script asks for what is found while one types; without it, the form does.
async fn finds_lines(browser: &Client, lines: &[String]) {
    let (put, patch) = (&lines[0], &lines[1]);
    let search = browser.find(Locator::Id("search")).await.unwrap();
    for (line, expected) in [(put, "PUT /notes/1 preflight"), (patch, "PATCH /notes/1 preflight")] {
        search.clear().await.unwrap();
        search.send_keys(line).await.unwrap();
        let only = format!(
            "return [...document.querySelectorAll('#requests h3')].map((title) => title.textContent).join() === '{expected}'"
        );
        until(browser, &only).await;
    }
    search.clear().await.unwrap();
    search.send_keys("no such words").await.unwrap();
    until(browser, "return document.querySelectorAll('#requests .entry').length === 0").await;
    search.clear().await.unwrap();
    search.send_keys(" ").await.unwrap();
    until(browser, "return document.querySelectorAll('#requests .entry').length === 2").await;
    let by_form =
        format!("{}?search={}", browser.current_url().await.unwrap().join("/.cors").unwrap(), escaped(put));
    browser.goto(&by_form).await.unwrap();
    assert_eq!(titles(browser).await, ["PUT /notes/1 preflight"]);
}

/// Without being loaded again; what was open stays open.
async fn shows_what_is_new(browser: &Client, addresses: &Addresses) {
    browser.goto(&addresses.inspector).await.unwrap();
    browser
        .execute("document.querySelectorAll('.entry')[1].open = true; window.same = true", Vec::new())
        .await
        .unwrap();
    send(addresses, "/account", "https://new.example.com");
    until(browser, "return document.querySelectorAll('#requests .entry').length === 3").await;
    let open = "return [window.same, ...[...document.querySelectorAll('.entry')].map((entry) => entry.open)]";
    let open = browser.execute(open, Vec::new()).await.unwrap();
    assert_eq!(open, json!([true, true, true, true]));
    assert_eq!(browser.find_all(Locator::Css(FOUND)).await.unwrap().len(), 3);
}

async fn is_light_and_dark(browser: &Client) {
    let mut papers = Vec::new();
    for scheme in ["light", "dark"] {
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        devtools(browser, "Emulation.setEmulatedMedia", media).await;
        papers.push(
            browser
                .execute("return getComputedStyle(document.body).backgroundColor", Vec::new())
                .await
                .unwrap(),
        );
        let poor = browser.execute(CONTRAST, Vec::new()).await.unwrap();
        assert_eq!(poor, json!([]), "{scheme}: text that is hard to read");
    }
    assert_ne!(papers[0], papers[1]);
    let unnamed = "return [...document.querySelectorAll('input, select, textarea')].filter((field) => field.labels.length === 0).length";
    assert_eq!(browser.execute(unnamed, Vec::new()).await.unwrap(), 0);
    let phone = json!({ "width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": true });
    devtools(browser, "Emulation.setDeviceMetricsOverride", phone).await;
    let wide = browser.execute("return document.documentElement.scrollWidth", Vec::new()).await.unwrap();
    assert_eq!(wide, 360);
}

/// Texts whose contrast is below 4.5 to 1 (WCAG 2.2, 1.4.3).
const CONTRAST: &str = r"
    const channels = (color) => color.match(/[\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
      .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
      .reduce((sum, c, place) => sum + c * [0.2126, 0.7152, 0.0722][place], 0);
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const color = channels(getComputedStyle(at).backgroundColor);
        if (color[3] !== 0) return color;
      }
      return [255, 255, 255];
    };
    const poor = [];
    for (const element of document.querySelectorAll('body *')) {
      if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
      const pair = [light(channels(getComputedStyle(element).color)), light(behind(element))].sort((a, b) => b - a);
      const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
      if (contrast < 4.5) poor.push(`${element.className || element.tagName} ${contrast.toFixed(2)}`);
    }
    return poor;
";

/// Sends what no browser would.
fn send(addresses: &Addresses, path: &str, origin: &str) {
    let host = addresses.api.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host.replace("localhost", "127.0.0.1")).unwrap();
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: {host}\r\norigin: {origin}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(!answer.starts_with("HTTP/1.1 400"), "{answer}");
}

fn escaped(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

async fn until(browser: &Client, script: &str) {
    for _ in 0..100 {
        if browser.execute(script, Vec::new()).await.unwrap() == Value::Bool(true) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not within ten seconds: {script}");
}
