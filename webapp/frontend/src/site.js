// Enhancements only: every page works without this file.
import htmx from "htmx.org/dist/htmx.esm.js";
import "./keep.js";
import "./follow.js";
import "./focus.js";
import "./send-once.js";
import "./rows.js";
import "./counters.js";
import "./session-end.js";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // pages of signed-in people stay out of the browser's storage
htmx.config.attributesToSettle = ["class"]; // copying a style attribute would break the content security policy
