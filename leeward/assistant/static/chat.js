// The chat page. A message keeps its id until it is answered: it is sent again under the same id, so nothing is said twice
// and nothing is lost; a reload fetches the conversation from the record.
"use strict";
(() => {
  const texts = JSON.parse(document.body.dataset.texts);
  const phone = document.body.dataset.phone;
  const log = document.getElementById("log");
  const items = log.querySelector("ol");
  const choices = document.getElementById("choices");
  const status = document.getElementById("status");
  const trouble = document.getElementById("trouble");
  const form = document.getElementById("say");
  const words = document.getElementById("words");
  const store = window.sessionStorage;
  // What lasts beyond this visit is only the token, so that someone may come back; never where the server says not to.
  const lasting = window.localStorage;
  const WAITS = [1000, 3000, 6000, 12000];

  let token = store.getItem("token");
  let language = store.getItem("language") || (navigator.language || "en").slice(0, 2);
  if (!texts[language]) language = "en";
  let outbox = JSON.parse(store.getItem("outbox") || "[]");
  let last = 0;
  let busy = false;

  const text = (name, filling = {}) =>
    texts[language][name].replace(/\{(\w+)\}/g, (whole, key) => (key in filling ? filling[key] : whole));
  const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

  function dress() {
    document.documentElement.lang = language;
    for (const element of document.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
    for (const element of document.querySelectorAll("[data-text-label]"))
      element.setAttribute("aria-label", text(element.dataset.textLabel));
    for (const button of document.querySelectorAll("[data-language]"))
      button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }

  function adopt(view) {
    // A newer token takes the place of ours: the server ends the older ones when someone has told of danger at home.
    if (view.token) {
      token = view.token;
      store.setItem("token", token);
    }
    if (token && view.remember) lasting.setItem("token", token);
    else lasting.removeItem("token");
    if (view.language && view.language !== language) {
      language = view.language;
      store.setItem("language", language);
      dress();
    }
  }

  function show(message) {
    const item = document.createElement("li");
    item.className = message.from === "you" ? "you" : "";
    if (message.card) item.classList.add("sum");
    if (message.language) item.lang = message.language;
    const who = document.createElement("span");
    who.className = "who";
    who.textContent = text(message.from) + " ";
    item.append(who, message.text);
    if (message.id) item.dataset.id = message.id;
    items.append(item);
    // What was just written goes to the top, so that the whole answer below it can be read from its beginning.
    if (message.from === "you") item.scrollIntoView({ block: "start" });
  }

  function offer(messages) {
    choices.replaceChildren();
    const titles = messages.flatMap((message) => message.buttons || []);
    for (const message of messages) {
      for (const title of message.buttons || []) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = title;
        // A choice names the question that it answers, so that it can never count for another one.
        button.addEventListener("click", () => say({ answer: { ask: message.ask?.id, choice: title } }));
        choices.append(button);
      }
    }
    if (titles.length) {
      status.textContent = titles.length === 1 ? text("choice") : text("choices", { n: titles.length });
    }
  }

  async function ask(path, options = {}) {
    const headers = { "Content-Type": "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    const answer = await fetch(path, { ...options, headers });
    const body = await answer.json().catch(() => ({}));
    return { code: answer.status, body };
  }

  async function open() {
    const { code, body } = await ask("/chat/sessions", { method: "POST", body: JSON.stringify({ language }) });
    if (code !== 201) throw new Error(body.error || "");
    render(body);
  }

  // Ends every token of this conversation. Whoever leaves fast does not wait for it: `keepalive` outlives the page.
  const endTokens = () =>
    token ? ask("/chat/leave", { method: "POST", body: "{}", keepalive: true }).catch(() => {}) : Promise.resolve();

  function render(view) {
    adopt(view);
    for (const message of view.messages) {
      last = Math.max(last, message.n);
      if (message.kind === "start" || message.kind === "return") continue;
      if (message.from === "you" && log.querySelector(`[data-id="${CSS.escape(message.id)}"]`)) continue;
      show(message);
    }
    const lastOwn = view.messages.map((message) => message.from).lastIndexOf("you");
    offer(view.messages.slice(lastOwn + 1));
    const own = log.querySelectorAll("li.you");
    if (own.length) own[own.length - 1].scrollIntoView({ block: "start" });
  }

  async function resume() {
    const { code, body } = await ask(`/chat/messages?after=${last}`);
    if (code === 401) return ended(body, resume);
    if (code !== 200) throw new Error(body.error || "");
    render(body);
  }

  // The server does not let us into this chat any more. Where our time is up by its clock, the clock may be wrong: the token
  // is kept, and it is for the person to begin anew. What they wrote goes back to where they can send it again.
  async function ended(body, again) {
    const unsent = outbox.map((message) => message.text).filter(Boolean);
    if (body.reason === "expired") {
      trouble.textContent = text("expired", { phone });
      choices.replaceChildren();
      choose(text("again"), again);
      choose(text("startNew"), () => beginAnew("", unsent));
      return;
    }
    await beginAnew(text("ended"), unsent);
  }

  async function beginAnew(why, unsent) {
    trouble.textContent = "";
    await restart();
    if (unsent.length) words.value = unsent.join("\n");
    status.textContent = why;
  }

  async function restart() {
    store.removeItem("token");
    lasting.removeItem("token");
    token = null;
    last = 0;
    outbox = [];
    keep();
    items.replaceChildren();
    await open();
  }

  const keep = () => store.setItem("outbox", JSON.stringify(outbox));

  async function say(what) {
    // Whoever writes instead of choosing begins a chat of their own.
    if (!token) await restart();
    // What was on the screen when it was written: an answer to a question that had not arrived yet counts for none.
    const message = { id: newId(), language, seen: last, ...what };
    outbox.push(message);
    keep();
    // The chosen button goes away: whoever is at the keyboard goes on where they can write.
    if (choices.contains(document.activeElement)) words.focus({ preventScroll: true });
    offer([]);
    show({ from: "you", text: what.answer?.choice || what.text, id: message.id, language });
    deliver();
  }

  async function deliver() {
    if (busy || !outbox.length) return;
    busy = true;
    trouble.textContent = "";
    for (let tries = 0; outbox.length; ) {
      status.textContent = text(tries ? "waiting" : "sending");
      let code = 0;
      let body = {};
      try {
        ({ code, body } = await ask("/chat/messages", { method: "POST", body: JSON.stringify(outbox[0]) }));
      } catch {
        code = 0;
      }
      if (body.remember === false) lasting.removeItem("token");
      if (code === 200) {
        outbox.shift();
        keep();
        tries = 0;
        status.textContent = "";
        adopt(body);
        // The replies are read back from the record, so that an answer lost on the way is fetched, never asked for twice.
        await resume().catch(() => {});
      } else if (code === 401) {
        status.textContent = "";
        await ended(body, deliver).catch(() => {});
        // Whoever cried for help hears that first.
        trouble.textContent = [body.help, trouble.textContent].filter(Boolean).join("\n\n");
        break;
      } else if (code >= 400 && code < 500 && code !== 429) {
        outbox.shift();
        keep();
        status.textContent = "";
        trouble.textContent = body.error || text("failed", { phone });
      } else if (tries < WAITS.length) {
        trouble.textContent = code ? body.error || "" : text("offline");
        await wait(WAITS[tries] + Math.random() * 500);
        tries += 1;
      } else {
        status.textContent = "";
        trouble.textContent = text("failed", { phone }) + " ";
        const again = document.createElement("button");
        again.type = "button";
        again.textContent = text("again");
        again.addEventListener("click", deliver);
        trouble.append(again);
        break;
      }
      if (code === 200) trouble.textContent = "";
    }
    busy = false;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = words.value.trim();
    if (!said) return words.focus();
    words.value = "";
    say({ text: said });
  });
  words.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  for (const button of document.querySelectorAll("[data-language]"))
    button.addEventListener("click", () => {
      if (button.dataset.language === language) return;
      say({ text: button.dataset.language === "es" ? "en español, por favor" : "in English, please" });
    });
  const forget = () => endTokens().then(restart);
  document.getElementById("clear").addEventListener("click", () => forget().catch(() => {}));
  document.getElementById("leave").addEventListener("click", (event) => {
    event.preventDefault();
    endTokens();
    store.clear();
    lasting.removeItem("token");
    window.location.replace(event.currentTarget.href);
  });
  window.addEventListener("online", deliver);

  function choose(title, then) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = title;
    button.addEventListener("click", () => {
      offer([]);
      then().catch((error) => {
        trouble.textContent = error.message || text("failed", { phone });
      });
    });
    choices.append(button);
  }

  // Another visit on this device, perhaps by someone else: nothing of the earlier chat is shown before they say so.
  function askWhetherToGoOn() {
    show({ from: "assistant", text: text("returning") });
    choose(text("goOn"), comeBack);
    choose(text("startNew"), () => {
      token = lasting.getItem("token");
      return forget();
    });
  }

  async function comeBack() {
    token = lasting.getItem("token");
    const { code, body } = await ask("/chat/return", { method: "POST", body: "{}" });
    if (code === 401) return ended(body, comeBack);
    if (code !== 200) throw new Error(body.error || "");
    items.replaceChildren();
    render(body);
  }

  // A link that came by text: its code opens that conversation once, and does not stay in the address.
  async function fromText(code) {
    token = null;
    const { code: status, body } = await ask("/chat/continue", { method: "POST", body: JSON.stringify({ code }) });
    // Only now: without a connection the link must still be there to try again.
    history.replaceState(null, "", "/");
    if (status !== 200) {
      await restart();
      show({ from: "assistant", text: status === 410 ? text("spent") : body.error || text("failed", { phone }) });
      return;
    }
    outbox = [];
    keep();
    render(body);
  }

  const texted = location.pathname.match(/^\/c\/([\w-]+)$/);
  dress();
  if (!texted && !token && lasting.getItem("token")) return askWhetherToGoOn();
  // A conversation that comes back is not read out again from its beginning.
  if (token || texted) log.setAttribute("aria-live", "off");
  (texted ? fromText(texted[1]) : token ? resume() : open())
    .then(() => setTimeout(() => log.removeAttribute("aria-live"), 0))
    .then(deliver)
    .catch((error) => {
      trouble.textContent = error.message || text("failed", { phone });
    });
})();
