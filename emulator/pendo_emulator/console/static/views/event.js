// One event on a page of its own.

import { EventDetail } from "../js/event_detail.js";
import { chooseKey, parameter } from "../js/header.js";

const { console: consolePath } = document.body.dataset;
const detail = new EventDetail(document.getElementById("detail"), { address: false });
const key = await chooseKey((chosen) => location.assign(`/?key=${encodeURIComponent(chosen)}`));
const show = () => detail.show(parameter("key") || key, parameter("id"));
addEventListener("popstate", show);
if (parameter("id")) show();
else location.replace(`${consolePath}/../?key=${encodeURIComponent(key)}`);
