// Short messages at the edge of the page, and actions that can be undone.

import { el, visible } from "./dom.js";

const area = document.getElementById("notices");

/** Show a message for some seconds; return a function that removes it. */
export function notify(text, { seconds = 6, error = false, actions = [] } = {}) {
  const notice = el("div", { class: error ? "notice error" : "notice" }, el("span", {}, visible(text, 500)), ...actions);
  area.append(notice);
  const remove = () => notice.remove();
  if (seconds) setTimeout(remove, seconds * 1000);
  return remove;
}

/** Show the message of an error. */
export const complain = (error) => notify(error.message, { error: true, seconds: 12 });

/**
 * Do something after some seconds unless the user undoes it; a page that is left does it at once.
 * Return a promise that says whether it was done.
 */
export function undoable(text, seconds, act) {
  return new Promise((resolve) => {
    let open = true;
    const finish = async (done) => {
      if (!open) return;
      open = false;
      clearTimeout(timer);
      removeEventListener("pagehide", leave);
      remove();
      if (done) await act();
      resolve(done);
    };
    const leave = () => finish(true);
    const undo = el("button", { type: "button", onclick: () => finish(false) }, "Undo");
    const remove = notify(text, { seconds: 0, actions: [undo] });
    const timer = setTimeout(() => finish(true), seconds * 1000);
    addEventListener("pagehide", leave);
    undo.focus();
  });
}
