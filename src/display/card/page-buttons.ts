/**
 * Buttons under a table that fetch other pages from the kernel, in a trusted JupyterLab: a small script there opens a
 * comm through the server's own websocket. Everywhere else the script does nothing, or is removed, and the table stays.
 */
import type { OutputLink } from "../../live-output.ts";
import { html, raw, type SafeHtml } from "../html/html.ts";

/** The markup with its buttons. */
export function addPageButtons(table: SafeHtml, link: OutputLink, number: number, isLast: boolean): SafeHtml {
  const start = JSON.stringify({ ...link, number, isLast });
  return html`<div><div>${table}</div>${raw(`<script>(${pageScript})(document.currentScript,${start})</script>`)}</div>`;
}

/** Runs in the browser; `start` is the link and the page that is shown. */
const pageScript = `(script, start) => {
  const config = document.getElementById("jupyter-config-data");
  if (config === null || script === null) return;
  const { baseUrl = "/", token = "" } = JSON.parse(config.textContent);
  const session = crypto.randomUUID();
  const address = new URL(baseUrl.replace(/\\/?$/, "/") + "api/kernels/" + start.kernelId + "/channels", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  address.searchParams.set("session_id", session);
  if (token !== "") address.searchParams.set("token", token);
  const table = script.parentNode.firstChild;
  const bar = document.createElement("div");
  bar.style.cssText = "margin:4px 0 2px;font:var(--jp-ui-font-size1,12px) var(--jp-ui-font-family,sans-serif);color:var(--jp-ui-font-color2)";
  const buttonStyle = "font:inherit;padding:2px 10px;border-radius:2px;cursor:pointer;color:var(--jp-ui-font-color1);background:var(--jp-layout-color2);border:1px solid var(--jp-border-color1)";
  const say = document.createElement("span");
  let { number, isLast } = start;
  const add = (text, step) => {
    const button = document.createElement("button");
    button.textContent = text;
    button.style.cssText = buttonStyle;
    button.onclick = () => ask(number + step);
    bar.append(button, " ");
    return button;
  };
  const previous = add("\\u2039 previous", -1);
  const next = add("next \\u203a", 1);
  bar.append(say);
  script.before(bar);
  const settle = (text) => {
    say.textContent = text;
    previous.disabled = number === 1;
    next.disabled = isLast;
    for (const button of [previous, next]) button.style.opacity = button.disabled ? "0.4" : "1";
  };
  settle("");
  function ask(wanted) {
    previous.disabled = next.disabled = true;
    say.textContent = "\\u2026";
    const comm = crypto.randomUUID();
    const socket = new WebSocket(address);
    let answer = "these rows are no longer at hand: run the cell again";
    const header = { msg_id: crypto.randomUUID(), msg_type: "comm_open", session, username: "", version: "5.3", date: new Date().toISOString() };
    const content = { comm_id: comm, target_name: "dlf-lance.output", data: { key: start.key, number: wanted } };
    socket.onopen = () => socket.send(JSON.stringify({ channel: "shell", header, parent_header: {}, metadata: {}, content }));
    socket.onmessage = ({ data }) => {
      const message = typeof data === "string" ? JSON.parse(data) : {};
      if (message.content === undefined || message.content.comm_id !== comm) return;
      if (message.header.msg_type === "comm_msg") {
        table.innerHTML = message.content.data.html;
        ({ number, isLast } = message.content.data);
        answer = "";
      }
      if (message.header.msg_type === "comm_close") socket.close();
    };
    socket.onerror = () => { answer = "the kernel does not answer"; };
    socket.onclose = () => settle(answer);
  }
}`.replaceAll(/\n\s*/g, "\n");
