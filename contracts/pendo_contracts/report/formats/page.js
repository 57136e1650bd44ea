"use strict";
(() => {
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
    findings: Array.from(rule.querySelectorAll(".finding"), (finding) => [finding, finding.textContent.toLowerCase()]),
  }));
  const filter = () => {
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
