"use strict";
(() => {
  // Late findings are JSON, and become elements in small steps, because a long page must open fast.
  const STEP = 100;
  const details = new WeakMap();
  const late = Array.from(document.querySelectorAll("script.late"), (script) => [script, JSON.parse(script.textContent)]);
  const addSome = (number) => {
    while (late.length && number > 0) {
      const [script, groups] = late[0];
      for (const [fingerprint, summary, content] of groups.splice(0, number)) {
        const finding = document.createElement("details");
        finding.className = "finding";
        finding.id = `f${fingerprint}`;
        finding.innerHTML = `<summary>${summary}</summary>`;
        details.set(finding, content);
        script.before(finding);
        number -= 1;
      }
      if (!groups.length) late.shift()[0].remove();
    }
  };
  const addLater = () => {
    addSome(STEP);
    if (late.length) setTimeout(addLater);
  };
  const fill = (finding) => {
    if (details.has(finding)) finding.insertAdjacentHTML("beforeend", details.get(finding));
    details.delete(finding);
  };
  const textOf = (finding) => {
    const parser = document.createElement("template");
    parser.innerHTML = details.get(finding) ?? "";
    return `${finding.textContent} ${parser.content.textContent}`.toLowerCase();
  };
  document.addEventListener("toggle", (event) => {
    if (event.target.open) fill(event.target);
  }, true);
  addEventListener("beforeprint", () => addSome(Infinity));
  if (late.length) addEventListener("load", addLater);
  const form = document.querySelector(".filter");
  if (!form) return;
  const text = document.getElementById("text");
  const shown = document.getElementById("shown");
  const nothing = document.getElementById("nothing");
  let rules = null;
  const index = () => Array.from(document.querySelectorAll(".rule"), (rule) => ({
    rule,
    severity: rule.dataset.severity,
    text: rule.querySelector("h3").textContent.toLowerCase(),
    findings: Array.from(rule.querySelectorAll(".finding"), (finding) => [finding, textOf(finding)]),
  }));
  const filter = () => {
    addSome(Infinity);
    rules ??= index();
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = new Set(Array.from(form.querySelectorAll("input:checked"), (box) => box.value));
    let count = 0;
    let total = 0;
    for (const { rule, severity, text: name, findings } of rules) {
      let visible = 0;
      for (const [finding, content] of findings) {
        const matches = severities.has(severity) && words.every((word) => content.includes(word) || name.includes(word));
        if (finding.hidden === matches) finding.hidden = !matches;
        visible += matches;
      }
      rule.hidden = !visible;
      count += visible;
      total += findings.length;
    }
    nothing.hidden = count > 0;
    shown.textContent = `${count} of ${total} shown`;
  };
  const open = (value) => {
    addSome(Infinity);
    for (const finding of document.querySelectorAll(".finding:not([hidden])")) finding.open = value;
  };
  let waiting = 0;
  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  form.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("open").addEventListener("click", () => open(true));
  document.getElementById("close").addEventListener("click", () => open(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      text.focus();
    } else if (event.key === "Escape" && document.activeElement === text && text.value) {
      text.value = "";
      filter();
    }
  });
  form.hidden = false;
})();
