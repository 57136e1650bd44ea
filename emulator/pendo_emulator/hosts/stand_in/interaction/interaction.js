// Watches clicks, focus, submits and changes, and describes the elements on which they happen.

const EVENT_TYPES = ["click", "focus", "submit"];
const CHANGE_INTERVAL = 5000;
const ATTRIBUTE_LIMIT = 256;
const IGNORED = /pendo-(analytics-)?ignore/;
const BUTTONS = ["", "left", "right", "middle"];
const MODIFIERS = ["altKey", "ctrlKey", "metaKey", "shiftKey"];
const ATTRIBUTES = {
  a: ["href"],
  button: ["value", "name"],
  img: ["src", "alt"],
  select: ["name", "type", "selectedIndex"],
  textarea: ["name"],
};
const INPUT_ATTRIBUTES = {
  submit: ["name", "type", "value"],
  button: ["name", "type", "value"],
  radio: ["name", "type"],
  checkbox: ["name", "type"],
  password: ["name", "type"],
  text: ["name", "type"],
};

// Calls `report` once for every interaction, even if the page stops the propagation of its event.
function watchInteractions(report) {
  const seen = new WeakSet();
  const observe = (event, extra) => {
    const [target] = event.composedPath();
    if (target && !seen.has(event)) {
      seen.add(event);
      report(event, target.nodeType === Node.TEXT_NODE ? target.parentNode : target, extra);
    }
  };
  const observeStopped = (event) => EVENT_TYPES.includes(event.type) && observe(event, { stopped: true });
  const change = debounceLeading(CHANGE_INTERVAL, (event) => observe(event));
  return [
    ...EVENT_TYPES.map((type) => listen(document, type, (event) => observe(event))),
    listen(document, "change", change),
    wrapMethod(Event.prototype, "stopPropagation", observeStopped),
    wrapMethod(Event.prototype, "stopImmediatePropagation", observeStopped),
  ];
}

function describeInteraction(event, target, extra) {
  const flags = event.type === "click" ? { flags: describeFlags(event) } : {};
  return Object.assign(describeTree(target), flags, extra);
}

// The published agent swaps the names of the second and the third button: observed.
function describeFlags(event) {
  return [BUTTONS[event.which || event.button]].concat(MODIFIERS.filter((name) => event[name]));
}

function describeTree(node) {
  const element = describe(node);
  const parent = node instanceof ShadowRoot ? node.host : node.parentNode;
  return node !== document.body && parent ? Object.assign(element, { parentElem: describeTree(parent) }) : element;
}

function describe(node) {
  const siblings = node.parentNode ? Array.from(node.parentNode.childNodes) : [];
  const elements = siblings.filter((one) => one.nodeType === Node.ELEMENT_NODE);
  const element = {
    tag: node instanceof ShadowRoot ? "#shadow-root" : node.nodeName,
    id: String(node.id || ""),
    cls: attributeOf(node, "class") || "",
    title: shorten(attributeOf(node, "title")),
    attrs: attributesOf(node),
  };
  const place = { myIndex: siblings.indexOf(node), childIndex: elements.indexOf(node) };
  return Object.assign(element, siblings.length ? place : {});
}

function attributesOf(node) {
  const tag = node.nodeName.toLowerCase();
  const listed = (tag === "input" ? INPUT_ATTRIBUTES[node.type] : ATTRIBUTES[tag]) || [];
  const attributes = {};
  listed.filter((name) => node.hasAttribute(name)).forEach((name) => {
    const value = attributeOf(node, name);
    attributes[name] = name === "href" || name === "src" ? withoutData(value) : shorten(value);
  });
  return attributes;
}

function attributeOf(node, name) {
  return node.getAttribute ? node.getAttribute(name) : null;
}

function shorten(value) {
  return value ? value.trim().slice(0, ATTRIBUTE_LIMIT) : null;
}

function withoutData(url) {
  return url.startsWith("data:") ? url.split(",")[0] : url;
}

function isIgnored(element) {
  return IGNORED.test(element.cls) || (exists(element.parentElem) && isIgnored(element.parentElem));
}
