// What the desk has to tell the server: kept in this browser until the server has it, sent one by one, in order.
// Knows nothing of the page. Every letter carries its own key, so sending one twice saves it once.

import { t } from "./inputs.js";

/** The server said no, or could not be reached: `status` 0 means that nothing came back. */
export class Refusal extends Error {
  constructor(status, fault, retrySeconds = 0) {
    super(fault.message);
    this.status = status;
    this.fault = fault;
    this.retrySeconds = retrySeconds; // how long the server asks to be left alone
  }
}

/** One call of the desk's API. Throws Refusal. */
export async function call(url, body, method = "POST") {
  let reply;
  try {
    reply = await fetch(url, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
  } catch {
    throw new Refusal(0, { message: t("The server cannot be reached.") });
  }
  let said = null;
  try {
    said = await reply.json();
  } catch {
    // Not ours: a proxy's page, or a connection that broke off. Below it counts as a server in trouble.
  }
  if (reply.ok && said !== null) return said;
  const rest = Number(reply.headers.get("retry-after")) || 0;
  throw new Refusal(reply.ok ? 502 : reply.status, said?.error ?? { message: t("The server answers %(status)s.", { status: reply.status }) }, rest);
}

/** A value under a name in this browser; what cannot be kept stays in memory as long as the page. */
export class Kept {
  #value;

  constructor(name, empty) {
    this.name = name;
    this.#value = empty;
  }

  get value() {
    try {
      const text = localStorage.getItem(this.name);
      return text === null ? this.#value : JSON.parse(text);
    } catch {
      return this.#value;
    }
  }

  set value(value) {
    this.#value = value;
    try {
      localStorage.setItem(this.name, JSON.stringify(value));
    } catch {
      // Private mode or no room: then it lives in memory alone.
    }
  }
}

/** A key that no other letter has; crypto.randomUUID is missing where the page comes over plain http. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

/** `state` is "" while all is well, else "offline", "busy", "trouble" or "signed-out". */
export class Outbox {
  #kept;
  #base;
  #on;
  #timer = 0;
  #tries = 0;
  #isBusy = false;
  state = "";

  /** on: {reply(letter, said), refused(letter, refusal), change()} */
  constructor(name, base, on) {
    this.#kept = new Kept(name, []);
    this.#base = base;
    this.#on = on;
    addEventListener("online", () => this.send());
  }

  get letters() {
    return this.#kept.value;
  }

  /** letter: {path, body, about}; `about` is for telling the person which one it was. */
  post(letter) {
    this.#kept.value = [...this.letters, letter];
    this.send();
  }

  /** Send what waits, unless that is under way. */
  async send() {
    if (this.#isBusy) return;
    this.#isBusy = true;
    clearTimeout(this.#timer);
    for (let letter = this.letters[0]; letter; letter = this.letters[0]) {
      try {
        const said = await call(`${this.#base}/${letter.path}`, letter.body);
        this.#settle(letter, "");
        this.#on.reply(letter, said);
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        const state = stateAfter(refusal.status);
        if (state) {
          this.#wait(state, refusal.retrySeconds);
          break;
        }
        this.#settle(letter, "");
        this.#on.refused(letter, refusal);
      }
    }
    this.#isBusy = false;
    this.#on.change();
  }

  #settle(letter, state) {
    this.#tries = 0;
    this.state = state;
    this.#kept.value = this.letters.filter((other) => other.body.key !== letter.body.key);
  }

  #wait(state, retrySeconds) {
    this.state = state;
    // Who is signed out has to do something first; a line or a server may come back by itself.
    if (state === "signed-out") return;
    const pause = PAUSES_MS[Math.min(this.#tries++, PAUSES_MS.length - 1)];
    this.#timer = setTimeout(() => this.send(), retrySeconds ? retrySeconds * 1_000 : pause);
  }
}

/** What stands in the way when a call ends in that status; "" where trying again would change nothing. */
export function stateAfter(status) {
  if (status === 401) return "signed-out";
  if (status === 0) return "offline";
  if (status === 429) return "busy";
  return status >= 500 || status === 408 ? "trouble" : "";
}
